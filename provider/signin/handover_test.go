package signin

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"oauth1d/store"
)

// handOver is a house whose application is asked by a challenge.
func handOver(t *testing.T) (*house, *HandOver) {
	t.Helper()
	// The HandOver needs the house's store, and the house its backend.
	late := &lateHandOver{}
	h := build(t, Config{Backend: Backend{Name: "handover", Elsewhere: late}, Origin: "http://auth.example.test"})
	made, err := NewHandOver(h.store, h.keys, HandOverConfig{LoginURL: "https://app.example.test/login?theme=dark", Parameter: "challenge", Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	late.HandOver = made
	return h, made
}

type lateHandOver struct{ *HandOver }

// sentAway asks for the consent page and returns the challenge with which the
// browser was sent to the application.
func (p *person) sentAway() (challenge string) {
	p.t.Helper()
	a := p.get(consentPath)
	a = p.get(a.location())
	u, err := url.Parse(a.location())
	if err != nil || u.Host != "app.example.test" || u.Query().Get("theme") != "dark" {
		p.t.Fatalf("sent to %q, want the application's login page", a.location())
	}
	return u.Query().Get("challenge")
}

// backTo follows the redirect that the application was told.
func (p *person) backTo(redirect string) answer {
	p.t.Helper()
	path, found := strings.CutPrefix(redirect, "http://auth.example.test")
	if !found {
		p.t.Fatalf("the application was told to redirect to %q", redirect)
	}
	return p.get(path)
}

func TestTheApplicationAcceptsAChallenge(t *testing.T) {
	h, o := handOver(t)
	p := h.visitor(t)
	challenge := p.sentAway()
	consumer, expires, err := o.Challenge(t.Context(), challenge)
	if err != nil || consumer != "Photo Printer" || !expires.After(h.clock.Now()) {
		t.Fatalf("the challenge: got %q, %v, %v", consumer, expires, err)
	}
	to, err := o.Accept(t.Context(), challenge, "grace", []string{"staff"})
	if err != nil {
		t.Fatal(err)
	}
	if got := p.backTo(to); got.status != http.StatusSeeOther || got.location() != consentPath {
		t.Fatalf("back: got status %d to %q", got.status, got.location())
	}
	if got := p.here(); got != "grace" {
		t.Errorf("signed in: got %q, want grace", got)
	}
	if got := p.backTo(to); got.status != http.StatusForbidden || !strings.Contains(got.body, "signin_return_unknown") {
		t.Errorf("the same answer again: got status %d", got.status)
	}
	if _, err := o.Accept(t.Context(), challenge, "alan", nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the same challenge again: got %v, want ErrNotFound", err)
	}
}

func TestAnAnswerCountsInItsOwnBrowserOnly(t *testing.T) {
	h, o := handOver(t)
	victim, attacker := h.visitor(t), h.visitor(t)
	victim.sentAway()
	to, err := o.Accept(t.Context(), attacker.sentAway(), "mallory", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := victim.backTo(to); got.status != http.StatusForbidden {
		t.Errorf("another's link: got status %d, want 403", got.status)
	}
	if got := victim.here(); got != "" {
		t.Errorf("the victim is signed in as %q", got)
	}

	// Nor does another's answer under one's own state.
	own := victim.sentAway()
	ownTo, err := o.Accept(t.Context(), own, "grace", nil)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := o.Accept(t.Context(), attacker.sentAway(), "mallory", nil)
	if err != nil {
		t.Fatal(err)
	}
	mixed, code := parse(t, ownTo), parse(t, foreign)
	q := mixed.Query()
	q.Set("code", code.Query().Get("code"))
	mixed.RawQuery = q.Encode()
	if got := victim.backTo(mixed.String()); got.status != http.StatusForbidden || victim.here() != "" {
		t.Errorf("another's answer: got status %d and %q", got.status, victim.here())
	}
}

func parse(t *testing.T, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func TestAChallengeThatIsRefusedOrTooOld(t *testing.T) {
	h, o := handOver(t)
	p := h.visitor(t)
	to, err := o.Refuse(t.Context(), p.sentAway())
	if err != nil {
		t.Fatal(err)
	}
	if got := p.backTo(to); got.status != http.StatusForbidden || !strings.Contains(got.body, "signin_refused") || p.here() != "" {
		t.Errorf("refused: got status %d and %s", got.status, got.body)
	}
	late := p.sentAway()
	h.clock.pass(10*time.Minute + time.Second)
	if _, err := o.Accept(t.Context(), late, "grace", nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("too late: got %v, want ErrNotFound", err)
	}
	if _, err := o.Accept(t.Context(), "no such challenge", "grace", nil); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("unknown: got %v, want ErrNotFound", err)
	}
	if _, err := o.Accept(t.Context(), p.sentAway(), "a\nb", nil); err == nil {
		t.Error("a hostile name was accepted")
	}
}

func TestOneAnswerToAChallengeWins(t *testing.T) {
	h, o := handOver(t)
	challenge := h.visitor(t).sentAway()
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			if _, err := o.Accept(context.WithoutCancel(t.Context()), challenge, "grace", nil); err == nil {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("of 16 answers %d were taken, want 1", won.Load())
	}
}

func TestAPasswordIsNotTakenWhereNobodyTypesOne(t *testing.T) {
	h, _ := handOver(t)
	p := h.visitor(t)
	got := p.post("/oauth/signin", url.Values{"username": {"ada"}, "password": {password}})
	if got.status != http.StatusMethodNotAllowed || p.here() != "" {
		t.Errorf("got status %d, want 405", got.status)
	}
}

func TestOneBrowserDoesNotFillTheStoreWithChallenges(t *testing.T) {
	h, _ := handOver(t)
	p := h.visitor(t)
	p.sentAway()
	for range strangersAtOnce {
		if wait := h.strangers.take("127.0.0.1", h.clock.Now()); wait > 0 {
			break
		}
	}
	if got := p.get("/oauth/signin"); got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") == "" {
		t.Errorf("got status %d and Retry-After %q, want 429 and a time", got.status, got.header.Get("Retry-After"))
	}
	h.clock.pass(time.Second)
	p.sentAway()
}
