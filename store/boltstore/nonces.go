package boltstore

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"

	"oauth1d/store"
	"oauth1d/store/noncelog"
)

// UseNonce records n.
func (s *Store) UseNonce(ctx context.Context, n store.Nonce) (repeat bool, err error) {
	defer s.metrics.observeNonce(time.Now(), &err)
	if err := s.down(); err != nil {
		return false, err
	}
	verdict, err := s.nonces.Use(ctx, noncelog.Entry{Key: nonceKey(n), Timestamp: n.Timestamp, Repeat: n.Repeat})
	switch {
	case errors.Is(err, noncelog.ErrTooOld):
		return false, &store.TooOldError{Floor: s.nonces.Stats().Floor}
	case errors.Is(err, noncelog.ErrFull):
		return false, store.ErrFull
	case err != nil:
		return false, err
	}
	switch verdict {
	case noncelog.First:
		return false, nil
	case noncelog.Repeat:
		return true, nil
	}
	return false, store.ErrNonceUsed
}

// nonceKey is what makes a request unique (§3.3), in 16 bytes. Each part carries
// its length, so that nothing can be moved from one part to the next.
func nonceKey(n store.Nonce) noncelog.Key {
	b := make([]byte, 0, 256)
	for _, part := range [...]string{n.Consumer, n.Token, n.Nonce} {
		b = binary.BigEndian.AppendUint32(b, uint32(len(part)))
		b = append(b, part...)
	}
	b = binary.BigEndian.AppendUint64(b, uint64(n.Timestamp))
	sum := sha256.Sum256(b)
	return noncelog.Key(sum[:16])
}
