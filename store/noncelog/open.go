package noncelog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Create makes an empty log in dir that belongs to the store with that id, and
// nothing of it before it is whole. dir may exist, its parent must.
//
// Timestamps up to notBefore are refused for ever. A log that takes the place
// of a lost one, or of one older than the last request, must be given the
// current time plus one window: the lost one may have known of requests whose
// consumer's clock was that far ahead.
func Create(dir, storeID string, notBefore int64) error {
	if storeID == "" || len(storeID) > maxStoreID {
		return fmt.Errorf("creating nonce log: the store id must have 1 to %d bytes", maxStoreID)
	}
	if err := os.Mkdir(dir, dirMode); err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("creating nonce log: %w", err)
	}
	held, err := lock(dir)
	if err != nil {
		return err
	}
	defer held.Close()
	if err := vacant(dir); err != nil {
		return err
	}
	m := manifest{storeID: storeID, generation: 1, floor: max(0, notBefore)}
	if err := m.create(disk{}, dir); err != nil {
		return fmt.Errorf("creating nonce log: %w", err)
	}
	return nil
}

// vacant refuses a directory in which there is a log, or the rest of one.
func vacant(dir string) error {
	switch _, err := os.Lstat(manifestPath(dir)); {
	case err == nil:
		return fmt.Errorf("%w: %s; open it, or move the directory away", ErrExists, dir)
	case !errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("creating nonce log: %w", err)
	}
	names, err := segmentNames(dir)
	switch {
	case err != nil:
		return fmt.Errorf("creating nonce log: %w", err)
	case len(names) > 0:
		return fmt.Errorf("%w: %s holds segments without a manifest; move the directory away", ErrExists, dir)
	}
	return nil
}

// create writes the first manifest beside its name and then gives it the name,
// so that a crash leaves no log or an empty one.
func (m manifest) create(d disk, dir string) error {
	beside := manifestPath(dir) + ".new"
	f, err := d.create(beside)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := m.write(d, f); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return err
	}
	if err := os.Rename(beside, manifestPath(dir)); err != nil {
		return err
	}
	if err := d.syncDir(dir); err != nil {
		return err
	}
	return d.syncDir(filepath.Dir(filepath.Clean(dir)))
}

// Open recovers the log in dir, which must be the store's. It never makes one:
// a volume that is not mounted must not become a log that knows no nonce.
//
// Everything that was durable is there again, whether the log was closed or the
// process killed: there is no time after a crash in which replays pass, and
// none in which good requests are refused.
func Open(dir, storeID string, c Config) (*Log, error) {
	c = c.withDefaults()
	// Before the lock, which makes a file where there may be no log.
	if _, _, err := readManifest(dir, storeID); err != nil {
		return nil, err
	}
	held, err := lock(dir)
	if err != nil {
		return nil, err
	}
	l := newLog(dir, storeID, c)
	l.held = held
	if err := l.recover(); err != nil {
		l.release()
		return nil, err
	}
	go l.run()
	return l, nil
}

// recover reads the log and makes it ready to be appended to.
func (l *Log) recover() error {
	m, behind, err := readManifest(l.dir, l.storeID)
	if err != nil {
		return err
	}
	now := l.c.Now()
	l.manifest, l.memory = m, newMemory(l.c.SegmentSpan, m.floor)
	var passed int64 // the newest timestamp that no clock accepts any more
	for _, listed := range m.segments {
		s, err := scan(l.dir, l.storeID, listed, func(r record) {
			if r.Timestamp < l.horizon(now) {
				passed = max(passed, r.Timestamp)
				return
			}
			l.restore(r, now)
		})
		if err != nil {
			return err
		}
		l.segments = append(l.segments, s)
	}
	l.memory.floor = max(l.memory.floor, passed)
	if err := l.openFiles(behind); err != nil {
		return fmt.Errorf("opening nonce log: %w", err)
	}
	return nil
}

// restore remembers a record that was read back.
func (l *Log) restore(r record, now time.Time) {
	l.memory.add(r.Key, r.Timestamp)
	at := time.UnixMilli(r.at).Sub(l.opened)
	if q := (question{r.Repeat, at}); q.sameAs(r.Repeat, now.Sub(l.opened), l.c.RepeatFor) {
		l.repeats.add(r.Key, q)
	}
}

// openFiles removes what a crash left over and opens what is written to.
func (l *Log) openFiles(behind int64) error {
	f, err := os.OpenFile(manifestPath(l.dir), os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	l.root = f
	if err := l.manifest.heal(l.disk, f, behind); err != nil {
		return err
	}
	if err := l.removeUnlisted(); err != nil {
		return err
	}
	n := len(l.segments)
	if n == 0 || l.manifest.segments[n-1].sealed {
		return l.rotate()
	}
	return l.reopen(l.active())
}

// reopen cuts off the torn tail and syncs the rest. What a killed process had
// written but not synced may have been read from memory only, and the next
// batch will claim that all before it is durable.
func (l *Log) reopen(s *segment) error {
	f, err := os.OpenFile(s.path, os.O_RDWR, fileMode)
	if err != nil {
		return err
	}
	s.f = f
	if err := l.disk.truncate(f, s.end()); err != nil {
		return err
	}
	if err := l.disk.sync(f); err != nil {
		return err
	}
	return l.disk.syncDir(l.dir)
}

// removeUnlisted deletes segments that the manifest does not name.
func (l *Log) removeUnlisted() error {
	names, err := segmentNames(l.dir)
	if err != nil {
		return err
	}
	known := make(map[string]bool)
	for _, s := range l.segments {
		known[filepath.Base(s.path)] = true
	}
	for _, name := range names {
		if known[name] {
			continue
		}
		if err := l.disk.remove(filepath.Join(l.dir, name)); err != nil {
			return err
		}
	}
	return nil
}
