package store

import (
	"bytes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"testing"
	"time"
)

func key(b byte) Secret { return bytes.Repeat([]byte{b}, MasterKeySize) }

func newKeyring(t *testing.T, master Secret) (*Keyring, Identity) {
	t.Helper()
	id, err := NewIdentity(master, time.Unix(1_800_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	k, err := OpenKeyring(master, id)
	if err != nil {
		t.Fatal(err)
	}
	return k, id
}

func seal(t *testing.T, k *Keyring, text string, at Place) Sealed {
	t.Helper()
	sealed, err := k.Seal(Secret(text), at)
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func TestSealedSecretOpensInItsPlace(t *testing.T) {
	k, id := newKeyring(t, key(1))
	for _, text := range []string{"", "s", "kd94hf93k423kh44", string(make([]byte, 5000))} {
		at := ConsumerSecretPlace("dpf43f3p2l4k3l03")
		sealed := seal(t, k, text, at)
		got, err := k.Open(sealed, at)
		if err != nil || got.Reveal() != text {
			t.Errorf("%d bytes: got %d bytes, error %v", len(text), len(got), err)
		}
		again, err := OpenKeyring(key(1), id)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := again.Open(sealed, at); err != nil || got.Reveal() != text {
			t.Errorf("%d bytes, after a restart: got %d bytes, error %v", len(text), len(got), err)
		}
	}
}

func TestSealingTwiceGivesNothingAway(t *testing.T) {
	k, _ := newKeyring(t, key(1))
	at := ConsumerSecretPlace("k")
	a, b := seal(t, k, "the same", at), seal(t, k, "the same", at)
	if bytes.Equal(a, b) {
		t.Error("got the same value twice")
	}
	if bytes.Contains(a, []byte("the same")) {
		t.Error("the secret stands in the sealed value")
	}
}

func TestMovedSecretDoesNotOpen(t *testing.T) {
	k, _ := newKeyring(t, key(1))
	sealed := seal(t, k, "secret", Place{"consumer", "ab", "secret"})
	for _, at := range []Place{
		{"consumer", "a", "secret"},
		{"consumer", "AB", "secret"},
		{"consumer", "ab\x00", "secret"},
		{"consumer", "", "absecret"},
		{"consumer", "absecret", ""},
		{"consumera", "b", "secret"},
		{"consume", "rab", "secret"},
		{"access-token", "ab", "secret"},
		{"consumer", "ab", "other"},
		{},
	} {
		if got, err := k.Open(sealed, at); !errors.Is(err, ErrUnsealed) || got != nil {
			t.Errorf("at %q: got %d bytes, error %v, want %v", at, len(got), err, ErrUnsealed)
		}
	}
}

func TestPlacesDiffer(t *testing.T) {
	seen := map[Place]bool{}
	for _, at := range []Place{ConsumerSecretPlace("x"), RequestTokenSecretPlace("x"), AccessTokenSecretPlace("x"), ConsumerSecretPlace("y")} {
		if seen[at] {
			t.Errorf("%q is the place of two secrets", at)
		}
		seen[at] = true
	}
}

func TestDamagedSecretDoesNotOpen(t *testing.T) {
	k, _ := newKeyring(t, key(1))
	at := ConsumerSecretPlace("k")
	sealed := seal(t, k, "secret", at)
	for i := range sealed {
		damaged := bytes.Clone(sealed)
		damaged[i] ^= 1
		if _, err := k.Open(damaged, at); !errors.Is(err, ErrUnsealed) {
			t.Errorf("byte %d: got error %v, want %v", i, err, ErrUnsealed)
		}
	}
	for n := range sealed {
		if _, err := k.Open(sealed[:n], at); !errors.Is(err, ErrUnsealed) {
			t.Errorf("%d bytes: got error %v, want %v", n, err, ErrUnsealed)
		}
	}
	if _, err := k.Open(append(bytes.Clone(sealed), 0), at); !errors.Is(err, ErrUnsealed) {
		t.Errorf("one byte more: got error %v, want %v", err, ErrUnsealed)
	}
}

func TestSecretOfAnotherStoreDoesNotOpen(t *testing.T) {
	k, _ := newKeyring(t, key(1))
	other, _ := newKeyring(t, key(1)) // the same master key
	at := ConsumerSecretPlace("k")
	if _, err := other.Open(seal(t, k, "secret", at), at); !errors.Is(err, ErrUnsealed) {
		t.Errorf("got error %v, want %v", err, ErrUnsealed)
	}
}

func TestKeyringDoesNotOpen(t *testing.T) {
	_, id := newKeyring(t, key(1))
	_, foreign := newKeyring(t, key(1))
	renamed, exchanged, renumbered, none := id, id, id, id
	renamed.ID = foreign.ID
	exchanged.Keys = foreign.Keys
	renumbered.Keys = []WrappedKey{{ID: 2, Sealed: id.Keys[0].Sealed}}
	none.Keys = nil
	for _, test := range []struct {
		name   string
		master Secret
		id     Identity
		want   error
	}{
		{"with another master key", key(2), id, ErrWrongMasterKey},
		{"under another store's id", key(1), renamed, ErrWrongMasterKey},
		{"with another store's data key", key(1), exchanged, ErrWrongMasterKey},
		{"with a data key of another number", key(1), renumbered, ErrWrongMasterKey},
		{"without a data key", key(1), none, ErrDamaged},
		{"with a short master key", key(1)[:16], id, nil},
		{"with no master key", nil, id, nil},
		{"with a long master key", append(key(1), 0), id, nil},
	} {
		k, err := OpenKeyring(test.master, test.id)
		if err == nil || k != nil {
			t.Errorf("%s: it opened", test.name)
		}
		if test.want != nil && !errors.Is(err, test.want) {
			t.Errorf("%s: got error %v, want %v", test.name, err, test.want)
		}
	}
	if _, err := NewIdentity(key(1)[:31], time.Now()); err == nil {
		t.Error("an identity was made with a short master key")
	}
}

func TestIdentitiesDifferAndHoldNoKeyInTheClear(t *testing.T) {
	_, a := newKeyring(t, key(1))
	_, b := newKeyring(t, key(1))
	if a.ID == b.ID || len(a.ID) != 32 {
		t.Errorf("got ids %q and %q", a.ID, b.ID)
	}
	if a.Schema != Schema || a.Created != 1_800_000_000 {
		t.Errorf("got schema %d, created %d", a.Schema, a.Created)
	}
	text, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(text, key(1)) {
		t.Error("the identity holds the master key")
	}
	var back Identity
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenKeyring(key(1), back); err != nil {
		t.Errorf("after a round trip: %v", err)
	}
}

// A rotated store has two data keys: new secrets use the newer one, and those
// under the older one still open.
func TestKeyringOpensWhatOlderKeysSealed(t *testing.T) {
	k, id := newKeyring(t, key(1))
	at := ConsumerSecretPlace("k")
	old := seal(t, k, "old", at)
	wrap, err := aead(key(1))
	if err != nil {
		t.Fatal(err)
	}
	unwrap := Keyring{store: id.ID, keys: map[uint32]cipher.AEAD{0: wrap}}
	second, err := unwrap.Seal(key(9), Place{"identity", id.ID, fmt.Sprintf("data-key-%d", 2)})
	if err != nil {
		t.Fatal(err)
	}
	id.Keys = append([]WrappedKey{{ID: 2, Sealed: second}}, id.Keys...)
	rotated, err := OpenKeyring(key(1), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := rotated.Open(old, at); err != nil || got.Reveal() != "old" {
		t.Errorf("got %q, error %v", got.Reveal(), err)
	}
	fresh := seal(t, rotated, "new", at)
	if got := binary.BigEndian.Uint32(fresh); got != 2 {
		t.Errorf("sealed under key %d, want 2", got)
	}
	if _, err := k.Open(fresh, at); !errors.Is(err, ErrUnsealed) {
		t.Errorf("without the newer key: got error %v, want %v", err, ErrUnsealed)
	}
}
