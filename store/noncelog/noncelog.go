package noncelog

import (
	"context"
	"os"
	"sync"
	"time"
)

// Key names a nonce: a hash of consumer, token, timestamp and nonce, computed
// by the caller. Keys are expected to be distributed evenly and to differ
// whenever timestamps do.
type Key [16]byte

// Entry is one request that uses a nonce.
type Entry struct {
	Key Key

	// Timestamp is the request's own oauth_timestamp in Unix seconds. It
	// decides how long the entry lives.
	Timestamp int64

	// Repeat is a hash of the proxy's request id and the signature. A proxy
	// that asks twice about one request sends the same one. All zero: never to
	// be taken for a repeat.
	Repeat [16]byte
}

// Verdict is the answer about a nonce. Its zero value refuses.
type Verdict int

const (
	Used   Verdict = iota // recorded before: refuse
	First                 // recorded by this call, and durable
	Repeat                // the question that was answered with First, again: the same answer
)

// String returns the verdict as a word.
func (v Verdict) String() string {
	switch v {
	case First:
		return "first"
	case Repeat:
		return "repeat"
	}
	return "used"
}

const (
	// maxRecords is when a new segment is begun: 64 MiB.
	maxRecords = 1 << 20

	// maxIndex is more records than a segment ever gets.
	maxIndex = 1 << 30

	// maxWaiting bounds the entries that wait for the disk, and with them the
	// memory that a stalled disk costs.
	maxWaiting = 1 << 16

	// margin is added to the window before anything is forgotten, so that a
	// caller that read its clock just before us is still answered rightly.
	margin = 2 * time.Second
)

// Log is an open nonce log.
//
// Use puts an entry into the batch that is being collected and waits. One
// goroutine, see run, takes the batch, writes it, syncs it, moves its entries
// to memory and wakes all who wait, while the next batch collects. An entry is
// pending between the two: a second request with its key waits for the same
// sync, so nobody is answered on the ground of a record that is not durable.
//
// No lock is held while the disk works.
type Log struct {
	dir, storeID string
	c            Config
	disk         disk
	held         *os.File  // the lock
	opened       time.Time // times in repeats count from here

	mu      sync.Mutex // guards the fields up to the blank line
	memory  memory
	repeats repeats
	pending map[Key]pending
	next    *batch // what collects now
	failed  error  // set once, when the log is of no use any more
	closed  bool
	stats   Stats

	wake     chan struct{}   // one token: there is something in next
	sweeps   chan chan error // requests of Sweep
	quit     chan struct{}   // closed by Close
	stopped  chan struct{}   // closed when run has ended
	closing  sync.Once
	closeErr error

	// These belong to recover, and then to run.
	root     *os.File // the manifest's file
	manifest manifest
	segments []*segment // as the manifest lists them; the last one is appended to
	buf      []byte
}

// batch is what shares one write and one sync.
type batch struct {
	records []record
	done    chan struct{} // closed when the outcome is known
	err     error         // why none of them was recorded; read after done
}

// pending is an entry between Use and the disk.
type pending struct {
	batch    *batch
	question question
}

// Stats describes a log.
type Stats struct {
	Live     int           // nonces remembered
	Oldest   int64         // the smallest timestamp among them, 0 if there is none
	Floor    int64         // timestamps up to this one are refused
	Segments int           // files
	Bytes    int64         // on disk
	Syncs    uint64        // of batches, since Open
	LastSync time.Duration // how long the last one took
}

func newLog(dir, storeID string, c Config) *Log {
	return &Log{
		dir:     dir,
		storeID: storeID,
		c:       c,
		disk:    disk{c.testOnlyFault},
		opened:  c.Now(),
		repeats: newRepeats(c.RepeatFor),
		pending: make(map[Key]pending),
		next:    newBatch(),
		wake:    make(chan struct{}, 1),
		sweeps:  make(chan chan error),
		quit:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
}

func newBatch() *batch { return &batch{done: make(chan struct{})} }

// Use records e if its key is new. Of any number of calls with one key exactly
// one returns First, and only once the record is durable.
//
// ErrTooOld and ErrFull mean that nothing was recorded, and so does the error of
// ctx if ctx was done at the call. After any other error the nonce may have
// been recorded or not: the caller refuses the request. If ctx ends while the
// record waits for the disk, the nonce is likely burnt.
//
// When the disk is full, Use fails until there is room again. When a sync fails,
// the log is of no use any more: see Config.Fatal.
func (l *Log) Use(ctx context.Context, e Entry) (Verdict, error) {
	if err := ctx.Err(); err != nil {
		return Used, err
	}
	v, b, err := l.take(e, l.c.Now())
	if err != nil || b == nil {
		return v, err
	}
	select {
	case <-b.done:
	case <-ctx.Done():
		return Used, ctx.Err()
	}
	if b.err != nil {
		return Used, b.err
	}
	return v, nil
}

// take looks e up, and queues it if it is new. If it returns a batch, the
// verdict holds only when that batch becomes durable.
func (l *Log) take(e Entry, now time.Time) (Verdict, *batch, error) {
	q := question{e.Repeat, now.Sub(l.opened)}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.repeats.forget(q.at)
	switch {
	case l.failed != nil:
		return Used, nil, l.failed
	case l.closed:
		return Used, nil, ErrClosed
	case e.Timestamp <= l.memory.floor:
		return Used, nil, ErrTooOld
	case l.memory.has(e.Key, e.Timestamp):
		return l.repeats.verdict(e.Key, e.Repeat, q.at), nil, nil
	}
	if p, ok := l.pending[e.Key]; ok {
		if p.question.sameAs(e.Repeat, q.at, l.c.RepeatFor) {
			return Repeat, p.batch, nil
		}
		return Used, p.batch, nil
	}
	if err := l.admit(now); err != nil {
		return Used, nil, err
	}
	l.next.records = append(l.next.records, record{Entry: e, at: now.UnixMilli()})
	l.pending[e.Key] = pending{l.next, q}
	select {
	case l.wake <- struct{}{}:
	default: // it is awake
	}
	return First, l.next, nil
}

// admit reports whether there is place for one more. l.mu is held.
func (l *Log) admit(now time.Time) error {
	if len(l.pending) >= maxWaiting {
		return ErrBusy
	}
	if l.memory.live+len(l.pending) < l.c.MaxEntries {
		return nil
	}
	l.memory.forget(l.horizon(now))
	if l.memory.live+len(l.pending) < l.c.MaxEntries {
		return nil
	}
	return ErrFull
}

// horizon is the smallest timestamp that anyone may still accept at now.
func (l *Log) horizon(now time.Time) int64 {
	return now.Add(-l.c.Window - margin).Unix()
}

// Sweep forgets all nonces that no clock accepts any more, and deletes the
// segments that hold no others. The log does so by itself; only space depends
// on it.
func (l *Log) Sweep() error {
	answer := make(chan error, 1)
	select {
	case l.sweeps <- answer:
		return <-answer
	case <-l.stopped:
		return l.gone()
	}
}

// gone says why the log does not answer any more.
func (l *Log) gone() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed != nil {
		return l.failed
	}
	return ErrClosed
}

// Stats describes the log as it is now.
func (l *Log) Stats() Stats {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.stats
	s.Live, s.Oldest, s.Floor = l.memory.live, l.memory.oldest(), l.memory.floor
	return s
}
