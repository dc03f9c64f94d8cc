package journey

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"

	"oauth1d/provider/adminapi"
	"oauth1d/store"
)

// callback is where the dancing consumer is registered.
const callback = "https://printer.example.test/ready"

// A load is what is going on while the daemon dies: workers that each do one
// kind of thing until it no longer works.
type load struct {
	*wire
	j       *journal
	signer  *consumer // never changed: its requests are refused for replay only
	dancer  *consumer
	visitor *visitor

	// faulty says that the disk fails: a 5xx may come before the end, and says
	// as little as no answer does.
	faulty bool
}

// run works until stop is closed or nothing is answered any more. Every worker
// has ended when it returns.
func (l *load) run(stop <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go func() { <-stop; cancel() }()
	var all sync.WaitGroup
	work := func(step func(context.Context) bool) {
		all.Go(func() {
			for ctx.Err() == nil && step(ctx) {
			}
		})
	}
	work(l.sign)
	work(l.sign)
	work(l.exchange)
	work(l.issueAndRevoke)
	half := len(l.j.managed) / 2
	work(func(ctx context.Context) bool { return l.manage(ctx, l.j.managed[:half]) })
	work(func(ctx context.Context) bool { return l.manage(ctx, l.j.managed[half:]) })
	all.Wait()
}

// sign sends a request that must be let through.
func (l *load) sign(context.Context) bool {
	s := l.request(l.signer)
	l.j.sending()
	a, err := l.gate(s)
	switch {
	case err != nil, l.faulty && a.status >= 500:
		l.j.unheard(s)
		return false
	case a.status != http.StatusOK:
		l.t.Errorf("signed request: got %d %s, want 200", a.status, a.problem)
		return false
	}
	l.j.passed(s)
	return true
}

// exchange walks the dance once.
func (l *load) exchange(context.Context) bool {
	l.j.sending()
	token, secret, a, err := l.requestToken(l.dancer, callback)
	if err != nil || l.faulty && a.status >= 500 {
		l.j.unheard()
		return false
	}
	if a.status != http.StatusOK {
		l.t.Errorf("request token: got %d %s, want 200", a.status, a.problem)
		return false
	}
	l.j.answered(tokenLine("request-token.issued", token))
	d := &dancer{consumer: *l.dancer}
	d.token, d.tokenSecret = token, secret
	l.j.dance(d)
	return l.decide(d) && l.redeem(d)
}

// decide lets the user allow what a dancer asks for.
func (l *load) decide(d *dancer) bool {
	l.j.sending()
	d.decided = maybe
	verifier, err := l.visitor.allow(d.token)
	if err != nil {
		if page, refused := err.(pageError); refused && !(l.faulty && page.fault()) {
			l.t.Errorf("allowing a request token: %v", err)
		}
		l.j.unheard()
		return false
	}
	l.j.answered()
	d.decided, d.verifier = done, verifier
	return true
}

// redeem trades a dancer's request token.
func (l *load) redeem(d *dancer) bool {
	l.j.sending()
	d.redeemed = maybe
	token, secret, a, err := l.accessToken(&d.consumer, d.verifier)
	if err != nil || l.faulty && a.status >= 500 {
		l.j.unheard()
		return false
	}
	if a.status != http.StatusOK {
		l.t.Errorf("access token: got %d %s, want 200", a.status, a.problem)
		return false
	}
	l.exchangedFor(d, token, secret)
	return true
}

// exchangedFor notes the access token that a dancer got.
func (l *load) exchangedFor(d *dancer, token, secret string) {
	l.j.answered(tokenLine("access-token.issued", token))
	if d.got++; d.got > 1 {
		l.t.Errorf("request token %s gave %d access tokens", d.token[:6], d.got)
	}
	d.redeemed = done
	i := &issued{consumer: d.consumer, id: store.TokenID(token)}
	i.token, i.tokenSecret = token, secret
	l.j.issue(i)
	l.j.mu.Lock()
	l.j.exchanged++
	l.j.mu.Unlock()
}

// issueAndRevoke issues a token by the admin API and mostly revokes it again.
func (l *load) issueAndRevoke(ctx context.Context) bool {
	l.j.sending()
	t, err := l.admin.IssueToken(ctx, adminapi.NewToken{Consumer: l.signer.key, User: "ada"})
	if err != nil {
		l.refused("issuing a token", err)
		return false
	}
	i := &issued{consumer: *l.signer, id: t.ID}
	i.token, i.tokenSecret = t.Token, t.Secret
	l.j.answered("token.issued " + t.ID)
	l.j.issue(i)
	if rand.IntN(3) == 0 {
		return true
	}
	l.j.sending()
	i.revoked = maybe
	if err := l.admin.RevokeToken(ctx, i.token); err != nil {
		l.refused("revoking a token", err)
		return false
	}
	i.revoked = done
	l.j.answered("token.revoked " + t.ID)
	return true
}

// manage changes one of the consumers that this worker has.
func (l *load) manage(ctx context.Context, mine []*managed) bool {
	m := mine[rand.IntN(len(mine))]
	var err error
	l.j.sending()
	switch rand.IntN(3) {
	case 0:
		m.toggled = maybe
		change := l.admin.DisableConsumer
		if !m.enabled {
			change = l.admin.EnableConsumer
		}
		if _, err = change(ctx, m.key); err == nil {
			m.enabled, m.toggled = !m.enabled, never
		}
	case 1:
		m.rotating = fmt.Sprintf("secret-%016x%016x", rand.Uint64(), rand.Uint64())
		if _, err = l.admin.RotateConsumer(ctx, m.key, adminapi.Rotation{Secret: m.rotating}); err == nil {
			m.secret, m.rotating = m.rotating, ""
		}
	case 2:
		m.renaming = fmt.Sprintf("Renamed %x", rand.Uint32())
		if _, err = l.admin.ChangeConsumer(ctx, m.key, adminapi.ConsumerChange{Name: &m.renaming}); err == nil {
			m.name, m.renaming = m.renaming, ""
		}
	}
	if err != nil {
		l.refused("changing a consumer", err)
		return false
	}
	l.j.answered()
	return true
}

// refused tells an answer that refuses from one that never came.
func (l *load) refused(what string, err error) {
	if e, refused := err.(*adminapi.Error); refused && !(l.faulty && e.Status >= 500) {
		l.t.Errorf("%s: %v", what, err)
	}
	l.j.unheard()
}
