package boltstore

import (
	"fmt"
	"testing"
	"time"

	"oauth1d/store"
)

// manyPeople is a store with a hundred thousand users of a directory and ten
// thousand consumers.
func manyPeople(b *testing.B) *Store {
	b.Helper()
	dir := b.TempDir()
	c := Config{Path: dir + "/oauth1d.db", Nonces: dir + "/nonces"}
	id, err := store.NewIdentity(master, time.Now())
	if err == nil {
		err = Create(c, id)
	}
	if err != nil {
		b.Fatal(err)
	}
	s, err := Open(c)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { s.Close() })
	err = s.write(b.Context(), opAddUser, func(t *tx) error {
		for i := range 100_000 {
			u := store.User{Name: fmt.Sprintf("user%06d", i), Source: "ldap", Groups: []string{"staff", "it"}, Checked: t.now}
			if err := t.put(users, []byte(u.Name), encodeUser(u)); err != nil {
				return err
			}
		}
		for i := range 10_000 {
			if err := t.addConsumer(store.Consumer{Key: fmt.Sprint("k", i), Name: "Printer", Secret: make([]byte, 75), Methods: []string{"HMAC-SHA1"}}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// BenchmarkPeople is what the pages about users ask for, and what a sign-in
// costs.
func BenchmarkPeople(b *testing.B) {
	s := manyPeople(b)
	list := func(want int, f store.UserFilter) func(*testing.B) {
		return func(b *testing.B) {
			for b.Loop() {
				if got, err := s.ListUsers(b.Context(), f); err != nil || len(got) != want {
					b.Fatal(len(got), err)
				}
			}
		}
	}
	none := ""
	b.Run("the first page of users", list(50, store.UserFilter{Limit: 50}))
	b.Run("the last page of users", list(50, store.UserFilter{After: "user099949", Limit: 50}))
	b.Run("a search that finds one", list(1, store.UserFilter{Search: "R099999", Limit: 50}))
	b.Run("a source that has nobody", list(0, store.UserFilter{Source: &none, Limit: 50}))
	b.Run("a user seen again", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.SeeUser(b.Context(), store.User{Name: "user050000", Source: "ldap"}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("a try at two gauges", func(b *testing.B) {
		for i := byte(0); b.Loop(); i++ {
			of := []store.Gauge{{ID: [32]byte{i}, Limit: 1 << 30, Window: time.Hour}, {ID: [32]byte{1, i}, Limit: 1 << 30, Window: time.Hour}}
			if _, err := s.Attempt(b.Context(), s.now(), of...); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("a proposal among ten thousand consumers", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			c := store.Consumer{Key: fmt.Sprint("p", i), Owner: "user000000", Proposed: 1}
			if err := s.AddProposal(b.Context(), c, 1<<30, 1<<30); err != nil {
				b.Fatal(err)
			}
		}
	})
}
