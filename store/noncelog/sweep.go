package noncelog

import (
	"errors"
	"fmt"
)

// sweep forgets what has passed and gives back the space of it.
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

// retire deletes the segments that hold no timestamp above floor, and empties
// the active one if it is like that: beginning another instead would need room,
// and a full disk could never be cleared.
//
// The floor is durable before anything is gone. If the clock is set back
// afterwards, or the next run has a longer window, what was there is refused by
// its timestamp.
func (l *Log) retire(floor int64) error {
	active := l.active()
	spent := active.records > 0 && active.max <= floor
	if !spent {
		if err := l.rotateIfDue(0); err != nil {
			return err
		}
	}
	gone, kept, list := l.split(floor)
	if len(gone) == 0 && !spent {
		return nil
	}
	if spent {
		list[len(list)-1].records = 0
	}
	m := l.manifest.with(floor, list)
	if err := m.write(l.disk, l.root); err != nil {
		return err
	}
	l.manifest, l.segments = m, kept
	if spent {
		if err := l.empty(active); err != nil {
			return err
		}
	}
	return l.delete(gone)
}

// split tells the segments that are to go from those that stay, with what the
// manifest says of these.
func (l *Log) split(floor int64) (gone, kept []*segment, list []listed) {
	for i, s := range l.segments {
		if s.max <= floor && s != l.active() {
			gone = append(gone, s)
			continue
		}
		kept, list = append(kept, s), append(list, l.manifest.segments[i])
	}
	return gone, kept, list
}

// empty takes all records out of the active segment. A crash before it leaves
// records that the floor refuses.
func (l *Log) empty(s *segment) error {
	err := l.disk.truncate(s.f, headerSize)
	if err == nil {
		err = l.disk.sync(s.f)
	}
	if err != nil {
		return fmt.Errorf("emptying a segment: %w: %w", errUnknown, err)
	}
	s.records, s.max, s.began = 0, 0, 0
	return nil
}

// delete removes the files of segments that the manifest does not name. One
// that stays, or comes back after a power failure, is removed by the next Open.
func (l *Log) delete(gone []*segment) error {
	var errs []error
	for _, s := range gone {
		if err := l.disk.remove(s.path); err != nil {
			errs = append(errs, fmt.Errorf("deleting a segment: %w", err))
		}
	}
	return errors.Join(errs...)
}
