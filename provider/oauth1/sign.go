package oauth1

import (
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// Signer signs requests as a consumer does. It prints as [redacted].
type Signer struct {
	ConsumerKey string

	// Token is left out of the request if empty.
	Token string

	// Realm is what Authorization announces. It is never signed.
	Realm string

	ConsumerSecret []byte // for HMAC and PLAINTEXT
	TokenSecret    []byte
	PrivateKey     *rsa.PrivateKey // for RSA

	// Method is the signature method. Default: HMAC-SHA256.
	Method string

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Nonce makes a value that is never used again. Default: 26 random
	// characters.
	Nonce func() string
}

// Sign returns the protocol parameters of m, oauth_signature last. Parameters
// in the query and the form of m are covered; its Authorization field is not
// looked at, since the result is going to be it. The extra pairs are those that
// a leg of the dance adds, such as oauth_callback and oauth_verifier.
//
// The caller puts all pairs in one place: AuthorizationHeader, or Encode behind
// the query or form.
func (s *Signer) Sign(m *Message, extra ...Pair) ([]Pair, error) {
	name := s.Method
	if name == "" {
		name = HMACSHA256
	}
	if err := s.ready(name); err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	pairs := append(s.protocol(name), extra...)
	base, err := baseStringOf(m, pairs)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	signature, err := s.sign(name, base)
	if err != nil {
		return nil, fmt.Errorf("signing: %w", err)
	}
	return append(pairs, Pair{"oauth_signature", signature}), nil
}

// Authorization signs m and returns the value of its Authorization field.
func (s *Signer) Authorization(m *Message, extra ...Pair) (string, error) {
	pairs, err := s.Sign(m, extra...)
	if err != nil {
		return "", err
	}
	return AuthorizationHeader(s.Realm, pairs), nil
}

func (s *Signer) ready(name string) error {
	switch m := methodOf(name); {
	case m == nil:
		return fmt.Errorf("unknown signature method %q", name)
	case m.rsa && s.PrivateKey == nil:
		return fmt.Errorf("%s needs a private key", name)
	case !m.rsa && len(s.ConsumerSecret) == 0:
		return fmt.Errorf("%s needs a consumer secret", name)
	case s.ConsumerKey == "":
		return errors.New("the consumer key is empty")
	}
	return nil
}

func (s *Signer) protocol(name string) []Pair {
	now, nonce := s.Now, s.Nonce
	if now == nil {
		now = time.Now
	}
	if nonce == nil {
		nonce = rand.Text
	}
	pairs := []Pair{
		{"oauth_consumer_key", s.ConsumerKey},
		{"oauth_signature_method", name},
		{"oauth_timestamp", strconv.FormatInt(now().Unix(), 10)},
		{"oauth_nonce", nonce()},
		{"oauth_version", "1.0"},
	}
	if s.Token != "" {
		pairs = append(pairs, Pair{"oauth_token", s.Token})
	}
	return pairs
}

// sign makes the signature over base, with the private key for RSA.
func (s *Signer) sign(name string, base []byte) (string, error) {
	m := methodOf(name)
	if !m.rsa {
		return Signature(name, base, s.ConsumerSecret, s.TokenSecret)
	}
	h := m.new()
	h.Write(base)
	sig, err := rsa.SignPKCS1v15(nil, s.PrivateKey, m.digest, h.Sum(nil))
	if err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(sig), nil
}

// baseStringOf reads m as a provider would that got the pairs in its header, so
// that nothing is signed that Parse would refuse.
func baseStringOf(m *Message, pairs []Pair) ([]byte, error) {
	signed := *m
	signed.Authorization = []string{AuthorizationHeader("", append(pairs[:len(pairs):len(pairs)], Pair{"oauth_signature", "-"}))}
	var r Request
	if err := r.Parse(&signed, Limits{}); err != nil {
		return nil, err
	}
	return r.BaseString(), nil
}
