// Package storetest is the one suite for every engine of package store. Each
// promise in the comments of store.Store has a case here, and what must happen
// once has a race.
//
// It knows nothing of how an engine keeps its records. What an engine promises
// beyond the interface, such as how it meets a damaged disk, it tests itself.
package storetest

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/store"
)

// Open makes a new, empty store whose clock is now, and has it closed when the
// test ends.
type Open func(t *testing.T, now func() time.Time) store.Store

// Reopen closes s and opens it again with the same clock.
type Reopen func(t *testing.T, s store.Store) store.Store

// Run checks every promise of the interface. No engine leaves out a part.
func Run(t *testing.T, open func(t *testing.T, now func() time.Time) store.Store) {
	for _, part := range [...]map[string]func(*env){
		consumerCases, proposalCases, userCases, sourceCases, requestTokenCases, redeemCases, accessTokenCases,
		filterCases, credentialsCases, renewCases, markCases, actorCases, sessionCases, gaugeCases, nonceCases, wholeCases, raceCases,
	} {
		for name, test := range part {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(newEnv(t, open))
			})
		}
	}
}

// Start is the time at which the clock of every case begins.
var Start = time.Unix(1_800_000_000, 0)

// A Clock is a clock that stands until it is set.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that shows Start.
func NewClock() *Clock { return &Clock{now: Start} }

// Now is the clock's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Add sets the clock forward, or back if d is negative.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// env is what one case works with.
type env struct {
	*testing.T
	store.Store
	clock *Clock
}

func newEnv(t *testing.T, open Open) *env {
	clock := NewClock()
	return &env{t, open(t, clock.Now), clock}
}

// now is the clock's time as the records have it, d later.
func (e *env) now(d time.Duration) int64 { return e.clock.Now().Add(d).Unix() }

// ok ends the case when err is not nil.
func (e *env) ok(err error) {
	e.Helper()
	if err != nil {
		e.Fatalf("got error %v", err)
	}
}

// is fails the case when err is not want.
func (e *env) is(what string, err, want error) {
	e.Helper()
	if !errors.Is(err, want) || want == nil && err != nil {
		e.Errorf("%s: got error %v, want %v", what, err, want)
	}
}

// same fails the case when got is not want.
func (e *env) same(what string, got, want any) {
	e.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		e.Errorf("%s: got (+), want (-):\n%s", what, diff)
	}
}

// race calls f n times at once and returns what each call said.
func race(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	all.Wait()
	return errs
}

// tally fails the case unless want errors are nil and all others are other.
func (e *env) tally(what string, errs []error, want int, other error) {
	e.Helper()
	n := 0
	for _, err := range errs {
		if err == nil {
			n++
		} else if !errors.Is(err, other) {
			e.Errorf("%s: got error %v, want %v", what, err, other)
		}
	}
	if n != want {
		e.Errorf("%s: %d of %d calls returned nil, want %d", what, n, len(errs), want)
	}
}

// odd are texts that an engine may confuse: with each other, with its own
// separators, or with what is left of them after some normalisation.
func odd() []string {
	return []string{
		"a", "A", "a ", " a", "a\x00", "a\x00b", "\x00", "a\nb", "a/b", "a|b", "a:b", "%61", "ab",
		"\u00e9", "e\u0301", "日本語", "\xff\xfe", "..", "1", "01", "\x00\x00\x00\x01a", long("a"), long("b"),
	}
}

// long is a text of 1000 bytes that differs in its last one.
func long(last string) string { return fmt.Sprintf("%0999d%s", 0, last) }
