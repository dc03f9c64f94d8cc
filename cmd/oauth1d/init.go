package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider/audit"
	"oauth1d/provider/signin"
	"oauth1d/provider/web"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

func newInitCommand(g *globals) *cobra.Command {
	var dir, publicURL, admin, passwordFile string
	c := &cobra.Command{
		Use:   "init --dir D --public-url U",
		Short: "Make a configuration, a master key and an empty store",
		Long: `Make a directory with all that the daemon needs: oauth1d.yaml, master.key,
oauth1d.db, nonces/ and audit.log. Nothing that exists is overwritten, and when
a step fails nothing is left behind.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if dir == "" {
				return fail(exitUsage, errors.New("--dir is empty"))
			}
			if admin == "" && passwordFile != "" {
				return fail(exitUsage, errors.New("--password-file is the administrator's; name one with --admin"))
			}
			var password store.Secret
			if admin != "" {
				var err error
				if password, err = readSecret(passwordFile, "Password for "+admin, true); err != nil {
					return err
				}
			}
			if err := initDir(cmd.Context(), dir, publicURL, admin, password); err != nil {
				return err
			}
			config := filepath.Join(dir, "oauth1d.yaml")
			g.say("written  %s\nwritten  %s   keep a copy elsewhere: without it the stored secrets are lost\nwritten  %s\n\nNext:  oauth1d serve -c %s\n       oauth1d -c %s user add NAME\n       oauth1d -c %s consumer add --name NAME --callback URL",
				config, filepath.Join(dir, "master.key"), filepath.Join(dir, "oauth1d.db"), config, config, config)
			return nil
		},
	}
	f := c.Flags()
	f.StringVar(&dir, "dir", "", "`directory` to make (required)")
	f.StringVar(&publicURL, "public-url", "", "`URL` that consumers and browsers use, such as https://auth.example.com (required)")
	f.StringVar(&admin, "admin", "", "also make a user with this `name`, an administrator")
	f.StringVar(&passwordFile, "password-file", "", "`file` with the administrator's password, - for stdin (default: ask)")
	_ = c.MarkFlagRequired("dir")
	_ = c.MarkFlagRequired("public-url")
	return c
}

// initDir makes a directory for the daemon, whole or not at all.
func initDir(ctx context.Context, dir, publicURL, admin string, password store.Secret) (err error) {
	// A bad address is better blamed on the flag than on a file that is gone again.
	if _, err := loadFile("", nil, map[string]string{"public_url": publicURL}); err != nil {
		return err
	}
	made := &undo{}
	defer func() {
		if err != nil {
			made.all()
		}
	}()
	if err := made.directory(dir); err != nil {
		return err
	}
	path := func(name string) string { return filepath.Join(dir, name) }
	for _, name := range []string{"oauth1d.yaml", "master.key", "oauth1d.db", "nonces", "audit.log"} {
		if _, err := os.Lstat(path(name)); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s exists already and is not overwritten", path(name))
		}
	}
	text := "# oauth1d.yaml, made by oauth1d init.\n# Every key with its meaning and default: oauth1d config print\n\npublic_url: " + strconv.Quote(publicURL) + "\n"
	if err := createFile(path("oauth1d.yaml"), 0o640, text); err != nil {
		return fmt.Errorf("writing the configuration: %w", err)
	}
	// Whoever makes this file first has the directory; the other one ends here
	// and takes nothing away.
	made.add(path("oauth1d.yaml"))
	// Only the file counts here: the paths must be those just named.
	cfg, err := loadFile(path("oauth1d.yaml"), nil, nil)
	if err != nil {
		return err
	}
	keyText, master := newMasterKey()
	made.add(path("master.key"))
	if err := createFile(path("master.key"), 0o600, keyText); err != nil {
		return fmt.Errorf("writing the master key: %w", err)
	}
	made.add(path("oauth1d.db"))
	made.add(path("nonces"))
	made.add(path("audit.log"))
	if err := initStore(ctx, cfg, master, admin, password); err != nil {
		return err
	}
	return syncDir(dir)
}

func initStore(ctx context.Context, cfg *config.Config, master store.Secret, admin string, password store.Secret) (err error) {
	id, err := store.NewIdentity(master, time.Now())
	if err != nil {
		return err
	}
	if err := boltstore.Create(storeConfig(cfg), id); err != nil {
		return fmt.Errorf("making the store: %w", err)
	}
	o, err := openAll(cfg, nil, nil)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, o.Close()) }()
	note := func(a audit.Action, object string) error {
		return o.Audit.Append(ctx, audit.Event{Action: a, Actor: "admin:init", Object: object})
	}
	if err := note(audit.StoreCreated, id.ID); err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	if admin == "" {
		return nil
	}
	var refused *web.Error
	switch _, err := signin.NewUsers(o.Store, signin.UsersConfig{}).Add(ctx, admin, password, true); {
	case errors.As(err, &refused):
		return errors.New(refused.Sentence)
	case err != nil:
		return err
	}
	return note(audit.UserAdded, admin)
}

// An undo remembers what was made, to take it away again.
type undo struct{ paths []string }

func (u *undo) add(path string) { u.paths = append(u.paths, path) }

// directory makes dir, for its owner only, if it is not there.
func (u *undo) directory(dir string) error {
	if info, err := os.Stat(dir); err == nil {
		if !info.IsDir() {
			return fmt.Errorf("%s is not a directory", dir)
		}
		return nil
	}
	// What is taken away again is the first directory that was not there.
	top := filepath.Clean(dir)
	for parent := filepath.Dir(top); parent != top; parent = filepath.Dir(parent) {
		if _, err := os.Stat(parent); err == nil {
			break
		}
		top = parent
	}
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(dir)), 0o755); err != nil {
		return fmt.Errorf("making the directory: %w", err)
	}
	u.add(top)
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("making the directory: %w", err)
	}
	return nil
}

func (u *undo) all() {
	for i := len(u.paths) - 1; i >= 0; i-- {
		_ = os.RemoveAll(u.paths[i]) // a rest is named by the error that led here
	}
}
