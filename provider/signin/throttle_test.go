package signin

import (
	"fmt"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func TestGuessingAnAccountIsSlowedDown(t *testing.T) {
	h := build(t, Config{AttemptsPerUser: 3, AttemptsWindow: 15 * time.Minute})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	for i := range 3 {
		if got := p.signIn(page, "ada", "wrong password"); got.status != http.StatusUnauthorized {
			t.Fatalf("attempt %d: got status %d, want 401", i+1, got.status)
		}
	}
	throttled := func(name, password string) {
		t.Helper()
		got := p.signIn(page, name, password)
		if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "300" {
			t.Errorf("%s: got status %d and Retry-After %q, want 429 and 300", name, got.status, got.header.Get("Retry-After"))
		}
		if want := "There were too many wrong attempts. Try again in 5 minutes."; !strings.Contains(got.body, want) {
			t.Errorf("%s: the page does not say %q", name, want)
		}
	}
	throttled("ada", "wrong password")
	throttled("ada", password) // or trying on would tell it
	if got := h.visitor(t); got.here() != "" {
		t.Error("somebody is signed in")
	}
	other := h.visitor(t)
	other.arrive("bob") // another account from the same address goes on

	for range 3 {
		p.signIn(page, "nobody", "wrong password")
	}
	throttled("nobody", "wrong password") // and accounts that do not exist look the same

	h.clock.pass(5*time.Minute - time.Second)
	if got := p.signIn(page, "ada", password); got.status != http.StatusTooManyRequests {
		t.Errorf("a second too early: got status %d, want 429", got.status)
	}
	h.clock.pass(time.Second)
	if got := p.signIn(page, "ada", password); got.status != http.StatusSeeOther {
		t.Errorf("after the time that was told: got status %d, want 303", got.status)
	}
	if got := h.counted(t)["throttled"]; got != 4 {
		t.Errorf("throttled: got %v, want 4", got)
	}
}

func TestTheRightPasswordCostsNoAttempt(t *testing.T) {
	h := build(t, Config{AttemptsPerUser: 2})
	for range 5 {
		h.visitor(t).arrive("ada")
	}
}

func TestManyAccountsFromOneAddressAreSlowedDown(t *testing.T) {
	h := build(t, Config{AttemptsPerUser: 1})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	for i := range accountsPerAddress {
		if got := p.signIn(page, fmt.Sprintf("user%d", i), "wrong password"); got.status != http.StatusUnauthorized {
			t.Fatalf("account %d: got status %d, want 401", i+1, got.status)
		}
	}
	got := p.signIn(page, "ada", password)
	wait, err := strconv.Atoi(got.header.Get("Retry-After"))
	if got.status != http.StatusTooManyRequests || err != nil || wait != 90 {
		t.Errorf("one more: got status %d and Retry-After %d, want 429 and 90", got.status, wait)
	}
}

func TestAddressesCountApart(t *testing.T) {
	var address atomic.Value
	address.Store("192.0.2.1")
	h := build(t, Config{AttemptsPerUser: 1, Address: func(*http.Request) netip.Addr { return netip.MustParseAddr(address.Load().(string)) }})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	for i := range accountsPerAddress {
		p.signIn(page, fmt.Sprintf("user%d", i), "wrong password")
	}
	if got := p.signIn(page, "ada", password); got.status != http.StatusTooManyRequests {
		t.Errorf("the address that guessed: got status %d, want 429", got.status)
	}
	address.Store("192.0.2.2")
	if got := p.signIn(page, "ada", password); got.status != http.StatusSeeOther {
		t.Errorf("another address: got status %d, want 303", got.status)
	}
}

func TestManyAttemptsAtOnceAreNoWayAround(t *testing.T) {
	h := build(t, Config{})
	th := newThrottle(h.store, Config{AttemptsPerUser: 5, AttemptsWindow: time.Minute})
	now := time.Now()
	var wg sync.WaitGroup
	var passed atomic.Int32
	for range 100 {
		wg.Go(func() {
			if _, wait, err := th.take(t.Context(), "ada", "192.0.2.1", now); err == nil && wait == 0 {
				passed.Add(1)
			}
		})
	}
	wg.Wait()
	if got := passed.Load(); got != 5 {
		t.Errorf("of 100 at once %d passed, want 5", got)
	}
}

func TestManyAddressesTakeBoundedMemoryAndHideNoneThatIsBusy(t *testing.T) {
	b := newBuckets(1.0/60, 5)
	now := time.Now()
	for range 5 {
		b.take("192.0.2.1", now)
	}
	for i := range 3 * maxBuckets {
		b.take("another "+strconv.Itoa(i), now)
	}
	if got := len(b.all); got > maxBuckets {
		t.Errorf("buckets: got %d, want at most %d", got, maxBuckets)
	}
	if wait := b.take("192.0.2.1", now); wait == 0 {
		t.Error("the address that has begun too many sessions has been forgotten")
	}
	b.take("one more", now.Add(time.Hour))
	if got := len(b.all); got > maxBuckets-sample+1 {
		t.Errorf("an hour later: got %d buckets, want those forgotten that are full again", got)
	}
}

func TestAddressesOfOneNetworkAreOne(t *testing.T) {
	tests := []struct{ peer, want string }{
		{"192.0.2.1:443", "192.0.2.1"},
		{"[::ffff:192.0.2.1]:443", "192.0.2.1"},
		{"[2001:db8:1:2:3:4:5:6]:443", "2001:db8:1:2::/64"},
		{"[2001:db8:1:2:ffff::1]:443", "2001:db8:1:2::/64"},
		{"[fe80::1%eth0]:443", "fe80::/64"},
		{"@", "invalid IP"}, // a unix socket
	}
	for _, test := range tests {
		if got := networkOf(peerOf(&http.Request{RemoteAddr: test.peer})); got != test.want {
			t.Errorf("%s: got %q, want %q", test.peer, got, test.want)
		}
	}
	if got := networkOf(netip.MustParseAddr("127.0.0.1")); got != "127.0.0.1" {
		t.Errorf("loopback: got %q", got)
	}
}

// CON-09.
func TestLimitsSurviveARestart(t *testing.T) {
	h := build(t, Config{AttemptsPerUser: 2})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	for range 2 {
		p.signIn(page, "ada", "wrong password")
	}
	again, err := New(h.store, h.keys, h.users, Config{Pages: h.config.Pages, AttemptsPerUser: 2, Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	if _, wait, err := again.throttle.take(t.Context(), "ada", "192.0.2.99", h.clock.Now()); wait == 0 || err != nil {
		t.Errorf("after a restart: wait %v, %v; want to wait", wait, err)
	}
}

// CON-09: a directory takes all of these for one account.
func TestSpellingsOfANameShareItsAttempts(t *testing.T) {
	h := build(t, Config{AttemptsPerUser: 3})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	for _, name := range []string{"ADA", "Ada", "\uff41d\u00e1"} {
		if got := p.signIn(page, name, "wrong password"); got.status != http.StatusUnauthorized {
			t.Fatalf("%q: got status %d, want 401", name, got.status)
		}
	}
	for _, name := range []string{"ada", "aDa", "a d a", "ad\ufe0fa"} {
		if got := p.signIn(page, name, password); got.status != http.StatusTooManyRequests {
			t.Errorf("%q: got status %d, want 429", name, got.status)
		}
	}
	h.visitor(t).arrive("bob")
	if alike("राम") == alike("रमा") {
		t.Error("vowels that are marks are taken for accents")
	}
}

// CON-09: whoever fills a gauge at the page for people reaches no administrator's.
func TestStrangersKeepNoAdministratorOut(t *testing.T) {
	h := build(t, Config{AttemptsPerUser: 1})
	p := h.visitor(t)
	p.signIn(p.get("/oauth/signin"), "ada", "wrong password")
	c := h.config
	c.Administrators, c.Backend, c.Metrics = true, Backend{}, nil
	admins, err := New(h.store, h.keys, h.users, c)
	if err != nil {
		t.Fatal(err)
	}
	for entrance, th := range map[string]*throttle{"people": h.throttle, "administrators": admins.throttle} {
		_, wait, err := th.take(t.Context(), "ada", "192.0.2.99", h.clock.Now())
		if err != nil || (wait > 0) != (entrance == "people") {
			t.Errorf("%s: got a wait of %v, %v", entrance, wait, err)
		}
	}
}
