package boltstore

import (
	"context"

	"oauth1d/store"
)

// counts are numbers of records, expired ones that have not been swept
// included. They are counted once, from the page headers, when the store is
// opened (see survey), and kept up to date with each commit.
type counts struct {
	consumers, disabled, proposed, users, requestTokens, accessTokens, sessions int
}

func (c *counts) add(d counts) {
	c.consumers += d.consumers
	c.disabled += d.disabled
	c.proposed += d.proposed
	c.users += d.users
	c.requestTokens += d.requestTokens
	c.accessTokens += d.accessTokens
	c.sessions += d.sessions
}

// subtract takes back what add added for a consumer.
func (c *counts) subtract(d counts) {
	c.consumers -= d.consumers
	c.disabled -= d.disabled
	c.proposed -= d.proposed
}

// countsOf is what one consumer adds to the counts. A proposed consumer is
// disabled besides; it counts as proposed.
func countsOf(c store.Consumer) counts {
	return counts{consumers: 1, disabled: one(c.Disabled && c.Proposed == 0), proposed: one(c.Proposed != 0)}
}

// count takes what the survey found. Only whether consumers are disabled or
// proposed stands in the records themselves.
func (t *tx) count(v *survey) (counts, error) {
	c := counts{
		consumers:     v.records[consumers],
		users:         v.records[users],
		requestTokens: v.records[requestTokens],
		accessTokens:  v.records[accessTokens] - v.records[tombstones],
		sessions:      v.records[sessions],
	}
	err := t.all(consumers, func(_ string, body []byte) error {
		c.disabled += one(body[1]&flagDisabled != 0 && body[1]&flagSecond == 0)
		c.proposed += one(body[1]&flagSecond != 0)
		return nil
	})
	return c, err
}

// expired counts what has expired and was not swept.
func (t *tx) expired() counts {
	var c counts
	cursor := t.bucket(expiry).Cursor()
	for k, _ := cursor.First(); k != nil; k, _ = cursor.Next() {
		d, ok := parseDue(k)
		if !ok || d.at > t.now {
			break
		}
		switch d.of {
		case requestTokens:
			c.requestTokens++
		case accessTokens:
			c.accessTokens++
		case sessions:
			c.sessions++
		}
	}
	return c
}

// Stats counts what is in the store.
func (s *Store) Stats(ctx context.Context) (store.Stats, error) {
	var gone counts
	if err := s.read(ctx, opStats, func(t *tx) error { gone = t.expired(); return nil }); err != nil {
		return store.Stats{}, err
	}
	s.mu.Lock()
	c := s.counts
	s.mu.Unlock()
	pages, nonces := s.db.Stats(), s.nonces.Stats()
	return store.Stats{
		Consumers:         c.consumers,
		DisabledConsumers: c.disabled,
		ProposedConsumers: c.proposed,
		Users:             c.users,
		RequestTokens:     max(0, c.requestTokens-gone.requestTokens),
		AccessTokens:      max(0, c.accessTokens-gone.accessTokens),
		Sessions:          max(0, c.sessions-gone.sessions),
		Nonces:            nonces.Live,
		SizeBytes:         s.size(),
		FreePages:         pages.FreePageN + pages.PendingPageN,
		NonceBytes:        nonces.Bytes,
	}, nil
}
