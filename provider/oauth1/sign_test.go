package oauth1

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The request of OAuth Core 1.0, Appendix A.5.
func TestAuthorization(t *testing.T) {
	got, err := testSigner.Authorization(testMessage())
	want := `OAuth oauth_consumer_key="dpf43f3p2l4k3l03", oauth_signature_method="HMAC-SHA1", ` +
		`oauth_timestamp="1191242096", oauth_nonce="kllo9940pd9333jh", oauth_version="1.0", ` +
		`oauth_token="nnch734d00sl2jdk", oauth_signature="tR3%2BTy81lMeYAr%2FFid0kMTYa%2FWM%3D"`
	if diff := cmp.Diff(got, want); diff != "" || err != nil {
		t.Errorf("%v (-got +want):\n%s", err, diff)
	}
}

func TestSignDefaults(t *testing.T) {
	s := Signer{ConsumerKey: "ck", ConsumerSecret: []byte("cs"), Realm: "R"}
	seen := map[string]bool{}
	for range 2 {
		m := testMessage()
		header, err := s.Authorization(m)
		if err != nil {
			t.Fatal(err)
		}
		m.Authorization = []string{header}
		var r Request
		if err := r.Parse(m, Limits{}); err != nil {
			t.Fatal(err)
		}
		if !r.Check(Keys{ConsumerSecret: []byte("cs")}) || r.SignatureMethod != HMACSHA256 || r.Has("oauth_token") {
			t.Errorf("got %s, token present %v", r.SignatureMethod, r.Has("oauth_token"))
		}
		seen[r.Nonce] = true
	}
	if len(seen) != 2 {
		t.Error("a nonce was used twice")
	}
}

func TestSignRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		set   func(*Signer, *Message)
		extra []Pair
	}{
		{"an unknown method", func(s *Signer, _ *Message) { s.Method = "HMAC-MD5" }, nil},
		{"RSA without a key", func(s *Signer, _ *Message) { s.Method = RSASHA256 }, nil},
		{"HMAC without a secret", func(s *Signer, _ *Message) { s.ConsumerSecret = nil }, nil},
		{"an empty consumer key", func(s *Signer, _ *Message) { s.ConsumerKey = "" }, nil},
		{"an empty nonce", func(s *Signer, _ *Message) { s.Nonce = func() string { return "" } }, nil},
		{"a parameter twice", func(*Signer, *Message) {}, []Pair{{"oauth_version", "1.0"}}},
		{"a protocol parameter in the query", func(_ *Signer, m *Message) { m.Target = "/?oauth_token=x" }, nil},
		{"a bad escape in the query", func(_ *Signer, m *Message) { m.Target = "/?a=%" }, nil},
		{"a host with a user", func(_ *Signer, m *Message) { m.Host = "u@h" }, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := testSigner, testMessage()
			tt.set(&s, m)
			if pairs, err := s.Sign(m, tt.extra...); err == nil {
				t.Errorf("got %d pairs, want an error", len(pairs))
			}
		})
	}
}
