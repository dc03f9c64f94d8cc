package boltstore

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"oauth1d/store"
	"oauth1d/store/noncelog"
)

// Create makes a new store with that identity, and its nonce log. It refuses an
// existing file. The file has its name only when it is whole.
func Create(c Config, id store.Identity) error {
	dir := filepath.Dir(c.Path)
	if err := os.MkdirAll(dir, dirMode); err != nil {
		return fmt.Errorf("creating store: %w", err)
	}
	if _, err := os.Lstat(c.Path); !errors.Is(err, fs.ErrNotExist) {
		return exists(c.Path, err)
	}
	beside, err := os.CreateTemp(dir, filepath.Base(c.Path)+".new-*")
	if err != nil {
		return fmt.Errorf("creating store: %w", err)
	}
	beside.Close()
	defer os.Remove(beside.Name())
	if err := fill(beside.Name(), id); err != nil {
		return fmt.Errorf("creating store: %w", err)
	}
	if err := name(beside.Name(), c.Path); err != nil {
		return err
	}
	if err := noncelog.Create(c.Nonces, id.ID, 0); err != nil {
		return fmt.Errorf("creating store: %w; remove %s before the next try", err, c.Path)
	}
	return nil
}

func exists(path string, err error) error {
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("creating store: %w", err)
	}
	return fmt.Errorf("creating store: %w: %s; it is not touched", store.ErrExists, path)
}

// fill writes an empty store. bbolt makes a new database of an empty file.
func fill(path string, id store.Identity) error {
	record, err := encodeIdentity(id)
	if err != nil {
		return err
	}
	db, err := bbolt.Open(path, fileMode, &bbolt.Options{FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = db.Update(func(t *bbolt.Tx) error {
		for _, name := range bucketNames[1:] {
			if _, err := t.CreateBucket(name); err != nil {
				return err
			}
		}
		return t.Bucket(bucketNames[identities]).Put(identityKey, record)
	})
	return errors.Join(err, db.Close(), syncPath(path))
}

// name gives the file its name, unless something has it. Where there are no hard
// links the file is renamed; then two that create at once are told apart by the
// nonce log, which only one of them gets.
func name(beside, path string) error {
	err := os.Link(beside, path)
	if errors.Is(err, fs.ErrExist) {
		return exists(path, err)
	}
	if err != nil {
		err = os.Rename(beside, path)
	}
	if err == nil {
		err = syncPath(filepath.Dir(path))
	}
	if err != nil {
		return fmt.Errorf("creating store: %w", err)
	}
	return nil
}

// syncPath makes a file's contents or a directory's names durable.
func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
