package boltstore

import (
	"context"
	"crypto/subtle"

	"oauth1d/store"
)

// CreateRequestToken adds t, undecided.
func (s *Store) CreateRequestToken(ctx context.Context, r store.RequestToken, maxPending int) error {
	r.Decided, r.Decision, r.Tries = 0, store.Decision{}, 0
	return s.write(ctx, opCreateRequestToken, func(t *tx) error {
		switch {
		case !t.has(consumers, r.Consumer):
			return store.ErrNotFound
		case t.has(requestTokens, r.ID):
			return store.ErrExists
		case t.pending(r.Consumer, maxPending) >= maxPending:
			return store.ErrTooMany
		}
		t.counts.requestTokens++
		if err := t.put(requestTokens, []byte(r.ID), encodeRequestToken(r)); err != nil {
			return err
		}
		if err := t.put(requestTokensByConsumer, pendingKey(r.Consumer, r.Expires, r.ID), nil); err != nil {
			return err
		}
		return t.put(expiry, dueKey(r.Expires, requestTokens, r.ID), nil)
	})
}

// pending counts the consumer's live request tokens, up to enough.
func (t *tx) pending(consumer string, enough int) int {
	n := 0
	t.under(requestTokensByConsumer, prefixed(consumer), appendTime(nil, t.now+1), func([]byte) bool {
		n++
		return n < enough
	})
	return n
}

// RequestToken returns the request token.
func (s *Store) RequestToken(ctx context.Context, id string) (store.RequestToken, error) {
	var r store.RequestToken
	err := s.read(ctx, opRequestToken, func(t *tx) (err error) {
		r, err = t.requestToken(id)
		return err
	})
	return r, err
}

// requestToken comes with ErrExpired and the record when it has expired.
func (t *tx) requestToken(id string) (store.RequestToken, error) {
	body, err := t.get(requestTokens, []byte(id))
	if err != nil {
		return store.RequestToken{}, err
	}
	r, err := decodeRequestToken(id, body)
	if err != nil {
		return store.RequestToken{}, rotten(requestTokens, err)
	}
	if r.Expires <= t.now {
		return r, store.ErrExpired
	}
	return r, nil
}

// Decide records the user's decision.
func (s *Store) Decide(ctx context.Context, id string, d store.Decision) error {
	if !d.Allowed {
		d.Verifier = [32]byte{}
	}
	return s.write(ctx, opDecide, func(t *tx) error {
		r, err := t.requestToken(id)
		if err != nil {
			return err
		}
		if r.Decided != 0 {
			return store.ErrSpent
		}
		r.Decided, r.Decision = max(t.now, 1), d // 0 says: not yet
		return t.put(requestTokens, []byte(id), encodeRequestToken(r))
	})
}

// Redeem trades the request token for the access token.
func (s *Store) Redeem(ctx context.Context, id string, verifier [32]byte, a store.AccessToken) (store.AccessToken, error) {
	var created store.AccessToken
	var wrong bool
	err := s.write(ctx, opRedeem, func(t *tx) error {
		created, wrong = a, false
		r, err := t.redeemable(id, a.Consumer)
		if err != nil {
			return err
		}
		if subtle.ConstantTimeCompare(verifier[:], r.Decision.Verifier[:]) != 1 {
			wrong = true // not an error here: the try must be counted
			r.Tries++
			return t.put(requestTokens, []byte(id), encodeRequestToken(r))
		}
		created.User, created.Scopes, created.Revoked = r.Decision.User, r.Decision.Scopes, 0
		if err := t.addAccessToken(created); err != nil {
			return err
		}
		return t.dropRequestToken(r)
	})
	switch {
	case err != nil:
		return store.AccessToken{}, err
	case wrong:
		return store.AccessToken{}, store.ErrWrongVerifier
	}
	return created, nil
}

// redeemable returns the request token if nothing but the verifier can stand in
// the way of trading it.
func (t *tx) redeemable(id, consumer string) (store.RequestToken, error) {
	r, err := t.requestToken(id)
	switch {
	case err != nil:
		return r, err
	case r.Consumer != consumer || !t.has(consumers, consumer):
		return r, store.ErrNotFound
	case r.Tries >= store.MaxVerifierTries:
		return r, store.ErrSpent
	case r.Decided == 0:
		return r, store.ErrUndecided
	case !r.Decision.Allowed:
		return r, store.ErrDenied
	}
	return r, nil
}

// dropRequestToken deletes the request token and its entries.
func (t *tx) dropRequestToken(r store.RequestToken) error {
	t.counts.requestTokens--
	if err := t.delete(requestTokens, []byte(r.ID)); err != nil {
		return err
	}
	if err := t.delete(requestTokensByConsumer, pendingKey(r.Consumer, r.Expires, r.ID)); err != nil {
		return err
	}
	return t.delete(expiry, dueKey(r.Expires, requestTokens, r.ID))
}

// dropRequestTokensOf deletes the consumer's request tokens, expired ones too.
func (t *tx) dropRequestTokensOf(consumer string) error {
	for _, rest := range t.idsUnder(requestTokensByConsumer, prefixed(consumer)) {
		body, err := t.get(requestTokens, []byte(rest[8:])) // behind the time
		if err != nil {
			return err
		}
		r, err := decodeRequestToken(rest[8:], body)
		if err != nil {
			return rotten(requestTokens, err)
		}
		if err := t.dropRequestToken(r); err != nil {
			return err
		}
	}
	return nil
}

// dropRequestTokensDecidedBy deletes the request tokens that the user has decided
// about. It looks at all of them: they live for minutes, and users are seldom
// removed.
func (t *tx) dropRequestTokensDecidedBy(user string) error {
	var decided []store.RequestToken
	err := t.all(requestTokens, func(id string, body []byte) error {
		r, err := decodeRequestToken(id, body)
		if err == nil && r.Decided != 0 && r.Decision.User == user {
			decided = append(decided, r)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, r := range decided {
		if err := t.dropRequestToken(r); err != nil {
			return err
		}
	}
	return nil
}
