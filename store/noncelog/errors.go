package noncelog

import (
	"errors"
	"fmt"
	"syscall"
)

// Sentinels of Use.
var (
	// ErrTooOld refuses a timestamp at or below the floor: nonces of that time
	// were forgotten, so nothing can be said about this one.
	ErrTooOld = errors.New("timestamp is older than the remembered nonces")

	// ErrFull refuses a nonce because Config.MaxEntries are remembered.
	ErrFull = errors.New("nonce log is full")

	// ErrBusy refuses a nonce because too many wait for the disk.
	ErrBusy = errors.New("too many nonces wait for the disk")

	// ErrFailed is every answer after the disk failed. See Config.Fatal.
	ErrFailed = errors.New("nonce log has failed")

	// ErrClosed is every answer after Close.
	ErrClosed = errors.New("nonce log is closed")
)

// Sentinels of Create, Open and Check. Each comes with what was found and what
// to do about it.
var (
	ErrExists  = errors.New("nonce log exists already")
	ErrMissing = errors.New("nonce log is missing")
	ErrForeign = errors.New("nonce log belongs to another store")
	ErrDamaged = errors.New("nonce log is damaged")
	ErrNewer   = errors.New("nonce log was written by a newer version")
	ErrLocked  = errors.New("nonce log is in use by another process")
)

// wayOut ends the message of every error after which nonces are lost. A new log
// must not accept what the lost one knew, hence the words about time.
const wayOut = "move the directory away and create a new log that refuses all timestamps up to one window from now"

// missing says that there is no log where one is expected.
func missing(dir, found string) error {
	return fmt.Errorf("%w: %s %s; was the volume mounted? If the log is lost, %s", ErrMissing, dir, found, wayOut)
}

// damaged points at the first byte that cannot be right.
func damaged(path string, offset int64, what string) error {
	return fmt.Errorf("%w: %s at offset %d: %s; %s", ErrDamaged, path, offset, what, wayOut)
}

// foreign says whose log it is.
func foreign(path, got, want string) error {
	return fmt.Errorf("%w: %s is of store %q, expected %q; give this store its own directory", ErrForeign, path, got, want)
}

// noRoom reports whether a write failed only for want of space, which may come
// back. Every other failed write leaves a disk that cannot be relied on.
func noRoom(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}
