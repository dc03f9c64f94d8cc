package boltstore

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"oauth1d/store"
	"oauth1d/store/noncelog"
)

// RestoreReport says what Restore has done.
type RestoreReport struct {
	Identity store.Identity

	// NoncesKept says that the nonce log was the store's own and was kept. If
	// it was not, a new one refuses all timestamps up to NotBefore, because
	// they may have been used before.
	NoncesKept bool
	NotBefore  time.Time

	// NoncesMoved is where a nonce log that could not be kept is now, or empty.
	NoncesMoved string

	// WasThere says that another file was replaced.
	WasThere bool
}

// Restore puts a backup in the place of the store. The backup is written beside
// it, checked whole and only then given the name: a crash leaves the one or the
// other. It refuses while a daemon has the store.
//
// accept sees the backup's identity before anything is replaced; its error ends
// the restoring. It may be nil.
//
// What was revoked, removed or redeemed after the backup is as it was before.
func Restore(backup io.Reader, c Config, accept func(store.Identity) error) (RestoreReport, error) {
	c = c.withDefaults()
	var report RestoreReport
	held, err := openFile(c, os.O_RDWR, unix.LOCK_EX)
	if err == nil {
		defer held.Close() // after the new one has its name: see openFile
		report.WasThere = true
	} else if !errors.Is(err, store.ErrMissing) {
		return report, err
	}
	if err := os.MkdirAll(filepath.Dir(c.Path), dirMode); err != nil {
		return report, fmt.Errorf("restoring: %w", err)
	}
	beside, err := copyBeside(backup, c.Path)
	if err != nil {
		return report, fmt.Errorf("restoring: %w", err)
	}
	defer os.Remove(beside)
	if report.Identity, err = checkBackup(beside, c); err != nil {
		return report, err
	}
	if accept != nil {
		if err := accept(report.Identity); err != nil {
			return report, fmt.Errorf("restoring: %w", err)
		}
	}
	if err := own(beside, c.Path); err != nil {
		return report, fmt.Errorf("restoring: %w", err)
	}
	// The nonce log comes first: until the file has its name, a new log that
	// refuses too much only costs the old store a few minutes.
	if err := report.nonces(c); err != nil {
		return report, fmt.Errorf("restoring: %w", err)
	}
	if err := os.Rename(beside, c.Path); err != nil {
		return report, fmt.Errorf("restoring: %w", err)
	}
	if err := syncPath(filepath.Dir(c.Path)); err != nil {
		return report, fmt.Errorf("restoring: %w", err)
	}
	return report, nil
}

// copyBeside writes the backup to a durable file without the store's name.
func copyBeside(backup io.Reader, path string) (string, error) {
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".restore-*")
	if err != nil {
		return "", err
	}
	_, err = io.Copy(f, backup)
	if err == nil {
		err = f.Sync()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		os.Remove(f.Name())
		return "", err
	}
	return f.Name(), nil
}

func checkBackup(path string, c Config) (store.Identity, error) {
	f, err := os.Open(path)
	if err != nil {
		return store.Identity{}, fmt.Errorf("checking the backup: %w", err)
	}
	r, err := checkFile(f, "the backup")
	if err != nil {
		return r.identity, fmt.Errorf("checking the backup; %s is not touched: %w", c.Path, err)
	}
	if len(r.problems) > 0 {
		return r.identity, fmt.Errorf("checking the backup; %s is not touched: %w: %s", c.Path, store.ErrDamaged, strings.Join(r.problems, "; "))
	}
	return r.identity, nil
}

// nonces keeps the nonce log if it knows this store's nonces, else makes one.
func (r *RestoreReport) nonces(c Config) error {
	err := noncelog.Check(c.Nonces, r.Identity.ID)
	switch {
	case err == nil:
		r.NoncesKept = true
		return nil
	case errors.Is(err, noncelog.ErrLocked), errors.Is(err, noncelog.ErrNewer):
		return nonceLogError(err)
	case !errors.Is(err, noncelog.ErrMissing) && !errors.Is(err, noncelog.ErrForeign) && !errors.Is(err, noncelog.ErrDamaged):
		return err
	}
	if err := r.moveNonces(c); err != nil {
		return err
	}
	r.NotBefore = c.Now().Add(c.Window)
	if err := noncelog.Create(c.Nonces, r.Identity.ID, r.NotBefore.Unix()); err != nil {
		return err
	}
	return filepath.WalkDir(c.Nonces, func(path string, _ fs.DirEntry, err error) error {
		return errors.Join(err, own(path, c.Path))
	})
}

// own gives what root has made to whoever has the store, or its directory when
// there is none: the daemon must be able to open it.
func own(made, path string) error {
	if os.Geteuid() != 0 {
		return nil
	}
	var owner unix.Stat_t
	if err := unix.Stat(path, &owner); errors.Is(err, fs.ErrNotExist) {
		err = unix.Stat(filepath.Dir(path), &owner)
		if err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return os.Chown(made, int(owner.Uid), int(owner.Gid))
}

// moveNonces moves a log away that is of no use, rather than to delete what an
// operator may want to look at.
func (r *RestoreReport) moveNonces(c Config) error {
	names, err := os.ReadDir(c.Nonces)
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(names) == 0 {
		return nil
	}
	if err != nil {
		return err
	}
	to := fmt.Sprintf("%s.replaced-%d", filepath.Clean(c.Nonces), c.Now().UnixNano())
	if err := os.Rename(c.Nonces, to); err != nil {
		return err
	}
	r.NoncesMoved = to
	return syncPath(filepath.Dir(to))
}
