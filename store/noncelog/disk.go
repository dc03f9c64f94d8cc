package noncelog

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Everything that is written is private to the daemon.
const (
	fileMode = 0o600
	dirMode  = 0o700
)

// act names what a disk is asked to do, for testOnlyFault.
type act string

const (
	actCreate   act = "create"
	actWrite    act = "write"
	actSync     act = "sync"
	actTruncate act = "truncate"
	actRemove   act = "remove"
)

// disk is the one way of this package to change files, so that a test can let
// the n-th change fail.
type disk struct {
	// testOnlyFault is asked before each act. If it returns an error the act
	// fails with it, a write after the first n bytes.
	testOnlyFault func(a act, size int) (n int, err error)
}

// fault asks the test, if there is one.
func (d disk) fault(a act, size int) (int, error) {
	if d.testOnlyFault == nil {
		return 0, nil
	}
	return d.testOnlyFault(a, size)
}

// create makes an empty file, over a left-over of the same name.
func (d disk) create(path string) (*os.File, error) {
	if _, err := d.fault(actCreate, 0); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, fileMode)
}

// writeAt writes b whole, or says how much of it may have been written.
func (d disk) writeAt(f *os.File, b []byte, off int64) (int, error) {
	if n, err := d.fault(actWrite, len(b)); err != nil {
		n, _ = f.WriteAt(b[:n], off)
		return n, err
	}
	n, err := f.WriteAt(b, off)
	if err == nil && n < len(b) {
		err = io.ErrShortWrite
	}
	return n, err
}

// sync makes the file's data durable, and as much of its metadata as is needed
// to find them.
func (d disk) sync(f *os.File) error {
	if _, err := d.fault(actSync, 0); err != nil {
		return err
	}
	return fdatasync(f)
}

func (d disk) truncate(f *os.File, size int64) error {
	if _, err := d.fault(actTruncate, 0); err != nil {
		return err
	}
	return f.Truncate(size)
}

func (d disk) remove(path string) error {
	if _, err := d.fault(actRemove, 0); err != nil {
		return err
	}
	return os.Remove(path)
}

// syncDir makes the names in dir durable. A file whose name was not synced can
// be gone after a power failure, however well its contents were.
func (d disk) syncDir(dir string) error {
	if _, err := d.fault(actSync, 0); err != nil {
		return err
	}
	f, err := os.Open(filepath.Clean(dir))
	if err != nil {
		return fmt.Errorf("syncing directory: %w", err)
	}
	defer f.Close()
	if err := f.Sync(); err != nil {
		return fmt.Errorf("syncing directory: %w", err)
	}
	return nil
}
