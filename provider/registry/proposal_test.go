package registry

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
	"oauth1d/store/storetest"
)

// withUsers adds users, of whom only the names are of interest.
func (r testOnlyParts) withUsers(t *testing.T, names ...string) {
	t.Helper()
	for _, name := range names {
		if err := r.store.AddUser(t.Context(), store.User{Name: name}); err != nil {
			t.Fatal(err)
		}
	}
}

func (r testOnlyParts) propose(t *testing.T, owner string, a Application) store.Consumer {
	t.Helper()
	c, err := r.Propose(t.Context(), owner, a)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAProposalGetsNothing(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada")
	yes := true
	a := Application{Key: "mine", Name: "Printer", Publisher: "Prints Ltd", Contact: "help@example.com", Verified: true, Secret: store.Secret("known to me"),
		Callbacks: []string{"oob"}, Scopes: []string{"photos:read"}, Groups: []string{"staff"}, Terms: Terms{TwoLegged: &yes, Impersonates: &[]string{"@staff"}}}
	c := r.propose(t, "ada", a)
	kept, err := r.Show(t.Context(), c.Key)
	if err != nil {
		t.Fatal(err)
	}
	want := store.Consumer{
		Name: "Printer", Publisher: "Prints Ltd", Contact: "help@example.com", Callbacks: []string{"oob"}, Scopes: []string{"photos:read"}, Groups: []string{"staff"},
		Methods: []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512"}, Profile: store.ProfileRFC5849, BodyHash: store.BodyHashIfPresent,
		Owner: "ada", Proposed: c.Proposed, Disabled: true, Created: c.Created, Revision: c.Revision, Key: c.Key,
	}
	for what, got := range map[string]store.Consumer{"returned": c, "kept": kept} {
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: got (+), want (-):\n%s", what, diff)
		}
	}
	if c.Key == "mine" || c.Proposed == 0 {
		t.Errorf("got key %q, proposed at %d", c.Key, c.Proposed)
	}

	const advice = ": this consumer is proposed and not approved yet; approve it first; that enables it as well"
	_, enableErr := r.Enable(t.Context(), c.Key)
	_, _, rotateErr := r.Rotate(t.Context(), c.Key, Rotation{})
	_, secret, claimErr := r.Claim(t.Context(), c.Key, "ada")
	for want, err := range map[string]error{"enabled" + advice: enableErr, "secret" + advice: rotateErr} {
		if got := errText(err); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if Invalids(claimErr) == nil || secret != nil {
		t.Errorf("claimed before it was approved: got error %v", claimErr)
	}
	if kept, err = r.Show(t.Context(), c.Key); err != nil || !cmp.Equal(kept, want) {
		t.Errorf("afterwards: got %+v, error %v", kept, err)
	}
}

func TestWhatIsWrongWithAProposalIsSaid(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada")
	for _, test := range []struct {
		name, owner string
		app         Application
		want        string
	}{
		{"all at once", "ada", Application{Contact: "x", Scopes: []string{"a b"}, Callbacks: []string{"/x"}}, "name: is empty; expected the name that users know the application by\n" +
			"contact: \"x\" is neither; expected a mail address such as help@example.com, or an https URL\n" +
			"scopes: \"a b\" cannot be a name; expected printable ASCII without spaces, commas, quotes and backslashes, at most 255 characters\n" +
			"callbacks: \"/x\" is not absolute; begin with https://"},
		{"RSA without a key", "ada", Application{Name: "A", Methods: []string{oauth1.RSASHA1}}, "public_key: RSA-SHA1 needs the application's RSA public key, and there is none; give the key, or name HMAC methods only"},
		{"nobody", "", Application{Name: "A"}, "proposing a consumer: nobody proposes it"},
	} {
		_, err := r.Propose(t.Context(), test.owner, test.app)
		if diff := cmp.Diff(test.want, errText(err)); diff != "" {
			t.Errorf("%s: got (+), want (-):\n%s", test.name, diff)
		}
	}
	if _, err := r.Propose(t.Context(), "nobody", Application{Name: "A"}); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("somebody who is not there: got error %v, want %v", err, store.ErrNotFound)
	}
}

func TestProposalsAreLimited(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada", "bob")
	var keys []string
	for range 10 {
		keys = append(keys, r.propose(t, "ada", Application{Name: "A"}).Key)
	}
	_, err := r.Propose(t.Context(), "ada", Application{Name: "A"})
	const want = "proposals: 10 of yours wait for approval already, or 1000 of all users; wait until one of them is approved or rejected"
	if got := errText(err); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	r.propose(t, "bob", Application{Name: "B"})
	if _, err := r.Approve(t.Context(), keys[0]); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Remove(t.Context(), keys[1]); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		r.propose(t, "ada", Application{Name: "A"})
	}
	owned, err := r.Owned(t.Context(), "ada")
	if err != nil || len(owned) != 11 {
		t.Errorf("got %d consumers of ada, error %v, want 11", len(owned), err)
	}
	if owned, err = r.Owned(t.Context(), ""); err != nil || owned != nil {
		t.Errorf("got %d consumers of nobody, error %v", len(owned), err)
	}
}

func TestApproveEnablesOnce(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada")
	key := r.propose(t, "ada", Application{Name: "A"}).Key
	c, err := r.Approve(t.Context(), key)
	if err != nil || c.Proposed != 0 || c.Disabled || c.Owner != "ada" || !SecretPending(c) {
		t.Errorf("got %+v, error %v", c, err)
	}
	again, err := r.Approve(t.Context(), key)
	if err != nil || !cmp.Equal(again, c) {
		t.Errorf("again: got %+v, error %v, want no change", again, err)
	}
	if _, err := r.Disable(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if c, err = r.Approve(t.Context(), key); err != nil || !c.Disabled {
		t.Errorf("approving what was disabled since: got %+v, error %v; it must stay disabled", c, err)
	}
	if _, err := r.Approve(t.Context(), "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("got error %v, want %v", err, store.ErrNotFound)
	}
}

// The secret of what was proposed is made for its owner, once (ADM-05).
func TestTheOwnerClaimsTheSecretOnce(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada", "bob")
	key := r.propose(t, "ada", Application{Name: "A"}).Key
	if _, err := r.Approve(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	added, _, err := r.Add(t.Context(), Application{Name: "of nobody"})
	if err != nil {
		t.Fatal(err)
	}
	for _, other := range []struct{ key, owner string }{{key, "bob"}, {key, "Ada"}, {key, ""}, {added.Key, ""}, {added.Key, "ada"}, {"unknown", "ada"}} {
		if _, secret, err := r.Claim(t.Context(), other.key, other.owner); !errors.Is(err, store.ErrNotFound) || secret != nil {
			t.Errorf("%q claims %q: got error %v, want %v", other.owner, other.key, err, store.ErrNotFound)
		}
	}
	if _, err := r.Disable(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	if _, _, err := r.Claim(t.Context(), key, "ada"); Invalids(err) == nil {
		t.Errorf("a disabled one: got error %v", err)
	}
	if _, err := r.Enable(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	var claims sync.WaitGroup
	secrets := make([]store.Secret, 16)
	for i := range secrets {
		claims.Go(func() { _, secrets[i], _ = r.Claim(context.Background(), key, "ada") })
	}
	claims.Wait()
	c, err := r.Show(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	given := 0
	for _, secret := range secrets {
		if secret != nil {
			given++
			r.checkSecret(t, c, secret, "*")
		}
	}
	if given != 1 || SecretPending(c) {
		t.Errorf("got %d secrets of 16 claims, want 1", given)
	}
	_, _, err = r.Claim(t.Context(), key, "ada")
	const want = "secret: was handed out before, and is shown once only; if it is lost, ask an administrator to rotate it"
	if got := errText(err); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	_, secret, err := r.Rotate(t.Context(), key, Rotation{})
	if err != nil || len(secret) == 0 {
		t.Errorf("rotated: got error %v", err)
	}
}

func TestAClaimWhoseAnswerIsLostIsSpent(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada")
	key := r.propose(t, "ada", Application{Name: "A"}).Key
	if _, err := r.Approve(t.Context(), key); err != nil {
		t.Fatal(err)
	}
	faulty := storetest.NewFaulty(r.store)
	faulty.After(storetest.ActChangeConsumer, storetest.ErrInjected)
	again, err := New(faulty, r.keys, Config{})
	if err != nil {
		t.Fatal(err)
	}
	if _, secret, err := again.Claim(t.Context(), key, "ada"); !errors.Is(err, storetest.ErrInjected) || secret != nil {
		t.Errorf("got error %v, want %v and no secret", err, storetest.ErrInjected)
	}
	if _, _, err := r.Claim(t.Context(), key, "ada"); Invalids(err) == nil {
		t.Errorf("a second secret was made, or error %v", err)
	}
}

func TestMethodsOfAConsumerThatIsNotClaimed(t *testing.T) {
	r := open(t, Config{})
	r.withUsers(t, "ada")
	rsa := r.propose(t, "ada", Application{Name: "R", PublicKey: publicDER(t)}).Key
	hmac := r.propose(t, "ada", Application{Name: "H"}).Key
	for _, key := range []string{rsa, hmac} {
		if _, err := r.Approve(t.Context(), key); err != nil {
			t.Fatal(err)
		}
	}
	c, secret, err := r.Claim(t.Context(), rsa, "ada")
	if got, want := errText(err), "secret: this consumer signs with RSA only and has no secret"; got != want || secret != nil {
		t.Errorf("got %q, want %q; %+v", got, want, c)
	}
	if _, err := r.Set(t.Context(), rsa, Change{Methods: []string{oauth1.HMACSHA256}}); Invalids(err) == nil {
		t.Errorf("HMAC without a secret: got error %v", err)
	}
	if c, err := r.Set(t.Context(), hmac, Change{Methods: []string{oauth1.HMACSHA256}}); err != nil || !SecretPending(c) {
		t.Errorf("other methods before the secret: got %+v, error %v", c, err)
	}
	c, secret, err = r.Claim(t.Context(), hmac, "ada")
	if err != nil {
		t.Fatal(err)
	}
	r.checkSecret(t, c, secret, "*")
}

func TestAllProposalsAreLimited(t *testing.T) {
	r := open(t, Config{Now: func() time.Time { return time.Unix(5, 0) }})
	for i := range 100 {
		owner := fmt.Sprint("user", i)
		r.withUsers(t, owner)
		for range 10 {
			r.propose(t, owner, Application{Name: "A"})
		}
	}
	r.withUsers(t, "ada")
	if _, err := r.Propose(t.Context(), "ada", Application{Name: "A"}); Invalids(err) == nil {
		t.Errorf("the 1001st: got error %v", err)
	}
}
