package main

import (
	"errors"
	"os"
	"path/filepath"
)

// A fileSystem is what holds a path.
type fileSystem struct {
	device      uint64 // the same for all paths on it
	free, total uint64 // bytes; free for those who are not root
	volatile    string // the kind, when what it holds does not outlive a restart
}

const (
	lowSpace   = 1 << 30 // bytes
	lowPercent = 5
)

func (d *doctor) nonceDirectory() {
	path := d.config.Store.Nonces
	switch info, err := os.Stat(path); {
	case err != nil:
		d.problem("without it used requests can be used again: look for the volume, or restore a backup", "store.nonces: %v", err)
	case !info.IsDir():
		d.problem("name a directory", "store.nonces: %s is not a directory", path)
	case info.Mode().Perm()&0o077 != 0:
		d.problem("run chmod 700 on it", "store.nonces: %s has mode %04o and can be reached by others", path, info.Mode().Perm())
	default:
		d.ok("store.nonces: %s is there", path)
	}
}

// disks looks at each file system once that holds what must be durable.
func (d *doctor) disks() {
	seen := map[uint64]bool{}
	for _, path := range []string{filepath.Dir(d.config.Store.Path), d.config.Store.Nonces, filepath.Dir(d.config.Audit.File)} {
		s, err := statFS(path)
		switch {
		case errors.Is(err, errors.ErrUnsupported):
			d.warn("look yourself, with: df", "free disk space is not known on this system")
			return
		case err != nil:
			if !errors.Is(err, os.ErrNotExist) {
				d.warn("run this as the daemon's user", "free space at %s is not known: %v", path, err)
			}
		case !seen[s.device]:
			seen[s.device] = true
			d.disk(path, s)
		}
	}
}

func (d *doctor) disk(path string, s fileSystem) {
	if s.volatile != "" {
		d.warn("put it on a volume", "%s is on %s: it is lost with the machine or the container", path, s.volatile)
	}
	percent := 100.0
	if s.total > 0 {
		percent = 100 * float64(s.free) / float64(s.total)
	}
	if s.free < lowSpace || percent < lowPercent {
		d.warn("make room: on a full disk the daemon refuses what it cannot write down", "%d MiB free at %s, %.0f %%", s.free>>20, path, percent)
		return
	}
	d.ok("%d MiB free at %s, %.0f %%", s.free>>20, path, percent)
}
