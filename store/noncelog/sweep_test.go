package noncelog

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestSegmentsAreDeletedWhole(t *testing.T) {
	c := newClock()
	dir := create(t)
	l := open(t, dir, Config{Now: c.now, testOnlyMaxRecords: 10})
	for i := range 45 {
		wantUse(t, l, entry(i, c.now().Unix()), First)
		c.advance(time.Second)
	}
	if got := l.Stats().Segments; got != 5 {
		t.Fatalf("%d segments, want 5", got)
	}
	c.set(start.Add(5*time.Minute + 2*time.Second + 25*time.Second))
	if err := l.Sweep(); err != nil {
		t.Fatal(err)
	}
	names, err := segmentNames(dir)
	if err != nil || len(names) != 3 || l.Stats().Segments != 3 {
		t.Errorf("segments %v, %v, want 3 of them", names, err)
	}
	closeLog(t, l)
	// The floor was kept, although the window grows and the clock goes back.
	c.set(start.Add(10 * time.Second))
	l = open(t, dir, Config{Now: c.now, Window: time.Hour})
	for i := range 45 {
		v, err := l.Use(context.Background(), entry(i, start.Unix()+int64(i)))
		if v != Used || err != nil && !errors.Is(err, ErrTooOld) {
			t.Errorf("nonce %d is %v, %v, want it refused", i, v, err)
		}
	}
	c.advance(2 * time.Hour)
	if err := l.Sweep(); err != nil {
		t.Fatal(err)
	}
	if s := l.Stats(); s.Live != 0 || s.Segments != 1 || s.Bytes != 2*slotSize+headerSize {
		t.Errorf("Stats = %+v, want one empty segment", s)
	}
	closeLog(t, l)
	if err := Check(dir, testStore); err != nil {
		t.Error(err)
	}
}
