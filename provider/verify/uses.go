package verify

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// A keyID says which key of a consumer has signed.
type keyID uint8

const (
	secretKey keyID = iota + 1
	publicKey
	oldSecretKey
	oldPublicKey
)

func currentKey(method string) keyID {
	if oauth1.IsRSA(method) {
		return publicKey
	}
	return secretKey
}

func oldKey(method string) keyID { return currentKey(method) + oldSecretKey - secretKey }

// field is where the mark of a key stands.
func (k keyID) field(u *store.KeyUse) *int64 {
	switch k {
	case publicKey:
		return &u.PublicKey
	case oldSecretKey:
		return &u.OldSecret
	case oldPublicKey:
		return &u.OldPublicKey
	}
	return &u.Secret
}

// Marks are taken down this far apart, in seconds: each is a record to be
// written, which a busy token must not cost at every request. A token that
// expires unused is marked ten times in its idle time, at least every minute.
const (
	markEvery      = 300
	markEveryLeast = 60
)

// maxMarks bounds what waits to be written. What does not fit is marked by the
// token's next request.
const maxMarks = 100_000

// Uses collects when tokens and keys were last used, until Flush writes it. It
// outlives configurations. A nil Uses collects nothing.
type Uses struct {
	mu        sync.Mutex
	tokens    map[string]int64
	consumers map[string]store.ConsumerMark
}

// NewUses returns an empty collection.
func NewUses() *Uses {
	return &Uses{tokens: map[string]int64{}, consumers: map[string]store.ConsumerMark{}}
}

// mark takes down that a request was accepted.
func (u *Uses) mark(f *found, key keyID, now int64) {
	if u == nil {
		return
	}
	every := int64(markEvery)
	if f.accessToken.Idle > 0 {
		every = max(min(every, f.accessToken.Idle/10), markEveryLeast)
	}
	// A token that has expired can be renewed, and no use brings it back.
	token := f.accessToken.ID != "" && f.tokenErr == nil && now-f.accessToken.Used >= every
	consumer := now-*key.field(&f.consumer.Used) >= markEvery
	if !token && !consumer {
		return
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if token && len(u.tokens) < maxMarks {
		u.tokens[f.accessToken.ID] = now
	}
	if consumer && len(u.consumers) < maxMarks {
		m := u.consumers[f.consumer.Key]
		if m.Revision != f.consumer.Revision {
			m = store.ConsumerMark{Revision: f.consumer.Revision}
		}
		*key.field(&m.Used) = now
		u.consumers[f.consumer.Key] = m
	}
}

// A Marker is where Flush writes to.
type Marker interface {
	MarkUsed(ctx context.Context, m store.Marks) error
}

// flushed is how many marks one transaction takes: it holds the others up.
const flushed = 500

// Flush writes what was collected. After an error it is collected still.
func (u *Uses) Flush(ctx context.Context, s Marker) error {
	u.mu.Lock()
	tokens, consumers := u.tokens, u.consumers
	u.tokens, u.consumers = map[string]int64{}, map[string]store.ConsumerMark{}
	u.mu.Unlock()
	var failed error
	for len(tokens)+len(consumers) > 0 && failed == nil {
		m := store.Marks{Tokens: some(tokens, flushed), Consumers: some(consumers, flushed)}
		if failed = s.MarkUsed(ctx, m); failed != nil {
			maps.Copy(tokens, m.Tokens)
			maps.Copy(consumers, m.Consumers)
		}
	}
	if failed == nil {
		return nil
	}
	u.takeBack(tokens, consumers)
	if errors.Is(failed, context.Canceled) {
		return failed
	}
	return fmt.Errorf("writing marks of use: %w", failed)
}

// takeBack keeps what could not be written, where nothing newer is there.
func (u *Uses) takeBack(tokens map[string]int64, consumers map[string]store.ConsumerMark) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for id, at := range tokens {
		u.tokens[id] = max(u.tokens[id], at)
	}
	for key, m := range consumers {
		if _, newer := u.consumers[key]; !newer {
			u.consumers[key] = m
		}
	}
}

// some takes at most n entries out of m.
func some[V any](m map[string]V, n int) map[string]V {
	out := make(map[string]V, min(n, len(m)))
	for k, v := range m {
		if len(out) == n {
			break
		}
		out[k] = v
		delete(m, k)
	}
	return out
}
