package noncelog

import (
	"errors"
	"fmt"
)

// sweep forgets what has passed and deletes the segments that hold nothing
// else.
func (l *Log) sweep() error {
	now := l.c.Now()
	l.mu.Lock()
	l.memory.forget(l.horizon(now))
	l.repeats.forget(now.Sub(l.opened))
	floor := l.memory.floor
	l.mu.Unlock()
	err := l.retire(floor)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count()
	return err
}

// retire deletes the segments that hold no timestamp above floor. The floor is
// durable before the first of them is gone: if the clock is set back afterwards,
// or the next run has a longer window, what they held is refused by its
// timestamp.
func (l *Log) retire(floor int64) error {
	if err := l.rotateIfDue(0, floor); err != nil {
		return err
	}
	var (
		gone, kept []*segment
		list       []listed
	)
	for i, s := range l.segments {
		if s.max <= floor && s != l.active() {
			gone = append(gone, s)
			continue
		}
		kept, list = append(kept, s), append(list, l.manifest.segments[i])
	}
	if len(gone) == 0 {
		return nil
	}
	m := l.manifest.with(floor, list)
	if err := m.write(l.disk, l.root); err != nil {
		return err
	}
	l.manifest, l.segments = m, kept
	var errs []error
	for _, s := range gone {
		// One that stays behind, or comes back after a power failure, is not
		// in the manifest, and the next Open deletes it.
		if err := l.disk.remove(s.path); err != nil {
			errs = append(errs, fmt.Errorf("deleting a segment: %w", err))
		}
	}
	return errors.Join(errs...)
}
