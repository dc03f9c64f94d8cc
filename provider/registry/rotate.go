package registry

import (
	"context"
	"fmt"
	"time"

	"oauth1d/store"
)

// A Rotation is what is to replace the keys of a consumer.
type Rotation struct {
	// Secret replaces the secret. Default: a new random one, unless there is a
	// PublicKey.
	Secret store.Secret

	// PublicKey replaces the public key, in any form that ParsePublicKey reads.
	PublicKey []byte

	// Grace is how long what is replaced is still accepted, so that the
	// consumer can be changed over without an outage. 0: it is void at once. What
	// an earlier rotation has left is void in either case.
	Grace time.Duration
}

// maxGrace is how long two keys may live beside each other.
const maxGrace = 90 * 24 * time.Hour

// Rotate replaces keys of a consumer and returns the new secret, if there is one,
// this once. Its errors are Invalids, or wrap store.ErrNotFound.
func (r *Registry) Rotate(ctx context.Context, key string, n Rotation) (store.Consumer, store.Secret, error) {
	if n.Grace < 0 || n.Grace > maxGrace {
		return store.Consumer{}, nil, &Invalid{Field: "grace_seconds", Reason: n.Grace.String() + " is out of range", Expected: "expected at most " + fmt.Sprintf("%dh", int(maxGrace.Hours()))}
	}
	public, err := r.readPublicKey(n.PublicKey)
	if err != nil {
		return store.Consumer{}, nil, err
	}
	secret := n.Secret
	if len(secret) == 0 && public == nil {
		secret = store.NewSecret()
	}
	if len(secret) > 0 {
		if err := checkSecret(secret); err != nil {
			return store.Consumer{}, nil, err
		}
	}
	sealed, err := r.seal(key, secret)
	if err != nil {
		return store.Consumer{}, nil, err
	}
	c, err := r.store.ChangeConsumer(ctx, key, func(c *store.Consumer) error {
		if c.Proposed != 0 {
			return notApproved("secret")
		}
		if sealed != nil && !needsSecret(c.Methods) {
			return &Invalid{Field: "secret", Reason: "this consumer signs with RSA only and has no secret",
				Advice: "give a new public key to rotate instead"}
		}
		replace(c, sealed, public, r.config.Now().Add(n.Grace).Unix(), n.Grace > 0)
		return nil
	})
	if err != nil {
		return store.Consumer{}, nil, changing(key, err)
	}
	return c, secret, nil
}

// replace puts new keys in the place of those that are there.
func replace(c *store.Consumer, secret store.Sealed, public []byte, until int64, keep bool) {
	old, used := *c, store.KeyUse{Secret: c.Used.Secret, PublicKey: c.Used.PublicKey}
	c.OldSecret, c.OldPublicKey, c.OldUntil = nil, nil, 0
	if secret != nil {
		c.Secret, c.OldSecret, used.Secret, used.OldSecret = secret, old.Secret, 0, old.Used.Secret
	}
	if public != nil {
		c.PublicKey, c.OldPublicKey, used.PublicKey, used.OldPublicKey = public, old.PublicKey, 0, old.Used.PublicKey
	}
	if keep {
		c.OldUntil = until
	} else {
		c.OldSecret, c.OldPublicKey, used.OldSecret, used.OldPublicKey = nil, nil, 0, 0
	}
	c.Used = used
}

// EndGrace makes what the last rotation has replaced void now.
func (r *Registry) EndGrace(ctx context.Context, key string) (store.Consumer, error) {
	c, err := r.store.ChangeConsumer(ctx, key, func(c *store.Consumer) error {
		c.OldSecret, c.OldPublicKey, c.OldUntil, c.Used.OldSecret, c.Used.OldPublicKey = nil, nil, 0, 0, 0
		return nil
	})
	return c, changing(key, err)
}
