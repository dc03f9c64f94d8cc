package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// termFlags are what is agreed with one consumer beyond the rule.
type termFlags struct {
	accept, impersonate          []string
	bodyHash, actsAs             string
	twoLegged                    bool
	accessTTL, idleTTL, debugFor time.Duration
}

func (v *termFlags) on(f *pflag.FlagSet) {
	f.StringArrayVar(&v.accept, "accept", nil, "accept a `deviation` from RFC 5849 from this consumer alone: "+strings.Join(oauth1.Leniences(), ", ")+"; may repeat")
	f.StringVar(&v.bodyHash, "body-hash", "", "compare oauth_body_hash with the body: "+strings.Join(store.BodyHashes(), ", "))
	f.BoolVar(&v.twoLegged, "two-legged", false, "let it sign requests without a token")
	f.StringVar(&v.actsAs, "acts-as", "", "`user` as whom requests without a token act (default: nobody)")
	f.StringArrayVar(&v.impersonate, "impersonate", nil, "`user`, or @group, whom requests without a token may name in xoauth_requestor_id; never administrators; may repeat")
	f.DurationVar(&v.accessTTL, "access-ttl", 0, "`life` of its access tokens, such as 720h; 0 for what is configured for all")
	f.DurationVar(&v.idleTTL, "idle-ttl", 0, "end its access tokens when unused for this `long`; 0 for what is configured for all")
	f.DurationVar(&v.debugFor, "debug-for", 0, "for this `long`, tell whoever sends a wrongly signed request what is wrong with it; 0 ends that; at most 24h")
}

// terms are the flags that were given.
func (v *termFlags) terms(f *pflag.FlagSet) adminapi.Terms {
	var t adminapi.Terms
	t.Accept = listIf(f, "accept", v.accept)
	t.Impersonates = listIf(f, "impersonate", v.impersonate)
	t.BodyHash = valueIf(f, "body-hash", v.bodyHash)
	t.ActsAs = valueIf(f, "acts-as", v.actsAs)
	t.TwoLegged = valueIf(f, "two-legged", v.twoLegged)
	t.AccessTTL = valueIf(f, "access-ttl", int64(v.accessTTL/time.Second))
	t.IdleTTL = valueIf(f, "idle-ttl", int64(v.idleTTL/time.Second))
	t.DebugFor = valueIf(f, "debug-for", int64(v.debugFor/time.Second))
	return t
}

// valueIf is the value of a flag that was given.
func valueIf[T any](f *pflag.FlagSet, flag string, value T) *T {
	if !f.Changed(flag) {
		return nil
	}
	return &value
}

// listIf is the list of a flag that was given; one empty item says "none".
func listIf(f *pflag.FlagSet, flag string, list []string) *[]string {
	if slices.Equal(list, []string{""}) {
		list = []string{}
	}
	return valueIf(f, flag, list)
}

// showTerms shows what differs from the rule.
func showTerms(c adminapi.Consumer, row func(name, value string)) {
	if len(c.Scopes) > 0 {
		row("scopes", plainList(c.Scopes))
	}
	if len(c.Groups) > 0 {
		row("only for groups", plainList(c.Groups))
	}
	if len(c.Accept) > 0 {
		row("accepts", plainList(c.Accept))
	}
	row("body hash", plain(c.BodyHash))
	if c.TwoLegged {
		row("without a token", "acts as "+orNobody(c.ActsAs))
	}
	for _, name := range c.Impersonates {
		row("may act as", plain(name))
	}
	if c.AccessTTL != 0 {
		row("token life", (time.Duration(c.AccessTTL) * time.Second).String())
	}
	if c.IdleTTL != 0 {
		row("token idle life", (time.Duration(c.IdleTTL) * time.Second).String())
	}
	if c.DebugUntil != nil {
		row("debug until", date(*c.DebugUntil))
	}
}

func orNobody(name string) string {
	if name == "" {
		return "nobody"
	}
	return plain(name)
}

// keyUse says of a key when it was last used.
func keyUse(used *time.Time) string {
	if used == nil {
		return "never used"
	}
	return "last used " + date(*used)
}

func describeKey(k *adminapi.Key) string {
	return fmt.Sprintf("%s, %d bits, SHA-256 %s; %s", k.Type, k.Bits, k.SHA256, keyUse(k.Used))
}

// showKeys shows which keys a consumer has and when they were used.
func showKeys(c adminapi.Consumer, row func(name, value string)) {
	hmac := slices.ContainsFunc(c.Methods, func(m string) bool { return !oauth1.IsRSA(m) })
	switch {
	case c.Secret != "":
		row("consumer secret", plain(c.Secret))
	case hmac && c.Proposed != nil:
		row("consumer secret", "none before it is approved")
	case hmac && c.SecretPending:
		row("consumer secret", "none yet; "+plain(c.Owner)+" takes it on the account page")
	case hmac:
		row("consumer secret", "not shown; "+keyUse(c.SecretUsed))
	}
	if c.PublicKey != nil {
		row("public key", describeKey(c.PublicKey))
	}
	if c.Old == nil {
		return
	}
	if c.Old.Secret {
		row("old secret", "accepted until "+date(c.Old.Until)+"; "+keyUse(c.Old.SecretUsed))
	}
	if c.Old.PublicKey != nil {
		row("old public key", "accepted until "+date(c.Old.Until)+"; "+describeKey(c.Old.PublicKey))
	}
}
