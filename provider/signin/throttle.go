package signin

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync"
	"time"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
	"golang.org/x/time/rate"

	"oauth1d/store"
)

// A throttle slows guessing down, per account and per address. Each has a gauge
// of attempts in the store, which empties over the window; a right password
// gives its attempt back. While a gauge is full the right password is refused
// too, or trying on would still tell it.
//
// Gauges survive a restart. An account's can be filled by anybody, who thereby
// keeps its owner out as long as the guessing goes on; the other choice is to let
// the guessing go on. Administrators have gauges of their own: whoever can reach
// no more than the page for people keeps none of them out.
type throttle struct {
	store    attempts
	entrance string // whose gauges they are
	attempts int
	window   time.Duration
}

type attempts interface {
	Attempt(ctx context.Context, now int64, gauges ...store.Gauge) (wait time.Duration, err error)
	Forgive(ctx context.Context, gauges ...store.Gauge) error
}

// How much an address may do that one account may not: an office shares one.
const accountsPerAddress = 10

func newThrottle(s attempts, c Config) *throttle {
	t := &throttle{store: s, entrance: "signin", attempts: c.AttemptsPerUser, window: c.AttemptsWindow}
	if c.Administrators {
		t.entrance = "admin signin"
	}
	return t
}

// take counts an attempt at both gauges. If one is full it counts at none and
// says how long to wait. The attempt is counted before the password is looked at,
// so that many at once are no way around; back takes it back.
func (t *throttle) take(ctx context.Context, name, address string, now time.Time) (back func() error, wait time.Duration, err error) {
	gauges := []store.Gauge{
		{ID: t.gaugeID("address", address), Limit: t.attempts * accountsPerAddress, Window: t.window},
		{ID: t.gaugeID("name", alike(name)), Limit: t.attempts, Window: t.window},
	}
	if wait, err = t.store.Attempt(ctx, now.Unix(), gauges...); err != nil {
		return nil, 0, fmt.Errorf("counting an attempt to sign in: %w", err)
	}
	return func() error {
		if err := t.store.Forgive(ctx, gauges...); err != nil {
			return fmt.Errorf("taking back an attempt to sign in: %w", err)
		}
		return nil
	}, wait, nil
}

// gaugeID is a hash because keys are strangers' and may be long, or be a password
// that went into the wrong field.
func (t *throttle) gaugeID(kind, key string) [32]byte {
	return sha256.Sum256([]byte(t.entrance + "\x00" + kind + "\x00" + key))
}

// alike is the same for all names that some directory takes for one account, or
// each spelling of a name would have its own attempts: directories ignore case,
// blanks, the form of a character, and some of them accents (RFC 4518 §2). Two
// users whose names are alike share their attempts.
func alike(name string) string {
	if len(name) > maxUserName {
		return name // nobody's, and not looked up
	}
	plain := norm.NFKD.String(cases.Fold().String(norm.NFKD.String(name)))
	return strings.Map(func(c rune) rune {
		if accent := 0x300 <= c && c <= 0x36f; accent || unicode.IsSpace(c) || blank(c) {
			return -1
		}
		return c
	}, plain)
}

// maxBuckets bounds the memory that inventing addresses can take to a few MiB.
const maxBuckets = 10_000

// buckets are token buckets by key, at most maxBuckets of them.
type buckets struct {
	limit rate.Limit
	burst int

	mu  sync.Mutex
	all map[[32]byte]*rate.Limiter // by hash: keys are strangers' and may be long
}

func newBuckets(limit rate.Limit, burst int) *buckets {
	return &buckets{limit: limit, burst: burst, all: map[[32]byte]*rate.Limiter{}}
}

// take says how long to wait for a token, or takes one.
func (b *buckets) take(key string, now time.Time) (wait time.Duration) {
	r := b.of(sha256.Sum256([]byte(key)), now).ReserveN(now, 1)
	if wait = r.DelayFrom(now); wait > 0 {
		r.CancelAt(now)
	}
	return wait
}

func (b *buckets) of(key [32]byte, now time.Time) *rate.Limiter {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.all[key]
	if l == nil {
		if len(b.all) >= maxBuckets {
			b.forget(now)
		}
		l = rate.NewLimiter(b.limit, b.burst)
		b.all[key] = l
	}
	return l
}

// sample is how many buckets forget looks at: enough to find one that matters
// little, few enough to cost nothing.
const sample = 100

// forget drops the buckets in a random sample that are full again, or else the
// fullest one of it. Whoever wants an address of theirs forgotten needs many
// others, and has to empty the buckets of nearly all of them first.
func (b *buckets) forget(now time.Time) {
	var fullest [32]byte
	most, seen, dropped := -1.0, 0, false
	for key, l := range b.all { // in random order
		tokens := l.TokensAt(now)
		if tokens >= float64(b.burst) {
			delete(b.all, key)
			dropped = true
		} else if tokens > most {
			fullest, most = key, tokens
		}
		if seen++; seen == sample {
			break
		}
	}
	if !dropped {
		delete(b.all, fullest)
	}
}

func peerOf(r *http.Request) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr) // zero on a unix socket
	return peer.Addr()
}

// networkOf returns an address as throttle counts it. An IPv6 network is one
// address: its owner has all of them.
func networkOf(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a.String()
	}
	network, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return network.String()
}
