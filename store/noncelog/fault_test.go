package noncelog

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// faulty lets the n-th act of one kind fail, and all after it as long as broken.
type faulty struct {
	act    act
	nth    int64
	err    error
	part   bool // half of a failing write reaches the disk
	stays  bool // every later act of the kind fails as well
	armed  atomic.Bool
	healed atomic.Bool
	count  atomic.Int64
}

func (f *faulty) fault(a act, size int) (int, error) {
	if !f.armed.Load() || f.healed.Load() || a != f.act {
		return 0, nil
	}
	n := f.count.Add(1)
	if n < f.nth || n > f.nth && !f.stays {
		return 0, nil
	}
	if f.part {
		return size / 2, f.err
	}
	return 0, f.err
}

// run uses 12 nonces over a few segments, with sweeps between, and returns what
// each was answered. The clock makes the sweeps delete.
func (f *faulty) run(t *testing.T, l *Log, c *clock) (acknowledged, refused []Entry) {
	t.Helper()
	for i := range 12 {
		e := entry(i, c.now().Unix())
		switch v, err := l.Use(context.Background(), e); {
		case err == nil && v == First:
			acknowledged = append(acknowledged, e)
		case err == nil:
			t.Fatalf("a new nonce is %v", v)
		default:
			refused = append(refused, e)
		}
		c.advance(5 * time.Second)
		if i%4 == 3 {
			l.Sweep() // its error is about space, or the log has failed
		}
		if i == 7 { // all have passed
			c.advance(time.Minute)
			l.Sweep()
		}
	}
	return acknowledged, refused
}

// TestEveryActFails lets each single act on the disk fail in each way. Whatever
// happens, nothing that was acknowledged is forgotten, and what was refused is
// never first as long as the log goes on without a new start.
func TestEveryActFails(t *testing.T) {
	for _, kind := range []struct {
		name  string
		act   act
		err   error
		part  bool
		fatal bool // an error in a batch ends the program
	}{
		{"write fails", actWrite, syscall.EIO, false, true},
		{"write is short", actWrite, syscall.EIO, true, true},
		{"no room", actWrite, syscall.ENOSPC, false, false},
		{"no room for all", actWrite, syscall.ENOSPC, true, false},
		{"sync fails", actSync, syscall.EIO, false, true},
		{"sync finds no room", actSync, syscall.ENOSPC, false, true},
		{"truncation fails", actTruncate, syscall.EIO, false, true},
		{"no descriptor", actCreate, syscall.EMFILE, false, false},
		{"a segment stays", actRemove, syscall.EIO, false, false},
	} {
		t.Run(kind.name, func(t *testing.T) {
			for nth := int64(1); ; nth++ {
				f := &faulty{act: kind.act, nth: nth, err: kind.err, part: kind.part}
				if !f.once(t, kind.fatal) {
					if nth == 1 {
						t.Fatal("there was nothing to fail")
					}
					return
				}
			}
		})
	}
}

// once runs one log with the fault, and reports whether the fault was reached.
func (f *faulty) once(t *testing.T, fatal bool) bool {
	t.Helper()
	c, dir := newClock(), create(t)
	died := make(chan error, 2)
	l, err := Open(dir, testStore, Config{
		Now: c.now, Window: 20 * time.Second, testOnlyMaxRecords: 3,
		testOnlyFault: f.fault,
		Fatal:         func(err error) { died <- err },
	})
	if err != nil {
		t.Fatal(err)
	}
	f.armed.Store(true)
	acknowledged, refused := f.run(t, l, c)
	if f.count.Load() < f.nth {
		l.Close()
		return false
	}
	where := fmt.Sprintf("%s %d", f.act, f.nth)
	_, err = l.Use(context.Background(), entry(99, c.now().Unix()))
	failed := errors.Is(err, ErrFailed)
	if failed {
		<-died
	}
	if fatal && !failed {
		t.Errorf("%s: the log goes on", where)
	}
	if !failed && len(refused) > 1 {
		t.Errorf("%s: %d nonces were refused, want 1 at most", where, len(refused))
	}
	l.Close()
	if len(died) != 0 {
		t.Errorf("%s: Fatal was called again", where)
	}
	if err := Check(dir, testStore); err != nil {
		t.Fatalf("%s: Check: %v", where, err)
	}
	c.set(start) // the most dangerous clock
	l = open(t, dir, Config{Now: c.now, Window: time.Hour})
	defer l.Close()
	for _, e := range acknowledged {
		if v, err := l.Use(context.Background(), e); v != Used || err != nil && !errors.Is(err, ErrTooOld) {
			t.Errorf("%s: an acknowledged nonce is %v, %v", where, v, err)
		}
	}
	return true
}

// TestFullDisk: Use refuses while there is no room, forgets nothing, and goes
// on when there is room again.
func TestFullDisk(t *testing.T) {
	for _, part := range []bool{false, true} {
		c, dir := newClock(), create(t)
		f := &faulty{act: actWrite, nth: 1, err: syscall.ENOSPC, part: part, stays: true}
		l := open(t, dir, Config{Now: c.now, testOnlyFault: f.fault, Fatal: func(err error) {
			t.Errorf("fatal: %v", err)
		}})
		now := start.Unix()
		wantUse(t, l, entry(1, now), First)
		f.armed.Store(true)
		for range 3 {
			wantErr(t, l, entry(2, now), syscall.ENOSPC)
		}
		wantUse(t, l, entry(1, now), Used) // reading goes on
		f.healed.Store(true)
		wantUse(t, l, entry(2, now), First)
		wantUse(t, l, entry(2, now), Used)
		closeLog(t, l)
		l = open(t, dir, Config{Now: c.now})
		wantUse(t, l, entry(1, now), Used)
		wantUse(t, l, entry(2, now), Used)
	}
}

// TestFullDiskIsCleared: when all nonces have passed, their space is given back
// although there is no room for a new file.
func TestFullDiskIsCleared(t *testing.T) {
	c, dir := newClock(), create(t)
	l := open(t, dir, Config{Now: c.now})
	wantUse(t, l, entry(1, start.Unix()), First)
	closeLog(t, l) // the manifest knows of one record
	l = open(t, dir, Config{Now: c.now, testOnlyFault: func(a act, size int) (int, error) {
		if a == actCreate || a == actWrite && size != slotSize {
			return 0, syscall.ENOSPC
		}
		return 0, nil
	}})
	c.advance(6 * time.Minute)
	if err := l.Sweep(); err != nil {
		t.Fatal(err)
	}
	if got, want := l.Stats().Bytes, int64(2*slotSize+headerSize); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
	closeLog(t, l)
	if err := Check(dir, testStore); err != nil {
		t.Error(err)
	}
	c.set(start)
	wantErr(t, open(t, dir, Config{Now: c.now}), entry(1, start.Unix()), ErrTooOld)
}

// TestTornWriteThatCannotBeTakenBack ends the program.
func TestTornWriteThatCannotBeTakenBack(t *testing.T) {
	died := make(chan error, 1)
	var armed atomic.Bool
	l := open(t, create(t), Config{
		Fatal: func(err error) { died <- err },
		testOnlyFault: func(a act, size int) (int, error) {
			switch {
			case armed.Load() && a == actWrite:
				return size / 2, syscall.ENOSPC
			case armed.Load() && a == actTruncate:
				return 0, syscall.EIO
			}
			return 0, nil
		},
	})
	armed.Store(true)
	wantErr(t, l, entry(1, time.Now().Unix()), ErrFailed)
	if err := <-died; !errors.Is(err, syscall.EIO) {
		t.Errorf("Fatal got %v, want the truncation's error", err)
	}
	if err := l.Close(); !errors.Is(err, ErrFailed) {
		t.Errorf("Close = %v, want ErrFailed", err)
	}
}

// TestCloseFromFatal: the obvious thing to do in Fatal must not hang.
func TestCloseFromFatal(t *testing.T) {
	f := &faulty{act: actSync, nth: 1, err: syscall.EIO}
	var l *Log
	closed := make(chan error, 1)
	l = open(t, create(t), Config{testOnlyFault: f.fault, Fatal: func(error) { closed <- l.Close() }})
	f.armed.Store(true)
	wantErr(t, l, entry(1, time.Now().Unix()), ErrFailed)
	if err := <-closed; !errors.Is(err, ErrFailed) {
		t.Errorf("Close = %v, want ErrFailed", err)
	}
}
