package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"

	"oauth1d/store"
	"oauth1d/store/noncelog"
)

// Everything that is written is private to the daemon.
const (
	fileMode = 0o600
	dirMode  = 0o700
)

// Open opens the store that Create has made. It never makes one: a volume that
// is not mounted must not become a registry that knows nobody.
func Open(c Config) (*Store, error) {
	c = c.withDefaults()
	f, err := openFile(c, os.O_RDWR, unix.LOCK_EX)
	if err != nil {
		return nil, err
	}
	db, seen, err := openBolt(f, c.Path, false)
	if err != nil {
		return nil, err
	}
	s := &Store{c: c, db: db, writes: make(chan *write), quit: make(chan struct{}), stopped: make(chan struct{})}
	if err := s.start(seen); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	go s.run()
	return s, nil
}

// start reads what must be known from the beginning.
func (s *Store) start(seen *survey) error {
	err := view(s.db, func(t *tx) (err error) {
		if s.identity, err = t.identity(s.c.Path); err != nil {
			return err
		}
		s.counts, err = t.count(seen)
		return err
	})
	if err != nil {
		return err
	}
	if err := s.upgrade(); err != nil {
		return fmt.Errorf("upgrading %s: %w", s.c.Path, err)
	}
	s.nonces, err = noncelog.Open(s.c.Nonces, s.identity.ID, noncelog.Config{
		Window: s.c.Window,
		Now:    s.c.Now,
		Fatal:  func(err error) { s.fail(err); s.tell(err) },
	})
	if err != nil {
		return nonceLogError(err)
	}
	s.metrics = newMetrics(s)
	if err := s.metrics.register(s.c.Metrics); err != nil {
		return errors.Join(err, s.nonces.Close())
	}
	return nil
}

// view reads outside of a Store.
func view(db *bbolt.DB, look func(*tx) error) error {
	return guarded(func() error {
		return db.View(func(b *bbolt.Tx) error { return look(&tx{bolt: b}) })
	})
}

// openFile opens the file and locks it, and makes sure that it is still the one
// of that name: Restore puts another one in its place.
func openFile(c Config, flag, lock int) (*os.File, error) {
	deadline := time.Now().Add(c.OpenTimeout)
	for {
		f, err := os.OpenFile(c.Path, flag, 0)
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%w: there is no %s; was the volume mounted? Make a new store with: oauth1d init, or restore a backup with: oauth1d db restore FILE", store.ErrMissing, c.Path)
		}
		if err != nil {
			return nil, fmt.Errorf("opening store: %w", err)
		}
		err = unix.Flock(int(f.Fd()), lock|unix.LOCK_NB)
		if err == nil && sameFile(f, c.Path) {
			return f, nil
		}
		f.Close()
		switch {
		case err != nil && !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR):
			return nil, fmt.Errorf("locking %s: %w", c.Path, err)
		case time.Now().After(deadline):
			return nil, fmt.Errorf("%w: %s; stop the daemon that has it", store.ErrLocked, c.Path)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func sameFile(f *os.File, path string) bool {
	named, err := os.Stat(path)
	if err != nil {
		return false
	}
	held, err := f.Stat()
	return err == nil && os.SameFile(named, held)
}

// openBolt surveys the locked file and gives it to bbolt, which closes it.
func openBolt(f *os.File, path string, readOnly bool) (*bbolt.DB, *survey, error) {
	seen, err := examine(f, path)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	var db *bbolt.DB
	err = guarded(func() (err error) {
		db, err = bbolt.Open(path, fileMode, &bbolt.Options{
			ReadOnly:        readOnly,
			Timeout:         time.Second, // never waited for: the lock is ours
			FreelistType:    bbolt.FreelistMapType,
			PreLoadFreelist: true,
			OpenFile:        func(string, int, os.FileMode) (*os.File, error) { return f, nil },
		})
		return err
	})
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("opening %s: %w", path, err)
	}
	return db, seen, nil
}

// examine says in the words of package store what is wrong with a file.
func examine(f *os.File, path string) (*survey, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("opening store: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, foreign(path, "it is not a file")
	}
	if info.Size() == 0 {
		return nil, damaged(path, "it is empty")
	}
	seen, err := surveyPages(f, info.Size())
	switch {
	case errors.Is(err, errNotBolt):
		return nil, foreign(path, err.Error()+", or has lost its beginning")
	case errors.Is(err, errBoltNew):
		return nil, fmt.Errorf("%w: %s: %w; run the version that wrote it", store.ErrNewer, path, err)
	case errors.Is(err, errBadPages):
		return nil, damaged(path, err.Error())
	case err != nil:
		return nil, fmt.Errorf("reading %s: %w", path, err)
	}
	if _, ok := seen.buckets[identities.String()]; !ok {
		return nil, foreign(path, "it is a bbolt file of another program")
	}
	for _, name := range bucketNames[1:gauges] { // gauges: see identity
		if _, ok := seen.buckets[string(name)]; !ok {
			return nil, damaged(path, "the bucket "+string(name)+" is missing")
		}
	}
	return seen, nil
}

// wayOut ends the message of every error after which records are lost.
const wayOut = "restore a backup with: oauth1d db restore FILE"

func damaged(path, what string) error {
	return fmt.Errorf("%w: %s: %s; %s", store.ErrDamaged, path, what, wayOut)
}

func foreign(path, what string) error {
	return fmt.Errorf("%w: %s: %s; correct the path, or %s", store.ErrForeign, path, what, wayOut)
}

// identity reads whose the file is and by which program it was written.
func (t *tx) identity(path string) (store.Identity, error) {
	body, err := t.get(identities, identityKey)
	if errors.Is(err, store.ErrNotFound) {
		return store.Identity{}, foreign(path, "it has no identity")
	}
	if err != nil {
		return store.Identity{}, damaged(path, "its identity does not decode")
	}
	id, err := decodeIdentity(body)
	switch {
	case err != nil:
		return store.Identity{}, damaged(path, "its identity does not decode")
	case id.Schema > store.Schema:
		return store.Identity{}, fmt.Errorf("%w: %s has schema %d, this program knows %d; run the version that wrote it", store.ErrNewer, path, id.Schema, store.Schema)
	case id.Schema >= 3 && t.bucket(gauges) == nil:
		return store.Identity{}, damaged(path, "the bucket "+gauges.String()+" is missing")
	}
	return id, nil
}

// nonceLogError says in the words of package store what the nonce log found.
func nonceLogError(err error) error {
	for log, ours := range map[error]error{
		noncelog.ErrMissing: store.ErrMissing,
		noncelog.ErrForeign: store.ErrForeign,
		noncelog.ErrDamaged: store.ErrDamaged,
		noncelog.ErrNewer:   store.ErrNewer,
		noncelog.ErrLocked:  store.ErrLocked,
	} {
		if errors.Is(err, log) {
			return fmt.Errorf("%w: %w; oauth1d db restore does so", ours, err)
		}
	}
	return fmt.Errorf("opening nonce log: %w", err)
}
