package boltstore

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"oauth1d/store"
)

// lists and byte strings that are empty come back as nil.
func list(t *rapid.T, name string) []string {
	v := rapid.SliceOf(rapid.String()).Draw(t, name)
	if len(v) == 0 {
		return nil
	}
	return v
}

func octets(t *rapid.T, name string) []byte {
	v := rapid.SliceOf(rapid.Byte()).Draw(t, name)
	if len(v) == 0 {
		return nil
	}
	return v
}

func text(t *rapid.T, name string) string {
	return string(rapid.SliceOf(rapid.Byte()).Draw(t, name))
}

func back[T any](t *rapid.T, b bucket, key string, value []byte, decode func(string, []byte) (T, error)) T {
	body, err := verified(b, []byte(key), value)
	if err != nil {
		t.Fatal(err)
	}
	got, err := decode(key, body)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestRecordsComeBack(t *testing.T) {
	n := rapid.Int64()
	rapid.Check(t, func(t *rapid.T) {
		c := store.Consumer{
			Key: text(t, "key"), Name: text(t, "name"), Description: text(t, "description"), Publisher: text(t, "publisher"),
			Secret: octets(t, "secret"), PublicKey: octets(t, "public key"), Methods: list(t, "methods"),
			Callbacks: list(t, "callbacks"), Profile: text(t, "profile"), Disabled: rapid.Bool().Draw(t, "disabled"),
			Created: n.Draw(t, "created"), Revision: rapid.Uint64().Draw(t, "revision"),
		}
		if diff := cmp.Diff(c, back(t, consumers, c.Key, encodeConsumer(c), decodeConsumer)); diff != "" {
			t.Error(diff)
		}
		u := store.User{
			Name: text(t, "user"), Password: text(t, "password"), Admin: rapid.Bool().Draw(t, "admin"),
			Disabled: rapid.Bool().Draw(t, "off"), Created: n.Draw(t, "added"), Revision: rapid.Uint64().Draw(t, "version"),
		}
		if diff := cmp.Diff(u, back(t, users, u.Name, encodeUser(u), decodeUser)); diff != "" {
			t.Error(diff)
		}
		r := store.RequestToken{
			ID: text(t, "id"), Secret: octets(t, "token secret"), Consumer: text(t, "consumer"), Callback: text(t, "callback"),
			Issued: n.Draw(t, "issued"), Expires: n.Draw(t, "expires"), Decided: n.Draw(t, "decided"), Tries: rapid.Int().Draw(t, "tries"),
			Decision: store.Decision{User: text(t, "decider"), Allowed: rapid.Bool().Draw(t, "allowed"), Scopes: list(t, "scopes")},
		}
		copy(r.Decision.Verifier[:], octets(t, "verifier"))
		if diff := cmp.Diff(r, back(t, requestTokens, r.ID, encodeRequestToken(r), decodeRequestToken)); diff != "" {
			t.Error(diff)
		}
		a := store.AccessToken{
			ID: r.ID, Secret: r.Secret, Consumer: r.Consumer, User: u.Name, Scopes: r.Decision.Scopes,
			Issued: r.Issued, Expires: r.Expires, Revoked: r.Decided,
		}
		if diff := cmp.Diff(a, back(t, accessTokens, a.ID, encodeAccessToken(a), decodeAccessToken)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestRecordOfAnotherPlaceIsRefused(t *testing.T) {
	value := encodeAccessToken(store.AccessToken{ID: "a", Consumer: "k"})
	for _, at := range []struct {
		b   bucket
		key string
	}{{accessTokens, "b"}, {accessTokens, ""}, {accessTokens, "a\x00"}, {requestTokens, "a"}} {
		if _, err := verified(at.b, []byte(at.key), value); !errors.Is(err, errCodec) {
			t.Errorf("%s %q: got error %v, want %v", at.b, at.key, err, errCodec)
		}
	}
	for i := range value {
		value[i] ^= 4
		if _, err := verified(accessTokens, []byte("a"), value); !errors.Is(err, errCodec) {
			t.Errorf("byte %d changed: got error %v, want %v", i, err, errCodec)
		}
		value[i] ^= 4
	}
}

// FuzzDecode decodes what no checksum has vouched for: it must end in an error,
// or in a record that encodes to something that decodes to the same.
func FuzzDecode(f *testing.F) {
	f.Add(encodeConsumer(store.Consumer{Key: "k", Methods: []string{"a", "b"}}))
	f.Add(encodeAccessToken(store.AccessToken{ID: "k", Scopes: []string{"a", ""}, Expires: -1}))
	f.Add(encodeRequestToken(store.RequestToken{ID: "k", Tries: 5}))
	f.Add(encodeUser(store.User{Name: "k", Admin: true}))
	f.Add(encodeSession("k", session{1, []byte("data")}))
	f.Add([]byte{recordVersion, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, body []byte) {
		if len(body) < 2 {
			return // verified lets none through
		}
		if c, err := decodeConsumer("k", body); err == nil {
			again(t, encodeConsumer(c), decodeConsumer, c)
		}
		if u, err := decodeUser("k", body); err == nil {
			again(t, encodeUser(u), decodeUser, u)
		}
		if r, err := decodeRequestToken("k", body); err == nil {
			again(t, encodeRequestToken(r), decodeRequestToken, r)
		}
		if a, err := decodeAccessToken("k", body); err == nil {
			again(t, encodeAccessToken(a), decodeAccessToken, a)
		}
		_, _ = decodeSession(body)
		_, _ = decodeIdentity(body)
	})
}

func again[T any](t *testing.T, value []byte, decode func(string, []byte) (T, error), want T) {
	t.Helper()
	got, err := decode("k", value[:len(value)-4])
	if err != nil {
		t.Fatalf("what was encoded does not decode: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTimesSortLikeNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := rapid.Int64().Draw(t, "a"), rapid.Int64().Draw(t, "b")
		if got, want := string(appendTime(nil, a)) < string(appendTime(nil, b)), a < b; got != want {
			t.Errorf("%d and %d: got before %v, want %v", a, b, got, want)
		}
		d, ok := parseDue(dueKey(a, sessions, "id"))
		if want := (due{a, sessions, "id"}); !ok || d != want {
			t.Errorf("got %v, %v, want %v", d, ok, want)
		}
	})
}
