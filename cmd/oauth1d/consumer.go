package main

import (
	"context"
	"encoding/base64"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oauth1d/provider/adminapi"
	"oauth1d/store"
)

func newConsumerCommand(g *globals) *cobra.Command {
	return group("consumer", "Applications that may ask for tokens and sign requests",
		newConsumerAdd(g), newConsumerList(g), newConsumerShow(g), newConsumerSet(g), newConsumerRotate(g),
		newConsumerApprove(g),
		newConsumerSwitch(g, "enable", "Let a consumer in again", (*adminapi.Client).EnableConsumer),
		newConsumerSwitch(g, "disable", "Keep a consumer and its tokens out, from the next request on", (*adminapi.Client).DisableConsumer),
		newConsumerRemove(g))
}

// A consumerAct is a call that takes a consumer's key and returns the consumer.
type consumerAct func(d *adminapi.Client, ctx context.Context, key string) (adminapi.Consumer, error)

// consumerFlags are the fields that add and set share.
type consumerFlags struct {
	name, description, publisher, contact, profile string
	verified                                       bool
	scopes, groups, callbacks, methods             []string
	terms                                          termFlags
}

func (v *consumerFlags) on(f *pflag.FlagSet) {
	f.StringVar(&v.name, "name", "", "`name` that users see")
	f.StringVar(&v.description, "description", "", "what it is for, in its own words")
	f.StringVar(&v.publisher, "publisher", "", "who stands behind it")
	f.StringVar(&v.contact, "contact", "", "who answers for it: a mail `address`, or an https URL")
	f.BoolVar(&v.verified, "verified", false, "name and publisher were checked; users are told so")
	f.StringArrayVar(&v.scopes, "scope", nil, "`scope` it may ask for (default: those of every consumer); may repeat")
	f.StringArrayVar(&v.groups, "group", nil, "`group` whose users may use it (default: everybody may); may repeat")
	f.StringVar(&v.profile, "profile", "", "provider whose `dialect` it speaks: "+strings.Join(store.Profiles(), ", "))
	f.StringArrayVar(&v.callbacks, "callback", nil, "`URL` users may come back to, exact, or oob; may repeat")
	f.StringArrayVar(&v.methods, "method", nil, "signature `method`, such as HMAC-SHA256; may repeat")
	v.terms.on(f)
}

func newConsumerAdd(g *globals) *cobra.Command {
	var v consumerFlags
	var key, secretFile, publicKey string
	c := &cobra.Command{Use: "add --name NAME --callback URL", Short: "Register an application", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			n := adminapi.NewConsumer{Key: key, Name: v.name, Description: v.description, Publisher: v.publisher,
				Contact: v.contact, Verified: v.verified, Scopes: v.scopes, Groups: v.groups,
				Callbacks: v.callbacks, Methods: v.methods, Profile: v.profile, Terms: v.terms.terms(cmd.Flags())}
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
			g.warn(added)
			return g.showConsumer(added)
		}}
	v.on(c.Flags())
	c.Flags().StringVar(&key, "key", "", "consumer `key` (default: a random one)")
	c.Flags().StringVar(&secretFile, "secret-file", "", "`file` with the secret, - for stdin (default: a random one)")
	c.Flags().StringVar(&publicKey, "public-key", "", "`file` with its RSA public key or certificate, for the RSA methods")
	_ = c.MarkFlagRequired("name")
	return c
}

func newConsumerShow(g *globals) *cobra.Command {
	return &cobra.Command{Use: "show KEY", Short: "Show one consumer; its secret is shown nowhere", Args: takes("KEY"),
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
	if err == nil && !utf8.Valid(b) {
		return base64.StdEncoding.EncodeToString(b), nil // DER, which JSON cannot hold
	}
	return string(b), err
}

func shownOnce(secret string) string {
	if secret == "" {
		return ""
	}
	return " The secret is shown this once."
}
