package noncelog

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// history is what a run of the property knows about the log.
type history struct {
	log    *Log
	dir    string
	clock  *clock
	window time.Duration
	first  []Entry      // those that were answered with First
	asked  []Entry      // all
	fuse   atomic.Int64 // at which act from now the disk fails, if above 0
	seen   int64        // the highest horizon that the clock ever gave
}

// TestNoNonceIsFirstTwice lets clocks jump and processes die, and uses new and
// old nonces all the while. No nonce is ever first twice, whatever the clock
// says; and a new one is refused only if its timestamp is at or below that of a
// nonce that may have been forgotten.
func TestNoNonceIsFirstTwice(t *testing.T) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "run")
		if err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(dir)
		h := &history{dir: filepath.Join(dir, "0"), clock: newClock(), window: time.Minute}
		if err := Create(h.dir, testStore, 0); err != nil {
			rt.Fatal(err)
		}
		h.open(rt)
		defer func() { h.log.Close() }() // the last one
		for range rapid.IntRange(1, 60).Draw(rt, "steps") {
			h.step(rt)
			h.seen = max(h.seen, h.log.horizon(h.clock.now()))
		}
	})
}

func (h *history) open(rt *rapid.T) {
	var err error
	h.window = rapid.SampledFrom([]time.Duration{30 * time.Second, time.Minute, 2 * time.Minute}).Draw(rt, "window")
	for range 2 { // the fuse blows once
		h.log, err = Open(h.dir, testStore, Config{
			Window: h.window, Now: h.clock.now, testOnlyMaxRecords: 5, testOnlyFault: h.fault,
		})
		if !errors.Is(err, syscall.EIO) {
			break
		}
	}
	if err != nil {
		rt.Fatalf("opening: %v", err)
	}
}

// fault lets one act fail when the fuse has burnt down, a write in its middle.
func (h *history) fault(_ act, size int) (int, error) {
	if h.fuse.Add(-1) == 0 {
		return size / 2, syscall.EIO
	}
	return 0, nil
}

// reopen closes the log, or leaves it as a kill does, and opens it.
func (h *history) reopen(rt *rapid.T, kill bool) {
	if kill {
		next := h.dir + "0"
		if err := os.CopyFS(next, os.DirFS(h.dir)); err != nil {
			rt.Fatal(err)
		}
		defer os.RemoveAll(h.dir)
		h.dir = next
	}
	h.log.Close() // fails if the fuse blows
	h.open(rt)
}

func (h *history) step(rt *rapid.T) {
	second := func(name string, from, to int) time.Duration {
		return time.Duration(rapid.IntRange(from, to).Draw(rt, name)) * time.Second
	}
	switch rapid.IntRange(0, 12).Draw(rt, "step") {
	case 0:
		h.clock.advance(second("forward", 1, 20))
	case 1:
		h.clock.advance(second("far forward", 20, 400))
	case 2:
		h.clock.advance(-second("back", 1, 400))
	case 3:
		h.log.Sweep() // fails if the fuse blows
	case 4:
		h.reopen(rt, false)
	case 5:
		h.reopen(rt, true)
	case 6, 7, 8:
		if len(h.first) > 0 {
			h.replay(rt, rapid.SampledFrom(h.first).Draw(rt, "old"))
		}
	case 12:
		h.fuse.Store(rapid.Int64Range(1, 20).Draw(rt, "fuse"))
	default:
		ahead := second("ahead", -int(h.window/time.Second), int(h.window/time.Second))
		h.use(rt, entry(len(h.asked), h.clock.now().Add(ahead).Unix()))
	}
}

func (h *history) replay(rt *rapid.T, e Entry) {
	v, err := h.log.Use(rt.Context(), e)
	if v != Used || err != nil && !errors.Is(err, ErrTooOld) && !errors.Is(err, ErrFailed) {
		rt.Fatalf("a replay is %v, %v", v, err)
	}
	if errors.Is(err, ErrFailed) {
		h.reopen(rt, rapid.Bool().Draw(rt, "killed"))
	}
}

func (h *history) use(rt *rapid.T, e Entry) {
	h.asked = append(h.asked, e)
	v, err := h.log.Use(rt.Context(), e)
	switch {
	case err == nil && v == First:
		h.first = append(h.first, e)
	case errors.Is(err, ErrFailed):
		h.reopen(rt, rapid.Bool().Draw(rt, "killed"))
	case !errors.Is(err, ErrTooOld):
		rt.Fatalf("a new nonce is %v, %v", v, err)
	case !h.mayBeForgotten(e.Timestamp):
		rt.Fatal("a new nonce is refused without need")
	}
}

// mayBeForgotten reports whether a nonce with that timestamp or a later one has
// passed the window at some time.
func (h *history) mayBeForgotten(timestamp int64) bool {
	return slices.ContainsFunc(h.asked, func(e Entry) bool {
		return e.Timestamp >= timestamp && e.Timestamp < h.seen
	})
}

// TestAcrossTheEdgeOfTheWindow replays one nonce at every half second from its
// use until long after, from a clock behind, at and ahead of its timestamp.
func TestAcrossTheEdgeOfTheWindow(t *testing.T) {
	const window = 30 * time.Second
	for _, ahead := range []time.Duration{-window, 0, window} {
		c := newClock()
		l := open(t, create(t), Config{Now: c.now, Window: window})
		e := entry(1, start.Add(ahead).Unix())
		wantUse(t, l, e, First)
		for ; c.now().Before(start.Add(4 * window)); c.advance(time.Second / 2) {
			if err := l.Sweep(); err != nil {
				t.Fatal(err)
			}
			v, err := l.Use(t.Context(), e)
			if v != Used {
				t.Fatalf("%v ahead, after %v: %v, %v", ahead, c.now().Sub(start), v, err)
			}
			acceptable := c.now().Sub(time.Unix(e.Timestamp, 0)) <= window
			if acceptable && err != nil {
				t.Fatalf("%v ahead, after %v: %v, want it remembered", ahead, c.now().Sub(start), err)
			}
		}
		if got := l.Stats().Live; got != 0 {
			t.Errorf("%d live, want 0", got)
		}
	}
}

// TestClockThatWasWrongForAWhile: requests are accepted again as soon as the
// clock is right, and nothing that was used before is accepted.
func TestClockThatWasWrongForAWhile(t *testing.T) {
	for _, jump := range []time.Duration{time.Hour, 10 * 365 * 24 * time.Hour, -time.Hour} {
		t.Run(jump.String(), func(t *testing.T) {
			c := newClock()
			l := open(t, create(t), Config{Now: c.now})
			before := entry(1, start.Unix())
			wantUse(t, l, before, First)
			c.advance(jump)
			wrong := entry(2, c.now().Unix())
			if jump > 0 {
				wantUse(t, l, wrong, First) // a consumer on the same machine
			}
			if err := l.Sweep(); err != nil {
				t.Fatal(err)
			}
			c.set(start.Add(time.Second))
			wantUse(t, l, entry(3, c.now().Unix()), First)
			if v, _ := l.Use(t.Context(), before); v != Used {
				t.Errorf("a replay from before is %v", v)
			}
			if jump > 0 {
				wantUse(t, l, wrong, Used)
			}
		})
	}
}
