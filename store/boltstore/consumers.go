package boltstore

import (
	"bytes"
	"context"
	"errors"

	"oauth1d/store"
)

// errLost makes a change be tried again: the record was not the one that the
// change was made from.
var errLost = errors.New("another change came first")

// AddConsumer adds c.
func (s *Store) AddConsumer(ctx context.Context, c store.Consumer) error {
	return s.write(ctx, opAddConsumer, func(t *tx) error { return t.addConsumer(c) })
}

func (t *tx) addConsumer(c store.Consumer) error {
	if t.has(consumers, c.Key) {
		return store.ErrExists
	}
	t.counts.add(countsOf(c))
	return t.put(consumers, []byte(c.Key), encodeConsumer(c))
}

// Consumer returns the consumer with that key.
func (s *Store) Consumer(ctx context.Context, key string) (store.Consumer, error) {
	var c store.Consumer
	err := s.read(ctx, opConsumer, func(t *tx) (err error) {
		c, err = t.consumer(key)
		return err
	})
	return c, err
}

func (t *tx) consumer(key string) (store.Consumer, error) {
	body, err := t.get(consumers, []byte(key))
	if err != nil {
		return store.Consumer{}, err
	}
	c, err := decodeConsumer(key, body)
	if err != nil {
		return store.Consumer{}, rotten(consumers, err)
	}
	return c, nil
}

// ListConsumers returns all consumers.
func (s *Store) ListConsumers(ctx context.Context) ([]store.Consumer, error) {
	var list []store.Consumer
	err := s.read(ctx, opListConsumers, func(t *tx) error {
		return t.all(consumers, func(key string, body []byte) error {
			c, err := decodeConsumer(key, body)
			list = append(list, c)
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// ChangeConsumer lets change edit the consumer and keeps the result.
//
// change runs on the caller's goroutine, outside any transaction: it may be slow
// or use the store. The result is kept only if the record is still the one that
// change was given, else change is asked again.
func (s *Store) ChangeConsumer(ctx context.Context, key string, change func(*store.Consumer) error) (store.Consumer, error) {
	for {
		old, err := s.Consumer(ctx, key)
		if err != nil {
			return store.Consumer{}, err
		}
		edited, before, counted := old, encodeConsumer(old), countsOf(old) // before change can reach its slices
		if err := change(&edited); err != nil {
			return store.Consumer{}, err
		}
		edited.Key, edited.Created, edited.Revision = old.Key, old.Created, old.Revision+1
		err = s.write(ctx, opChangeConsumer, func(t *tx) error {
			if err := t.still(consumers, key, before); err != nil {
				return err
			}
			t.counts.subtract(counted)
			t.counts.add(countsOf(edited))
			return t.put(consumers, []byte(key), encodeConsumer(edited))
		})
		switch {
		case err == nil:
			return edited, nil
		case !errors.Is(err, errLost):
			return store.Consumer{}, err
		}
	}
}

// still returns errLost when the record is not, byte for byte, what it was.
func (t *tx) still(b bucket, key string, record []byte) error {
	v := t.bucket(b).Get([]byte(key))
	switch {
	case v == nil:
		return store.ErrNotFound
	case !bytes.Equal(v, record):
		return errLost
	}
	return nil
}

// RemoveConsumer deletes the consumer together with its tokens. The tombstones
// of revoked ones go too, so that a later consumer with the same key finds none.
func (s *Store) RemoveConsumer(ctx context.Context, key string) (int, error) {
	var ended int
	err := s.write(ctx, opRemoveConsumer, func(t *tx) error {
		c, err := t.consumer(key)
		if err != nil {
			return err
		}
		ended, err = t.dropConsumer(c)
		return err
	})
	if err != nil {
		return 0, err
	}
	return ended, nil
}

// dropConsumer deletes the consumer and its tokens, and says how many of those
// were live access tokens.
func (t *tx) dropConsumer(c store.Consumer) (ended int, err error) {
	if err := t.dropRequestTokensOf(c.Key); err != nil {
		return 0, err
	}
	for _, id := range t.idsUnder(accessTokensByConsumer, prefixed(c.Key)) {
		token, err := t.accessToken(id)
		if err != nil {
			return 0, err
		}
		if t.state(token) == nil {
			ended++
		}
		if err := t.dropAccessToken(token); err != nil {
			return 0, err
		}
	}
	t.counts.subtract(countsOf(c))
	return ended, t.delete(consumers, []byte(c.Key))
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}
