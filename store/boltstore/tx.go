package boltstore

import (
	"bytes"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"oauth1d/store"
)

// tx is a transaction as the acts see it. Its time is one instant, so that no
// act sees a token live and expired.
type tx struct {
	bolt *bbolt.Tx
	now  int64

	// changed says that something was written since it was last set to false.
	changed bool

	// counts is by how much the numbers of records have changed.
	counts counts
}

func (t *tx) bucket(b bucket) *bbolt.Bucket { return t.bolt.Bucket(bucketNames[b]) }

// get returns the verified record, or ErrNotFound. It is mapped memory.
func (t *tx) get(b bucket, key []byte) ([]byte, error) {
	v := t.bucket(b).Get(key)
	if v == nil {
		return nil, store.ErrNotFound
	}
	body, err := verified(b, key, v)
	if err != nil {
		return nil, rotten(b, err)
	}
	return body, nil
}

// has reports whether there is a record with that key.
func (t *tx) has(b bucket, key string) bool { return t.bucket(b).Get([]byte(key)) != nil }

// put writes a finished record, or an entry of an index, whose value is nil.
func (t *tx) put(b bucket, key, value []byte) error {
	t.changed = true
	if err := t.bucket(b).Put(key, value); err != nil {
		return fmt.Errorf("writing to %s: %w", b, err)
	}
	return nil
}

func (t *tx) delete(b bucket, key []byte) error {
	t.changed = true
	if err := t.bucket(b).Delete(key); err != nil {
		return fmt.Errorf("deleting from %s: %w", b, err)
	}
	return nil
}

// under calls visit with the rest of every key in b that begins with prefix and
// is not below prefix+from, until visit returns false. visit changes nothing: a
// cursor loses its place when its bucket changes.
func (t *tx) under(b bucket, prefix, from []byte, visit func(rest []byte) bool) {
	c := t.bucket(b).Cursor()
	seek := append(bytes.Clone(prefix), from...)
	for k, _ := c.Seek(seek); k != nil && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		if !visit(k[len(prefix):]) {
			return
		}
	}
}

// idsUnder returns the rest of every key in b that begins with prefix.
func (t *tx) idsUnder(b bucket, prefix []byte) []string {
	var ids []string
	t.under(b, prefix, nil, func(rest []byte) bool {
		ids = append(ids, string(rest))
		return true
	})
	return ids
}

// rotten is the error of a record that does not decode. It alone fails; the
// store goes on.
func rotten(b bucket, err error) error {
	return fmt.Errorf("%w: a record in %s: %w; see oauth1d db check", store.ErrDamaged, b, err)
}

// all calls visit with every verified record of b, in the order of keys.
func (t *tx) all(b bucket, visit func(key string, body []byte) error) error {
	c := t.bucket(b).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		body, err := verified(b, k, v)
		if err == nil {
			err = visit(string(k), body)
		}
		if errors.Is(err, errCodec) {
			return rotten(b, err)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
