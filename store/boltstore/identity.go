package boltstore

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"oauth1d/store"
)

// ReadIdentity says which store the file is, and which keys it has, without
// changing it. store.ErrLocked while a daemon has it.
func ReadIdentity(c Config) (store.Identity, error) {
	c = c.withDefaults()
	f, err := openFile(c, os.O_RDONLY, unix.LOCK_SH)
	if err != nil {
		return store.Identity{}, err
	}
	db, _, err := openBolt(f, c.Path, true)
	if err != nil {
		return store.Identity{}, err
	}
	var id store.Identity
	err = view(db, func(t *tx) (err error) {
		id, err = t.identity(c.Path)
		return err
	})
	return id, errors.Join(err, db.Close())
}
