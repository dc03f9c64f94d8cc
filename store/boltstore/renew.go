package boltstore

import (
	"context"
	"crypto/subtle"
	"errors"

	"oauth1d/store"
)

// Renew revokes the access token and adds a in its place.
func (s *Store) Renew(ctx context.Context, id string, handle [32]byte, a store.AccessToken) (store.AccessToken, error) {
	var out store.AccessToken
	err := s.write(ctx, opRenew, func(t *tx) (err error) {
		old, err := t.accessToken(id)
		if err != nil {
			return err
		}
		if err := t.renewable(old, handle, a.Consumer); err != nil {
			return err
		}
		out = a
		out.User, out.Scopes, out.Session, out.SessionExpires = old.User, old.Scopes, old.Session, old.SessionExpires
		if out.Expires == 0 || out.Expires > old.SessionExpires {
			out.Expires = old.SessionExpires
		}
		if err := t.addAccessToken(out); err != nil {
			return err
		}
		return t.revoke(old)
	})
	if err != nil {
		return store.AccessToken{}, err
	}
	return out, nil
}

func (t *tx) renewable(a store.AccessToken, handle [32]byte, consumer string) error {
	switch {
	case a.Consumer != consumer, a.Session == [32]byte{}:
		return store.ErrNotFound
	case a.Revoked != 0:
		return store.ErrRevoked
	case a.SessionExpires <= t.now:
		return store.ErrExpired
	case subtle.ConstantTimeCompare(a.Session[:], handle[:]) != 1:
		return store.ErrWrongVerifier
	}
	return nil
}

// MarkUsed takes down what was used when. A record that rotted is passed over:
// it must not keep the marks of the others from being written.
func (s *Store) MarkUsed(ctx context.Context, m store.Marks) error {
	return s.write(ctx, opMarkUsed, func(t *tx) error {
		for id, at := range m.Tokens {
			if err := t.markToken(id, at); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrDamaged) {
				return err
			}
		}
		for key, mark := range m.Consumers {
			if err := t.markConsumer(key, mark); err != nil && !errors.Is(err, store.ErrNotFound) && !errors.Is(err, store.ErrDamaged) {
				return err
			}
		}
		return nil
	})
}

func (t *tx) markToken(id string, at int64) error {
	a, err := t.accessToken(id)
	if err != nil {
		return err
	}
	if a.Used >= at || a.Revoked != 0 || a.End() != 0 && a.End() <= at {
		return nil
	}
	// When it is due may change with the mark.
	if err := t.forget(a); err != nil {
		return err
	}
	a.Used = at
	return t.putAccessToken(a)
}

func (t *tx) markConsumer(key string, m store.ConsumerMark) error {
	c, err := t.consumer(key)
	if err != nil || c.Revision != m.Revision {
		return err
	}
	before := c.Used
	c.Used.Secret = max(c.Used.Secret, m.Used.Secret)
	c.Used.PublicKey = max(c.Used.PublicKey, m.Used.PublicKey)
	c.Used.OldSecret = max(c.Used.OldSecret, m.Used.OldSecret)
	c.Used.OldPublicKey = max(c.Used.OldPublicKey, m.Used.OldPublicKey)
	if c.Used == before {
		return nil
	}
	return t.put(consumers, []byte(key), encodeConsumer(c))
}
