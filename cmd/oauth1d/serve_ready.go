package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// roomLeft is below which a disk counts as full: too little for the next
// segment of the nonce log, without which no request can be accepted.
const roomLeft = 256 << 10

// ready says why no new requests should come.
func (d *daemon) ready(context.Context) error {
	if d.draining.Load() {
		return errors.New("shutting down")
	}
	for _, path := range []string{d.config.Store.Path, d.config.Store.Nonces, d.config.Audit.File} {
		var fs unix.Statfs_t
		if err := unix.Statfs(filepath.Dir(path), &fs); err != nil {
			return fmt.Errorf("asking for the room on the disk of %s: %w", path, err)
		}
		if uint64(fs.Bavail)*uint64(fs.Bsize) < roomLeft {
			return fmt.Errorf("the disk of %s is full; nothing new is accepted until there is room", path)
		}
	}
	return nil
}
