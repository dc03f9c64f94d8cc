package noncelog

import (
	"errors"
	"fmt"
	"slices"
)

// Close waits until all that was queued is durable and lets the directory go.
func (l *Log) Close() error {
	l.closing.Do(func() {
		l.mu.Lock()
		l.closed = true
		l.mu.Unlock()
		close(l.quit)
		<-l.stopped
		l.closeErr = errors.Join(l.markClosed(), l.release())
	})
	return l.closeErr
}

// markClosed tells the manifest how many records the last segment has, so that
// none of them can be taken for a torn tail at the next start.
func (l *Log) markClosed() error {
	if l.failed != nil {
		return l.failed
	}
	n := len(l.segments) - 1
	segments := slices.Clone(l.manifest.segments)
	segments[n].records = l.segments[n].records
	if err := l.manifest.with(l.memory.floor, segments).write(l.disk, l.root); err != nil {
		return fmt.Errorf("closing nonce log: %w", err)
	}
	return nil
}

// release closes all files, the lock last.
func (l *Log) release() error {
	var errs []error
	for _, s := range l.segments {
		if s.f != nil {
			errs = append(errs, s.f.Close())
		}
	}
	if l.root != nil {
		errs = append(errs, l.root.Close())
	}
	return errors.Join(append(errs, l.held.Close())...)
}
