package journey

import (
	"bufio"
	"context"
	"encoding/json"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"oauth1d/provider/adminapi"
)

// checkLife looks, after a restart, whether what was acknowledged is there and
// what was used or ended stays so. What nobody knew it finds out; from then on
// it must stay.
func (l *load) checkLife() {
	older := func(n, of int) []int { // a few of what earlier cycles left
		var some []int
		for range min(n, of) {
			some = append(some, rand.IntN(of))
		}
		return some
	}
	replays := slices.Clone(l.j.accepted)
	for _, i := range older(10, len(l.j.used)) {
		replays = append(replays, l.j.used[i])
	}
	tokens := slices.Clone(l.j.touched)
	for _, i := range older(10, len(l.j.tokens)) {
		tokens = append(tokens, l.j.tokens[i])
	}
	// A token may stand there twice, and who finds out about it writes to it.
	slices.SortFunc(tokens, func(a, b *issued) int { return strings.Compare(a.id, b.id) })
	tokens = slices.Compact(tokens)

	inParallel(replays, l.checkReplay)
	inParallel(slices.Clone(l.j.open), l.checkUnanswered)
	inParallel(tokens, l.checkToken)
	inParallel(l.j.managed, l.checkManaged)
	inParallel(slices.Clone(l.j.dances), l.checkDance)
}

// inParallel does all with a few at a time, because each waits for a disk.
func inParallel[T any](all []T, do func(T)) {
	var wait sync.WaitGroup
	next := make(chan T)
	for range 8 {
		wait.Go(func() {
			for one := range next {
				do(one)
			}
		})
	}
	for _, one := range all {
		next <- one
	}
	close(next)
	wait.Wait()
}

// ask is gate for a daemon that is alive.
func (l *load) ask(s signed) answer {
	a, err := l.gate(s)
	if err != nil {
		l.t.Errorf("asking after the restart: %v", err)
	}
	return a
}

// checkReplay sends once more what was let through once.
func (l *load) checkReplay(s signed) {
	l.j.mu.Lock()
	l.j.replays++
	l.j.mu.Unlock()
	if a := l.ask(s); a.status != http.StatusUnauthorized || a.problem != "nonce_used" {
		l.t.Errorf("a request that was let through before kill -9, again: got %d %q, want 401 nonce_used", a.status, a.problem)
	}
}

// checkUnanswered sends again what nobody knows about: it passes once at most.
func (l *load) checkUnanswered(s signed) {
	switch a := l.ask(s); {
	case a.status == http.StatusOK:
		l.j.passed(s)
	case a.status != http.StatusUnauthorized || a.problem != "nonce_used":
		l.t.Errorf("a request without an answer, again: got %d %q, want 200 or 401 nonce_used", a.status, a.problem)
		return
	}
	l.checkReplay(s)
}

// checkToken uses an access token.
func (l *load) checkToken(i *issued) {
	s := l.request(&i.consumer)
	a := l.ask(s)
	live := a.status == http.StatusOK
	ended := a.status == http.StatusUnauthorized && a.problem == "token_revoked"
	switch {
	case live && i.revoked != done:
		i.revoked = never
		l.j.passed(s)
	case ended && i.revoked != never:
		i.revoked = done
	default:
		l.t.Errorf("token %s, revoked: %d: got %d %q", i.id, i.revoked, a.status, a.problem)
	}
}

// checkManaged signs with a consumer that an administrator was changing.
func (l *load) checkManaged(m *managed) {
	c, err := l.admin.Consumer(context.Background(), m.key)
	if err != nil {
		l.t.Errorf("consumer %s: %v", m.key, err)
		return
	}
	if c.Enabled != m.enabled && m.toggled != maybe {
		l.t.Errorf("consumer %s: enabled is %t, want %t", m.key, c.Enabled, m.enabled)
	}
	if c.Name != m.name && (c.Name != m.renaming || m.renaming == "") {
		l.t.Errorf("consumer %s: name is %q, want %q or %q", m.key, c.Name, m.name, m.renaming)
	}
	m.enabled, m.toggled, m.name, m.renaming = c.Enabled, never, c.Name, ""
	old := l.ask(l.request(&m.consumer))
	if m.rotating != "" {
		other := m.consumer
		other.secret = m.rotating
		if a := l.ask(l.request(&other)); m.passes(a) != m.passes(old) && m.passes(a) {
			m.consumer, old = other, a
		}
		m.rotating = ""
	}
	if !m.passes(old) {
		l.t.Errorf("consumer %s, enabled: %t: got %d %q", m.key, m.enabled, old.status, old.problem)
	}
}

// passes reports whether an answer is the one for the right secret: the state of
// a consumer is told only to who can sign for it.
func (m *managed) passes(a answer) bool {
	if m.enabled {
		return a.status == http.StatusOK
	}
	return a.status == http.StatusForbidden && a.problem == "consumer_key_refused"
}

// checkDance finishes a dance, or finds that it was finished.
func (l *load) checkDance(d *dancer) {
	if d.decided == never {
		if !l.decide(d) {
			l.t.Errorf("request token %s was acknowledged and cannot be decided about", d.token[:6])
			return
		}
	}
	if d.decided == maybe {
		// When the decision was kept the verifier is lost; else it can be made.
		verifier, err := l.visitor.allow(d.token)
		if _, refused := err.(pageError); err != nil && !refused {
			l.t.Errorf("request token %s: %v", d.token[:6], err)
		}
		if err != nil {
			return
		}
		d.decided, d.verifier = done, verifier
	}
	before := d.redeemed
	token, secret, a, err := l.accessToken(&d.consumer, d.verifier)
	switch {
	case err != nil:
		l.t.Errorf("redeeming after the restart: %v", err)
		return
	case a.status == http.StatusOK && before != done:
		l.exchangedFor(d, token, secret)
	case a.status == http.StatusUnauthorized && before == maybe:
		l.j.mu.Lock()
		l.j.lostExchanges++
		l.j.mu.Unlock()
	case a.status != http.StatusUnauthorized || before == never:
		l.t.Errorf("redeeming request token %s, redeemed before: %d: got %d %q", d.token[:6], before, a.status, a.problem)
		return
	}
	d.redeemed = done
	if _, _, a, err := l.accessToken(&d.consumer, d.verifier); err != nil || a.status != http.StatusUnauthorized {
		l.t.Errorf("redeeming a second time: got %d %q, %v, want 401", a.status, a.problem, err)
	}
}

// checkExchanges counts the access tokens of all dances in the store.
func (l *load) checkExchanges(user string) {
	stored := 0
	for f := (adminapi.TokenFilter{User: user}); ; {
		page, err := l.admin.Tokens(context.Background(), f)
		if err != nil {
			l.t.Fatal(err)
		}
		stored += len(page.Tokens)
		if f.After = page.Next; f.After == "" {
			break
		}
	}
	if least, most := l.j.exchanged, l.j.exchanged+l.j.lostExchanges; stored < least || stored > most {
		l.t.Errorf("%d access tokens came of dances, want %d acknowledged and at most %d unheard of", stored, least, most-least)
	}
}

// checkAudit looks for every acknowledged event.
func (j *journal) checkAudit(t *testing.T, path string) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	there := map[string]bool{}
	for lines := bufio.NewScanner(f); lines.Scan(); {
		var e struct{ Action, Object, Outcome string }
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			t.Fatalf("audit line %q: %v", lines.Text(), err)
		}
		if e.Outcome == "ok" {
			there[e.Action+" "+e.Object] = true
		}
	}
	for line := range j.audited {
		if !there[line] {
			t.Errorf("the audit log has no line for %s", line)
		}
	}
}
