package boltstore

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"oauth1d/store"
)

// Acts that wait while a commit is under way share the next one: a lone act pays
// no delay, a crowd pays one sync. bbolt's own Batch waits before it begins, runs
// an act again because of another's error, and gives no hold on what its
// goroutine does when the file is damaged.

// maxBatch bounds how much one commit takes, and how much is done again when an
// act fails half-way.
const maxBatch = 64

// act changes things in a transaction. It may run more than once and sets its
// results afresh each time. Its error must come before its first change, or
// everybody's changes are taken back and made again without it.
type act func(*tx) error

type write struct {
	ctx  context.Context
	act  act
	err  error
	out  bool // failed half-way in an earlier attempt
	done chan struct{}
}

// write runs an act and returns when it is durable, or has not happened. If ctx
// ends first, nobody knows.
func (s *Store) write(ctx context.Context, op op, a act) (err error) {
	defer s.metrics.observe(s.metrics.writes, op, time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.down(); err != nil {
		return err
	}
	w := &write{ctx: ctx, act: a, done: make(chan struct{})}
	select {
	case s.writes <- w:
	case <-ctx.Done():
		return ctx.Err()
	case <-s.quit:
		return errClosed
	case <-s.stopped:
		return s.down()
	}
	select {
	case <-w.done:
		return w.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// read runs look in one snapshot. A damaged page is an error of this call and
// not the end of the process.
func (s *Store) read(ctx context.Context, op op, look func(*tx) error) (err error) {
	defer s.metrics.observe(s.metrics.reads, op, time.Now(), &err)
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.down(); err != nil {
		return err
	}
	return guarded(func() error {
		return s.db.View(func(b *bbolt.Tx) error { return look(&tx{bolt: b, now: s.now()}) })
	})
}

// errPanic is what a damaged page makes of a transaction.
var errPanic = errors.New("reading the file panicked")

// guarded turns panics and memory faults of f into errors.
func guarded(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %w: %v; see oauth1d db check", store.ErrDamaged, errPanic, p)
		}
	}()
	return f()
}

// run is the one goroutine that writes.
func (s *Store) run() {
	err := s.serve()
	close(s.stopped) // before Fatal, which may call Close
	if err != nil {
		s.tell(err)
	}
}

// serve returns only errors after which the store must not go on.
func (s *Store) serve() error {
	for {
		select {
		case w := <-s.writes:
			if err := s.settle(s.collect(w)); err != nil {
				return err
			}
		case <-s.quit:
			return nil
		}
	}
}

// collect adds those who wait already.
func (s *Store) collect(first *write) []*write {
	batch := []*write{first}
	for len(batch) < maxBatch {
		select {
		case w := <-s.writes:
			batch = append(batch, w)
		default:
			return batch
		}
	}
	return batch
}

// settle makes a batch durable and answers it. It returns an error after which
// the state on disk is unknown.
func (s *Store) settle(batch []*write) error {
	again := true
	var err, unknown error
	for again {
		panicked := guarded(func() error { again, err, unknown = s.attempt(batch); return nil })
		if panicked != nil {
			again, unknown, s.stuck = false, panicked, true
		}
	}
	if unknown != nil {
		s.fail(unknown) // before anyone can ask again
		err = unknown
	}
	for _, w := range batch {
		// What an act was told in a transaction that failed is worth nothing.
		if err != nil && !w.out {
			w.err = err
		}
		close(w.done)
	}
	return unknown
}

// attempt runs the batch in one transaction. It is tried again when an act
// failed after it had changed something.
func (s *Store) attempt(batch []*write) (again bool, err, unknown error) {
	b, err := s.db.Begin(true)
	if err != nil {
		return false, fmt.Errorf("beginning a transaction: %w", err), nil
	}
	t := &tx{bolt: b, now: s.now()}
	changed := false
	for _, w := range batch {
		if w.out {
			continue
		}
		if w.err = w.ctx.Err(); w.err != nil {
			continue
		}
		t.changed = false
		w.err = guarded(func() error { return w.act(t) })
		if w.err != nil && (t.changed || errors.Is(w.err, errPanic)) {
			w.out = true
			return true, nil, b.Rollback()
		}
		changed = changed || t.changed
	}
	if !changed {
		return false, nil, b.Rollback()
	}
	err, unknown = s.commit(b)
	if err == nil && unknown == nil {
		s.mu.Lock()
		s.counts.add(t.counts)
		s.mu.Unlock()
	}
	return false, err, unknown
}

// commit tells a full disk, which changed nothing and may have room later, from
// everything else: after a failed sync the kernel may have dropped what it could
// not write, and bbolt shows a transaction whose last sync has failed.
func (s *Store) commit(b *bbolt.Tx) (err, unknown error) {
	id := b.ID()
	err = b.Commit()
	switch {
	case err == nil:
		return nil, nil
	case noRoom(err) && s.visible() < id:
		return fmt.Errorf("committing: %w", err), nil
	}
	return nil, fmt.Errorf("committing: state on disk is unknown: %w", err)
}

// noRoom reports whether err is a write, not a sync, for which there was no
// room: bbolt returns the error of a write with the file's name in it, and that
// of fdatasync bare.
func noRoom(err error) bool {
	var write *fs.PathError
	return errors.As(err, &write) && (errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT))
}

// visible is the number of the last transaction that a reader sees.
func (s *Store) visible() int {
	last := int(^uint(0) >> 1)
	_ = s.db.View(func(b *bbolt.Tx) error { last = b.ID(); return nil })
	return last
}
