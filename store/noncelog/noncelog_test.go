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
