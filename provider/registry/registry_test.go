package registry

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// testOnlyParts is a registry on a real store.
type testOnlyParts struct {
	*Registry
	store *boltstore.Store
	keys  *store.Keyring
}

func open(t *testing.T, c Config) testOnlyParts {
	t.Helper()
	master := store.Secret(strings.Repeat("m", store.MasterKeySize))
	id, err := store.NewIdentity(master, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	keys, err := store.OpenKeyring(master, id)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := boltstore.Config{Path: filepath.Join(dir, "o.db"), Nonces: filepath.Join(dir, "nonces")}
	if err := boltstore.Create(config, id); err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	r, err := New(s, keys, c)
	if err != nil {
		t.Fatal(err)
	}
	return testOnlyParts{r, s, keys}
}

var testOnlyKey = func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
}()

func publicDER(t *testing.T) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(&testOnlyKey.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func TestAddGivesAnApplicationWhatItNeeds(t *testing.T) {
	hmac := []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512}
	rsa := []string{oauth1.RSASHA1, oauth1.RSASHA256, oauth1.RSASHA512}
	key := publicDER(t)
	tests := []struct {
		name    string
		app     Application
		methods []string
		secret  string // "": none, "*": a new one
	}{
		{"nothing but a name: a new secret and HMAC", Application{Name: "A"}, hmac, "*"},
		{"a secret of its own: HMAC", Application{Name: "A", Secret: store.Secret("s")}, hmac, "s"},
		{"a public key only: RSA, and no secret at all", Application{Name: "A", PublicKey: key}, rsa, ""},
		{"both: both", Application{Name: "A", PublicKey: key, Secret: store.Secret("kd94hf93k423kf44")}, append(append([]string{}, hmac...), rsa...), "kd94hf93k423kf44"},
		{"a key and an HMAC method beside RSA: a new secret", Application{Name: "A", PublicKey: key, Methods: []string{oauth1.RSASHA1, oauth1.HMACSHA1}}, []string{oauth1.RSASHA1, oauth1.HMACSHA1}, "*"},
		{"PLAINTEXT only because it is named", Application{Name: "A", Methods: []string{oauth1.Plaintext}}, []string{oauth1.Plaintext}, "*"},
		{"a method named twice counts once", Application{Name: "A", Methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA1}}, []string{oauth1.HMACSHA1}, "*"},
	}
	r := open(t, Config{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, secret, err := r.Add(t.Context(), test.app)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.Methods, test.methods); diff != "" {
				t.Errorf("methods (-got +want):\n%s", diff)
			}
			if len(c.Key) != 32 || c.Profile != store.ProfileRFC5849 || c.Created == 0 || c.Revision == 0 {
				t.Errorf("consumer: got %+v, want a new key, the usual profile and a date", c)
			}
			r.checkSecret(t, c, secret, test.secret)
			kept, err := r.Show(t.Context(), c.Key)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(kept, c); diff != "" {
				t.Errorf("kept (-got +want):\n%s", diff)
			}
		})
	}
}

// checkSecret compares the secret that was handed out, and the sealed one, with
// what it should be.
func (r testOnlyParts) checkSecret(t *testing.T, c store.Consumer, got store.Secret, want string) {
	t.Helper()
	if want == "" {
		if got != nil || c.Secret != nil {
			t.Errorf("secret: got one, want none")
		}
		return
	}
	if want == "*" {
		if len(got) != 43 {
			t.Errorf("new secret: got %d characters, want 43", len(got))
		}
		want = got.Reveal()
	}
	sealed, err := r.keys.Open(c.Secret, store.ConsumerSecretPlace(c.Key))
	if err != nil {
		t.Fatalf("opening the sealed secret: %v", err)
	}
	if got.Reveal() != want || sealed.Reveal() != want {
		t.Errorf("secret: got %q and sealed %q, want %q", got.Reveal(), sealed.Reveal(), want)
	}
}

// The texts are what an administrator reads; they are part of the test.
func TestAddSaysWhatIsWrong(t *testing.T) {
	key := publicDER(t)
	text := func(s string) Application { return Application{Name: s} }
	tests := []struct {
		name string
		app  Application
		want string
	}{
		{"no name", text(" "), `name: is empty; expected the name that users know the application by`},
		{"a long name", text(strings.Repeat("ä", 201)), `name: has 201 characters; expected at most 200`},
		{"a line break in the name", text("a\nb"), `name: "a\nb" has the control character U+000A; leave it out`},
		{"a name that turns the text around", text("a\u202eb"), `name: "a\u202eb" has the control character U+202E; leave it out`},
		{"a name that is not UTF-8", text("a\xff"), `name: "a\xff" is not UTF-8`},
		{"a space in the key", Application{Name: "A", Key: "a b"}, `key: "a b" has " " at position 2; expected 1 to 255 printable ASCII characters without spaces`},
		{"an umlaut in the key", Application{Name: "A", Key: "ü"}, `key: "ü" has "\xc3" at position 1; expected 1 to 255 printable ASCII characters without spaces`},
		{"a long key", Application{Name: "A", Key: strings.Repeat("k", 256)}, `key: has 256 bytes; expected 1 to 255 printable ASCII characters without spaces`},
		{"an unknown method", Application{Name: "A", Methods: []string{"hmac-sha1"}}, `methods: "hmac-sha1" is not a signature method; expected some of HMAC-SHA1, HMAC-SHA256, HMAC-SHA512, RSA-SHA1, RSA-SHA256, RSA-SHA512, PLAINTEXT`},
		{"RSA without a key", Application{Name: "A", Methods: []string{oauth1.RSASHA1}}, `public_key: RSA-SHA1 needs the application's RSA public key, and there is none; give the key, or name HMAC methods only`},
		{"a key that no method uses", Application{Name: "A", Methods: []string{oauth1.HMACSHA1}, PublicKey: key}, `public_key: no method of this consumer uses it; name an RSA method as well, or leave the key out`},
		{"a secret that no method uses", Application{Name: "A", Methods: []string{oauth1.RSASHA1}, PublicKey: key, Secret: store.Secret("s")}, `secret: no method of this consumer uses it; name an HMAC method as well, or leave the secret out`},
		{"a secret with the file's line break", Application{Name: "A", Secret: store.Secret("s\n")}, `secret: begins or ends with a space or a line break; cut the line break that the editor added`},
		{"a secret with a bell", Application{Name: "A", Secret: store.Secret("s\at")}, `secret: has a character that cannot be printed`},
		{"a long secret", Application{Name: "A", Secret: store.Secret(strings.Repeat("s", 1025))}, `secret: has 1025 bytes; expected at most 1024`},
		{"an unknown profile", Application{Name: "A", Profile: "jira"}, `profile: "jira" is not known; expected one of rfc5849, atlassian, mediawiki, wordpress, magento, twitter, yahoo, lti11`},
		{"two things at once", Application{Key: "\t", Callbacks: []string{"/ready"}}, "key: \"\\t\" has \"\\t\" at position 1; expected 1 to 255 printable ASCII characters without spaces\nname: is empty; expected the name that users know the application by\ncallbacks: \"/ready\" is not absolute; begin with https://"},
	}
	r := open(t, Config{})
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, secret, err := r.Add(t.Context(), test.app)
			if err == nil || secret != nil {
				t.Fatal("it was added")
			}
			if diff := cmp.Diff(err.Error(), test.want); diff != "" {
				t.Errorf("text (-got +want):\n%s", diff)
			}
			if got, want := len(Invalids(err)), 1+strings.Count(test.want, "\n"); got != want {
				t.Errorf("invalids: got %d, want %d", got, want)
			}
		})
	}
	if list, err := r.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("afterwards there are %d consumers (%v), want none", len(list), err)
	}
}

func TestMethodsThatAreSwitchedOffAreRefused(t *testing.T) {
	r := open(t, Config{Methods: []string{oauth1.HMACSHA256}})
	_, _, err := r.Add(t.Context(), Application{Name: "A", Methods: []string{oauth1.HMACSHA1}})
	if got, want := errText(err), "methods: HMAC-SHA1 is switched off; signature.methods allows HMAC-SHA256"; got != want {
		t.Errorf("text: got %q, want %q", got, want)
	}
	_, _, err = r.Add(t.Context(), Application{Name: "A", PublicKey: publicDER(t)})
	if got, want := errText(err), "methods: none is left that this consumer has a key for; signature.methods allows HMAC-SHA256"; got != want {
		t.Errorf("text: got %q, want %q", got, want)
	}
}

func TestNewRefusesMethodsThatAreNoDefault(t *testing.T) {
	for _, m := range []string{oauth1.Plaintext, "", "HMAC-MD5"} {
		if _, err := New(nil, nil, Config{Methods: []string{m}}); err == nil {
			t.Errorf("%q was taken", m)
		}
	}
}

func TestAKeyIsTakenOnce(t *testing.T) {
	r := open(t, Config{})
	if _, _, err := r.Add(t.Context(), Application{Name: "A", Key: "k"}); err != nil {
		t.Fatal(err)
	}
	_, _, err := r.Add(t.Context(), Application{Name: "B", Key: "k"})
	if !errors.Is(err, store.ErrExists) {
		t.Errorf("second time: got %v, want %v", err, store.ErrExists)
	}
}

func TestAConsumerAddedAgainDoesNotLookLikeTheOldOne(t *testing.T) {
	r := open(t, Config{})
	first, _, err := r.Add(t.Context(), Application{Name: "A", Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Remove(t.Context(), "k"); err != nil {
		t.Fatal(err)
	}
	second, _, err := r.Add(t.Context(), Application{Name: "A", Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if first.Revision == second.Revision {
		t.Errorf("both have the revision %d", first.Revision)
	}
}

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
