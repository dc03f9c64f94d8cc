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
	err := s.write(ctx, opAttempt, func(t *tx) error {
		wait = 0
		instant := time.Unix(now, 0).UnixNano()
		full := map[[32]byte]int64{}
		for _, g := range of {
			step, err := stepOf(g)
			if err != nil {
				return err
			}
			at, ok := full[g.ID]
			if !ok {
				if at, err = t.gaugeOrNone(g.ID[:]); err != nil {
					return err
				}
			}
			most := instant + step*int64(g.Limit)
			// What lies further ahead was written by another clock or limit.
			at = min(max(at, instant), most) + step
			wait = max(wait, time.Duration(at-most))
			full[g.ID] = at
		}
		if wait > 0 {
			return nil
		}
		return t.putGauges(full)
	})
	if err != nil {
		return 0, err
	}
	return wait, nil
}

// Forgive takes one try back at each of the gauges.
func (s *Store) Forgive(ctx context.Context, of ...store.Gauge) error {
	return s.write(ctx, opForgive, func(t *tx) error {
		full := map[[32]byte]int64{}
		for _, g := range of {
			step, err := stepOf(g)
			if err != nil {
				return err
			}
			at, ok := full[g.ID]
			if !ok {
				if at, err = t.gaugeOrNone(g.ID[:]); err != nil {
					return err
				}
			}
			full[g.ID] = max(0, at-step)
		}
		return t.putGauges(full)
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

// putGauges writes all of full that has changed.
func (t *tx) putGauges(full map[[32]byte]int64) error {
	for id, at := range full {
		old, err := t.gaugeOrNone(id[:])
		if err != nil {
			return err
		}
		if err := t.putGauge(id[:], old, at); err != nil {
			return err
		}
	}
	return nil
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
