package main

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
)

func newConsumerSet(g *globals) *cobra.Command {
	var v consumerFlags
	c := &cobra.Command{Use: "set KEY", Short: "Change a consumer; what is not named stays", Args: takes("KEY"),
		Long: `Change a consumer; what is not named stays. The callbacks and methods that are named
replace all that it had; --callback '' takes it out of the dance.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var change adminapi.ConsumerChange
			given := cmd.Flags().Changed
			text := func(flag string, value *string) *string {
				if given(flag) {
					return value
				}
				return nil
			}
			change.Name, change.Description = text("name", &v.name), text("description", &v.description)
			change.Publisher, change.Profile = text("publisher", &v.publisher), text("profile", &v.profile)
			if given("callback") {
				if slices.Equal(v.callbacks, []string{""}) {
					v.callbacks = []string{} // out of the dance: there is no other way to say "none"
				}
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
	c := &cobra.Command{Use: "rotate KEY", Short: "Replace the secret, or the public key; the old one is void at once", Args: takes("KEY"),
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
	return &cobra.Command{Use: use + " KEY", Short: short, Args: takes("KEY"),
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
	c := &cobra.Command{Use: "remove KEY", Short: "Delete a consumer and end its tokens", Args: takes("KEY"),
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
			g.say("Removed; access tokens ended: %d.", ended.Tokens)
			return g.show(ended, func(io.Writer) {})
		}}
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	return c
}
