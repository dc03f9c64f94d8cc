package main

import (
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
)

func newUserCommand(g *globals) *cobra.Command {
	return group("user", "Users: built-in ones, with a password kept here, and those of the sign-in backend",
		newUserAdd(g), newUserList(g), newUserShow(g), newUserPasswd(g), newUserGroups(g), newUserImport(g),
		newUserSwitch(g, "enable", "Let a user in again", (*adminapi.Client).EnableUser),
		newUserSwitch(g, "disable", "Keep a user out, with all tokens that act for it", (*adminapi.Client).DisableUser),
		newUserRemove(g))
}

func newUserAdd(g *globals) *cobra.Command {
	var passwordFile string
	var admin bool
	c := &cobra.Command{Use: "add NAME", Short: "Make a user", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := readSecret(passwordFile, "Password for "+plain(args[0]), true)
			if err != nil {
				return err
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			u, err := d.AddUser(cmd.Context(), adminapi.NewUser{Name: args[0], Password: password.Reveal(), Admin: admin})
			if err != nil {
				return err
			}
			g.say("User added.")
			return g.showUser(u)
		}}
	c.Flags().StringVar(&passwordFile, "password-file", "", "`file` with the password, - for stdin (default: ask)")
	c.Flags().BoolVar(&admin, "admin", false, "an administrator")
	return c
}

func newUserList(g *globals) *cobra.Command {
	var f adminapi.UserFilter
	var source string
	c := &cobra.Command{Use: "list", Short: "List the users", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if source == builtIn {
				source = ""
			}
			f.Source = valueIf(cmd.Flags(), "source", source)
			d, err := g.daemon()
			if err != nil {
				return err
			}
			all, err := d.Users(cmd.Context(), f)
			if err != nil {
				return err
			}
			return g.show(adminapi.Users{Users: all}, func(w io.Writer) {
				fmt.Fprintln(w, "NAME\tSTATE\tADMIN\tSOURCE\tCONFIRMED\tCREATED")
				for _, u := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", plain(u.Name), userState(u), yesNo(u.Admin), sourceOf(u), confirmed(u), dayOf(u.Created))
				}
			})
		}}
	c.Flags().StringVar(&f.Search, "search", "", "only those with this `text` in their names, in any case")
	c.Flags().StringVar(&source, "source", "", "only those of this `backend`, such as ldap, or built-in")
	return c
}

// builtIn is how the source is named that has no name.
const builtIn = "built-in"

func sourceOf(u adminapi.User) string {
	if u.Source == "" {
		return builtIn
	}
	return plain(u.Source)
}

func userState(u adminapi.User) string {
	if u.Gone && u.Enabled {
		return "gone"
	}
	return stateOf(u.Enabled)
}

// confirmed is when the source has last said that there is such a user.
func confirmed(u adminapi.User) string {
	if u.Checked == nil {
		return "-"
	}
	return date(*u.Checked)
}

func newUserShow(g *globals) *cobra.Command {
	return &cobra.Command{Use: "show NAME", Short: "Show one user", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			u, err := d.User(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return g.showUser(u)
		}}
}

func newUserPasswd(g *globals) *cobra.Command {
	var passwordFile string
	c := &cobra.Command{Use: "passwd NAME", Short: "Replace a password", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			password, err := readSecret(passwordFile, "New password for "+plain(args[0]), true)
			if err != nil {
				return err
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			u, err := d.SetPassword(cmd.Context(), args[0], password.Reveal())
			if err != nil {
				return err
			}
			g.say("Password replaced.")
			return g.showUser(u)
		}}
	c.Flags().StringVar(&passwordFile, "password-file", "", "`file` with the password, - for stdin (default: ask)")
	return c
}

func newUserGroups(g *globals) *cobra.Command {
	return &cobra.Command{Use: "groups NAME [GROUP]...", Short: "Replace the groups of a user, by which consumers may impersonate", Args: takesAtLeast("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			u, err := d.SetGroups(cmd.Context(), args[0], args[1:])
			if err != nil {
				return err
			}
			g.say("Groups replaced.")
			return g.showUser(u)
		}}
}

func newUserSwitch(g *globals, use, short string, act userAct) *cobra.Command {
	return &cobra.Command{Use: use + " NAME", Short: short, Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			u, err := act(d, cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return g.showUser(u)
		}}
}

// A userAct is a call that takes a user's name and returns the user.
type userAct func(d *adminapi.Client, ctx context.Context, name string) (adminapi.User, error)

func newUserRemove(g *globals) *cobra.Command {
	var yes bool
	c := &cobra.Command{Use: "remove NAME", Short: "Delete a user and revoke its tokens", Args: takes("NAME"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			if _, err := d.User(cmd.Context(), args[0]); err != nil {
				return err
			}
			if err := confirm(yes, "This removes the user and revokes all access tokens that act for it. It cannot be undone. Type the name to go on: ", args[0]); err != nil {
				return err
			}
			ended, err := d.RemoveUser(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			g.say("Removed; access tokens revoked: %d.", ended.Tokens)
			return g.show(ended, func(io.Writer) {})
		}}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

func (g *globals) showUser(u adminapi.User) error {
	return g.show(u, func(w io.Writer) {
		fmt.Fprintf(w, "name\t%s\nstate\t%s\nadministrator\t%s\ngroups\t%s\nsource\t%s\n", plain(u.Name), userState(u), yesNo(u.Admin), plainList(u.Groups), sourceOf(u))
		if u.Source != "" {
			fmt.Fprintf(w, "confirmed\t%s\n", confirmed(u))
		}
		fmt.Fprintf(w, "created\t%s\n", date(u.Created))
	})
}
