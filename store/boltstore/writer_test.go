package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"oauth1d/store"
)

var errHalfway = errors.New("halfway")

// together settles acts as one batch. The writer is idle meanwhile.
func together(t *testing.T, s *Store, acts ...act) []error {
	t.Helper()
	batch := make([]*write, len(acts))
	for i, a := range acts {
		batch[i] = &write{ctx: t.Context(), act: a, done: make(chan struct{})}
	}
	if err := s.settle(batch); err != nil {
		t.Fatalf("settle: %v", err)
	}
	errs := make([]error, len(acts))
	for i, w := range batch {
		<-w.done
		errs[i] = w.err
	}
	return errs
}

func adding(key string, then func() error) act {
	return func(t *tx) error {
		t.counts.consumers++
		if err := t.put(consumers, []byte(key), encodeConsumer(store.Consumer{Key: key})); err != nil {
			return err
		}
		return then()
	}
}

func TestActThatFailsHalfwayTakesNobodyAlong(t *testing.T) {
	s := filled(t, nil)
	fine := func() error { return nil }
	errs := together(t, s,
		adding("first", fine),
		adding("halfway", func() error { return errHalfway }),
		func(*tx) error { return store.ErrSpent },
		adding("panic", func() error { panic("a damaged page") }),
		adding("last", fine),
	)
	for i, want := range []error{nil, errHalfway, store.ErrSpent, store.ErrDamaged, nil} {
		if !errors.Is(errs[i], want) || want == nil && errs[i] != nil {
			t.Errorf("act %d: got error %v, want %v", i, errs[i], want)
		}
	}
	for key, want := range map[string]error{"first": nil, "last": nil, "halfway": store.ErrNotFound, "panic": store.ErrNotFound} {
		if _, err := s.Consumer(t.Context(), key); !errors.Is(err, want) || want == nil && err != nil {
			t.Errorf("%s: got error %v, want %v", key, err, want)
		}
	}
	if v, err := s.Stats(t.Context()); err != nil || v.Consumers != 3 {
		t.Errorf("got %d consumers, error %v, want 3", v.Consumers, err)
	}
}

func TestActsThatChangeNothingCommitNothing(t *testing.T) {
	s := filled(t, nil)
	before := s.visible()
	together(t, s, func(*tx) error { return store.ErrNotFound }, func(*tx) error { return nil })
	if _, err := s.RevokeAll(t.Context(), store.TokenFilter{User: "nobody"}); err != nil {
		t.Fatal(err)
	}
	if got := s.visible(); got != before {
		t.Errorf("got transaction %d, want still %d", got, before)
	}
}

func TestCallWithAnEndedContextChangesNothing(t *testing.T) {
	s := filled(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.AddConsumer(ctx, store.Consumer{Key: "new"}); !errors.Is(err, context.Canceled) {
		t.Errorf("AddConsumer: got error %v, want %v", err, context.Canceled)
	}
	if _, err := s.Consumer(ctx, "k"); !errors.Is(err, context.Canceled) {
		t.Errorf("Consumer: got error %v, want %v", err, context.Canceled)
	}
	if _, err := s.UseNonce(ctx, store.Nonce{Nonce: "n", Timestamp: s.now()}); !errors.Is(err, context.Canceled) {
		t.Errorf("UseNonce: got error %v, want %v", err, context.Canceled)
	}
	if _, err := s.Consumer(t.Context(), "new"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got error %v, want %v", err, store.ErrNotFound)
	}
}

// A caller that gives up while its act waits must not hold up the writer.
func TestCallerThatGivesUpGetsItsContextsError(t *testing.T) {
	s := filled(t, nil)
	busy, free := make(chan struct{}), make(chan struct{})
	first := make(chan error)
	go func() {
		first <- s.write(t.Context(), opSweep, func(*tx) error { close(busy); <-free; return nil })
	}()
	<-busy
	ctx, cancel := context.WithCancel(t.Context())
	second := make(chan error)
	go func() { second <- s.AddConsumer(ctx, store.Consumer{Key: "new"}) }()
	cancel()
	if err := <-second; !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	close(free)
	must(t, <-first)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "next"}))
}

func TestClosedStoreAnswersNothing(t *testing.T) {
	s := filled(t, nil)
	must(t, s.Close())
	must(t, s.Close())
	ctx := t.Context()
	for name, call := range map[string]func() error{
		"read":   func() error { _, err := s.Consumer(ctx, "k"); return err },
		"write":  func() error { return s.AddConsumer(ctx, store.Consumer{Key: "new"}) },
		"change": func() error { _, err := s.ChangeConsumer(ctx, "k", nil); return err },
		"nonce":  func() error { _, err := s.UseNonce(ctx, store.Nonce{Timestamp: s.now()}); return err },
		"sweep":  func() error { _, err := s.Sweep(ctx, 1); return err },
		"stats":  func() error { _, err := s.Stats(ctx); return err },
		"backup": func() error { return s.Backup(ctx, io.Discard) },
		"check":  func() error { _, err := s.Check(ctx); return err },
	} {
		if err := call(); err == nil || errors.Is(err, store.ErrNotFound) {
			t.Errorf("%s: got error %v, want that the store is closed", name, err)
		}
	}
}

func TestCallsThatRunIntoCloseAreAnswered(t *testing.T) {
	s := filled(t, nil)
	answers := make(chan error)
	for i := range 20 {
		go func() {
			for {
				if err := s.KeepSession(t.Context(), fmt.Sprint(i), nil, 1); err != nil {
					answers <- err
					return
				}
			}
		}()
	}
	must(t, s.Close())
	for range 20 {
		if err := <-answers; !errors.Is(err, errClosed) {
			t.Errorf("got error %v, want %v", err, errClosed)
		}
	}
}

func TestCreateRefusesAnExistingFile(t *testing.T) {
	c := at(t, t.TempDir(), nil)
	id := create(t, c)
	if err := Create(c, id); !errors.Is(err, store.ErrExists) || !strings.Contains(err.Error(), c.Path) {
		t.Errorf("got error %v, want %v and the path", err, store.ErrExists)
	}
	must(t, os.Remove(c.Path))
	if err := Create(c, id); err == nil {
		t.Error("beside a nonce log that is there: got no error")
	}
	only(t, c)
}

func TestStoreIsPrivate(t *testing.T) {
	c := at(t, filepath.Join(t.TempDir(), "new", "dir"), nil)
	create(t, c)
	s := open(t, c)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "k"}))
	err := filepath.WalkDir(filepath.Dir(filepath.Dir(c.Path)), func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, want nothing for group and others", path, info.Mode())
		}
		return err
	})
	must(t, err)
}

// Whoever steals the files must find no secret and no token that would serve as
// one. Free pages count: they keep what was there before.
func TestFilesHoldNoSecret(t *testing.T) {
	c := at(t, t.TempDir(), nil)
	id := create(t, c)
	keys, err := store.OpenKeyring(master, id)
	must(t, err)
	s := open(t, c)
	seal := func(text string, at store.Place) store.Sealed {
		sealed, err := keys.Seal(store.Secret(text), at)
		must(t, err)
		return sealed
	}
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "k", Secret: seal("consumer-secret", store.ConsumerSecretPlace("k"))}))
	r := store.RequestToken{ID: store.TokenID("request-token"), Consumer: "k", Expires: s.now() + 60}
	r.Secret = seal("request-secret", store.RequestTokenSecretPlace(r.ID))
	must(t, s.CreateRequestToken(t.Context(), r, 10))
	must(t, s.Decide(t.Context(), r.ID, store.Decision{User: "ada", Allowed: true, Verifier: store.VerifierHash("the-verifier")}))
	a := store.AccessToken{ID: store.TokenID("access-token"), Consumer: "k"}
	a.Secret = seal("access-secret", store.AccessTokenSecretPlace(a.ID))
	_, err = s.Redeem(t.Context(), r.ID, store.VerifierHash("the-verifier"), a)
	must(t, err)
	_, err = s.UseNonce(t.Context(), store.Nonce{Consumer: "k", Token: "access-token", Nonce: "the-nonce", Timestamp: s.now()})
	must(t, err)
	must(t, s.Close())
	files := 0
	err = filepath.WalkDir(filepath.Dir(c.Path), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		b, err := os.ReadFile(path)
		for _, secret := range []string{"consumer-secret", "request-secret", "access-secret", "request-token\x00", "access-token", "the-verifier", "the-nonce", string(master)} {
			if strings.Contains(string(b), secret) {
				t.Errorf("%s holds %q", filepath.Base(path), secret)
			}
		}
		return err
	})
	must(t, err)
	if files < 3 {
		t.Errorf("looked at %d files, want the store, a manifest and a segment", files)
	}
}
