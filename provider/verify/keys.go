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
	live, old keyPair
}

// A keyPair is a secret and a public key, and what they were made from.
type keyPair struct {
	sealed store.Sealed // as in the record
	der    []byte       // as in the record
	secret store.Secret
	public *rsa.PublicKey
}

func (p keyPair) isOf(sealed store.Sealed, der []byte) bool {
	return bytes.Equal(p.sealed, sealed) && bytes.Equal(p.der, der)
}

// requestKeys are what a request may have been signed with.
type requestKeys struct {
	live, old oauth1.Keys
	rotated   bool // old is accepted as well
}

// maxMaterial bounds the kept consumers. Only registered ones come in.
const maxMaterial = 10_000

// nobody keys the checks whose outcome does not count.
var nobody = oauth1.Keys{ConsumerSecret: []byte("a secret that"), TokenSecret: []byte("nobody has")}

func newKeys(ring *store.Keyring) *keys {
	return &keys{ring: ring, consumers: map[string]material{}}
}

// check says which key a request is signed with.
func (k *requestKeys) check(r *oauth1.Request) (keyID, bool) {
	if r.Check(k.live) {
		return currentKey(r.SignatureMethod), true
	}
	if k.rotated && r.Check(k.old) {
		return oldKey(r.SignatureMethod), true
	}
	return 0, false
}

// of returns the keys with which what was found must have signed.
func (k *keys) of(f *found, now int64) (requestKeys, error) {
	if f.unknown != nil {
		return requestKeys{live: nobody}, nil
	}
	m, err := k.consumer(&f.consumer)
	if err != nil {
		return requestKeys{}, unavailable(err)
	}
	token, err := k.token(f)
	if err != nil {
		return requestKeys{}, unavailable(err)
	}
	return requestKeys{
		live:    oauth1.Keys{ConsumerSecret: m.live.secret, PublicKey: m.live.public, TokenSecret: token},
		old:     oauth1.Keys{ConsumerSecret: m.old.secret, PublicKey: m.old.public, TokenSecret: token},
		rotated: now < f.consumer.OldUntil,
	}, nil
}

// token opens the secret of the token with which the request must be signed.
func (k *keys) token(f *found) (store.Secret, error) {
	var sealed store.Sealed
	var at store.Place
	switch {
	case f.kind == NoToken, f.twoLegged:
		return nil, nil
	case f.kind == RequestToken:
		sealed, at = f.requestToken.Secret, store.RequestTokenSecretPlace(f.requestToken.ID)
	default:
		sealed, at = f.accessToken.Secret, store.AccessTokenSecretPlace(f.accessToken.ID)
	}
	secret, err := k.ring.Open(sealed, at)
	if err != nil {
		return nil, fmt.Errorf("opening the token secret of %s: %w", at.Key, err)
	}
	return secret, nil
}

func (k *keys) consumer(c *store.Consumer) (material, error) {
	k.mu.RLock()
	m, ok := k.consumers[c.Key]
	k.mu.RUnlock()
	if ok && m.live.isOf(c.Secret, c.PublicKey) && m.old.isOf(c.OldSecret, c.OldPublicKey) {
		return m, nil
	}
	var err error
	if m.live, err = k.open(c.Key, c.Secret, c.PublicKey); err != nil {
		return material{}, err
	}
	if m.old, err = k.open(c.Key, c.OldSecret, c.OldPublicKey); err != nil {
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

func (k *keys) open(consumer string, sealed store.Sealed, der []byte) (keyPair, error) {
	p := keyPair{sealed: sealed, der: der}
	if len(sealed) > 0 {
		secret, err := k.ring.Open(sealed, store.ConsumerSecretPlace(consumer))
		if err != nil {
			return p, fmt.Errorf("opening the secret of consumer %q: %w", consumer, err)
		}
		p.secret = secret
	}
	if len(der) > 0 {
		public, err := x509.ParsePKIXPublicKey(der)
		if err != nil {
			return p, fmt.Errorf("parsing the public key of consumer %q: %w", consumer, err)
		}
		key, ok := public.(*rsa.PublicKey)
		if !ok {
			return p, fmt.Errorf("public key of consumer %q is a %T, not RSA", consumer, public)
		}
		p.public = key
	}
	return p, nil
}
