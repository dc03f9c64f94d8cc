package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"oauth1d/provider/adminapi"
)

func newConsumerCommand(g *globals) *cobra.Command {
	return group("consumer", "Applications that may ask for tokens and sign requests",
		newConsumerAdd(g), newConsumerList(g), newConsumerShow(g), newConsumerSet(g), newConsumerRotate(g),
		newConsumerSwitch(g, "enable", "Let a consumer in again", (*adminapi.Client).EnableConsumer),
		newConsumerSwitch(g, "disable", "Keep a consumer and its tokens out, from the next request on", (*adminapi.Client).DisableConsumer),
		newConsumerRemove(g))
}

// A consumerAct is a call that takes a consumer's key and returns the consumer.
type consumerAct func(d *adminapi.Client, ctx context.Context, key string) (adminapi.Consumer, error)

// consumerFlags are the fields that add and set share.
type consumerFlags struct {
	name, description, publisher, profile string
	callbacks, methods                    []string
}

func (v *consumerFlags) on(f *pflag.FlagSet) {
	f.StringVar(&v.name, "name", "", "`name` that users see")
	f.StringVar(&v.description, "description", "", "what it is for, in its own words")
	f.StringVar(&v.publisher, "publisher", "", "who stands behind it")
	f.StringVar(&v.profile, "profile", "", "dialect: rfc5849 or atlassian")
	f.StringArrayVar(&v.callbacks, "callback", nil, "`URL` users may come back to, exact, or oob; may repeat")
	f.StringArrayVar(&v.methods, "method", nil, "signature `method`, such as HMAC-SHA256; may repeat")
}

func newConsumerAdd(g *globals) *cobra.Command {
	var v consumerFlags
	var key, secretFile, publicKey string
	c := &cobra.Command{Use: "add --name NAME --callback URL", Short: "Register an application", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n := adminapi.NewConsumer{Key: key, Name: v.name, Description: v.description, Publisher: v.publisher,
				Callbacks: v.callbacks, Methods: v.methods, Profile: v.profile}
			var err error
			if n.Secret, err = optionalSecret(secretFile); err != nil {
				return err
			}
			if n.PublicKey, err = optionalFile(publicKey); err != nil {
				return err
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			added, err := d.AddConsumer(cmd.Context(), n)
			if err != nil {
				return err
			}
			g.say("Consumer added.%s", shownOnce(added.Secret))
			return g.showConsumer(added)
		}}
	v.on(c.Flags())
	c.Flags().StringVar(&key, "key", "", "consumer `key` (default: a random one)")
	c.Flags().StringVar(&secretFile, "secret-file", "", "`file` with the secret, - for stdin (default: a random one)")
	c.Flags().StringVar(&publicKey, "public-key", "", "`file` with its RSA public key or certificate, for the RSA methods")
	_ = c.MarkFlagRequired("name")
	return c
}

func newConsumerList(g *globals) *cobra.Command {
	return &cobra.Command{Use: "list", Short: "List the registry", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			all, err := d.Consumers(cmd.Context())
			if err != nil {
				return err
			}
			return g.show(adminapi.Consumers{Consumers: all}, func(w io.Writer) {
				fmt.Fprintln(w, "KEY\tNAME\tSTATE\tMETHODS\tCREATED")
				for _, c := range all {
					fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", plain(c.Key), plain(c.Name), stateOf(c.Enabled), plainList(c.Methods), date(c.Created))
				}
			})
		}}
}

func newConsumerShow(g *globals) *cobra.Command {
	return &cobra.Command{Use: "show KEY", Short: "Show one consumer; its secret is shown nowhere", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			c, err := d.Consumer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return g.showConsumer(c)
		}}
}

func newConsumerSet(g *globals) *cobra.Command {
	var v consumerFlags
	c := &cobra.Command{Use: "set KEY", Short: "Change a consumer; what is not named stays", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var change adminapi.ConsumerChange
			given := cmd.Flags().Changed
			for name, field := range map[string]struct {
				to   **string
				text *string
			}{"name": {&change.Name, &v.name}, "description": {&change.Description, &v.description}, "publisher": {&change.Publisher, &v.publisher}, "profile": {&change.Profile, &v.profile}} {
				if given(name) {
					*field.to = field.text
				}
			}
			if given("callback") {
				change.Callbacks = &v.callbacks
			}
			if given("method") {
				change.Methods = &v.methods
			}
			if change == (adminapi.ConsumerChange{}) {
				return fail(exitUsage, errors.New("name at least one thing to change"))
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			changed, err := d.ChangeConsumer(cmd.Context(), args[0], change)
			if err != nil {
				return err
			}
			g.say("Consumer changed.")
			return g.showConsumer(changed)
		}}
	v.on(c.Flags())
	return c
}

func newConsumerRotate(g *globals) *cobra.Command {
	var secretFile, publicKey string
	c := &cobra.Command{Use: "rotate KEY", Short: "Replace the secret, or the public key; the old one is void at once", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			var r adminapi.Rotation
			var err error
			if r.Secret, err = optionalSecret(secretFile); err != nil {
				return err
			}
			if r.PublicKey, err = optionalFile(publicKey); err != nil {
				return err
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			rotated, err := d.RotateConsumer(cmd.Context(), args[0], r)
			if err != nil {
				return err
			}
			g.say("Rotated.%s", shownOnce(rotated.Secret))
			return g.showConsumer(rotated)
		}}
	c.Flags().StringVar(&secretFile, "secret-file", "", "`file` with the new secret, - for stdin (default: a random one)")
	c.Flags().StringVar(&publicKey, "public-key", "", "`file` with a new public key, instead of a new secret")
	c.MarkFlagsMutuallyExclusive("secret-file", "public-key")
	return c
}

func newConsumerSwitch(g *globals, use, short string, act consumerAct) *cobra.Command {
	return &cobra.Command{Use: use + " KEY", Short: short, Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			c, err := act(d, cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return g.showConsumer(c)
		}}
}

func newConsumerRemove(g *globals) *cobra.Command {
	var yes bool
	c := &cobra.Command{Use: "remove KEY", Short: "Delete a consumer and end its tokens", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			there, err := d.Consumer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if err := confirm(yes, fmt.Sprintf("This removes %s and ends its access tokens. It cannot be undone. Type the consumer key to go on: ", plain(there.Name)), args[0]); err != nil {
				return err
			}
			ended, err := d.RemoveConsumer(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			g.say("Removed; %d access tokens ended.", ended.Tokens)
			return g.show(ended, func(io.Writer) {})
		}}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}

// showConsumer shows one consumer, and its secret when it was just made.
func (g *globals) showConsumer(c adminapi.Consumer) error {
	return g.show(c, func(w io.Writer) {
		row := func(name, value string) { fmt.Fprintf(w, "%s\t%s\n", name, value) }
		row("name", plain(c.Name))
		row("consumer key", plain(c.Key))
		if c.Secret != "" {
			row("consumer secret", plain(c.Secret))
		}
		if k := c.PublicKey; k != nil {
			row("public key", fmt.Sprintf("%s, %d bits, SHA-256 %s", k.Type, k.Bits, k.SHA256))
		}
		row("state", stateOf(c.Enabled))
		row("methods", plainList(c.Methods))
		for _, callback := range c.Callbacks {
			row("callback", plain(callback))
		}
		row("profile", plain(c.Profile))
		row("publisher", plain(c.Publisher))
		row("description", plain(c.Description))
		row("created", date(c.Created))
	})
}

func optionalSecret(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	s, err := readSecret(file, "", false)
	return s.Reveal(), err
}

func optionalFile(file string) (string, error) {
	if file == "" {
		return "", nil
	}
	b, err := os.ReadFile(file)
	return string(b), err
}

func shownOnce(secret string) string {
	if secret == "" {
		return ""
	}
	return " The secret is shown this once."
}

// confirm asks for a word before something that cannot be undone.
func confirm(yes bool, question, word string) error {
	if yes {
		return nil
	}
	if !term.IsTerminal(int(os.Stdin.Fd())) {
		return fail(exitUsage, errors.New("this cannot be undone and there is no terminal to ask on; say --yes"))
	}
	fmt.Fprint(os.Stderr, question)
	var typed string
	if _, err := fmt.Scanln(&typed); err != nil || typed != word {
		return errors.New("not confirmed; nothing was done")
	}
	return nil
}
