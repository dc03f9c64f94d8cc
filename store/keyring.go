package store

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// MasterKeySize is the length of a master key in bytes.
const MasterKeySize = 32

// Schema is the version of the records that this program writes. It reads all
// earlier ones.
const Schema = 3

// A Sealed is a secret under AES-256-GCM: the id of its data key (4 bytes, big
// endian), the GCM nonce (12), ciphertext and tag. It is bound to the Place for
// which it was sealed, so a value copied into another record does not open.
type Sealed []byte

// A Place is where a sealed value belongs: "consumer", its key, "secret".
type Place struct{ Kind, Key, Field string }

// ErrUnsealed is returned for a value that does not open: it was moved from
// another record, was damaged, or belongs to another store.
var ErrUnsealed = errors.New("sealed value does not open here")

// A Keyring seals and opens the secrets of one store. It is safe for concurrent
// use.
type Keyring struct {
	store   string
	current uint32
	keys    map[uint32]cipher.AEAD
}

// NewIdentity makes the identity of a new store, with one data key wrapped by
// master.
func NewIdentity(master Secret, now time.Time) (Identity, error) {
	random := make([]byte, 16+32)
	if _, err := rand.Read(random); err != nil {
		return Identity{}, fmt.Errorf("making a store identity: %w", err)
	}
	id := Identity{ID: hex.EncodeToString(random[:16]), Schema: Schema, Created: now.Unix()}
	wrap, err := aead(master)
	if err != nil {
		return Identity{}, err
	}
	k := Keyring{store: id.ID, current: 0, keys: map[uint32]cipher.AEAD{0: wrap}}
	sealed, err := k.Seal(Secret(random[16:]), Place{"identity", id.ID, "data-key-1"})
	if err != nil {
		return Identity{}, err
	}
	id.Keys = []WrappedKey{{ID: 1, Sealed: sealed}}
	return id, nil
}

// OpenKeyring unwraps the data keys of a store. ErrWrongMasterKey when master is
// not the key that wrapped them.
func OpenKeyring(master Secret, id Identity) (*Keyring, error) {
	wrap, err := aead(master)
	if err != nil {
		return nil, err
	}
	if len(id.Keys) == 0 {
		return nil, fmt.Errorf("opening the keyring: identity holds no data key: %w", ErrDamaged)
	}
	unwrap := Keyring{store: id.ID, keys: map[uint32]cipher.AEAD{0: wrap}}
	k := &Keyring{store: id.ID, keys: map[uint32]cipher.AEAD{}}
	for _, w := range id.Keys {
		data, err := unwrap.Open(w.Sealed, Place{"identity", id.ID, fmt.Sprintf("data-key-%d", w.ID)})
		if err != nil {
			return nil, fmt.Errorf("opening the keyring: %w", ErrWrongMasterKey)
		}
		if k.keys[w.ID], err = aead(data); err != nil {
			return nil, err
		}
		k.current = max(k.current, w.ID)
	}
	return k, nil
}

// Seal seals s for one place.
func (k *Keyring) Seal(s Secret, at Place) (Sealed, error) {
	a, ok := k.keys[k.current]
	if !ok {
		return nil, errors.New("sealing: no current data key")
	}
	out := make([]byte, 4+a.NonceSize(), 4+a.NonceSize()+len(s)+a.Overhead())
	binary.BigEndian.PutUint32(out, k.current)
	if _, err := rand.Read(out[4:]); err != nil {
		return nil, fmt.Errorf("sealing: %w", err)
	}
	return a.Seal(out, out[4:], s, k.bind(at, k.current)), nil
}

// Open opens what Seal sealed for the same place, or returns ErrUnsealed.
func (k *Keyring) Open(s Sealed, at Place) (Secret, error) {
	if len(s) < 4 {
		return nil, ErrUnsealed
	}
	id := binary.BigEndian.Uint32(s)
	a, ok := k.keys[id]
	if !ok || len(s) < 4+a.NonceSize() {
		return nil, ErrUnsealed
	}
	open, err := a.Open(nil, s[4:4+a.NonceSize()], s[4+a.NonceSize():], k.bind(at, id))
	if err != nil {
		return nil, ErrUnsealed
	}
	return open, nil
}

// bind is the additional data of a sealed value. Each part carries its length,
// so that no two places share one spelling.
func (k *Keyring) bind(at Place, key uint32) []byte {
	parts := [...]string{k.store, at.Kind, at.Key, at.Field}
	out := make([]byte, 0, 160)
	for _, p := range parts {
		out = binary.BigEndian.AppendUint32(out, uint32(len(p)))
		out = append(out, p...)
	}
	return binary.BigEndian.AppendUint32(out, key)
}

func aead(key []byte) (cipher.AEAD, error) {
	if len(key) != MasterKeySize {
		return nil, fmt.Errorf("key has %d bytes, want %d", len(key), MasterKeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("making a cipher: %w", err)
	}
	return cipher.NewGCM(block)
}
