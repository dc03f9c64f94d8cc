package explain

import (
	"context"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// ErrNoKeys says that there is nothing any more with which a signature could be
// made.
var ErrNoKeys = errors.New("the consumer or the token is not there any more, and nothing can be compared without their secrets")

// keysOf opens what a consumer and a token may have signed with. What is right
// comes first.
func (s *Service) keysOf(ctx context.Context, consumer string, leg Leg, tokenID string) ([]Key, error) {
	c, err := s.store.Consumer(ctx, consumer)
	if errors.Is(err, store.ErrNotFound) {
		return nil, ErrNoKeys
	}
	if err != nil {
		return nil, fmt.Errorf("looking up the consumer: %w", err)
	}
	live := Key{Name: KeyLive}
	if live.Keys.TokenSecret, err = s.tokenSecret(ctx, consumer, leg, tokenID); err != nil {
		return nil, err
	}
	if err := s.consumerKeys(&live.Keys, c.Key, c.Secret, c.PublicKey); err != nil {
		return nil, err
	}
	all := []Key{live}
	if len(c.OldSecret) > 0 || len(c.OldPublicKey) > 0 {
		// They may be accepted still, or not any more, which is when they are
		// what is wrong.
		previous := Key{Name: KeyPrevious, Keys: oauth1.Keys{TokenSecret: live.Keys.TokenSecret}}
		if err := s.consumerKeys(&previous.Keys, c.Key, c.OldSecret, c.OldPublicKey); err != nil {
			return nil, err
		}
		all = append(all, previous)
	}
	return all, nil
}

// consumerKeys opens a consumer's secret and reads its key into k.
func (s *Service) consumerKeys(k *oauth1.Keys, consumer string, sealed store.Sealed, der []byte) error {
	if len(sealed) > 0 {
		secret, err := s.keys.Open(sealed, store.ConsumerSecretPlace(consumer))
		if err != nil {
			return fmt.Errorf("opening a secret of consumer %q: %w", consumer, err)
		}
		k.ConsumerSecret = secret
	}
	if len(der) > 0 {
		key, err := parsePublicKey(der)
		if err != nil {
			return fmt.Errorf("reading a public key of consumer %q: %w", consumer, err)
		}
		k.PublicKey = key
	}
	return nil
}

// tokenSecret opens the secret of a consumer's token; there is none when the
// request needs no token. An expired or revoked token has one still.
func (s *Service) tokenSecret(ctx context.Context, consumer string, leg Leg, id string) (store.Secret, error) {
	var (
		owner  string
		sealed store.Sealed
		place  store.Place
		err    error
	)
	switch {
	case leg == AskingForToken || id == "":
		return nil, nil
	case leg == Exchanging:
		var t store.RequestToken
		t, err = s.store.RequestToken(ctx, id)
		owner, sealed, place = t.Consumer, t.Secret, store.RequestTokenSecretPlace(id)
	default:
		var t store.AccessToken
		t, err = s.store.AccessToken(ctx, id)
		owner, sealed, place = t.Consumer, t.Secret, store.AccessTokenSecretPlace(id)
	}
	there := err == nil || errors.Is(err, store.ErrExpired) || errors.Is(err, store.ErrRevoked)
	switch {
	case errors.Is(err, store.ErrNotFound), there && owner != consumer:
		return nil, ErrNoKeys
	case !there:
		return nil, fmt.Errorf("looking up the token: %w", err)
	}
	secret, err := s.keys.Open(sealed, place)
	if err != nil {
		return nil, fmt.Errorf("opening the secret of token %s: %w", id, err)
	}
	return secret, nil
}

func parsePublicKey(der []byte) (*rsa.PublicKey, error) {
	public, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return nil, err
	}
	key, ok := public.(*rsa.PublicKey)
	if !ok {
		return nil, fmt.Errorf("it is a %T, not RSA", public)
	}
	return key, nil
}
