package audit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"sync"
	"time"
)

// Config is what may be set.
type Config struct {
	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Fatal is called once, in a caller of Append, when the file is in a state
	// that nobody knows, and the log stays closed. Whoever would rather end the
	// process than refuse every act does so here. Default: nothing.
	Fatal func(error)
}

// Errors of a Log.
var (
	ErrClosed = errors.New("audit log is closed")
	ErrLocked = errors.New("audit log is in use by another process")
	ErrBroken = errors.New("audit log does not end in a line of ours")
)

// A Log is open for appending. Its methods may be called concurrently.
//
// Callers that come while a write is under way gather in a batch, and the batch
// goes to the disk with one sync. Two locks keep that apart: mu guards the batch
// that gathers and is never held for long; turn guards the file and the chain
// and is held by the one caller who writes.
type Log struct {
	path  string
	now   func() time.Time
	fatal func(error)

	mu       sync.Mutex
	gathered *batch

	turn   sync.Mutex
	file   file
	chain  chain
	broken error // set once, by a failure after which the file is unknown
}

// A batch is written as one.
type batch struct {
	events []Event
	times  []time.Time
	done   bool // guarded by turn, as is err
	err    error
}

// file is what a Log needs of an *os.File.
type file interface {
	io.ReaderAt
	io.Writer
	Sync() error
	Stat() (fs.FileInfo, error)
	Truncate(size int64) error
	Close() error
}

// Open opens the log at path, which it creates if it is missing, and continues
// its chain. A line that a crash left unfinished is moved into a record of its
// own. A log whose last line was not written with key is refused.
func Open(path string, key []byte, c Config) (*Log, error) {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Fatal == nil {
		c.Fatal = func(error) {}
	}
	ch, err := newChain(key)
	if err != nil {
		return nil, err
	}
	f, err := openFile(path)
	if err != nil {
		return nil, fmt.Errorf("opening audit log: %w", err)
	}
	l := &Log{path: path, now: c.Now, fatal: c.Fatal, gathered: new(batch), file: f, chain: ch}
	if err := l.recover(); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("opening audit log %s: %w", path, err)
	}
	return l, nil
}

// Append writes e and returns when it is on the disk. After an error the act
// must be refused; the record may then still be there, if the error came late.
func (l *Log) Append(ctx context.Context, e Event) error {
	if err := e.check(); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err // nothing has happened yet
	}
	l.mu.Lock()
	b := l.gathered
	b.events = append(b.events, e)
	b.times = append(b.times, l.now())
	l.mu.Unlock()

	err, unknown := l.settle(b)
	if unknown != nil {
		l.fatal(unknown)
	}
	return err
}

// settle returns when b has been written, by this caller or by another. The
// second error is the one that closes the log, told to the caller who met it.
func (l *Log) settle(b *batch) (err, unknown error) {
	l.turn.Lock()
	defer l.turn.Unlock()
	if b.done {
		return b.err, nil
	}
	// It is still the one that gathers: whoever takes a batch away has the turn
	// until it is done.
	l.mu.Lock()
	l.gathered = new(batch)
	l.mu.Unlock()
	before := l.broken
	b.err = l.write(b)
	b.done = true
	if before == nil {
		unknown = l.broken
	}
	return b.err, unknown
}

// write appends a batch. The caller has the turn.
func (l *Log) write(b *batch) error {
	if l.broken != nil {
		return l.broken
	}
	info, err := l.file.Stat()
	if err != nil {
		return fmt.Errorf("audit log: %w", err)
	}
	before := l.chain.head
	var lines []byte
	if info.Size() == 0 && before != birth {
		// Someone emptied the file in place of renaming it.
		if lines, err = l.chain.link(lines, Event{Action: LogContinued}, l.now()); err != nil {
			l.chain.head = before
			return err
		}
	}
	for i, e := range b.events {
		if lines, err = l.chain.link(lines, e, b.times[i]); err != nil {
			l.chain.head = before
			return err
		}
	}
	if _, err := l.file.Write(lines); err != nil {
		l.chain.head = before
		return l.takeBack(info.Size(), err)
	}
	if err := l.file.Sync(); err != nil {
		// The kernel may have dropped the lines and forgotten the failure, so
		// a later sync that succeeds would prove nothing.
		l.broken = fmt.Errorf("audit log could not be synced and stays closed until a restart: %w", err)
		return l.broken
	}
	return nil
}

// takeBack removes what a failed write left, so that the log goes on when there
// is space again.
func (l *Log) takeBack(size int64, cause error) error {
	if err := l.file.Truncate(size); err != nil {
		l.broken = fmt.Errorf("audit log ends in an unfinished line and stays closed until a restart: %w", errors.Join(cause, err))
		return l.broken
	}
	return fmt.Errorf("writing audit log: %w", cause)
}

// Head returns the newest line that is on the disk.
func (l *Log) Head() Head {
	l.turn.Lock()
	defer l.turn.Unlock()
	return l.chain.head
}

// Close waits for the write that is under way. Later calls of Append fail.
func (l *Log) Close() error {
	l.turn.Lock()
	defer l.turn.Unlock()
	if errors.Is(l.broken, ErrClosed) {
		return nil
	}
	l.broken = ErrClosed
	if err := l.file.Close(); err != nil {
		return fmt.Errorf("closing audit log: %w", err)
	}
	return nil
}
