package audit

import (
	"errors"
	"fmt"
	"os"
)

// Reopen turns to the file that now stands at the log's path, after rotation
// has renamed the old one. The first line of the new file carries the chain on.
// If it fails, the old file stays in use.
func (l *Log) Reopen() error {
	l.turn.Lock()
	defer l.turn.Unlock()
	if l.broken != nil {
		return l.broken
	}
	same, err := l.stillThere()
	if err != nil || same {
		return err
	}
	f, err := openFile(l.path)
	if err != nil {
		return fmt.Errorf("reopening audit log: %w", err)
	}
	if err := l.turnTo(f); err != nil {
		return errors.Join(fmt.Errorf("reopening audit log %s: %w", l.path, err), f.Close())
	}
	return nil
}

// stillThere reports whether path leads to the file that is open.
func (l *Log) stillThere() (bool, error) {
	open, err := l.file.Stat()
	if err != nil {
		return false, fmt.Errorf("reopening audit log: %w", err)
	}
	at, err := os.Stat(l.path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reopening audit log: %w", err)
	}
	return os.SameFile(open, at), nil
}

// turnTo writes the line that continues the chain into f and makes f the log.
func (l *Log) turnTo(f file) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if info.Size() > 0 {
		return errors.New("the file is not empty, so it is not where this log goes on")
	}
	before := l.chain.head
	line, err := l.chain.link(nil, Event{Action: LogContinued, Actor: "daemon"}, l.now())
	if err == nil {
		_, err = f.Write(line)
	}
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		l.chain.head = before
		return errors.Join(err, f.Truncate(0))
	}
	old := l.file
	l.file = f
	// All of its lines were synced when they were acknowledged.
	_ = old.Close()
	return nil
}
