package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// checkStore asks the daemon when one runs, and reads the files when none does.
func (d *doctor) checkStore(ctx context.Context) {
	daemon := adminapi.NewClient(d.config.Admin.Socket)
	status, err := statusWithin(ctx, daemon, 10*time.Second)
	switch {
	case err == nil:
		d.running(ctx, daemon, status)
		d.keyFitsAudit()
	case errors.Is(err, adminapi.ErrUnreachable) && !errors.Is(err, fs.ErrPermission):
		d.ok("no daemon answers at %s; the files are read", d.config.Admin.Socket)
		d.closedStore()
	default:
		d.problem("run this as the daemon's user, and look at its log", "the daemon cannot be asked: %v", err)
	}
	d.nonceDirectory()
	d.disks()
}

func statusWithin(ctx context.Context, daemon *adminapi.Client, limit time.Duration) (adminapi.Status, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, errSilent)
	defer cancel()
	s, err := daemon.Status(ctx)
	if ctx.Err() != nil {
		return s, context.Cause(ctx)
	}
	return s, err
}

func (d *doctor) running(ctx context.Context, daemon *adminapi.Client, s adminapi.Status) {
	if s.Ready {
		d.ok("the daemon is up since %s and ready", date(s.Started))
	} else {
		d.problem("look at the daemon's log", "the daemon is not ready: %s", s.NotReadyText)
	}
	if want := d.config.PublicURL.String(); s.PublicURL != want {
		d.warn("oauth1d config reload", "the daemon's public_url is %s, and that of the configuration is %s", s.PublicURL, want)
	}
	problems, err := daemon.Check(ctx)
	d.soundness(problems, err)
}

// closedStore reads the files as "db check" does, and tries the master key.
func (d *doctor) closedStore() {
	problems, err := boltstore.Check(storeConfig(d.config))
	if !d.soundness(problems, err) {
		return
	}
	master, err := readMasterKey(d.config.Store.MasterKeyFile)
	if err != nil {
		d.problem("put the master key back from its copy, mode 0600", "%v", err)
		return
	}
	switch err := opensKeyring(storeConfig(d.config), master); {
	case err == nil:
		d.ok("the master key fits the store")
	case errors.Is(err, store.ErrWrongMasterKey):
		d.problem("put the master key back that belongs to this store", "%s: %v", d.config.Store.MasterKeyFile, err)
	default:
		d.warn("oauth1d serve says whether it does", "whether the master key fits was not tried: %v", err)
	}
}

func (d *doctor) soundness(problems []string, err error) bool {
	for _, p := range problems {
		d.problem("restore a backup with: oauth1d db restore FILE", "%s", p)
	}
	switch {
	case errors.Is(err, store.ErrLocked):
		d.problem("start the daemon again, or name its socket with --socket", "a process has the store and does not answer at the admin socket: %v", err)
	case err != nil:
		d.problem("oauth1d db check says the same; run this as the daemon's user", "%v", err)
	case len(problems) == 0:
		d.ok("the store is sound")
		return true
	}
	return false
}

// opensKeyring tries the master key on the identity of a store that nobody has
// open.
func opensKeyring(c boltstore.Config, master store.Secret) error {
	id, err := boltstore.ReadIdentity(c)
	if err != nil {
		return err
	}
	_, err = store.OpenKeyring(master, id)
	return err
}

// keyFitsAudit tries the master key file on the first line of the audit log, whose
// chain the key secures: the daemon read the file when it started, and a file that
// was replaced since shows at its next start only.
func (d *doctor) keyFitsAudit() {
	line, err := firstLine(d.config.Audit.File)
	if err != nil || len(line) == 0 {
		return // rotated away just now, or not ours to read: nothing to compare with
	}
	master, err := readMasterKey(d.config.Store.MasterKeyFile)
	if err != nil {
		d.problem("put the master key back from its copy, mode 0600, before the daemon is started again", "%v", err)
		return
	}
	key, err := auditKey(master)
	if err == nil {
		_, err = audit.Verify(bytes.NewReader(line), key)
	}
	if err != nil {
		d.problem("compare the key with its copy before the daemon is started again, and run: oauth1d audit verify",
			"%s does not open the audit log %s: %v", d.config.Store.MasterKeyFile, d.config.Audit.File, err)
		return
	}
	d.ok("the master key fits the audit log")
}

func firstLine(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	line, err := bufio.NewReaderSize(f, 1<<20).ReadSlice('\n')
	return line, err
}
