package boltstore

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"oauth1d/store"
)

func TestCheckFindsWhatIsWrong(t *testing.T) {
	id := store.TokenID("3")
	for _, test := range []struct {
		name string
		do   act
		says string
	}{
		{"a rotten record", func(t *tx) error { return t.put(accessTokens, []byte(id), []byte("rotten record")) }, "access_tokens \"" + id + "\": a record does not decode"},
		{"a record under another key", func(t *tx) error {
			return t.put(consumers, []byte("k2"), encodeConsumer(store.Consumer{Key: "k"}))
		}, "consumers \"k2\": a record does not decode"},
		{"a token that its consumer does not know", func(t *tx) error { return t.delete(accessTokensByConsumer, owned("k", id)) }, "has no entry in access_tokens_by_consumer"},
		{"a token that its user does not know", func(t *tx) error { return t.delete(accessTokensByUser, owned("ada", id)) }, "has no entry in access_tokens_by_user"},
		{"an entry without a token", func(t *tx) error { return t.put(accessTokensByUser, owned("ada", "nothing"), nil) }, "access_tokens_by_user has 11 entries, expected 10"},
		{"a token without a consumer", func(t *tx) error { return t.delete(consumers, []byte("k")) }, "its consumer \"k\" does not exist"},
		{"a time without a record", func(t *tx) error { return t.put(expiry, dueKey(1, sessions, "nothing"), nil) }, "expiry has 1 entries, expected 0"},
		{"a session that does not expire", func(t *tx) error {
			return t.put(sessions, []byte("s"), encodeSession("s", session{1, nil}))
		}, "sessions \"s\": has no entry in expiry"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := filled(t, nil)
			if problems, err := s.Check(t.Context()); err != nil || len(problems) > 0 {
				t.Fatalf("before: got %q, error %v", problems, err)
			}
			must(t, s.write(t.Context(), opSweep, test.do))
			online, err := s.Check(t.Context())
			must(t, err)
			must(t, s.Close())
			offline, err := Check(s.c)
			must(t, err)
			for _, problems := range [][]string{online, offline} {
				if !strings.Contains(strings.Join(problems, "\n"), test.says) {
					t.Errorf("got %q, want %q", problems, test.says)
				}
			}
		})
	}
}

func TestCheckLooksAtTheNonceLog(t *testing.T) {
	s := filled(t, nil)
	c := s.c
	if _, err := Check(c); !errors.Is(err, store.ErrLocked) {
		t.Errorf("while it is open: got error %v, want %v", err, store.ErrLocked)
	}
	must(t, s.Close())
	c.Nonces = t.TempDir()
	problems, err := Check(c)
	if err != nil || len(problems) != 1 || !strings.Contains(problems[0], "nonce log is missing") {
		t.Errorf("got %q, error %v, want that the nonce log is missing", problems, err)
	}
}

// A record that has rotted fails by itself; its neighbours and the sweeper do not.
func TestRottenRecordFailsAlone(t *testing.T) {
	s := filled(t, nil)
	for _, text := range []string{"expired", "rotten"} {
		a := token(text)
		a.Expires = s.now() - 1
		must(t, s.IssueAccessToken(t.Context(), a))
	}
	must(t, s.write(t.Context(), opSweep, func(t *tx) error {
		return t.put(accessTokens, []byte(store.TokenID("rotten")), []byte("rotten record"))
	}))
	if _, err := s.AccessToken(t.Context(), store.TokenID("rotten")); !errors.Is(err, store.ErrDamaged) || errors.Is(err, store.ErrNotFound) {
		t.Errorf("AccessToken: got error %v, want %v", err, store.ErrDamaged)
	}
	if _, err := s.Credentials(t.Context(), "k", store.TokenID("rotten")); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("Credentials: got error %v, want %v", err, store.ErrDamaged)
	}
	if deleted, err := s.Sweep(t.Context(), 10); err != nil || deleted != 2 {
		t.Errorf("Sweep: got %d, error %v, want 2", deleted, err)
	}
	if _, err := s.AccessToken(t.Context(), store.TokenID("3")); err != nil {
		t.Errorf("a neighbour: %v", err)
	}
	if _, err := s.AccessToken(t.Context(), store.TokenID("expired")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("the swept one: got error %v, want %v", err, store.ErrNotFound)
	}
}

// What the survey finds right must be what bbolt's own check finds right, on a
// file that has been used: with branches, long records and free pages.
func TestSurveyAgreesWithBbolt(t *testing.T) {
	s := filled(t, nil)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "long", Description: strings.Repeat("x", 50_000)}))
	for round := range 5 {
		must(t, s.write(t.Context(), opIssueAccessToken, func(t *tx) error {
			for i := range 500 {
				a := token(fmt.Sprint(round, " ", i))
				a.User = fmt.Sprint(i % 50)
				if err := t.addAccessToken(a); err != nil {
					return err
				}
			}
			return nil
		}))
		_, err := s.RevokeAll(t.Context(), store.TokenFilter{User: fmt.Sprint(round)})
		must(t, err)
		must(t, s.write(t.Context(), opSweep, func(t *tx) error {
			for i := range 300 {
				a, err := t.accessToken(store.TokenID(fmt.Sprint(round, " ", i)))
				if err == nil {
					err = t.dropAccessToken(a)
				}
				if err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(t, s.Close())
	problems, err := Check(s.c)
	if err != nil || len(problems) > 0 {
		t.Errorf("Check: got %q, error %v", problems, err)
	}
	db, err := bbolt.Open(s.c.Path, 0o600, nil)
	must(t, err)
	defer db.Close()
	must(t, db.View(func(b *bbolt.Tx) error {
		for err := range b.Check() {
			t.Errorf("bbolt: %v", err)
		}
		return nil
	}))
}
