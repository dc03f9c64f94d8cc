package oauth1

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"sync"
	"testing"
)

// rsaKey is made once: 2048 bits take a while.
var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

// signing returns a signer and the keys of the other side for a method.
func signing(method string) (Signer, Keys) {
	s := testSigner
	s.Method = method
	if IsRSA(method) {
		s.ConsumerSecret, s.TokenSecret, s.PrivateKey = nil, nil, rsaKey()
		return s, Keys{PublicKey: &rsaKey().PublicKey}
	}
	return s, testKeys
}

// TestSignAndCheck goes through all methods and all transmissions.
func TestSignAndCheck(t *testing.T) {
	transmissions := map[string]func(*Message, []Pair){
		"header": func(m *Message, p []Pair) { m.Authorization = []string{AuthorizationHeader("Photos", p)} },
		"query":  func(m *Message, p []Pair) { m.Target += "&" + Encode(p) },
		"form":   func(m *Message, p []Pair) { m.Body = append(m.Body, "&"+Encode(p)...) },
	}
	for _, method := range Methods() {
		for name, put := range transmissions {
			t.Run(method+" in the "+name, func(t *testing.T) {
				s, keys := signing(method)
				m := post("/r?b5=%3D%253D&a3=a&c%40=&a2=r%20b;x", "c2&a3=2+q")
				pairs, err := s.Sign(m, Pair{"oauth_callback", "https://printer.example.com/ready?x=1&y=a b"})
				if err != nil {
					t.Fatal(err)
				}
				put(m, pairs)
				var r Request
				if err := r.Parse(m, Limits{}); err != nil {
					t.Fatal(err)
				}
				if !r.Check(keys) {
					t.Fatal("the right signature was refused")
				}
				if !r.Check(keys) {
					t.Fatal("the right signature was refused when it was checked again")
				}
				if r.In.String() != name || r.SignatureMethod != method {
					t.Errorf("got %v, %s", r.In, r.SignatureMethod)
				}
				r.Nonce = "" // the field is for reading; what counts is what arrived
				if !r.Check(keys) {
					t.Error("the check depends on an exported field")
				}
			})
		}
	}
}

func TestWrongKeys(t *testing.T) {
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	secret := func(consumer, token string) Keys {
		return Keys{ConsumerSecret: []byte(consumer), TokenSecret: []byte(token)}
	}
	for _, method := range Methods() {
		s, keys := signing(method)
		var r Request
		m := testMessage()
		header, err := s.Authorization(m)
		if err != nil {
			t.Fatal(err)
		}
		m.Authorization = []string{header}
		if err := r.Parse(m, Limits{}); err != nil {
			t.Fatal(err)
		}
		c, k := string(testKeys.ConsumerSecret), string(testKeys.TokenSecret)
		for name, wrong := range map[string]Keys{
			"no keys":                         {},
			"another consumer secret":         secret(c+"x", k),
			"another token secret":            secret(c, k+"x"),
			"no token secret":                 secret(c, ""),
			"no consumer secret":              secret("", k),
			"the secrets exchanged":           secret(k, c),
			"the border between them shifted": secret(c+"&"+k, ""),
			"another public key":              {PublicKey: &other.PublicKey},
			"an empty public key":             {PublicKey: &rsa.PublicKey{}},
		} {
			if r.Check(wrong) {
				t.Errorf("%s: accepted with %s", method, name)
			}
		}
		if !r.Check(keys) {
			t.Errorf("%s: refused with the right keys", method)
		}
	}
}

// A consumer without a secret cannot sign with the key "&", nor with anything
// else that is known of it.
func TestNoSecretNoEntry(t *testing.T) {
	der, err := x509.MarshalPKIXPublicKey(&rsaKey().PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]string{
		"nothing":                   "",
		"the public key as PEM":     string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})),
		"the public key as DER":     string(der),
		"the public key as base64":  base64.StdEncoding.EncodeToString(der),
		"the name of the consumer":  testSigner.ConsumerKey,
		"a printed nil of Go":       "<nil>",
		"a printed null of another": "null",
	}
	for _, method := range []string{HMACSHA1, HMACSHA256, HMACSHA512, Plaintext} {
		for name, secret := range known {
			m := get("/?" + strings.Replace(goodList, "HMAC-SHA1", method, 1))
			var r Request
			if err := r.Parse(m, Limits{}); err != nil {
				t.Fatal(err)
			}
			signature, err := Signature(method, r.BaseString(), []byte(secret), nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Signature = signature
			for _, k := range []Keys{{}, {ConsumerSecret: []byte{}}, {PublicKey: &rsaKey().PublicKey}} {
				if r.Check(k) {
					t.Errorf("%s: accepted with %s as secret", method, name)
				}
			}
		}
	}
}

// One signature has one spelling.
func TestSignatureSpellings(t *testing.T) {
	for _, method := range []string{HMACSHA1, HMACSHA256, HMACSHA512, RSASHA1, RSASHA256, RSASHA512} {
		s, keys := signing(method)
		m := testMessage()
		pairs, err := s.Sign(m)
		if err != nil {
			t.Fatal(err)
		}
		right := pairs[len(pairs)-1].Value
		m.Authorization = []string{AuthorizationHeader("", pairs)}
		var r Request
		if err := r.Parse(m, Limits{}); err != nil {
			t.Fatal(err)
		}
		for name, wrong := range map[string]string{
			"cut by one":             right[:len(right)-1],
			"cut in half":            right[:len(right)/2],
			"without padding":        strings.TrimRight(right, "="),
			"with more padding":      right + "=",
			"doubled":                right + right,
			"encoded twice":          Escape(right),
			"with a line end":        right[:4] + "\n" + right[4:],
			"with a line end behind": right + "\r\n",
			"with a blank":           right + " ",
			"with NUL":               right + "\x00",
			"in lower case":          strings.ToLower(right),
			"for URLs":               strings.NewReplacer("+", "-", "/", "_").Replace(right) + "-",
			"with loose bits":        looseBits(right),
			"a bit flipped":          string(right[0]^1) + right[1:],
			"one":                    "AQ==",
			"zeros":                  base64.StdEncoding.EncodeToString(make([]byte, 256)),
			"the secrets":            string(appendKey(nil, keys.ConsumerSecret, keys.TokenSecret)),
		} {
			if r.Signature = wrong; wrong != right && r.Check(keys) {
				t.Errorf("%s: accepted %s", method, name)
			}
		}
		if r.Signature = right; !r.Check(keys) {
			t.Errorf("%s: refused the right one", method)
		}
	}
}

// looseBits sets a bit behind the last octet, which base64 decoders ignore
// unless they are strict.
func looseBits(s string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	text := strings.TrimRight(s, "=")
	if text == s {
		return s + "x"
	}
	last := len(text) - 1
	return text[:last] + string(alphabet[strings.IndexByte(alphabet, text[last])|1]) + s[last+1:]
}

// The digest follows from the label.
func TestDigestOfAnotherMethod(t *testing.T) {
	for _, pair := range [][2]string{{HMACSHA1, HMACSHA256}, {HMACSHA256, HMACSHA1}, {RSASHA1, RSASHA256}, {RSASHA256, RSASHA512}} {
		label, used := pair[0], pair[1]
		s, keys := signing(label)
		m := testMessage()
		pairs, err := s.Sign(m)
		if err != nil {
			t.Fatal(err)
		}
		m.Authorization = []string{AuthorizationHeader("", pairs)}
		var r Request
		if err := r.Parse(m, Limits{}); err != nil {
			t.Fatal(err)
		}
		if r.Signature, err = s.sign(used, r.BaseString()); err != nil {
			t.Fatal(err)
		}
		if r.Check(keys) {
			t.Errorf("a signature of %s was accepted as %s", used, label)
		}
	}
}
