package boltstore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.etcd.io/bbolt"

	"oauth1d/store"
)

// sample is a store of some size, closed, and what is in it.
type sample struct {
	file   []byte
	nonces string // the directory of its nonce log
	id     store.Identity
	keys   *store.Keyring
	tokens map[string]store.AccessToken
	used   int // bytes of the file that mean something
	page   int
}

func newSample(t *testing.T) sample {
	t.Helper()
	c := at(t, t.TempDir(), nil)
	v := sample{id: create(t, c), nonces: c.Nonces, tokens: map[string]store.AccessToken{}}
	var err error
	if v.keys, err = store.OpenKeyring(master, v.id); err != nil {
		t.Fatal(err)
	}
	s := open(t, c)
	for i := range 20 {
		if err := s.AddConsumer(t.Context(), store.Consumer{Key: fmt.Sprint("consumer ", i), Name: "Printer"}); err != nil {
			t.Fatal(err)
		}
	}
	err = s.write(t.Context(), opIssueAccessToken, func(t *tx) error {
		for i := range 600 {
			id := store.TokenID(fmt.Sprint(i))
			sealed, err := v.keys.Seal(store.Secret(fmt.Sprint("secret of ", i)), store.AccessTokenSecretPlace(id))
			if err != nil {
				return err
			}
			a := store.AccessToken{ID: id, Secret: sealed, Consumer: fmt.Sprint("consumer ", i%20), User: fmt.Sprint("user ", i%7), Scopes: []string{"read"}}
			if err := t.addAccessToken(a); err != nil {
				return err
			}
			v.tokens[id] = a
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The last commit is of no importance: a lost root loses it.
	if err := s.KeepSession(t.Context(), "s", nil, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if v.file, err = os.ReadFile(c.Path); err != nil {
		t.Fatal(err)
	}
	m, err := readMeta(bytes.NewReader(v.file))
	if err != nil {
		t.Fatal(err)
	}
	v.used, v.page = int(m.pages)*int(m.pageSize), int(m.pageSize)
	return v
}

// put writes file as a store, beside the nonce log of the sample.
func (v sample) put(t *testing.T, file []byte) Config {
	t.Helper()
	c := at(t, t.TempDir(), nil)
	c.OpenTimeout = time.Millisecond
	if err := errors.Join(os.WriteFile(c.Path, file, fileMode), os.CopyFS(c.Nonces, os.DirFS(v.nonces))); err != nil {
		t.Fatal(err)
	}
	return c
}

// survives opens a damaged store and uses it. Whatever it answers must be right
// or an error; that the process lives is the rest of the test.
func (v sample) survives(t *testing.T, what string, file []byte) (opened bool) {
	t.Helper()
	c := v.put(t, file)
	c.Fatal = func(error) {} // a damaged file may end the program, in good order
	if _, err := Check(c); err != nil && !errors.Is(err, store.ErrForeign) && !errors.Is(err, store.ErrNewer) {
		t.Errorf("%s: Check: %v", what, err)
	}
	s, err := Open(c)
	if err != nil {
		if !errors.Is(err, store.ErrDamaged) && !errors.Is(err, store.ErrForeign) && !errors.Is(err, store.ErrNewer) {
			t.Errorf("%s: Open: %v", what, err)
		}
		return false
	}
	defer s.Close()
	v.compare(t, what, s)
	for i := range 5 {
		key := fmt.Sprint("consumer ", i)
		_ = s.AddConsumer(t.Context(), store.Consumer{Key: "new " + key})
		_, _ = s.RevokeAll(t.Context(), store.TokenFilter{Consumer: key})
		_, _ = s.RemoveConsumer(t.Context(), key)
	}
	_, _ = s.Sweep(t.Context(), 1000)
	_, _ = s.Check(t.Context())
	_ = s.Backup(t.Context(), io.Discard)
	_ = s.Close()
	_, _ = Check(c)
	return true
}

func (v sample) compare(t *testing.T, what string, s *Store) {
	t.Helper()
	for id, want := range v.tokens {
		got, err := s.AccessToken(t.Context(), id)
		if err != nil {
			continue
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: token differs: got (+), want (-):\n%s", what, diff)
		}
		if _, err := v.keys.Open(got.Secret, store.AccessTokenSecretPlace(id)); err != nil {
			t.Errorf("%s: secret: %v", what, err)
		}
	}
	list, err := s.ListAccessTokens(t.Context(), store.TokenFilter{})
	for _, got := range list {
		if diff := cmp.Diff(v.tokens[got.ID], got); err == nil && diff != "" {
			t.Errorf("%s: listed token differs: got (+), want (-):\n%s", what, diff)
		}
	}
}

func TestStoreSurvivesTruncation(t *testing.T) {
	t.Parallel()
	v := newSample(t)
	opened := 0
	for size := 0; size < v.used; size += max(1, v.used/80) {
		for _, size := range []int{size, size + 1, size/v.page*v.page + 16} {
			if v.survives(t, fmt.Sprint("cut at ", size), v.file[:min(size, v.used-1)]) {
				opened++
			}
		}
	}
	if opened > 0 {
		t.Errorf("%d files that were cut off have opened", opened)
	}
	if !v.survives(t, "cut behind its last page", v.file[:v.used]) {
		t.Error("a file with all its pages does not open")
	}
}

func TestStoreSurvivesFlippedBytes(t *testing.T) {
	t.Parallel()
	v := newSample(t)
	opened := 0
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		file := bytes.Clone(v.file)
		for range 1 + r.IntN(64) {
			file[r.IntN(v.used)] ^= byte(1 << r.IntN(8))
		}
		if v.survives(t, fmt.Sprint("seed ", seed), file) {
			opened++
		}
	}
	t.Logf("%d of 200 opened", opened)
}

// The headers of pages, where a flipped bit leads bbolt astray, are a small part
// of a file that random bytes seldom hit.
func TestStoreSurvivesDamagedPages(t *testing.T) {
	t.Parallel()
	v := newSample(t)
	set := func(name string, at, width int, value uint64) {
		for page := range v.used / v.page {
			file := bytes.Clone(v.file)
			b := file[page*v.page+at:]
			switch width {
			case 2:
				binary.NativeEndian.PutUint16(b, uint16(value))
			case 4:
				binary.NativeEndian.PutUint32(b, uint32(value))
			case 8:
				binary.NativeEndian.PutUint64(b, value)
			}
			v.survives(t, fmt.Sprintf("page %d: %s", page, name), file)
		}
	}
	set("a leaf that is a branch", 8, 2, flagBranch)
	set("any page is a list of free ones", 8, 2, flagFreelist)
	set("too many elements", 10, 2, 0xFFFF)
	set("an overflow past the end", 12, 4, 0xFFFFFF)
	set("a child that is the root", pageHeader+8, 8, 3)
	set("a key past the end", pageHeader+4, 4, 0xFFFFFFF)
	set("a list of free pages without end", pageHeader, 8, 1<<62)
}

func TestStoreOpensByOneRootAndNotByNone(t *testing.T) {
	v := newSample(t)
	for _, root := range []int{0, 1} {
		file := bytes.Clone(v.file)
		clear(file[root*v.page : (root+1)*v.page])
		c := v.put(t, file)
		s := open(t, c)
		list, err := s.ListAccessTokens(t.Context(), store.TokenFilter{})
		if err != nil || len(list) != len(v.tokens) {
			t.Errorf("root %d: got %d tokens, error %v, want %d", root, len(list), err, len(v.tokens))
		}
	}
	file := bytes.Clone(v.file)
	clear(file[:2*v.page])
	if v.survives(t, "no root", file) {
		t.Error("a file without a root has opened")
	}
}

// What is cut off while the store is open is a fault in mapped memory.
func TestStoreSurvivesALossWhileItIsOpen(t *testing.T) {
	v := newSample(t)
	c := v.put(t, v.file)
	fatal := make(chan error, 1)
	c.Fatal = func(err error) { fatal <- err }
	s := open(t, c)
	if err := os.Truncate(c.Path, int64(2*v.page)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ListAccessTokens(t.Context(), store.TokenFilter{}); !errors.Is(err, store.ErrDamaged) {
		t.Errorf("reading: got error %v, want %v", err, store.ErrDamaged)
	}
	if err := s.AddConsumer(t.Context(), store.Consumer{Key: "new"}); err == nil {
		t.Error("writing: got no error")
	}
	if err := os.Truncate(c.Path, 0); err != nil {
		t.Fatal(err)
	}
	if err := s.AddConsumer(t.Context(), store.Consumer{Key: "new"}); err == nil {
		t.Error("writing to an empty file: got no error")
	}
	<-fatal
	if _, err := s.Consumer(t.Context(), "consumer 1"); err == nil {
		t.Error("after Fatal: got no error")
	}
	if err := s.Close(); err == nil {
		t.Error("Close: got no error")
	}
}

func TestOpenRefuses(t *testing.T) {
	v := newSample(t)
	other := filepath.Join(t.TempDir(), "other.db")
	db, err := bbolt.Open(other, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(func(t *bbolt.Tx) error { _, err := t.CreateBucket([]byte("other")); return err }); err != nil {
		t.Fatal(err)
	}
	db.Close()
	foreignFile, err := os.ReadFile(other)
	if err != nil {
		t.Fatal(err)
	}
	rewrite := func(f func(*bbolt.Tx) error) func(*testing.T, Config) {
		return func(t *testing.T, c Config) {
			db, err := bbolt.Open(c.Path, 0o600, nil)
			if err == nil {
				err = errors.Join(db.Update(f), db.Close())
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	replace := func(file []byte) func(*testing.T, Config) {
		return func(t *testing.T, c Config) {
			if err := os.WriteFile(c.Path, file, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	newer := v.id
	newer.Schema = store.Schema + 1
	record, err := encodeIdentity(newer)
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name string
		do   func(*testing.T, Config)
		want error
		says string
	}{
		{"a missing file", func(t *testing.T, c Config) { os.Remove(c.Path) }, store.ErrMissing, "oauth1d init"},
		{"a missing directory", func(t *testing.T, c Config) { os.RemoveAll(filepath.Dir(c.Path)) }, store.ErrMissing, "was the volume mounted"},
		{"an empty file", replace(nil), store.ErrDamaged, "oauth1d db restore"},
		{"a text", replace([]byte(strings.Repeat("not a store\n", 1000))), store.ErrForeign, "oauth1d db restore"},
		{"a short text", replace([]byte("x")), store.ErrForeign, "not a bbolt file"},
		{"zeros", replace(make([]byte, 1<<16)), store.ErrForeign, "lost its beginning"},
		{"a bbolt file of another program", replace(foreignFile), store.ErrForeign, "another program"},
		{"a directory", func(t *testing.T, c Config) { os.Remove(c.Path); os.Mkdir(c.Path, 0o700) }, nil, "is a directory"},
		{"a newer schema", rewrite(func(t *bbolt.Tx) error {
			return t.Bucket(bucketNames[identities]).Put(identityKey, record)
		}), store.ErrNewer, fmt.Sprint("schema ", store.Schema+1)},
		{"no identity", rewrite(func(t *bbolt.Tx) error {
			return t.Bucket(bucketNames[identities]).Delete(identityKey)
		}), store.ErrForeign, "no identity"},
		{"a rotten identity", rewrite(func(t *bbolt.Tx) error {
			return t.Bucket(bucketNames[identities]).Put(identityKey, []byte("{}"))
		}), store.ErrDamaged, "identity"},
		{"a missing bucket", rewrite(func(t *bbolt.Tx) error { return t.DeleteBucket(bucketNames[users]) }), store.ErrDamaged, "users"},
		{"a missing bucket that the schema has brought", rewrite(func(t *bbolt.Tx) error { return t.DeleteBucket(bucketNames[gauges]) }), store.ErrDamaged, "gauges"},
		{"a missing nonce log", func(t *testing.T, c Config) { os.RemoveAll(c.Nonces) }, store.ErrMissing, "nonces"},
		{"another store's nonce log", func(t *testing.T, c Config) {
			os.RemoveAll(c.Nonces)
			if err := noncesOf(c, "another store"); err != nil {
				t.Fatal(err)
			}
		}, store.ErrForeign, "nonces"},
		{"a store that is open", func(t *testing.T, c Config) { open(t, c) }, store.ErrLocked, "stop the daemon"},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := at(t, t.TempDir(), nil)
			c.OpenTimeout = time.Millisecond
			create(t, c)
			test.do(t, c)
			before, _ := os.ReadFile(c.Path)
			s, err := Open(c)
			if err == nil {
				s.Close()
				t.Fatal("it opened")
			}
			if test.want != nil && !errors.Is(err, test.want) {
				t.Errorf("got error %v, want %v", err, test.want)
			}
			if !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), filepath.Dir(c.Path)) {
				t.Errorf("got %q, want the path and %q", err, test.says)
			}
			if after, _ := os.ReadFile(c.Path); !bytes.Equal(before, after) {
				t.Error("the file was changed")
			}
		})
	}
}
