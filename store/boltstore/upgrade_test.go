package boltstore

import (
	"path/filepath"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"oauth1d/store"
)

// TestAStoreOfTheFirstSchemaIsUpgraded writes records as the first schema had
// them, and works with them.
func TestAStoreOfTheFirstSchemaIsUpgraded(t *testing.T) {
	dir := t.TempDir()
	now := time.Unix(1_800_000_000, 0)
	c := Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces"), Now: func() time.Time { return now }}
	id, err := store.NewIdentity(store.Secret("0123456789abcdef0123456789abcdef"), now)
	if err != nil {
		t.Fatal(err)
	}
	id.Schema = 1
	if err := Create(c, id); err != nil {
		t.Fatal(err)
	}
	writeFirstSchema(t, c.Path)

	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := s.Identity().Schema; got != store.Schema {
		t.Errorf("got schema %d, want %d", got, store.Schema)
	}
	consumer, err := s.Consumer(t.Context(), "printer")
	if err != nil || consumer.Name != "Printer" || consumer.BodyHash != store.BodyHashIfPresent || consumer.TwoLegged {
		t.Errorf("got %+v, %v", consumer, err)
	}
	if _, err := s.ChangeConsumer(t.Context(), "printer", func(c *store.Consumer) error { c.TwoLegged = true; return nil }); err != nil {
		t.Error(err)
	}
	if _, err := s.ChangeUser(t.Context(), "ada", func(u *store.User) error { u.Groups = []string{"staff"}; return nil }); err != nil {
		t.Error(err)
	}
	token, err := s.AccessToken(t.Context(), "token")
	if err != nil || token.User != "ada" || token.Idle != 0 {
		t.Errorf("got %+v, %v", token, err)
	}
	if err := s.MarkUsed(t.Context(), store.Marks{Tokens: map[string]int64{"token": 5}}); err != nil {
		t.Error(err)
	}
	if token, err = s.AccessToken(t.Context(), "token"); err != nil || token.Used != 5 {
		t.Errorf("marked: got %+v, %v", token, err)
	}
	if problems, err := s.Check(t.Context()); err != nil || len(problems) != 0 {
		t.Errorf("got %q, %v", problems, err)
	}
}

// writeFirstSchema writes a consumer, a user and an access token.
func writeFirstSchema(t *testing.T, path string) {
	t.Helper()
	db, err := bbolt.Open(path, fileMode, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	first := func() *encoder { return &encoder{[]byte{firstVersion}} }
	consumer := first()
	consumer.flags(false)
	consumer.number(5)
	consumer.count(7)
	for _, text := range []string{"Printer", "", "", "rfc5849", "sealed", ""} {
		consumer.string(text)
	}
	consumer.strings([]string{"HMAC-SHA1"})
	consumer.strings([]string{"oob"})
	user := first()
	user.flags(false, false)
	user.number(5)
	user.count(7)
	user.string("hash")
	token := first()
	token.number(5)
	token.number(0)
	token.number(0)
	token.string("printer")
	token.string("ada")
	token.bytes([]byte("sealed"))
	token.strings(nil)
	err = db.Update(func(b *bbolt.Tx) error {
		tx := &tx{bolt: b}
		for _, w := range []struct {
			in         bucket
			key, value []byte
		}{
			{consumers, []byte("printer"), consumer.finish(consumers, []byte("printer"))},
			{users, []byte("ada"), user.finish(users, []byte("ada"))},
			{accessTokens, []byte("token"), token.finish(accessTokens, []byte("token"))},
			{accessTokensByConsumer, owned("printer", "token"), nil},
			{accessTokensByUser, owned("ada", "token"), nil},
		} {
			if err := tx.put(w.in, w.key, w.value); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
