package boltstore

import (
	"context"

	"oauth1d/store"
)

// AddProposal adds c, unless there are too many like it.
func (s *Store) AddProposal(ctx context.Context, c store.Consumer, ofOwner, inAll int) error {
	return s.write(ctx, opAddProposal, func(t *tx) error {
		switch {
		case !t.has(users, c.Owner):
			return store.ErrNotFound
		case t.has(consumers, c.Key):
			return store.ErrExists
		}
		owners, err := t.proposals()
		if err != nil {
			return err
		}
		all := 0
		for _, n := range owners {
			all += n
		}
		if all >= inAll || owners[c.Owner] >= ofOwner {
			return store.ErrTooMany
		}
		return t.addConsumer(c)
	})
}

// RemoveProposal deletes what owner has proposed.
func (s *Store) RemoveProposal(ctx context.Context, key, owner string) error {
	return s.write(ctx, opRemoveProposal, func(t *tx) error {
		c, err := t.consumer(key)
		switch {
		case err != nil:
			return err
		case c.Owner != owner || owner == "":
			return store.ErrNotFound
		case c.Proposed == 0:
			return store.ErrSpent
		}
		_, err = t.dropConsumer(c)
		return err
	})
}

// proposals counts the proposed consumers of each owner. Those that are not
// proposed, nearly all, are told by their flags.
func (t *tx) proposals() (map[string]int, error) {
	owners := map[string]int{}
	err := t.all(consumers, func(key string, body []byte) error {
		if body[1]&flagSecond == 0 {
			return nil
		}
		c, err := decodeConsumer(key, body)
		owners[c.Owner]++
		return err
	})
	return owners, err
}

// ownsNoMore deletes the consumers that a user who is removed has proposed, and
// takes the user's name from those approved since: the next user with that name
// must not be given their secrets.
func (t *tx) ownsNoMore(name string) error {
	var owned []store.Consumer
	err := t.all(consumers, func(key string, body []byte) error {
		c, err := decodeConsumer(key, body)
		if err == nil && c.Owner == name && name != "" {
			owned = append(owned, c)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, c := range owned {
		if c.Proposed != 0 {
			if _, err := t.dropConsumer(c); err != nil {
				return err
			}
			continue
		}
		c.Owner = ""
		c.Revision++
		if err := t.put(consumers, []byte(c.Key), encodeConsumer(c)); err != nil {
			return err
		}
	}
	return nil
}
