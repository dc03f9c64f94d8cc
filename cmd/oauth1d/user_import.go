package main

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/signin"
)

func newUserImport(g *globals) *cobra.Command {
	var dry bool
	c := &cobra.Command{Use: "import-htpasswd FILE", Short: "Take users over from an htpasswd file",
		Long: `Take users over from a file that htpasswd(1) has written, - for stdin. They sign in
with the passwords that they have; the first time that one does, its hash is replaced
by one of argon2id. bcrypt, apr1, md5-crypt, sha256-crypt, sha512-crypt, {SSHA} and
{SHA} are understood.

All lines are looked at before the first user is made. A user who is here already is
left alone, so that the command can be repeated.`,
		Args: takes("FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			users, err := readHTPasswd(args[0])
			if err != nil {
				return err
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			done := imported{Added: []string{}, Kept: []string{}}
			for _, u := range users {
				there, err := importUser(cmd, d, u, dry)
				switch {
				case err != nil:
					return fmt.Errorf("user %s, after %d were added: %w", plain(u.Name), len(done.Added), err)
				case there:
					done.Kept = append(done.Kept, u.Name)
				default:
					done.Added = append(done.Added, u.Name)
				}
			}
			if dry {
				g.say("Nothing was changed: this was a trial.")
			}
			return g.show(done, func(w io.Writer) {
				fmt.Fprintf(w, "added\t%d\nhere already\t%d\n", len(done.Added), len(done.Kept))
			})
		}}
	c.Flags().BoolVar(&dry, "dry-run", false, "say what would be done and change nothing")
	return c
}

// imported is what came of an import.
type imported struct {
	Added []string `json:"added"`
	Kept  []string `json:"here_already"`
}

func readHTPasswd(path string) ([]signin.HTPasswdUser, error) {
	file := os.Stdin
	if path != "-" {
		var err error
		if file, err = os.Open(path); err != nil {
			return nil, err
		}
		defer file.Close()
	}
	users, err := signin.ReadHTPasswd(file)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be imported, and nothing was:\n%w", path, err)
	}
	return users, nil
}

// importUser adds one user, or says that there is one of the name.
func importUser(cmd *cobra.Command, d *adminapi.Client, u signin.HTPasswdUser, dry bool) (there bool, err error) {
	if dry {
		_, err = d.User(cmd.Context(), u.Name)
		var refused *adminapi.Error
		if errors.As(err, &refused) && refused.NotFound() {
			return false, nil
		}
		return err == nil, err
	}
	_, err = d.AddUser(cmd.Context(), adminapi.NewUser{Name: u.Name, PasswordHash: u.Hash.Reveal()})
	var refused *adminapi.Error
	if errors.As(err, &refused) && refused.Status == http.StatusConflict {
		return true, nil
	}
	return false, err
}
