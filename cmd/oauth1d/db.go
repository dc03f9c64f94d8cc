package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

func newDBCommand(g *globals) *cobra.Command {
	backup := &cobra.Command{Use: "backup FILE", Short: "Copy the store of the running daemon", Args: takes("FILE"),
		Long: `Copy the store of the running daemon to a new file. The copy is useless without
the master key: keep a copy of that too, elsewhere.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			// A Ctrl-C must not leave half a backup lying about.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			size, err := backupTo(ctx, d, args[0])
			if err != nil {
				return err
			}
			g.say("Backed up: %s, %d bytes.", args[0], size)
			return nil
		}}
	restore := &cobra.Command{Use: "restore FILE", Short: "Put a backup in the place of the store; the daemon must not run", Args: takes("FILE"),
		Long: `Put a backup in the place of the store, while the daemon does not run. What was
revoked or removed after the backup is as it was before: look at the audit log.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := g.loadConfig()
			if err != nil {
				return err
			}
			return g.restore(cmd.Context(), cfg, args[0])
		}}
	check := &cobra.Command{Use: "check", Short: "Read the whole store and say what is wrong with it", Args: takes(),
		Long: "Read the whole store and say what is wrong with it: through the running daemon, or\nfrom the files when none runs.",
		RunE: func(cmd *cobra.Command, _ []string) error { return g.checkStore(cmd.Context()) }}
	return group("db", "The store", backup, restore, check)
}

// backupTo writes a backup beside its name, makes it durable, and names it.
func backupTo(ctx context.Context, d *adminapi.Client, path string) (size int64, err error) {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return 0, fmt.Errorf("%s exists already and is not overwritten", path)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*") // 0600
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name()) // no longer there when all went well
	err = d.Backup(ctx, f)
	if info, statErr := f.Stat(); statErr == nil {
		size = info.Size()
	}
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return 0, err
	}
	return size, syncDir(filepath.Dir(path))
}

func (g *globals) restore(ctx context.Context, cfg *config.Config, path string) error {
	master, err := readMasterKey(cfg.Store.MasterKeyFile)
	if err != nil {
		return err
	}
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	report, err := boltstore.Restore(f, storeConfig(cfg), func(id store.Identity) error {
		_, err := store.OpenKeyring(master, id)
		return err
	})
	if err != nil {
		return err
	}
	log, err := openAudit(cfg, master, nil)
	if err != nil {
		return fmt.Errorf("the store is restored, but the audit log does not open: %w", err)
	}
	err = log.Append(ctx, audit.Event{Action: audit.StoreRestored, Actor: "admin:restore", Object: report.Identity.ID})
	if err := errors.Join(err, log.Close()); err != nil {
		return fmt.Errorf("the store is restored, but that could not be audited: %w", err)
	}
	g.say("Restored %s from a file of %s, %s ago.\nWhat was revoked, disabled or removed since is as it was then: the lines after that in %s say what to do again.",
		cfg.Store.Path, info.ModTime().UTC().Format(time.RFC3339), time.Since(info.ModTime()).Round(time.Second), cfg.Audit.File)
	if report.NoncesMoved != "" {
		g.say("The nonce log that was there belongs to another store; it is now %s.", report.NoncesMoved)
	}
	if !report.NoncesKept {
		g.say("Which requests were used before is not known any more: requests signed until %s are refused.", report.NotBefore.UTC().Format(time.RFC3339))
	}
	return nil
}

// checkStore checks through the daemon when one runs, else the files.
func (g *globals) checkStore(ctx context.Context) error {
	d, err := g.daemon()
	if err != nil {
		return err
	}
	problems, err := d.Check(ctx)
	if errors.Is(err, adminapi.ErrUnreachable) {
		cfg, loadErr := g.loadConfig()
		if loadErr != nil {
			return err // the files are not named, so the daemon is the only way
		}
		problems, err = boltstore.Check(storeConfig(cfg))
	}
	if err != nil {
		return err
	}
	err = g.show(adminapi.Problems{Problems: append([]string{}, problems...)}, func(w io.Writer) {
		for _, p := range problems {
			fmt.Fprintln(w, plain(p))
		}
	})
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		return fmt.Errorf("problems found: %d; a backup is restored with: oauth1d db restore FILE", len(problems))
	}
	g.say("The store is sound.")
	return nil
}
