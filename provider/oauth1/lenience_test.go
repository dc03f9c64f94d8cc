package oauth1

import (
	"strings"
	"testing"
)

// TestLeniences sends what each deviation is about: refused by Parse or Check,
// accepted with that deviation alone, and with no other.
func TestLeniences(t *testing.T) {
	keys := Keys{ConsumerSecret: []byte("cs"), TokenSecret: []byte("ts")}
	// sign makes a request that is right but for what edit does to its header.
	sign := func(method string, edit func(header string) string) *Message {
		m := &Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/a?b=c"}
		s := Signer{ConsumerKey: "key", ConsumerSecret: keys.ConsumerSecret, Token: "token", TokenSecret: keys.TokenSecret, Method: HMACSHA1}
		header, err := s.Authorization(m)
		if err != nil {
			t.Fatal(err)
		}
		m.Method, m.Authorization = method, []string{edit(header)}
		return m
	}
	query := func(edit func(pairs []Pair) string) *Message {
		m := &Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/a?b=c"}
		s := Signer{ConsumerKey: "key", ConsumerSecret: keys.ConsumerSecret, Token: "token", TokenSecret: keys.TokenSecret, Method: HMACSHA1}
		for { // until the signature has a plus sign, which is what goes wrong
			pairs, err := s.Sign(m)
			if err != nil {
				t.Fatal(err)
			}
			if strings.Contains(pairs[len(pairs)-1].Value, "+") {
				m.Target += "&" + edit(pairs)
				return m
			}
		}
	}
	signed := func(base func(*Request) []byte, method string) *Message {
		return sign("GET", func(header string) string {
			m := &Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/a?b=c", Authorization: []string{strings.Replace(header, `"HMAC-SHA1"`, `"`+method+`"`, 1)}}
			var r Request
			if err := r.ParseLenient(m, Limits{}, anyLenience); err != nil {
				t.Fatal(err)
			}
			right, err := Signature(HMACSHA1, base(&r), keys.ConsumerSecret, keys.TokenSecret)
			if err != nil {
				t.Fatal(err)
			}
			return strings.Replace(m.Authorization[0], Escape(r.Signature), Escape(right), 1)
		})
	}
	tests := map[string]*Message{
		"unquoted-values": sign("GET", func(h string) string { return strings.ReplaceAll(h, `"`, "") }),
		"stray-commas":    sign("GET", func(h string) string { return strings.Replace(h, ", ", ", ,", 1) + "," }),
		"repeated-parameters": sign("GET", func(h string) string {
			return h + `, oauth_version="1.0"`
		}),
		"signature-method-case": signed((*Request).BaseString, "hmac-sha1"),
		"lower-case-method": signed(func(r *Request) []byte {
			return []byte("get" + strings.TrimPrefix(string(r.BaseString()), "GET"))
		}, "HMAC-SHA1"),
		"unencoded-signature": query(func(pairs []Pair) string {
			last := pairs[len(pairs)-1]
			return Encode(pairs[:len(pairs)-1]) + "&oauth_signature=" + last.Value
		}),
		"encoded-signature": query(func(pairs []Pair) string {
			pairs[len(pairs)-1].Value = Escape(pairs[len(pairs)-1].Value)
			return Encode(pairs)
		}),
	}
	for _, name := range Leniences() {
		m, ok := tests[name]
		if !ok {
			t.Errorf("%s has no test", name)
			continue
		}
		only, err := LenienceOf([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		for accept, want := range map[Lenience]bool{0: false, only: true, anyLenience &^ only: false, anyLenience: true} {
			var r Request
			err := r.ParseLenient(m, Limits{}, accept)
			if got := err == nil && r.Check(keys); got != want {
				t.Errorf("%s, accepting %07b: got %t (%v), want %t", name, accept, got, err, want)
			}
			if r.Check(Keys{ConsumerSecret: []byte("another"), TokenSecret: []byte("ts")}) {
				t.Errorf("%s, accepting %07b: another secret is taken", name, accept)
			}
		}
		if key, ok := KeyOf(m, Limits{}); !ok || key != "key" {
			t.Errorf("%s: got key %q, %t", name, key, ok)
		}
	}
}

func TestRepeatedParametersWithTwoValuesAreNeverAccepted(t *testing.T) {
	m := &Message{Method: "GET", Scheme: "https", Host: "photos.example.net", Target: "/", Authorization: []string{
		`OAuth oauth_consumer_key="a", oauth_consumer_key="b", oauth_signature_method="HMAC-SHA1", oauth_signature="x", oauth_timestamp="1", oauth_nonce="n"`}}
	var r Request
	if err := r.ParseLenient(m, Limits{}, anyLenience); err == nil {
		t.Error("two consumer keys are taken")
	}
}

func TestUnknownLenience(t *testing.T) {
	if _, err := LenienceOf([]string{"stray-commas", "anything"}); err == nil || !strings.Contains(err.Error(), "unquoted-values") {
		t.Errorf("got %v, want an error that lists the known ones", err)
	}
}

func TestBodyHash(t *testing.T) {
	// The examples of the draft: §3.1 has "Hello World!", and the empty body.
	for _, tt := range []struct{ method, body, want string }{
		{HMACSHA1, "Hello World!", "Lve95gjOVATpfV8EL5X4nxwjKHE="},
		{RSASHA1, "", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="},
		{HMACSHA256, "", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
		{Plaintext, "Hello World!", "Lve95gjOVATpfV8EL5X4nxwjKHE="},
		{"MD5", "Hello World!", ""},
	} {
		if got := BodyHash(tt.method, []byte(tt.body)); got != tt.want {
			t.Errorf("%s of %q: got %s, want %s", tt.method, tt.body, got, tt.want)
		}
	}
}
