package main

import (
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
)

func newTokenCommand(g *globals) *cobra.Command {
	return group("token", "Access tokens", newTokenIssue(g), newTokenList(g), newTokenShow(g), newTokenRevoke(g))
}

func newTokenIssue(g *globals) *cobra.Command {
	var n adminapi.NewToken
	c := &cobra.Command{Use: "issue --consumer KEY --user NAME", Short: "Make an access token without a dance", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			t, err := d.IssueToken(cmd.Context(), n)
			if err != nil {
				return err
			}
			g.say("Access token issued.%s", shownOnce(t.Secret))
			return g.showToken(t)
		}}
	c.Flags().StringVar(&n.Consumer, "consumer", "", "`key` of the consumer (required)")
	c.Flags().StringVar(&n.User, "user", "", "`name` of the user it acts for (required)")
	c.Flags().StringArrayVar(&n.Scopes, "scope", nil, "`scope` that is passed to the application; may repeat")
	_ = c.MarkFlagRequired("consumer")
	_ = c.MarkFlagRequired("user")
	return c
}

func newTokenList(g *globals) *cobra.Command {
	var f adminapi.TokenFilter
	c := &cobra.Command{Use: "list", Short: "List live access tokens", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			all, err := d.Tokens(cmd.Context(), f)
			if err != nil {
				return err
			}
			err = g.show(all, func(w io.Writer) {
				fmt.Fprintln(w, "ID\tCONSUMER\tUSER\tSCOPES\tISSUED\tEXPIRES")
				for _, t := range all.Tokens {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, plain(t.Consumer), plain(t.User), plainList(t.Scopes), date(t.Issued), expiry(t))
				}
			})
			if all.Next != "" {
				g.say("There are more: --after %s", all.Next)
			}
			return err
		}}
	c.Flags().StringVar(&f.Consumer, "consumer", "", "only those of this consumer `key`")
	c.Flags().StringVar(&f.User, "user", "", "only those of this user `name`")
	c.Flags().StringVar(&f.Search, "search", "", "only those whose ID begins with this `text`")
	c.Flags().StringVar(&f.After, "after", "", "only those after this `ID`")
	c.Flags().IntVar(&f.Limit, "limit", 0, "at most so many (default 1000)")
	return c
}

func newTokenShow(g *globals) *cobra.Command {
	return &cobra.Command{Use: "show TOKEN|ID", Short: "Show an access token; its secret is shown nowhere", Args: takes("TOKEN|ID"),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			t, err := d.Token(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return g.showToken(t)
		}}
}

func newTokenRevoke(g *globals) *cobra.Command {
	var f adminapi.TokenFilter
	var dry bool
	c := &cobra.Command{Use: "revoke TOKEN|ID", Short: "End access tokens, from the next request on", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if some := f.Consumer != "" || f.User != ""; some == (len(args) == 1) {
				return fail(exitUsage, errors.New("name one token, or all of a --consumer or a --user"))
			}
			if dry && len(args) == 1 {
				return fail(exitUsage, errors.New("--dry-run counts the tokens of a --consumer or a --user; one token is shown by: oauth1d token show"))
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			if dry {
				return g.countTokens(cmd.Context(), d, f)
			}
			ended := adminapi.Ended{Tokens: 1}
			if len(args) == 1 {
				err = d.RevokeToken(cmd.Context(), args[0])
			} else {
				ended, err = d.RevokeTokens(cmd.Context(), f)
			}
			if err != nil {
				return err
			}
			g.say("Revoked: %d.", ended.Tokens)
			return g.show(ended, func(io.Writer) {})
		}}
	c.Flags().StringVar(&f.Consumer, "consumer", "", "all tokens of this consumer `key`")
	c.Flags().StringVar(&f.User, "user", "", "all tokens of this user `name`")
	c.Flags().BoolVar(&dry, "dry-run", false, "say how many it would be, and end none")
	return c
}

func (g *globals) countTokens(ctx context.Context, d *adminapi.Client, f adminapi.TokenFilter) error {
	n, err := d.CountTokens(ctx, f)
	if err != nil {
		return err
	}
	g.say("It would revoke %d.", n)
	return g.show(adminapi.Count{Count: n}, func(io.Writer) {})
}

func (g *globals) showToken(t adminapi.Token) error {
	return g.show(t, func(w io.Writer) {
		row := func(name, value string) { fmt.Fprintf(w, "%s\t%s\n", name, value) }
		if t.Token != "" {
			row("token", t.Token)
			row("token secret", t.Secret)
		}
		row("id", t.ID)
		row("consumer", plain(t.Consumer))
		row("user", plain(t.User))
		row("scopes", plainList(t.Scopes))
		row("state", t.State)
		row("issued", date(t.Issued))
		row("expires", expiry(t))
	})
}

func expiry(t adminapi.Token) string {
	if t.Expires == nil {
		return "when revoked"
	}
	return date(*t.Expires)
}
