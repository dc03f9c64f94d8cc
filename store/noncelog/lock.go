package noncelog

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

const lockName = "lock"

// lock keeps every other process out of dir until the returned file is closed.
// The kernel lets go of it when the process dies, however it dies.
func lock(dir string) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, fileMode)
	if err != nil {
		return nil, fmt.Errorf("locking nonce log: %w", err)
	}
	return flock(f, unix.LOCK_EX)
}

// lockShared keeps writers out while a check reads. A copy of a log may lack the
// lock file, or be on a read-only medium: then nobody writes.
func lockShared(dir string) (*os.File, error) {
	f, err := os.Open(filepath.Join(dir, lockName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("locking nonce log: %w", err)
	}
	return flock(f, unix.LOCK_SH)
}

func flock(f *os.File, how int) (*os.File, error) {
	err := unix.Flock(int(f.Fd()), how|unix.LOCK_NB)
	if err == nil {
		return f, nil
	}
	f.Close()
	if errors.Is(err, unix.EWOULDBLOCK) {
		return nil, fmt.Errorf("%w: %s is held; stop the other daemon first", ErrLocked, f.Name())
	}
	return nil, fmt.Errorf("locking nonce log: %w", err)
}
