package boltstore

import (
	"go.etcd.io/bbolt"

	"oauth1d/store"
)

// upgrade brings a store of an earlier schema up to this program's, in one
// transaction: what an earlier program cannot read, it must not open.
//
// Consumers and users are written anew, because a change is kept only if the
// record is, byte for byte, what it was (still). Tokens are read as they are, and
// there may be millions.
func (s *Store) upgrade() error {
	if s.identity.Schema >= store.Schema {
		return nil
	}
	id := s.identity
	id.Schema = store.Schema
	err := guarded(func() error {
		return s.db.Update(func(b *bbolt.Tx) error {
			t := &tx{bolt: b, now: s.now()}
			if _, err := b.CreateBucketIfNotExists(bucketNames[gauges]); err != nil {
				return err
			}
			if err := t.rewrite(consumers, func(key string, body []byte) ([]byte, error) {
				c, err := decodeConsumer(key, body)
				return encodeConsumer(c), err
			}); err != nil {
				return err
			}
			if err := t.rewrite(users, func(name string, body []byte) ([]byte, error) {
				u, err := decodeUser(name, body)
				return encodeUser(u), err
			}); err != nil {
				return err
			}
			record, err := encodeIdentity(id)
			if err != nil {
				return err
			}
			return t.put(identities, identityKey, record)
		})
	})
	if err == nil {
		s.identity = id
	}
	return err
}

// rewrite encodes every record of b anew. One that rotted stays as it is, for Check
// to find; it must not keep the daemon from starting.
func (t *tx) rewrite(b bucket, again func(key string, body []byte) ([]byte, error)) error {
	records := map[string][]byte{}
	c := t.bucket(b).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		body, err := verified(b, k, v)
		if err != nil {
			continue
		}
		if record, err := again(string(k), body); err == nil {
			records[string(k)] = record
		}
	}
	for key, record := range records {
		if err := t.put(b, []byte(key), record); err != nil {
			return err
		}
	}
	return nil
}
