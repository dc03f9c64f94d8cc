package registry

import (
	"context"

	"oauth1d/store"
)

// Rotate replaces a key of a consumer; from then on the old one is refused. With
// a public key it replaces that one, and the secret only if a new one is given
// too. Without a public key it replaces the secret, by the given one or by a new
// random one, and returns it this once.
//
// Its errors are Invalids, or wrap store.ErrNotFound.
func (r *Registry) Rotate(ctx context.Context, key string, secret store.Secret, publicKey []byte) (store.Consumer, store.Secret, error) {
	public, err := r.readPublicKey(publicKey)
	if err != nil {
		return store.Consumer{}, nil, err
	}
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
		if sealed != nil && !needsSecret(c.Methods) {
			return &Invalid{Field: "secret", Reason: "this consumer signs with RSA only and has no secret",
				Advice: "give a new public key to rotate instead"}
		}
		if sealed != nil {
			c.Secret = sealed
		}
		if public != nil {
			c.PublicKey = public
		}
		return nil
	})
	if err != nil {
		return store.Consumer{}, nil, changing(key, err)
	}
	return c, secret, nil
}
