package registry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// Terms are what is agreed with one consumer beyond the rule. Fields that are nil
// stay as they are.
type Terms struct {
	Lenient       *[]string // deviations from RFC 5849, some of oauth1.Leniences
	BodyHash      *string   // one of store.BodyHashes
	TwoLegged     *bool     // requests without a token
	TwoLeggedUser *string   // as whom they act; "" for nobody
	Impersonates  *[]string // users and, with a leading "@", groups
	AccessTTL     *time.Duration
	IdleTTL       *time.Duration

	// DebugFor is for how long from now refusals say to whoever sent the request
	// what the consumer's developer needs; 0 ends that.
	DebugFor *time.Duration
}

// What terms may be.
const (
	maxImpersonates = 1000
	maxDebug        = 24 * time.Hour
	leastIdle       = 10 * time.Minute
)

func (t Terms) apply(c *store.Consumer, now time.Time) {
	put(&c.Lenient, t.Lenient)
	put(&c.BodyHash, t.BodyHash)
	put(&c.TwoLegged, t.TwoLegged)
	put(&c.TwoLeggedUser, t.TwoLeggedUser)
	put(&c.Impersonates, t.Impersonates)
	c.Lenient, c.Impersonates = compact(c.Lenient), compact(c.Impersonates)
	if t.AccessTTL != nil {
		c.AccessTTL = int64(*t.AccessTTL / time.Second)
	}
	if t.IdleTTL != nil {
		c.IdleTTL = int64(*t.IdleTTL / time.Second)
	}
	if t.DebugFor != nil {
		c.DebugUntil = 0
		if *t.DebugFor > 0 {
			c.DebugUntil = now.Add(*t.DebugFor).Unix()
		}
	}
}

func put[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// checkTerms checks what is changed and what results from it.
func checkTerms(c store.Consumer, t Terms) error {
	return errors.Join(checkLenient(c), checkBodyHash(c), checkTwoLegged(c),
		checkLife("access_ttl_seconds", t.AccessTTL, time.Second), checkLife("idle_ttl_seconds", t.IdleTTL, leastIdle), checkDebug(t))
}

func checkLenient(c store.Consumer) error {
	if _, err := oauth1.LenienceOf(c.Lenient); err != nil {
		return &Invalid{Field: "accept", Reason: "one of them is no deviation that can be accepted",
			Expected: "expected some of " + strings.Join(oauth1.Leniences(), ", ")}
	}
	return nil
}

func checkBodyHash(c store.Consumer) error {
	if slices.Contains(store.BodyHashes(), c.BodyHash) {
		return nil
	}
	return &Invalid{Field: "body_hash", Reason: quoted(c.BodyHash) + " is not known", Expected: "expected one of " + strings.Join(store.BodyHashes(), ", ")}
}

func checkTwoLegged(c store.Consumer) error {
	const advice = "allow requests without a token as well (two_legged)"
	switch {
	case !c.TwoLegged && c.TwoLeggedUser != "":
		return &Invalid{Field: "acts_as", Reason: "only requests without a token act as a fixed user", Advice: advice}
	case !c.TwoLegged && len(c.Impersonates) > 0:
		return &Invalid{Field: "impersonates", Reason: "only requests without a token can name a user", Advice: advice}
	case len(c.Impersonates) > maxImpersonates:
		return &Invalid{Field: "impersonates", Reason: fmt.Sprintf("has %d entries", len(c.Impersonates)), Expected: fmt.Sprintf("expected at most %d", maxImpersonates), Advice: "name a group"}
	}
	err := checkText("acts_as", c.TwoLeggedUser, maxKey)
	for _, name := range c.Impersonates {
		if name == "" || name == "@" {
			err = errors.Join(err, &Invalid{Field: "impersonates", Reason: quoted(name) + " names nobody", Expected: "expected users, and groups as @group"})
		}
		err = errors.Join(err, checkText("impersonates", name, maxKey))
	}
	return err
}

func checkLife(field string, d *time.Duration, least time.Duration) error {
	if d == nil || *d == 0 || *d >= least && *d <= 100*365*24*time.Hour {
		return nil
	}
	return &Invalid{Field: field, Reason: d.String() + " is out of range", Expected: "expected 0 for what is configured for all, or at least " + least.String()}
}

func checkDebug(t Terms) error {
	if t.DebugFor == nil || *t.DebugFor >= 0 && *t.DebugFor <= maxDebug {
		return nil
	}
	return &Invalid{Field: "debug_for_seconds", Reason: t.DebugFor.String() + " is out of range", Expected: "expected at most " + maxDebug.String() + ", or 0 to end it"}
}
