package main

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"
)

func statFS(path string) (fileSystem, error) {
	var st unix.Statfs_t
	if err := unix.Statfs(path, &st); err != nil {
		return fileSystem{}, fmt.Errorf("statfs: %w", err)
	}
	var on unix.Stat_t // st.Fsid is zero to those who are not root, or may be
	if err := unix.Stat(path, &on); err != nil {
		return fileSystem{}, fmt.Errorf("stat: %w", err)
	}
	size := uint64(st.Bsize)
	s := fileSystem{device: uint64(on.Dev), free: st.Bavail * size, total: st.Blocks * size}
	switch uint32(st.Type) {
	case unix.TMPFS_MAGIC:
		s.volatile = "tmpfs"
	case unix.RAMFS_MAGIC:
		s.volatile = "ramfs"
	case unix.OVERLAYFS_SUPER_MAGIC:
		s.volatile = "overlay"
	}
	return s, nil
}

// kernelClock asks the kernel what it knows of its clock; with no modes set,
// adjtimex(2) changes nothing and needs no privilege.
func kernelClock() (clockState, error) {
	var t unix.Timex
	state, err := unix.Adjtimex(&t)
	if err != nil {
		return clockState{}, fmt.Errorf("adjtimex: %w", err)
	}
	return clockState{
		synced:   t.Status&unix.STA_UNSYNC == 0 && state != unix.TIME_ERROR,
		maxError: time.Duration(t.Maxerror) * time.Microsecond,
	}, nil
}
