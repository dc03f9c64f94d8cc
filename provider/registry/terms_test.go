package registry

import (
	"testing"
	"time"

	"oauth1d/store"
)

func TestTerms(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := open(t, Config{Now: func() time.Time { return now }})
	c, _, err := r.Add(t.Context(), Application{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	if c.TwoLegged || c.BodyHash != store.BodyHashIfPresent || c.Lenient != nil || c.DebugUntil != 0 {
		t.Errorf("without terms: got %+v", c)
	}
	c, err = r.Set(t.Context(), c.Key, Change{Terms: Terms{
		Lenient: new([]string{"stray-commas", "stray-commas"}), BodyHash: new("required"), TwoLegged: new(true), TwoLeggedUser: new("ada"),
		Impersonates: new([]string{"bob", "@staff"}), AccessTTL: new(time.Hour), IdleTTL: new(10 * time.Minute), DebugFor: new(time.Hour),
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(c.Lenient) != 1 || c.BodyHash != "required" || !c.TwoLegged || c.TwoLeggedUser != "ada" || len(c.Impersonates) != 2 ||
		c.AccessTTL != 3600 || c.IdleTTL != 600 || c.DebugUntil != now.Unix()+3600 {
		t.Errorf("got %+v", c)
	}
	if c, err = r.Set(t.Context(), c.Key, Change{Terms: Terms{DebugFor: new(time.Duration)}}); err != nil || c.DebugUntil != 0 || !c.TwoLegged {
		t.Errorf("the debug window ended: got %+v, %v", c, err)
	}
	for _, tt := range []struct {
		name  string
		terms Terms
		want  string
	}{
		{"an unknown deviation", Terms{Lenient: new([]string{"everything"})}, "accept: one of them is no deviation that can be accepted; expected some of unquoted-values, stray-commas, repeated-parameters, signature-method-case, lower-case-method, unencoded-signature, encoded-signature"},
		{"an unknown word", Terms{BodyHash: new("maybe")}, `body_hash: "maybe" is not known; expected one of if-present, off, required`},
		{"a fixed user without two legs", Terms{TwoLegged: new(false), Impersonates: new([]string{})}, "acts_as: only requests without a token act as a fixed user; allow requests without a token as well (two_legged)"},
		{"impersonation without two legs", Terms{TwoLegged: new(false), TwoLeggedUser: new("")}, "impersonates: only requests without a token can name a user; allow requests without a token as well (two_legged)"},
		{"a group without a name", Terms{Impersonates: new([]string{"@"})}, `impersonates: "@" names nobody; expected users, and groups as @group`},
		{"a short idle time", Terms{IdleTTL: new(time.Minute)}, "idle_ttl_seconds: 1m0s is out of range; expected 0 for what is configured for all, or at least 10m0s"},
		{"a negative life", Terms{AccessTTL: new(-time.Minute)}, "access_ttl_seconds: -1m0s is out of range; expected 0 for what is configured for all, or at least 1s"},
		{"a long debug window", Terms{DebugFor: new(48 * time.Hour)}, "debug_for_seconds: 48h0m0s is out of range; expected at most 24h0m0s, or 0 to end it"},
	} {
		if _, err := r.Set(t.Context(), c.Key, Change{Terms: tt.terms}); errText(err) != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, errText(err), tt.want)
		}
	}
}

func TestALaunchOfLTIHasNoToken(t *testing.T) {
	r := open(t, Config{})
	if c, _, err := r.Add(t.Context(), Application{Name: "Moodle", Profile: store.ProfileLTI11}); err != nil || !c.TwoLegged {
		t.Errorf("got %+v, %v", c, err)
	}
	if c, _, err := r.Add(t.Context(), Application{Name: "Moodle", Profile: store.ProfileLTI11, Terms: Terms{TwoLegged: new(false)}}); err != nil || c.TwoLegged {
		t.Errorf("switched off: got %+v, %v", c, err)
	}
}

func TestRotationWithGrace(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	r := open(t, Config{Now: func() time.Time { return now }})
	c, old, err := r.Add(t.Context(), Application{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	sealed := c.Secret
	if err := r.store.MarkUsed(t.Context(), store.Marks{Consumers: map[string]store.ConsumerMark{c.Key: {Revision: c.Revision, Used: store.KeyUse{Secret: 7}}}}); err != nil {
		t.Fatal(err)
	}
	c, secret, err := r.Rotate(t.Context(), c.Key, Rotation{Grace: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	r.checkSecret(t, c, secret, "*")
	if string(c.OldSecret) != string(sealed) || c.OldUntil != now.Unix()+3600 || c.Used != (store.KeyUse{OldSecret: 7}) {
		t.Errorf("got %+v, want the old secret for an hour, with its mark", c)
	}
	if opened, err := r.keys.Open(c.OldSecret, store.ConsumerSecretPlace(c.Key)); err != nil || opened.Reveal() != old.Reveal() {
		t.Errorf("the old secret does not open: %v", err)
	}
	if c, err = r.EndGrace(t.Context(), c.Key); err != nil || c.OldSecret != nil || c.OldUntil != 0 || c.Used.OldSecret != 0 {
		t.Errorf("grace ended: got %+v, %v", c, err)
	}
	if c, _, err = r.Rotate(t.Context(), c.Key, Rotation{}); err != nil || c.OldSecret != nil || c.OldUntil != 0 {
		t.Errorf("without grace: got %+v, %v", c, err)
	}
	if _, _, err := r.Rotate(t.Context(), c.Key, Rotation{Grace: 91 * 24 * time.Hour}); Invalids(err) == nil {
		t.Errorf("a long grace: got %v, want an Invalid", err)
	}
}
