package main

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/config"
	"oauth1d/provider/audit"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// opened is what the daemon keeps open on disk.
type opened struct {
	Store *boltstore.Store
	Keys  *store.Keyring
	Audit *audit.Log
}

// openAll opens the store, its keys and the audit log, or nothing.
func openAll(cfg *config.Config, metrics prometheus.Registerer, fatal func(error)) (*opened, error) {
	master, err := readMasterKey(cfg.Store.MasterKeyFile)
	if err != nil {
		return nil, err
	}
	c := storeConfig(cfg)
	c.Metrics, c.Fatal = metrics, fatal
	o := new(opened)
	if o.Store, err = boltstore.Open(c); err != nil {
		return nil, err
	}
	if o.Keys, err = store.OpenKeyring(master, o.Store.Identity()); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", cfg.Store.MasterKeyFile, err), o.Store.Close())
	}
	if o.Audit, err = openAudit(cfg, master, fatal); err != nil {
		return nil, errors.Join(err, o.Store.Close())
	}
	return o, nil
}

// Close lets everything go.
func (o *opened) Close() error { return errors.Join(o.Audit.Close(), o.Store.Close()) }

func storeConfig(cfg *config.Config) boltstore.Config {
	return boltstore.Config{
		Path: cfg.Store.Path, Nonces: cfg.Store.Nonces, OpenTimeout: cfg.Store.OpenTimeout, Window: cfg.Signature.TimestampWindow,
	}
}

func openAudit(cfg *config.Config, master store.Secret, fatal func(error)) (*audit.Log, error) {
	key, err := auditKey(master)
	if err != nil {
		return nil, err
	}
	return audit.Open(cfg.Audit.File, key, audit.Config{Fatal: fatal})
}

// auditKey derives the key of the audit log's chain, so that whoever can write
// the log, but not read the master key, cannot mend the chain after a change.
func auditKey(master store.Secret) ([]byte, error) {
	return hkdf.Key(sha256.New, master, nil, "oauth1d audit v1", sha256.Size)
}

// newMasterKey makes the text of a master key file: 32 random bytes in hex.
func newMasterKey() (text string, key store.Secret) {
	key = make(store.Secret, store.MasterKeySize)
	rand.Read(key)
	return hex.EncodeToString(key) + "\n", key
}

func readMasterKey(path string) (store.Secret, error) {
	text, err := config.ReadSecret(path)
	if err != nil {
		return nil, fail(exitConfig, fmt.Errorf("store.master_key_file: %w", err))
	}
	key := make(store.Secret, store.MasterKeySize)
	if n, err := hex.Decode(key, text.Bytes()[:min(len(text.Bytes()), 2*store.MasterKeySize)]); err != nil || n != store.MasterKeySize || len(text.Bytes()) != 2*store.MasterKeySize {
		return nil, fail(exitConfig, fmt.Errorf("store.master_key_file: %s does not hold a master key, which is %d hexadecimal digits", path, 2*store.MasterKeySize))
	}
	return key, nil
}

// createFile writes a new file and makes it durable. It refuses to replace one,
// and leaves none behind when it fails.
func createFile(path string, mode os.FileMode, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}

// syncDir makes the names in a directory durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
