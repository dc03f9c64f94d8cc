package noncelog

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const testStore = "store-of-the-tests"

// start is where the clocks of the tests begin.
var start = time.Unix(1_800_000_000, 0)

// clock is a clock that moves when it is told to.
type clock struct{ nanos atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.set(start)
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanos.Load()) }
func (c *clock) set(t time.Time)         { c.nanos.Store(t.UnixNano()) }
func (c *clock) advance(d time.Duration) { c.nanos.Add(int64(d)) }

// entry makes the n-th nonce with that timestamp.
func entry(n int, timestamp int64) Entry {
	b := binary.LittleEndian.AppendUint64(nil, uint64(n))
	sum := sha256.Sum256(binary.LittleEndian.AppendUint64(b, uint64(timestamp)))
	return Entry{Key: Key(sum[:16]), Timestamp: timestamp}
}

func (e Entry) askedBy(question byte) Entry {
	e.Repeat = [16]byte{question}
	return e
}

// create makes an empty log and returns its directory.
func create(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "nonces")
	if err := Create(dir, testStore, 0); err != nil {
		t.Fatal(err)
	}
	return dir
}

func open(t testing.TB, dir string, c Config) *Log {
	t.Helper()
	l, err := Open(dir, testStore, c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

func closeLog(t testing.TB, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

// wantUse uses e and expects that verdict.
func wantUse(t testing.TB, l *Log, e Entry, want Verdict) {
	t.Helper()
	got, err := l.Use(context.Background(), e)
	if err != nil {
		t.Fatalf("Use: %v", err)
	}
	if got != want {
		t.Fatalf("Use = %v, want %v", got, want)
	}
}

func wantErr(t testing.TB, l *Log, e Entry, want error) {
	t.Helper()
	if got, err := l.Use(context.Background(), e); !errors.Is(err, want) {
		t.Fatalf("Use = %v, %v, want %v", got, err, want)
	}
}

func TestUse(t *testing.T) {
	dir, c := create(t), newClock()
	l := open(t, dir, Config{Now: c.now})
	now := start.Unix()
	e := entry(1, now)
	wantUse(t, l, e, First)
	wantUse(t, l, e, Used)
	wantUse(t, l, entry(2, now), First)
	wantUse(t, l, entry(1, now+1), First)
	wantUse(t, l, Entry{Timestamp: now}, First) // the zero key is a key
	wantUse(t, l, Entry{Timestamp: now}, Used)
	if s := l.Stats(); s.Live != 4 || s.Oldest != now || s.Segments != 1 || s.Syncs != 4 {
		t.Errorf("Stats = %+v, want 4 live, 1 segment, 4 syncs", s)
	}
	closeLog(t, l)
	if err := Check(dir, testStore); err != nil {
		t.Error(err)
	}
	l = open(t, dir, Config{Now: c.now})
	wantUse(t, l, e, Used)
	wantUse(t, l, Entry{Timestamp: now}, Used)
	if got := l.Stats().Live; got != 4 {
		t.Errorf("%d live after reopening, want 4", got)
	}
}

func TestOneOfManyIsFirst(t *testing.T) {
	l := open(t, create(t), Config{})
	now := time.Now().Unix()
	for n := range 50 {
		var firsts atomic.Int32
		var wg sync.WaitGroup
		for range 32 {
			wg.Go(func() {
				v, err := l.Use(context.Background(), entry(n, now))
				if err != nil {
					t.Error(err)
				}
				if v == First {
					firsts.Add(1)
				}
			})
		}
		wg.Wait()
		if got := firsts.Load(); got != 1 {
			t.Fatalf("%d calls were first, want 1", got)
		}
	}
}

func TestManyShareASync(t *testing.T) {
	l := open(t, create(t), Config{})
	now := time.Now().Unix()
	var wg sync.WaitGroup
	for g := range 64 {
		wg.Go(func() {
			for n := range 20 {
				if v, err := l.Use(t.Context(), entry(g*1000+n, now)); v != First || err != nil {
					t.Errorf("Use = %v, %v, want first", v, err)
				}
			}
		})
	}
	wg.Wait()
	if s := l.Stats(); s.Live != 1280 || s.Syncs > 640 {
		t.Errorf("%d live after %d syncs, want 1280 and far fewer syncs", s.Live, s.Syncs)
	}
}

func TestRepeat(t *testing.T) {
	c := newClock()
	dir := create(t)
	now := start.Unix()
	l := open(t, dir, Config{Now: c.now})
	a := entry(1, now).askedBy('a')
	plain := entry(2, now)
	wantUse(t, l, a, First)
	wantUse(t, l, plain, First)

	wantUse(t, l, a, Repeat)
	wantUse(t, l, a, Repeat)
	wantUse(t, l, entry(1, now).askedBy('b'), Used)
	wantUse(t, l, entry(1, now), Used)
	wantUse(t, l, plain, Used) // zero is never a repeat
	c.advance(10 * time.Second)
	wantUse(t, l, a, Repeat)

	closeLog(t, l)
	l = open(t, dir, Config{Now: c.now})
	wantUse(t, l, a, Repeat)
	wantUse(t, l, entry(1, now).askedBy('b'), Used)
	c.advance(time.Second)
	wantUse(t, l, a, Used)
	c.set(start.Add(-time.Hour)) // a clock set back does not make it young again
	wantUse(t, l, a, Used)
	if n := len(l.repeats.heard); n != 0 {
		t.Errorf("%d questions are kept, want 0", n)
	}
}

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

func TestUseAfterTheCallerGaveUp(t *testing.T) {
	l := open(t, create(t), Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	e := entry(1, time.Now().Unix())
	if _, err := l.Use(ctx, e); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	wantUse(t, l, e, First) // it was not burnt
}

func TestFull(t *testing.T) {
	c := newClock()
	l := open(t, create(t), Config{Now: c.now, MaxEntries: 3})
	now := start.Unix()
	for n := range 3 {
		wantUse(t, l, entry(n, now), First)
	}
	wantErr(t, l, entry(3, now), ErrFull)
	wantUse(t, l, entry(1, now), Used)
	c.advance(5*time.Minute + 2*time.Second)
	wantErr(t, l, entry(3, c.now().Unix()), ErrFull) // the last moment at which they count
	c.advance(time.Second)
	wantUse(t, l, entry(3, c.now().Unix()), First) // makes room by itself
	wantErr(t, l, entry(1, now), ErrTooOld)
}

func TestClosed(t *testing.T) {
	l := open(t, create(t), Config{})
	closeLog(t, l)
	closeLog(t, l)
	wantErr(t, l, entry(1, time.Now().Unix()), ErrClosed)
	if err := l.Sweep(); !errors.Is(err, ErrClosed) {
		t.Errorf("Sweep = %v, want ErrClosed", err)
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
