package boltstore

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.etcd.io/bbolt"

	"oauth1d/store"
	"oauth1d/store/noncelog"
)

// Config says where a store is and what it may ask of its process.
type Config struct {
	// Path is the bbolt file.
	Path string

	// Nonces is the directory of the nonce log.
	Nonces string

	// OpenTimeout is how long to wait for another process to let the store go.
	// Default: 1 second.
	OpenTimeout time.Duration

	// Window is how far a request's timestamp may lie from the clock, either
	// way. Default: 5 minutes.
	Window time.Duration

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Fatal is called once when the state on disk is unknown. The program must
	// end: only a new start can find out. Every call after it returns an error.
	// Default: nobody is told but the callers.
	Fatal func(error)

	// Metrics is where the store's metrics go. Default: none are kept.
	Metrics prometheus.Registerer
}

func (c Config) withDefaults() Config {
	if c.OpenTimeout <= 0 {
		c.OpenTimeout = time.Second
	}
	if c.Window <= 0 {
		c.Window = 5 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Fatal == nil {
		c.Fatal = func(error) {}
	}
	return c
}

// Store is an open store. It implements store.Store.
//
// On disk it is these buckets. A record ends in a checksum over its bucket, its
// key and itself (see codec.go); an entry of an index has no value.
//
//	identity        "identity"                     the store.Identity, as JSON
//	consumers       key                            store.Consumer
//	users           name                           store.User
//	request_tokens  id                             store.RequestToken
//	access_tokens   id                             store.AccessToken
//	sessions        id                             when it expires, and data
//	request_tokens_by_consumer  |consumer| expires id
//	access_tokens_by_consumer   |consumer| id      revoked ones too
//	access_tokens_by_user       |user| id          revoked ones too
//	expiry          expires kind id                what Sweep deletes, oldest first
//	tombstones      until kind id                  revoked access tokens, kept a while
//	gauges          id                             when it has all its tries again
//
// |x| is the length of x in four bytes, big endian, and x: no two texts share a
// spelling, whatever bytes they are made of. A time is eight bytes that sort
// like the number. kind is the number of a bucket, see bucket.
type Store struct {
	c        Config
	db       *bbolt.DB
	identity store.Identity
	nonces   *noncelog.Log
	metrics  *metrics

	writes  chan *write   // to the writer; unbuffered, so what was received is answered
	quit    chan struct{} // closed by Close
	stopped chan struct{} // closed when the writer has ended
	stuck   bool          // the writer could not end its transaction; read after stopped

	failed   atomic.Pointer[failure] // set once, when the state on disk is unknown
	fatal    sync.Once
	closing  sync.Once
	closeErr error

	mu     sync.Mutex
	counts counts // of records; guarded by mu
}

type failure struct{ err error }

var _ store.Store = (*Store)(nil)

// errClosed is every answer after Close.
var errClosed = errors.New("store is closed")

// Identity tells which store this is.
func (s *Store) Identity() store.Identity { return s.identity }

// Close waits for what is under way and lets the store go.
func (s *Store) Close() error {
	s.closing.Do(func() {
		close(s.quit)
		<-s.stopped
		errs := []error{s.nonces.Close()}
		if f := s.failed.Load(); f != nil {
			errs = append(errs, f.err)
		}
		if !s.stuck {
			errs = append(errs, s.db.Close())
		}
		s.metrics.unregister(s.c.Metrics)
		if err := errors.Join(errs...); err != nil {
			s.closeErr = fmt.Errorf("closing store: %w", err)
		}
	})
	return s.closeErr
}

// fail makes every later call an error.
func (s *Store) fail(err error) {
	s.failed.CompareAndSwap(nil, &failure{fmt.Errorf("store has failed: %w", err)})
}

// tell calls Config.Fatal, once. It must not run on the writer, because Fatal
// may call Close.
func (s *Store) tell(err error) {
	s.fatal.Do(func() { s.c.Fatal(err) })
}

// down says why the store does not answer, or nil.
func (s *Store) down() error {
	if f := s.failed.Load(); f != nil {
		return f.err
	}
	select {
	case <-s.quit:
		return errClosed
	default:
		return nil
	}
}

func (s *Store) now() int64 { return s.c.Now().Unix() }

// size is what the file takes on disk.
func (s *Store) size() int64 {
	info, err := os.Stat(s.c.Path)
	if err != nil {
		return 0
	}
	return info.Size()
}
