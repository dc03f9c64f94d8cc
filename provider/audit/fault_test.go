package audit

import (
	"bytes"
	"errors"
	"strings"
	"syscall"
	"testing"
)

// faultyFile fails as a disk does.
type faultyFile struct {
	file
	room     int // bytes until the disk is full; negative is no limit
	sync     error
	truncate error
}

func (f *faultyFile) Write(p []byte) (int, error) {
	if f.room < 0 || len(p) <= f.room {
		return f.file.Write(p)
	}
	n, _ := f.file.Write(p[:f.room])
	f.room = 0
	return n, syscall.ENOSPC
}

func (f *faultyFile) Sync() error {
	if f.sync != nil {
		return f.sync
	}
	return f.file.Sync()
}

func (f *faultyFile) Truncate(size int64) error {
	if f.truncate != nil {
		return f.truncate
	}
	return f.file.Truncate(size)
}

func TestFullDisk(t *testing.T) {
	for _, room := range []int{0, 1, 100, 399} {
		l, path := newLog(t)
		mustAppend(t, l, "a")
		head := l.Head()
		f := &faultyFile{file: l.file, room: room}
		l.file = f
		for range 2 {
			if err := l.Append(t.Context(), Event{Action: TokenRevoked, Object: strings.Repeat("b", 400)}); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("room for %d: %v", room, err)
			}
		}
		if l.Head() != head {
			t.Errorf("head %v, want %v", l.Head(), head)
		}
		f.room = -1
		mustAppend(t, l, "c")
		log := mustRead(t, path)
		if r := mustVerify(t, log); r.Records != 2 || bytes.Contains(log, []byte("bbb")) {
			t.Errorf("room for %d: %d records", room, r.Records)
		}
	}
}

func TestFailedTakeBackClosesTheLog(t *testing.T) {
	l, path := newLog(t)
	f := &faultyFile{file: l.file, room: 50, truncate: syscall.EIO}
	l.file = f
	if err := l.Append(t.Context(), Event{Action: TokenRevoked}); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("got %v", err)
	}
	f.room = -1
	if err := l.Append(t.Context(), Event{Action: TokenRevoked}); !errors.Is(err, syscall.EIO) {
		t.Errorf("a line after an unfinished one: %v", err)
	}
	mustClose(t, l)
	l = mustOpen(t, path) // which moves it
	if r := mustVerify(t, mustRead(t, path)); r.Records != 1 || len(r.Torn) != 1 {
		t.Errorf("report %+v", r)
	}
	mustAppend(t, l, "a")
}

func TestFailedSyncClosesTheLog(t *testing.T) {
	l, _ := newLog(t)
	f := &faultyFile{file: l.file, room: -1, sync: syscall.EIO}
	l.file = f
	var fatal []error
	l.fatal = func(err error) { fatal = append(fatal, err) }
	for range 2 {
		if err := l.Append(t.Context(), Event{Action: TokenRevoked}); !errors.Is(err, syscall.EIO) {
			t.Errorf("got %v", err)
		}
		f.sync = nil // a later one would succeed, and prove nothing
	}
	if err := l.Reopen(); !errors.Is(err, syscall.EIO) {
		t.Errorf("reopen: %v", err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if len(fatal) != 1 || !errors.Is(fatal[0], syscall.EIO) {
		t.Errorf("told as fatal: %v, want the failed sync, once", fatal)
	}
}
