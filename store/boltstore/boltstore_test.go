package boltstore

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"oauth1d/store"
	"oauth1d/store/noncelog"
	"oauth1d/store/storetest"
)

// at is a store in dir that must never fail.
func at(t *testing.T, dir string, now func() time.Time) Config {
	return Config{
		Path:   filepath.Join(dir, "oauth1d.db"),
		Nonces: filepath.Join(dir, "nonces"),
		Now:    now,
		Fatal:  func(err error) { t.Errorf("Fatal was called: %v", err) },
	}
}

var master = store.Secret(bytes.Repeat([]byte{7}, store.MasterKeySize))

func create(t *testing.T, c Config) store.Identity {
	t.Helper()
	id, err := store.NewIdentity(master, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := Create(c, id); err != nil {
		t.Fatal(err)
	}
	return id
}

func open(t *testing.T, c Config) *Store {
	t.Helper()
	s, err := Open(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func openNew(t *testing.T, now func() time.Time) store.Store {
	t.Helper()
	c := at(t, t.TempDir(), now)
	create(t, c)
	return open(t, c)
}

func TestStoreKeepsEveryPromise(t *testing.T) {
	storetest.Run(t, openNew)
}

func TestStoreIsDurable(t *testing.T) {
	storetest.Durable(t, openNew, func(t *testing.T, s store.Store) store.Store {
		c := s.(*Store).c
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		problems, err := Check(c)
		if err != nil || len(problems) > 0 {
			t.Errorf("Check: got %q, error %v", problems, err)
		}
		return open(t, c)
	})
}

// noncesOf makes a nonce log for the store with that id.
func noncesOf(c Config, id string) error { return noncelog.Create(c.Nonces, id, 0) }

func TestFaultAfterTheActLeavesTheActDone(t *testing.T) {
	s := openNew(t, nil)
	f := storetest.NewFaulty(s)
	f.After(storetest.ActAddConsumer, storetest.ErrInjected)
	if err := f.AddConsumer(t.Context(), store.Consumer{Key: "k"}); !errors.Is(err, storetest.ErrInjected) {
		t.Errorf("got error %v, want %v", err, storetest.ErrInjected)
	}
	if _, err := s.Consumer(t.Context(), "k"); err != nil {
		t.Errorf("the act did not happen: %v", err)
	}
	f.After(storetest.ActAddConsumer, nil)
	if err := f.AddConsumer(t.Context(), store.Consumer{Key: "k"}); !errors.Is(err, store.ErrExists) {
		t.Errorf("got error %v, want %v", err, store.ErrExists)
	}
}

func TestWhatHappenedOnceStaysDoneWhenItsAnswerIsLost(t *testing.T) {
	s := openNew(t, func() time.Time { return storetest.Start })
	f := storetest.NewFaulty(s)
	ctx := t.Context()
	must(t, s.KeepSession(ctx, "s", []byte("data"), storetest.Start.Unix()+60))
	for _, a := range []storetest.Act{storetest.ActTakeSession, storetest.ActAttempt, storetest.ActSeeUser, storetest.ActAddProposal} {
		f.After(a, storetest.ErrInjected)
	}
	g := store.Gauge{ID: [32]byte{1}, Limit: 1, Window: time.Minute}
	data, err := f.TakeSession(ctx, "s")
	wait, attemptErr := f.Attempt(ctx, storetest.Start.Unix(), g)
	u, seeErr := f.SeeUser(ctx, store.User{Name: "ada", Source: "ldap"})
	must(t, s.AddUser(ctx, store.User{Name: "bob"}))
	proposeErr := f.AddProposal(ctx, store.Consumer{Key: "k", Owner: "bob", Proposed: 1}, 1, 1)
	for _, err := range []error{err, attemptErr, seeErr, proposeErr} {
		if err != storetest.ErrInjected {
			t.Errorf("got error %v, want %v", err, storetest.ErrInjected)
		}
	}
	if data != nil || wait != 0 || u.Name != "" {
		t.Errorf("an error came with a result: %q, %v, %+v", data, wait, u)
	}
	if _, err := s.TakeSession(ctx, "s"); err != store.ErrNotFound {
		t.Errorf("the session is there to be taken twice: %v", err)
	}
	if wait, err := s.Attempt(ctx, storetest.Start.Unix(), g); err != nil || wait != time.Minute {
		t.Errorf("the try was not counted: got wait %v, error %v", wait, err)
	}
	if _, err := s.User(ctx, "ada"); err != nil {
		t.Errorf("the user is not there: %v", err)
	}
	if err := s.AddProposal(ctx, store.Consumer{Key: "l", Owner: "bob", Proposed: 1}, 1, 1); err != store.ErrTooMany {
		t.Errorf("got error %v, want %v", err, store.ErrTooMany)
	}
}
