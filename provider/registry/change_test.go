package registry

import (
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

func TestSetChangesWhatIsNamedAndNothingElse(t *testing.T) {
	r := open(t, Config{})
	before, _, err := r.Add(t.Context(), Application{Name: "A", Description: "d", Publisher: "p", Callbacks: []string{"https://a.example/x"}})
	if err != nil {
		t.Fatal(err)
	}
	name := "B"
	got, err := r.Set(t.Context(), before.Key, Change{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	want := before
	want.Name, want.Revision = "B", before.Revision+1
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("name changed (-got +want):\n%s", diff)
	}
	if got, err = r.Set(t.Context(), before.Key, Change{Callbacks: []string{}}); err != nil || len(got.Callbacks) != 0 {
		t.Errorf("an empty list of callbacks: got %v and %v, want none", got.Callbacks, err)
	}
}

func TestSetSaysWhatIsWrongAndKeepsNothing(t *testing.T) {
	r := open(t, Config{})
	hmac, _, err := r.Add(t.Context(), Application{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	rsa, _, err := r.Add(t.Context(), Application{Name: "A", PublicKey: publicDER(t)})
	if err != nil {
		t.Fatal(err)
	}
	empty, other := "", "lti"
	tests := []struct {
		name   string
		key    string
		change Change
		want   string
	}{
		{"no name", hmac.Key, Change{Name: &empty}, "name: is empty; expected the name that users know the application by"},
		{"an unknown profile", hmac.Key, Change{Profile: &other}, `profile: "lti" is not known; expected one of rfc5849, atlassian, mediawiki, wordpress, magento, twitter, yahoo, lti11`},
		{"a bad callback", hmac.Key, Change{Callbacks: []string{"javascript:alert(1)"}}, `callbacks: "javascript:alert(1)" uses the scheme "javascript"; use https, or for an installed application a private scheme with a dot, such as com.example.app:/ready`},
		{"RSA without a key", hmac.Key, Change{Methods: []string{oauth1.RSASHA256}}, "public_key: RSA-SHA256 needs the application's RSA public key, and there is none; give the key, or name HMAC methods only"},
		{"HMAC without a secret", rsa.Key, Change{Methods: []string{oauth1.HMACSHA1}}, "methods: this consumer has no secret, which all but the RSA methods need; add a new consumer for the application instead"},
		{"PLAINTEXT without a secret", rsa.Key, Change{Methods: []string{oauth1.Plaintext}}, "methods: this consumer has no secret, which all but the RSA methods need; add a new consumer for the application instead"},
		{"no method", hmac.Key, Change{Methods: []string{}}, "methods: none is left that this consumer has a key for; signature.methods allows HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := r.Set(t.Context(), test.key, test.change)
			if diff := cmp.Diff(errText(err), test.want); diff != "" {
				t.Errorf("text (-got +want):\n%s", diff)
			}
		})
	}
	for _, want := range []store.Consumer{hmac, rsa} {
		got, err := r.Show(t.Context(), want.Key)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("afterwards (-got +want):\n%s", diff)
		}
	}
}

func TestGoingOverToRSADeletesTheSecret(t *testing.T) {
	r := open(t, Config{})
	c, _, err := r.Add(t.Context(), Application{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Rotate(t.Context(), c.Key, Rotation{PublicKey: publicDER(t)}); err != nil {
		t.Fatal(err)
	}
	got, err := r.Set(t.Context(), c.Key, Change{Methods: []string{oauth1.RSASHA256}})
	if err != nil {
		t.Fatal(err)
	}
	if got.Secret != nil {
		t.Error("the secret is still there")
	}
	_, _, err = r.Rotate(t.Context(), c.Key, Rotation{})
	if got, want := errText(err), "secret: this consumer signs with RSA only and has no secret; give a new public key to rotate instead"; got != want {
		t.Errorf("rotating the secret then: got %q, want %q", got, want)
	}
}

func TestRotateReplacesOneKeyAndLeavesTheOther(t *testing.T) {
	r := open(t, Config{})
	c, old, err := r.Add(t.Context(), Application{Name: "A", Secret: store.Secret("old secret")})
	if err != nil {
		t.Fatal(err)
	}
	c, secret, err := r.Rotate(t.Context(), c.Key, Rotation{})
	if err != nil {
		t.Fatal(err)
	}
	if secret.Reveal() == old.Reveal() {
		t.Error("a new random secret: got the old one")
	}
	r.checkSecret(t, c, secret, "*")

	if c, secret, err = r.Rotate(t.Context(), c.Key, Rotation{Secret: store.Secret("given")}); err != nil {
		t.Fatal(err)
	}
	r.checkSecret(t, c, secret, "given")

	sealed := c.Secret
	if c, secret, err = r.Rotate(t.Context(), c.Key, Rotation{PublicKey: publicDER(t)}); err != nil {
		t.Fatal(err)
	}
	if secret != nil || !cmp.Equal(c.Secret, sealed) || !cmp.Equal(c.PublicKey, publicDER(t)) {
		t.Error("a public key: the secret did not stay, or the key did not come")
	}
	if _, _, err := r.Rotate(t.Context(), c.Key, Rotation{Secret: store.Secret(" x")}); Invalids(err) == nil {
		t.Errorf("a bad secret: got %v, want an Invalid", err)
	}
	if _, _, err := r.Rotate(t.Context(), c.Key, Rotation{PublicKey: []byte("x")}); Invalids(err) == nil {
		t.Errorf("a bad key: got %v, want an Invalid", err)
	}
}

func TestASecretMovedToAnotherConsumerDoesNotOpen(t *testing.T) {
	r := open(t, Config{})
	a, _, err := r.Add(t.Context(), Application{Name: "A", Key: "a"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.keys.Open(a.Secret, store.ConsumerSecretPlace("b")); !errors.Is(err, store.ErrUnsealed) {
		t.Errorf("got %v, want %v", err, store.ErrUnsealed)
	}
}

func TestDisableEnableAndRemove(t *testing.T) {
	r := open(t, Config{})
	c, _, err := r.Add(t.Context(), Application{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.store.IssueAccessToken(t.Context(), store.AccessToken{ID: "t", Consumer: c.Key, User: "ada"}); err != nil {
		t.Fatal(err)
	}
	if got, err := r.Disable(t.Context(), c.Key); err != nil || !got.Disabled {
		t.Errorf("disabled: got %v and %v", got.Disabled, err)
	}
	if got, err := r.Enable(t.Context(), c.Key); err != nil || got.Disabled {
		t.Errorf("enabled: got disabled %v and %v", got.Disabled, err)
	}
	if ended, err := r.Remove(t.Context(), c.Key); err != nil || ended != 1 {
		t.Errorf("removed: got %d tokens ended and %v, want 1", ended, err)
	}
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	r := open(t, Config{})
	_, showErr := r.Show(t.Context(), "k")
	_, setErr := r.Set(t.Context(), "k", Change{})
	_, _, rotateErr := r.Rotate(t.Context(), "k", Rotation{})
	_, disableErr := r.Disable(t.Context(), "k")
	_, removeErr := r.Remove(t.Context(), "k")
	for _, err := range []error{showErr, setErr, rotateErr, disableErr, removeErr} {
		if !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v, want %v", err, store.ErrNotFound)
		}
	}
}

func TestNoConcurrentChangeIsLost(t *testing.T) {
	r := open(t, Config{})
	c, _, err := r.Add(t.Context(), Application{Name: "A"})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	description, publisher := "d", "p"
	for _, change := range []Change{{Description: &description}, {Publisher: &publisher}, {Callbacks: []string{"oob"}}} {
		wg.Go(func() {
			if _, err := r.Set(t.Context(), c.Key, change); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	got, err := r.Show(t.Context(), c.Key)
	if err != nil {
		t.Fatal(err)
	}
	want := c
	want.Description, want.Publisher, want.Callbacks, want.Revision = "d", "p", []string{"oob"}, c.Revision+3
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("all three (-got +want):\n%s", diff)
	}
}
