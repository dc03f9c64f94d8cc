package verify

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// timestamp refuses a request that lies outside the window. Both sides are
// bounded: a nonce for a timestamp of any future would have to be kept for ever.
func (v *Verifier) timestamp(r *oauth1.Request) error {
	now := v.now()
	skew := r.Timestamp - now.Unix()
	v.metrics.skew(skew)
	if w := int64(v.window / time.Second); skew < -w || skew > w {
		return v.stale(now)
	}
	return nil
}

func (v *Verifier) stale(now time.Time) error {
	w := int64(v.window / time.Second)
	return oauth1.TimestampRefused(now.Unix()-w, now.Unix()+w)
}

// forgotten refuses a timestamp of which it is not known any more whether its
// nonces were used: after a restore, or when a clock has run ahead.
func (v *Verifier) forgotten(err error) error {
	from := v.now().Unix()
	var old *store.TooOldError
	if errors.As(err, &old) {
		from = old.Floor + 1
	}
	p := oauth1.TimestampRefused(from, from+int64(v.window/time.Second))
	p.Advice = "which requests were used until oauth_acceptable_timestamps begins is not known here any more, as after a restore; sign the request anew then"
	return p
}

// nonce records the request as used. Only what is right in every other way
// comes here, so a stranger cannot spend a consumer's nonces.
func (v *Verifier) nonce(ctx context.Context, q Question, r *oauth1.Request) (repeat bool, err error) {
	repeat, err = v.store.UseNonce(ctx, store.Nonce{
		Consumer: r.ConsumerKey, Token: r.Token, Timestamp: r.Timestamp, Nonce: r.Nonce,
		Repeat: repeatOf(q.RequestID, r.Signature),
	})
	switch {
	case errors.Is(err, store.ErrNonceUsed):
		return false, oauth1.Refuse(oauth1.ProblemNonceUsed, "this nonce was already used with this timestamp; make a new nonce for every request, repeated ones included")
	case errors.Is(err, store.ErrNonceTooOld):
		return false, v.forgotten(err)
	case err != nil:
		return false, unavailable(fmt.Errorf("recording a nonce: %w", err))
	}
	return repeat, nil
}

func repeatOf(requestID, signature string) (id [16]byte) {
	if requestID == "" {
		return id
	}
	b := binary.BigEndian.AppendUint32(make([]byte, 0, 256), uint32(len(requestID)))
	b = append(append(b, requestID...), signature...)
	sum := sha256.Sum256(b)
	copy(id[:], sum[:])
	return id
}
