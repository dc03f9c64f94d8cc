package noncelog

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// errUnknown marks errors after which nobody knows what is on disk.
var errUnknown = errors.New("state on disk is unknown")

// run is the one goroutine that writes. It ends when Close has been called and
// all that was queued is durable, or when the disk has failed.
func (l *Log) run() {
	err := l.serve()
	if err != nil {
		l.fail(err)
	}
	close(l.stopped) // before Fatal, which may call Close
	if err != nil {
		l.c.Fatal(err)
	}
}

// serve returns only errors after which the log must not go on.
func (l *Log) serve() error {
	tick := time.NewTicker(l.c.SegmentSpan)
	defer tick.Stop()
	for {
		var err error
		select {
		case <-l.wake:
			err = l.commit()
		case <-tick.C:
			err = l.sweep()
		case answer := <-l.sweeps:
			err = l.sweep()
			answer <- err
		case <-l.quit:
			// Nothing is queued after closed was set, and that was before quit.
			return unknown(l.commit())
		}
		if unknown(err) != nil {
			return err
		}
	}
}

// unknown returns err if it is one after which the log must not go on.
func unknown(err error) error {
	if errors.Is(err, errUnknown) {
		return err
	}
	return nil
}

// commit makes all that has collected durable and answers those who wait.
func (l *Log) commit() error {
	l.mu.Lock()
	b := l.next
	l.next = newBatch()
	l.mu.Unlock()
	if len(b.records) == 0 {
		return nil
	}
	took, err := l.append(b)
	l.settle(b, took, err)
	return err
}

// append writes and syncs the batch, and tells how long the sync took.
func (l *Log) append(b *batch) (time.Duration, error) {
	if err := l.rotateIfDue(len(b.records)); err != nil {
		return 0, err
	}
	s := l.active()
	l.buf = l.buf[:0]
	for i := range b.records {
		b.records[i].batch = s.records
		l.buf = appendRecord(l.buf, s.crc, s.records+uint32(i), b.records[i])
	}
	if n, err := l.disk.writeAt(s.f, l.buf, s.end()); err != nil {
		return 0, l.undo(s, n, err)
	}
	start := time.Now()
	if err := l.disk.sync(s.f); err != nil {
		return 0, fmt.Errorf("syncing nonces: %w: %w", errUnknown, err)
	}
	took := time.Since(start)
	for _, r := range b.records {
		s.note(r)
	}
	return took, nil
}

// undo takes back a write that failed after n bytes. Only if there was no room
// and all is as before can the log go on.
func (l *Log) undo(s *segment, n int, err error) error {
	if !noRoom(err) {
		return fmt.Errorf("writing nonces: %w: %w", errUnknown, err)
	}
	if n > 0 {
		if cut := l.disk.truncate(s.f, s.end()); cut != nil {
			return fmt.Errorf("taking back a torn write: %w: %w", errUnknown, cut)
		}
	}
	return fmt.Errorf("writing nonces: %w", err)
}

// settle ends the batch: its entries are remembered, or forgotten with err.
func (l *Log) settle(b *batch, took time.Duration, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if unknown(err) != nil {
		l.failed = fmt.Errorf("%w: %w", ErrFailed, err) // before anyone can ask again
		err = l.failed
	}
	for _, r := range b.records {
		if err == nil {
			l.memory.add(r.Key, r.Timestamp)
			l.repeats.add(r.Key, l.pending[r.Key].question)
		}
		delete(l.pending, r.Key)
	}
	if err == nil {
		l.stats.Syncs++
		l.stats.LastSync = took
	}
	l.count()
	b.err = err
	close(b.done)
}

// fail ends the batch that was collecting when the log failed.
func (l *Log) fail(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.failed == nil {
		l.failed = fmt.Errorf("%w: %w", ErrFailed, err)
	}
	l.next.err = l.failed
	close(l.next.done)
	l.next = newBatch()
	clear(l.pending)
}

// count brings what Stats says of the disk up to date. l.mu is held.
func (l *Log) count() {
	l.stats.Segments, l.stats.Bytes = len(l.segments), 2*slotSize
	for _, s := range l.segments {
		l.stats.Bytes += s.end()
	}
}

// active is the segment that is appended to.
func (l *Log) active() *segment { return l.segments[len(l.segments)-1] }

// rotateIfDue begins a new segment when the active one is large, or so old that
// it can be deleted soon if nothing is added to it. If that cannot be done now,
// for want of room or of file descriptors, the old one grows.
func (l *Log) rotateIfDue(more int) error {
	s := l.active()
	if s.records == 0 || len(l.segments) >= maxSegments {
		return nil
	}
	large := uint64(s.records)+uint64(more) > uint64(l.c.testOnlyMaxRecords)
	old := l.c.Now().Unix()-s.began > int64(l.c.Window/time.Second)
	if !large && !old {
		return nil
	}
	return unknown(l.rotate())
}

// rotate seals the active segment and begins the next one.
func (l *Log) rotate() error {
	list, seq := slices.Clone(l.manifest.segments), uint64(1)
	if n := len(list); n > 0 {
		list[n-1].records, list[n-1].sealed = l.segments[n-1].records, true
		seq = list[n-1].seq + 1
	}
	s, err := l.begin(seq)
	if err != nil {
		return fmt.Errorf("beginning a segment: %w", err)
	}
	m := l.manifest.with(l.manifest.floor, append(list, listed{seq: seq}))
	if err := m.write(l.disk, l.root); err != nil {
		s.f.Close()
		return err
	}
	if len(l.segments) > 0 {
		l.active().f.Close() // synced, and not needed any more
		l.active().f = nil
	}
	l.manifest, l.segments = m, append(l.segments, s)
	return nil
}

// begin makes the durable, empty file of a segment that no manifest names yet.
func (l *Log) begin(seq uint64) (*segment, error) {
	s := &segment{path: segmentPath(l.dir, seq), seq: seq}
	f, err := l.disk.create(s.path)
	if err != nil {
		return nil, err
	}
	header, crc := encodeHeader(l.storeID, seq)
	s.f, s.crc = f, crc
	_, err = l.disk.writeAt(f, header, 0)
	if err != nil && noRoom(err) {
		f.Close()
		return nil, err
	}
	if err == nil {
		err = l.disk.sync(f)
	}
	if err == nil {
		err = l.disk.syncDir(l.dir)
	}
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %w", errUnknown, err)
	}
	return s, nil
}
