package verify

import (
	"bytes"
	"crypto/rsa"
	"crypto/x509"
	"fmt"
	"sync"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// keys opens sealed secrets. A consumer's secret and parsed key are kept for as
// long as its record holds what they were made from, because they are the same
// for every one of its requests; a token's
// secret is opened each time, so that nothing of a revoked token stays behind.
type keys struct {
	ring *store.Keyring

	mu        sync.RWMutex
	consumers map[string]material
}

type material struct {
	sealed store.Sealed // as in the record
	der    []byte       // as in the record
	secret store.Secret
	public *rsa.PublicKey
}

// maxMaterial bounds the kept consumers. Only registered ones come in.
const maxMaterial = 10_000

// nobody keys the checks whose outcome does not count.
var nobody = oauth1.Keys{ConsumerSecret: []byte("a secret that"), TokenSecret: []byte("nobody has")}

func newKeys(ring *store.Keyring) *keys {
	return &keys{ring: ring, consumers: map[string]material{}}
}

// of returns the keys with which what was found must have signed.
func (k *keys) of(f found) (oauth1.Keys, error) {
	if f.unknown != nil {
		return nobody, nil
	}
	m, err := k.consumer(f.consumer)
	if err != nil {
		return oauth1.Keys{}, unavailable(err)
	}
	out := oauth1.Keys{ConsumerSecret: m.secret, PublicKey: m.public}
	var sealed store.Sealed
	var at store.Place
	switch f.kind {
	case NoToken:
		return out, nil
	case RequestToken:
		sealed, at = f.requestToken.Secret, store.RequestTokenSecretPlace(f.requestToken.ID)
	case AccessToken:
		sealed, at = f.accessToken.Secret, store.AccessTokenSecretPlace(f.accessToken.ID)
	}
	secret, err := k.ring.Open(sealed, at)
	if err != nil {
		return oauth1.Keys{}, unavailable(fmt.Errorf("opening the token secret of %s: %w", at.Key, err))
	}
	out.TokenSecret = secret
	return out, nil
}

func (k *keys) consumer(c store.Consumer) (material, error) {
	k.mu.RLock()
	m, ok := k.consumers[c.Key]
	k.mu.RUnlock()
	if ok && bytes.Equal(m.sealed, c.Secret) && bytes.Equal(m.der, c.PublicKey) {
		return m, nil
	}
	m, err := k.open(c)
	if err != nil {
		return material{}, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.consumers) >= maxMaterial {
		clear(k.consumers)
	}
	k.consumers[c.Key] = m
	return m, nil
}

func (k *keys) open(c store.Consumer) (material, error) {
	m := material{sealed: c.Secret, der: c.PublicKey}
	if len(c.Secret) > 0 {
		secret, err := k.ring.Open(c.Secret, store.ConsumerSecretPlace(c.Key))
		if err != nil {
			return m, fmt.Errorf("opening the secret of consumer %q: %w", c.Key, err)
		}
		m.secret = secret
	}
	if len(c.PublicKey) > 0 {
		public, err := x509.ParsePKIXPublicKey(c.PublicKey)
		if err != nil {
			return m, fmt.Errorf("parsing the public key of consumer %q: %w", c.Key, err)
		}
		key, ok := public.(*rsa.PublicKey)
		if !ok {
			return m, fmt.Errorf("public key of consumer %q is a %T, not RSA", c.Key, public)
		}
		m.public = key
	}
	return m, nil
}
