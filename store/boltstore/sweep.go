package boltstore

import (
	"bytes"
	"context"
	"errors"

	"oauth1d/store"
)

// Sweep deletes what has expired, oldest first.
func (s *Store) Sweep(ctx context.Context, limit int) (int, error) {
	var deleted int
	err := s.write(ctx, opSweep, func(t *tx) error {
		deleted = 0
		for _, in := range [...]bucket{expiry, tombstones} {
			for _, d := range t.dueNow(in, limit-deleted) {
				if err := t.sweep(in, d); err != nil {
					return err
				}
				deleted++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return deleted, nil
}

// dueNow returns at most limit entries whose time has come.
func (t *tx) dueNow(in bucket, limit int) []due {
	var list []due
	c := t.bucket(in).Cursor()
	for k, _ := c.First(); k != nil && len(list) < limit; k, _ = c.Next() {
		d, ok := parseDue(k)
		if !ok || d.at > t.now {
			break
		}
		list = append(list, d)
	}
	return list
}

// sweep deletes one record and its entries, or an entry that stands for nothing.
// A record that rotted stays, for Check to find; it must not keep the others.
func (t *tx) sweep(in bucket, d due) error {
	switch d.of {
	case requestTokens:
		if r, err := t.requestToken(d.id); errors.Is(err, store.ErrExpired) && r.Expires == d.at {
			return t.dropRequestToken(r)
		}
	case accessTokens:
		if a, err := t.accessToken(d.id); err == nil {
			if due, key, ok := dueEntry(a); ok && due == in && bytes.Equal(key, dueKey(d.at, d.of, d.id)) {
				return t.dropAccessToken(a)
			}
		}
	case sessions:
		if v, err := t.session(d.id); err == nil && v.expires == d.at {
			return t.dropSession(d.id)
		}
	case gauges:
		if full, err := t.gauge([]byte(d.id)); err == nil && gaugeDue(full) == d.at {
			return t.putGauge([]byte(d.id), full, 0)
		}
	}
	return t.delete(in, dueKey(d.at, d.of, d.id))
}
