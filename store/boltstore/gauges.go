package boltstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oauth1d/store"
)

// A gauge is one time: when it has all its tries again (the generic cell rate
// algorithm of ATM). Each try moves it on by Window/Limit, and one that would
// move it further than Limit of those from now is refused. So a gauge takes one
// record however many tries it counts, and none once it is full again.

// errGauge is a gauge that would let nothing through, or everything.
var errGauge = errors.New("a gauge without a limit or a window")

// Attempt counts one try at each of the gauges, or at none.
func (s *Store) Attempt(ctx context.Context, now int64, of ...store.Gauge) (time.Duration, error) {
	var wait time.Duration
	err := s.write(ctx, opAttempt, func(t *tx) (err error) {
		var read readings
		if read, wait, err = t.try(time.Unix(now, 0).UnixNano(), of); err != nil {
			return err
		}
		for id, r := range read {
			to := r.tried
			if wait > 0 {
				to = r.shown
			}
			if err := t.putGauge(id[:], r.kept, to); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return wait, nil
}

// A reading is one gauge: what is kept of it, what it shows now, and what it
// would show after the try.
type reading struct{ kept, shown, tried int64 }

type readings map[[32]byte]reading

// try reads the gauges and says how long the fullest of them makes wait.
func (t *tx) try(now int64, of []store.Gauge) (readings, time.Duration, error) {
	var wait time.Duration
	read := readings{}
	for _, g := range of {
		step, err := stepOf(g)
		if err != nil {
			return nil, 0, err
		}
		full := now + step*int64(g.Limit)
		r, again := read[g.ID]
		if !again {
			if r.kept, err = t.gaugeOrNone(g.ID[:]); err != nil {
				return nil, 0, err
			}
			// What lies further ahead was written by another clock or limit. It is
			// corrected even if the try is refused, or it would stay ahead.
			r.shown = min(r.kept, full)
			r.tried = max(r.shown, now)
		}
		r.tried += step
		wait = max(wait, time.Duration(r.tried-full))
		read[g.ID] = r
	}
	return read, wait, nil
}

// Forgive takes one try back at each of the gauges.
func (s *Store) Forgive(ctx context.Context, of ...store.Gauge) error {
	return s.write(ctx, opForgive, func(t *tx) error {
		now := time.Unix(t.now, 0).UnixNano()
		back := map[[32]byte]int64{}
		for _, g := range of {
			step, err := stepOf(g)
			if err != nil {
				return err
			}
			back[g.ID] += step
		}
		for id, by := range back {
			kept, err := t.gaugeOrNone(id[:])
			if err != nil {
				return err
			}
			to := kept - by
			if to <= now {
				to = 0
			}
			if err := t.putGauge(id[:], kept, to); err != nil {
				return err
			}
		}
		return nil
	})
}

// stepOf is by how much a try moves the gauge, in nanoseconds.
func stepOf(g store.Gauge) (int64, error) {
	if g.Limit <= 0 || g.Window <= 0 || int64(g.Window) < int64(g.Limit) {
		return 0, fmt.Errorf("%w: %d in %v", errGauge, g.Limit, g.Window)
	}
	return int64(g.Window) / int64(g.Limit), nil
}

func (t *tx) gauge(id []byte) (int64, error) {
	body, err := t.get(gauges, id)
	if err != nil {
		return 0, err
	}
	full, err := decodeGauge(body)
	if err != nil {
		return 0, rotten(gauges, err)
	}
	return full, nil
}

func (t *tx) gaugeOrNone(id []byte) (int64, error) {
	full, err := t.gauge(id)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	return full, err
}

// putGauge writes the record and when it is due, or deletes both when at is 0.
func (t *tx) putGauge(id []byte, old, at int64) error {
	if old == at {
		return nil
	}
	if old != 0 {
		if err := t.delete(expiry, dueKey(gaugeDue(old), gauges, string(id))); err != nil {
			return err
		}
	}
	if at == 0 {
		return t.delete(gauges, id)
	}
	if err := t.put(gauges, id, encodeGauge(id, at)); err != nil {
		return err
	}
	return t.put(expiry, dueKey(gaugeDue(at), gauges, string(id)), nil)
}

// gaugeDue is the first second in which the gauge says nothing any more.
func gaugeDue(full int64) int64 {
	second := int64(time.Second)
	return full/second + int64(one(full%second > 0))
}
