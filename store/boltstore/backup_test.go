package boltstore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oauth1d/store"
	"oauth1d/store/storetest"
)

// filled is an open store with a consumer, and its access tokens "0" to "9".
func filled(t *testing.T, now func() time.Time) *Store {
	t.Helper()
	c := at(t, t.TempDir(), now)
	c.OpenTimeout = time.Millisecond
	create(t, c)
	s := open(t, c)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "k"}))
	for i := range 10 {
		must(t, s.IssueAccessToken(t.Context(), token(fmt.Sprint(i))))
	}
	return s
}

func token(text string) store.AccessToken {
	return store.AccessToken{ID: store.TokenID(text), Consumer: "k", User: "ada", Secret: store.Sealed("sealed")}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func backup(t *testing.T, s *Store) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, s.Backup(t.Context(), &b))
	return b.Bytes()
}

// only reports what lies beside the store but should not.
func only(t *testing.T, c Config, names ...string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(c.Path))
	must(t, err)
	for _, e := range entries {
		known := e.Name() == filepath.Base(c.Path) || e.Name() == filepath.Base(c.Nonces)
		for _, name := range names {
			known = known || name == e.Name()
		}
		if !known {
			t.Errorf("%s was left over", e.Name())
		}
	}
}

func TestBackupHoldsWhatWasAcknowledgedBeforeIt(t *testing.T) {
	s := filled(t, nil)
	var mu sync.Mutex
	var acknowledged []string
	stop := make(chan struct{})
	var writers sync.WaitGroup
	for w := range 4 {
		writers.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				a := token(fmt.Sprint("under load ", w, i))
				if err := s.IssueAccessToken(t.Context(), a); err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, a.ID)
				mu.Unlock()
			}
		})
	}
	for range 5 {
		mu.Lock()
		want := acknowledged[:len(acknowledged):len(acknowledged)]
		mu.Unlock()
		b := backup(t, s)
		c := at(t, t.TempDir(), nil)
		report, err := Restore(bytes.NewReader(b), c, nil)
		must(t, err)
		if report.Identity.ID != s.Identity().ID {
			t.Errorf("got identity %q, want %q", report.Identity.ID, s.Identity().ID)
		}
		problems, err := Check(c)
		if err != nil || len(problems) > 0 {
			t.Errorf("Check: got %q, error %v", problems, err)
		}
		restored := open(t, c)
		for _, id := range want {
			if _, err := restored.AccessToken(t.Context(), id); err != nil {
				t.Errorf("acknowledged token: %v", err)
			}
		}
	}
	close(stop)
	writers.Wait()
	only(t, s.c)
}

// stalled is the reader at the other end of a bad line.
type stalled struct{ began, end chan struct{} }

func (s stalled) Write(b []byte) (int, error) {
	select {
	case s.began <- struct{}{}:
	default:
	}
	<-s.end
	return len(b), nil
}

func TestBackupOverABadLineHoldsNothingUp(t *testing.T) {
	s := filled(t, nil)
	line := stalled{make(chan struct{}, 1), make(chan struct{})}
	done := make(chan error)
	go func() { done <- s.Backup(t.Context(), line) }()
	<-line.began
	if n := s.db.Stats().OpenTxN; n != 0 {
		t.Errorf("%d transactions are open while the backup is sent, want 0", n)
	}
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "meanwhile"}))
	close(line.end)
	must(t, <-done)
}

func TestBackupEndsWhenNobodyWaits(t *testing.T) {
	s := filled(t, nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, io.Discard); !errors.Is(err, context.Canceled) {
		t.Errorf("got error %v, want %v", err, context.Canceled)
	}
	only(t, s.c)
}

func TestRestoreKeepsTheNonceLogOfItsStore(t *testing.T) {
	clock := storetest.NewClock()
	s := filled(t, clock.Now)
	b := backup(t, s)
	n := store.Nonce{Consumer: "k", Timestamp: clock.Now().Unix(), Nonce: "n"}
	_, err := s.UseNonce(t.Context(), n)
	must(t, err)
	must(t, s.IssueAccessToken(t.Context(), token("after the backup")))
	must(t, s.Close())

	report, err := Restore(bytes.NewReader(b), s.c, nil)
	must(t, err)
	if !report.NoncesKept || !report.WasThere || report.NoncesMoved != "" {
		t.Errorf("got report %+v, want the nonces kept", report)
	}
	only(t, s.c)
	s = open(t, s.c)
	if _, err := s.UseNonce(t.Context(), n); !errors.Is(err, store.ErrNonceUsed) {
		t.Errorf("used nonce: got error %v, want %v", err, store.ErrNonceUsed)
	}
	if _, err := s.AccessToken(t.Context(), store.TokenID("after the backup")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("token after the backup: got error %v, want %v", err, store.ErrNotFound)
	}
	if _, err := s.AccessToken(t.Context(), store.TokenID("3")); err != nil {
		t.Errorf("token before the backup: %v", err)
	}
}

func TestRestoreWithoutItsNonceLogAcceptsNothingThatMayHaveBeenUsed(t *testing.T) {
	for _, test := range []struct {
		name  string
		do    func(*testing.T, Config)
		moved bool
	}{
		{"on an empty machine", func(t *testing.T, c Config) {}, false},
		{"over another store", func(t *testing.T, c Config) { create(t, c) }, true},
		{"over a damaged nonce log", func(t *testing.T, c Config) {
			create(t, c)
			must(t, os.WriteFile(filepath.Join(c.Nonces, "manifest"), []byte("x"), 0o600))
		}, true},
		{"over nothing but an empty directory", func(t *testing.T, c Config) { must(t, os.Mkdir(c.Nonces, 0o700)) }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			clock := storetest.NewClock()
			b := backup(t, filled(t, clock.Now))
			c := at(t, t.TempDir(), clock.Now)
			c.Window = 3 * time.Minute
			test.do(t, c)
			report, err := Restore(bytes.NewReader(b), c, nil)
			must(t, err)
			if report.NoncesKept || !report.NotBefore.Equal(clock.Now().Add(c.Window)) || (report.NoncesMoved != "") != test.moved {
				t.Errorf("got report %+v, want a new log that refuses one window", report)
			}
			only(t, c, filepath.Base(report.NoncesMoved))
			s := open(t, c)
			n := store.Nonce{Consumer: "k", Nonce: "n", Timestamp: clock.Now().Add(c.Window).Unix()}
			if _, err := s.UseNonce(t.Context(), n); !errors.Is(err, store.ErrNonceTooOld) {
				t.Errorf("within the window: got error %v, want %v", err, store.ErrNonceTooOld)
			}
			n.Timestamp++
			if _, err := s.UseNonce(t.Context(), n); err != nil {
				t.Errorf("after the window: %v", err)
			}
		})
	}
}

func TestRestoreRefusesAndTouchesNothing(t *testing.T) {
	s := filled(t, nil)
	good := backup(t, s)
	rotten := bytes.ReplaceAll(good, []byte("sealed"), []byte("seaLed")) // free pages have it too
	errNo := errors.New("the master key does not fit")
	for _, test := range []struct {
		name   string
		backup io.Reader
		held   bool
		accept func(store.Identity) error
		want   error
	}{
		{"while the store is open", bytes.NewReader(good), true, nil, store.ErrLocked},
		{"nothing", strings.NewReader(""), false, nil, store.ErrDamaged},
		{"a text", strings.NewReader(strings.Repeat("not a backup ", 1000)), false, nil, store.ErrForeign},
		{"half a backup", bytes.NewReader(good[:len(good)/2]), false, nil, store.ErrDamaged},
		{"a backup with a rotten record", bytes.NewReader(rotten), false, nil, store.ErrDamaged},
		{"a backup that breaks off", io.MultiReader(bytes.NewReader(good), errReader{}), false, nil, io.ErrUnexpectedEOF},
		{"what is not accepted", bytes.NewReader(good), false, func(store.Identity) error { return errNo }, errNo},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := filled(t, nil)
			if !test.held {
				must(t, s.Close())
			}
			before, err := os.ReadFile(s.c.Path)
			must(t, err)
			if _, err := Restore(test.backup, s.c, test.accept); !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			after, err := os.ReadFile(s.c.Path)
			must(t, err)
			if !bytes.Equal(before, after) {
				t.Error("the store was changed")
			}
			only(t, s.c)
		})
	}
}

type errReader struct{}

func (errReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

// A daemon that was waiting for the old file must not get it: it has no name any
// more, and what is written to it is lost.
func TestOpenThatWaitsThroughARestoreGetsTheRestoredStore(t *testing.T) {
	s := filled(t, nil)
	b := backup(t, s)
	c := s.c
	c.OpenTimeout = 10 * time.Second
	type opened struct {
		s   *Store
		err error
	}
	waiting := make(chan opened)
	go func() {
		s, err := Open(c)
		waiting <- opened{s, err}
	}()
	must(t, s.IssueAccessToken(t.Context(), token("after the backup")))
	// Put the file in place under the waiting one, as Restore does.
	beside, err := copyBeside(bytes.NewReader(b), c.Path)
	must(t, err)
	must(t, os.Rename(beside, c.Path))
	must(t, s.Close())
	o := <-waiting
	must(t, o.err)
	defer o.s.Close()
	if _, err := o.s.AccessToken(t.Context(), store.TokenID("after the backup")); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got error %v, want %v", err, store.ErrNotFound)
	}
}
