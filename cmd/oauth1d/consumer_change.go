package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
)

func newConsumerSet(g *globals) *cobra.Command {
	var v consumerFlags
	c := &cobra.Command{Use: "set KEY", Short: "Change a consumer; what is not named stays", Args: takes("KEY"),
		Long: `Change a consumer; what is not named stays. Callbacks, methods, scopes, groups,
deviations and users that are named replace all that it had; --callback '' takes it out of
the dance, --accept '' or --impersonate '' takes back what was allowed, and --scope '' or
--group '' makes it like every other consumer again.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			var change adminapi.ConsumerChange
			f := cmd.Flags()
			change.Name, change.Description = valueIf(f, "name", v.name), valueIf(f, "description", v.description)
			change.Publisher, change.Profile = valueIf(f, "publisher", v.publisher), valueIf(f, "profile", v.profile)
			change.Contact, change.Verified = valueIf(f, "contact", v.contact), valueIf(f, "verified", v.verified)
			change.Scopes, change.Groups = listIf(f, "scope", v.scopes), listIf(f, "group", v.groups)
			change.Callbacks, change.Methods = listIf(f, "callback", v.callbacks), valueIf(f, "method", v.methods)
			change.Terms = v.terms.terms(f)
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
			g.warn(changed)
			return g.showConsumer(changed)
		}}
	v.on(c.Flags())
	return c
}

func newConsumerRotate(g *globals) *cobra.Command {
	var secretFile, publicKey string
	var grace time.Duration
	var endGrace bool
	c := &cobra.Command{Use: "rotate KEY", Short: "Replace the secret, or the public key", Args: takes("KEY"),
		Long: `Replace the secret, or the public key. The old one is void at once, as it must be when
others have seen it. With --grace both are accepted for a time: give the new one to the
consumer, see in "consumer show" when the old one was last used, then --end-grace.`,
		Example: `  oauth1d consumer rotate dpf43f3p2l4k3l03 --grace 72h
  oauth1d consumer show dpf43f3p2l4k3l03
  oauth1d consumer rotate dpf43f3p2l4k3l03 --end-grace`,
		RunE: func(cmd *cobra.Command, args []string) error {
			r := adminapi.Rotation{Grace: int64(grace / time.Second), EndGrace: endGrace}
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
			if endGrace {
				g.say("The old key is void.")
			} else {
				g.say("Rotated.%s", shownOnce(rotated.Secret))
			}
			return g.showConsumer(rotated)
		}}
	c.Flags().StringVar(&secretFile, "secret-file", "", "`file` with the new secret, - for stdin (default: a random one)")
	c.Flags().StringVar(&publicKey, "public-key", "", "`file` with a new public key, instead of a new secret")
	c.Flags().DurationVar(&grace, "grace", 0, "for how `long` the old one is still accepted, such as 72h; at most 2160h")
	c.Flags().BoolVar(&endGrace, "end-grace", false, "replace nothing, and make the old one of the last rotation void now")
	c.MarkFlagsMutuallyExclusive("secret-file", "public-key", "end-grace")
	c.MarkFlagsMutuallyExclusive("grace", "end-grace")
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
