package noncelog

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"
)

// stall makes every sync of a batch wait until it is told to go on.
func stall() (fault func(act, int) (int, error), reached chan struct{}, goOn chan error) {
	reached, goOn = make(chan struct{}), make(chan error)
	return func(a act, _ int) (int, error) {
		if a != actSync {
			return 0, nil
		}
		reached <- struct{}{}
		return 0, <-goOn
	}, reached, goOn
}

// stalled opens a log in which the next sync of a batch stalls.
func stalled(t *testing.T, c Config) (l *Log, reached chan struct{}, goOn chan error) {
	t.Helper()
	fault, reached, goOn := stall()
	var armed atomic.Bool
	c.testOnlyFault = func(a act, n int) (int, error) {
		if armed.Load() {
			return fault(a, n)
		}
		return 0, nil
	}
	l = open(t, create(t), c)
	armed.Store(true)
	t.Cleanup(func() { armed.Store(false) })
	return l, reached, goOn
}

type outcome struct {
	v   Verdict
	err error
}

// use calls Use in the background.
func use(ctx context.Context, l *Log, e Entry) chan outcome {
	c := make(chan outcome, 1)
	go func() {
		v, err := l.Use(ctx, e)
		c <- outcome{v, err}
	}()
	return c
}

// wantPending waits until n entries are queued or being written.
func wantPending(t *testing.T, l *Log, n int) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		l.mu.Lock()
		got := len(l.pending)
		l.mu.Unlock()
		if got == n {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d entries are pending, want %d", got, n)
		}
	}
}

func TestDuplicateWaitsForTheSync(t *testing.T) {
	now := time.Now().Unix()
	for _, tt := range []struct {
		name      string
		duplicate Entry
		sync      error
		want      Verdict
	}{
		{"another question is refused", entry(1, now).askedBy('b'), nil, Used},
		{"the same question is a repeat", entry(1, now).askedBy('a'), nil, Repeat},
		{"a failed sync fails it too", entry(1, now).askedBy('a'), errors.New("bad disk"), Used},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l, reached, goOn := stalled(t, Config{})
			first := use(t.Context(), l, entry(1, now).askedBy('a'))
			<-reached
			v, b, err := l.take(tt.duplicate, time.Now())
			if err != nil || b == nil {
				t.Fatalf("a duplicate was answered %v, %v while the sync ran", v, err)
			}
			second := use(t.Context(), l, tt.duplicate)
			// Others are still looked up and queued: no lock is held.
			ctx, cancel := context.WithCancel(t.Context())
			third := use(ctx, l, entry(2, now))
			wantPending(t, l, 2)
			cancel()
			if got := <-third; !errors.Is(got.err, context.Canceled) {
				t.Errorf("a caller that gave up got %v, %v", got.v, got.err)
			}
			select {
			case got := <-second:
				t.Fatalf("a duplicate was answered %v, %v while the sync ran", got.v, got.err)
			default:
			}
			goOn <- tt.sync
			if tt.sync == nil {
				<-reached
				goOn <- nil
			}
			one, two := <-first, <-second
			if tt.sync != nil {
				if !errors.Is(one.err, ErrFailed) || !errors.Is(two.err, ErrFailed) {
					t.Errorf("got %v and %v, want ErrFailed twice", one, two)
				}
				return
			}
			if one.v != First || one.err != nil || two.v != tt.want || two.err != nil {
				t.Errorf("got %v and %v, want first and %v", one, two, tt.want)
			}
			// The one who gave up has burnt its nonce.
			v, _, err = l.take(entry(2, now), time.Now())
			if v != Used || err != nil {
				t.Errorf("the nonce that was given up is %v, %v, want used", v, err)
			}
			go func() { <-reached; goOn <- nil; <-reached; goOn <- nil }() // Close
			closeLog(t, l)
		})
	}
}

func TestCloseWaitsForTheQueue(t *testing.T) {
	now := time.Now().Unix()
	l, reached, goOn := stalled(t, Config{})
	one := use(t.Context(), l, entry(1, now))
	<-reached
	two := use(t.Context(), l, entry(2, now))
	wantPending(t, l, 2)
	done := make(chan error)
	go func() { done <- l.Close() }()
	for range 4 { // two batches, and the manifest twice
		goOn <- nil
		select {
		case <-reached:
		case err := <-done:
			if err != nil {
				t.Error(err)
			}
		}
	}
	for _, c := range []chan outcome{one, two} {
		if got := <-c; got.v != First || got.err != nil {
			t.Errorf("got %v, want first", got)
		}
	}
}

// TestOneWriteAndOneSync: what a lone caller pays for a durable nonce, no more
// and above all no less.
func TestOneWriteAndOneSync(t *testing.T) {
	var writes, syncs atomic.Int32
	l := open(t, create(t), Config{testOnlyFault: func(a act, _ int) (int, error) {
		switch a {
		case actWrite:
			writes.Add(1)
		case actSync:
			if writes.Load() == 1 { // not before the write
				syncs.Add(1)
			}
		}
		return 0, nil
	}})
	writes.Store(0)
	syncs.Store(0)
	wantUse(t, l, entry(1, time.Now().Unix()), First)
	if w, s := writes.Load(), syncs.Load(); w != 1 || s != 1 {
		t.Errorf("%d writes and %d syncs after them, want 1 and 1", w, s)
	}
}
