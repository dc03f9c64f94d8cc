package verify

import (
	"context"
	"errors"
	"fmt"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// parse reads the request by the letter of RFC 5849. Only what that refuses is
// read again with the deviations that are accepted from the consumer it names;
// whatever else it says is then as before.
func (v *Verifier) parse(ctx context.Context, q Question, r *oauth1.Request) error {
	strict := r.Parse(q.Message, v.limits)
	var p *oauth1.Problem
	if strict == nil || errors.As(strict, &p) && p.Outcome() == oauth1.OutcomeNoCredentials {
		return strict
	}
	key, ok := oauth1.KeyOf(q.Message, v.limits)
	if !ok {
		return strict
	}
	c, err := v.store.Consumer(ctx, key)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && len(c.Lenient) == 0:
		return strict
	case err != nil:
		return unavailable(fmt.Errorf("looking up leniences: %w", err))
	}
	accept, err := oauth1.LenienceOf(c.Lenient)
	if err != nil {
		return unavailable(err)
	}
	return r.ParseLenient(q.Message, v.limits, accept)
}

// signedLeniently checks a signature once more with what is accepted from the
// consumer: some deviations show in the signature only.
func (v *Verifier) signedLeniently(q Question, r *oauth1.Request, f *found, k requestKeys) (keyID, bool) {
	accept, err := oauth1.LenienceOf(f.consumer.Lenient)
	if err != nil || accept == r.Accepts() || r.ParseLenient(q.Message, v.limits, accept) != nil {
		return 0, false
	}
	return v.signed(q, r, k)
}
