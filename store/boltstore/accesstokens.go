package boltstore

import (
	"context"
	"errors"

	"oauth1d/store"
)

// tombstoneFor is how long a revoked access token is kept, so that its consumer
// is told why it is refused.
const tombstoneFor = 30 * 24 * 60 * 60

// IssueAccessToken adds a without a dance.
func (s *Store) IssueAccessToken(ctx context.Context, a store.AccessToken) error {
	return s.write(ctx, opIssueAccessToken, func(t *tx) error {
		if !t.has(consumers, a.Consumer) {
			return store.ErrNotFound
		}
		return t.addAccessToken(a)
	})
}

// AccessToken returns the access token.
func (s *Store) AccessToken(ctx context.Context, id string) (store.AccessToken, error) {
	var a store.AccessToken
	err := s.read(ctx, opAccessToken, func(t *tx) (err error) {
		if a, err = t.accessToken(id); err != nil {
			return err
		}
		return t.state(a)
	})
	return a, err
}

// Credentials looks up all that a signed request for a resource names.
func (s *Store) Credentials(ctx context.Context, consumerKey, tokenID string) (store.Credentials, error) {
	var c store.Credentials
	err := s.read(ctx, opCredentials, func(t *tx) (err error) {
		if c.Consumer, err = t.consumer(consumerKey); err != nil {
			return err
		}
		c.Token, err = t.accessToken(tokenID)
		if errors.Is(err, store.ErrNotFound) || err == nil && c.Token.Consumer != consumerKey {
			c.Token, c.TokenErr = store.AccessToken{}, store.ErrNotFound
			return nil
		}
		if err != nil {
			return err
		}
		c.TokenErr = t.state(c.Token)
		c.User, err = t.userOf(c.Token)
		return err
	})
	if err != nil {
		return store.Credentials{}, err
	}
	return c, nil
}

// ListAccessTokens returns live tokens that match f.
func (s *Store) ListAccessTokens(ctx context.Context, f store.TokenFilter) ([]store.AccessToken, error) {
	var list []store.AccessToken
	err := s.read(ctx, opListAccessTokens, func(t *tx) (err error) {
		list, err = t.standing(f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// Revoke ends the access token.
func (s *Store) Revoke(ctx context.Context, id string) error {
	return s.write(ctx, opRevoke, func(t *tx) error {
		a, err := t.accessToken(id)
		if err != nil {
			return err
		}
		switch err := t.over(a); {
		case errors.Is(err, store.ErrRevoked):
			return nil
		case err != nil:
			return err
		}
		return t.revoke(a)
	})
}

// RevokeAll ends all tokens that match f.
func (s *Store) RevokeAll(ctx context.Context, f store.TokenFilter) (int, error) {
	f.After, f.Limit = "", 0
	if f.Consumer == "" && f.User == "" {
		return 0, nil
	}
	var revoked int
	err := s.write(ctx, opRevokeAll, func(t *tx) (err error) {
		revoked, err = t.revokeAll(f)
		return err
	})
	if err != nil {
		return 0, err
	}
	return revoked, nil
}

func (t *tx) accessToken(id string) (store.AccessToken, error) {
	body, err := t.get(accessTokens, []byte(id))
	if err != nil {
		return store.AccessToken{}, err
	}
	a, err := decodeAccessToken(id, body)
	if err != nil {
		return store.AccessToken{}, rotten(accessTokens, err)
	}
	return a, nil
}

// state is nil for a live token, else ErrRevoked or ErrExpired.
func (t *tx) state(a store.AccessToken) error {
	switch {
	case a.Revoked != 0:
		return store.ErrRevoked
	case a.End() != 0 && a.End() <= t.now:
		return store.ErrExpired
	}
	return nil
}

// over is nil for a token that is live or can be renewed, else ErrRevoked or
// ErrExpired: only then can nothing come of it any more.
func (t *tx) over(a store.AccessToken) error {
	err := t.state(a)
	if errors.Is(err, store.ErrExpired) && a.Session != [32]byte{} && a.SessionExpires > t.now {
		return nil
	}
	return err
}

// standing returns the tokens that match f and of which something can come, in
// the order of their ids. The narrower index leads, and the records decide.
func (t *tx) standing(f store.TokenFilter) ([]store.AccessToken, error) {
	in, prefix := accessTokens, []byte(nil)
	switch {
	case f.User != "":
		in, prefix = accessTokensByUser, prefixed(f.User)
	case f.Consumer != "":
		in, prefix = accessTokensByConsumer, prefixed(f.Consumer)
	}
	var list []store.AccessToken
	var err error
	t.under(in, prefix, []byte(f.After), func(rest []byte) bool {
		id := string(rest)
		if id == f.After && id != "" {
			return true
		}
		var a store.AccessToken
		if a, err = t.accessToken(id); err != nil {
			return false
		}
		if t.over(a) == nil && (f.Consumer == "" || a.Consumer == f.Consumer) {
			list = append(list, a)
		}
		return f.Limit <= 0 || len(list) < f.Limit
	})
	if errors.Is(err, store.ErrNotFound) {
		err = rotten(in, errors.New("an entry without a record"))
	}
	return list, err
}

func (t *tx) revokeAll(f store.TokenFilter) (int, error) {
	list, err := t.standing(f)
	if err != nil {
		return 0, err
	}
	for _, a := range list {
		if err := t.revoke(a); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// dueEntry is where an access token stands among what Sweep deletes.
func dueEntry(a store.AccessToken) (in bucket, key []byte, ok bool) {
	switch {
	case a.Revoked != 0:
		return tombstones, dueKey(a.Revoked+tombstoneFor, accessTokens, a.ID), true
	case a.End() != 0:
		// An expired token is kept for as long as it can be renewed.
		return expiry, dueKey(max(a.End(), a.SessionExpires), accessTokens, a.ID), true
	}
	return 0, nil, false
}

func (t *tx) addAccessToken(a store.AccessToken) error {
	if t.has(accessTokens, a.ID) {
		return store.ErrExists
	}
	if err := t.putAccessToken(a); err != nil {
		return err
	}
	if err := t.put(accessTokensByConsumer, owned(a.Consumer, a.ID), nil); err != nil {
		return err
	}
	return t.put(accessTokensByUser, owned(a.User, a.ID), nil)
}

// putAccessToken writes the record and when it is due.
func (t *tx) putAccessToken(a store.AccessToken) error {
	t.counts.accessTokens += one(a.Revoked == 0)
	if in, key, ok := dueEntry(a); ok {
		if err := t.put(in, key, nil); err != nil {
			return err
		}
	}
	return t.put(accessTokens, []byte(a.ID), encodeAccessToken(a))
}

// forget deletes the record and when it is due.
func (t *tx) forget(a store.AccessToken) error {
	t.counts.accessTokens -= one(a.Revoked == 0)
	if in, key, ok := dueEntry(a); ok {
		if err := t.delete(in, key); err != nil {
			return err
		}
	}
	return t.delete(accessTokens, []byte(a.ID))
}

// revoke makes a token a tombstone. It stays in the indexes, so that it is
// found when its consumer is removed.
func (t *tx) revoke(a store.AccessToken) error {
	if err := t.forget(a); err != nil {
		return err
	}
	a.Revoked = max(t.now, 1) // 0 says: live
	return t.putAccessToken(a)
}

func (t *tx) dropAccessToken(a store.AccessToken) error {
	if err := t.forget(a); err != nil {
		return err
	}
	if err := t.delete(accessTokensByConsumer, owned(a.Consumer, a.ID)); err != nil {
		return err
	}
	return t.delete(accessTokensByUser, owned(a.User, a.ID))
}
