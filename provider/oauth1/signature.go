package oauth1

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"hash"
)

// Keys is what a signature is checked with: the secrets for HMAC and
// PLAINTEXT, the consumer's public key for RSA. It prints as [redacted].
type Keys struct {
	ConsumerSecret []byte
	TokenSecret    []byte // empty without a token
	PublicKey      *rsa.PublicKey
}

// Check reports whether the request is signed with k. It compares in constant
// time and tries the equivalent spellings of the path (C-5).
//
// A consumer without a secret has no HMAC or PLAINTEXT signature that is
// right: with a secret that was lost, or never given as for RSA consumers, the
// key would be the "&" that everybody knows (C-4).
func (r *Request) Check(k Keys) bool {
	if r.check(k) {
		return true
	}
	if r.accept&LowerCaseMethod == 0 {
		return false
	}
	r.lowerMethod = true
	defer func() { r.lowerMethod = false }()
	return r.check(k)
}

func (r *Request) check(k Keys) bool {
	m := methodOf(r.SignatureMethod)
	switch {
	case m == nil, !r.parsed:
		return false
	case m.rsa:
		return r.checkRSA(m, k.PublicKey)
	case m.digest == 0:
		return r.checkPlaintext(k)
	}
	return r.checkHMAC(m, k)
}

func (r *Request) checkHMAC(m *method, k Keys) bool {
	r.key = appendKey(r.key[:0], k.ConsumerSecret, k.TokenSecret)
	mac := r.mac.get(m, r.key)
	match := 0
	for which := range spellingCount {
		path, ok := r.spelling(which)
		if !ok {
			continue
		}
		r.base = r.appendBaseString(r.base[:0], path)
		if which > asReceived {
			mac.Reset()
		}
		mac.Write(r.base)
		match |= r.compare(mac)
		if match == 1 {
			break
		}
	}
	return match == 1 && len(k.ConsumerSecret) > 0
}

// compare returns 1 if the signature is the canonical base64 text of the sum.
// The text is compared, so that other spellings of the same octets are refused.
func (r *Request) compare(mac hash.Hash) int {
	r.sig = append(r.sig[:0], r.Signature...)
	n := len(r.sig)
	r.sig = mac.Sum(r.sig)
	sum := len(r.sig)
	r.sig = base64.StdEncoding.AppendEncode(r.sig, r.sig[n:sum])
	return subtle.ConstantTimeCompare(r.sig[:n], r.sig[sum:])
}

// checkPlaintext compares digests, since the secrets have lengths of their own
// to keep (§3.4.4).
func (r *Request) checkPlaintext(k Keys) bool {
	r.key = appendKey(r.key[:0], k.ConsumerSecret, k.TokenSecret)
	r.sig = append(r.sig[:0], r.Signature...)
	want, got := sha256.Sum256(r.key), sha256.Sum256(r.sig)
	return hmac.Equal(got[:], want[:]) && len(k.ConsumerSecret) > 0
}

func (r *Request) checkRSA(m *method, key *rsa.PublicKey) bool {
	if key == nil {
		return false
	}
	r.sig = append(r.sig[:0], r.Signature...)
	n := len(r.sig)
	sig, err := base64.StdEncoding.Strict().AppendDecode(r.sig, r.sig)
	if err != nil {
		return false
	}
	// The decoder skips line ends. One signature must have one spelling.
	r.sig, sig = sig, sig[n:]
	if base64.StdEncoding.EncodeToString(sig) != r.Signature {
		return false
	}
	digest := m.new()
	for which := range spellingCount {
		path, ok := r.spelling(which)
		if !ok {
			continue
		}
		r.base = r.appendBaseString(r.base[:0], path)
		digest.Reset()
		digest.Write(r.base)
		if rsa.VerifyPKCS1v15(key, m.digest, digest.Sum(nil), sig) == nil {
			return true
		}
	}
	return false
}

// Signature returns the signature over a base string for HMAC and PLAINTEXT
// methods. Unlike Check it takes empty secrets, as explanations and known
// answers need; it decides nothing.
func Signature(name string, base, consumerSecret, tokenSecret []byte) (string, error) {
	m := methodOf(name)
	switch {
	case m == nil:
		return "", fmt.Errorf("signing: unknown signature method %q", name)
	case m.rsa:
		return "", fmt.Errorf("signing: %s needs a private key", name)
	}
	key := appendKey(nil, consumerSecret, tokenSecret)
	if m.digest == 0 {
		return string(key), nil
	}
	mac := hmac.New(m.new, key)
	mac.Write(base)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// appendKey appends the two secrets, each encoded, joined by "&", which stays
// when the second is empty (§3.4.2). Unencoded, "a&b" with "c" and "a" with
// "b&c" would be one key.
func appendKey(dst, consumerSecret, tokenSecret []byte) []byte {
	dst = appendEscaped(dst, consumerSecret)
	dst = append(dst, '&')
	return appendEscaped(dst, tokenSecret)
}

// macCache keeps the HMAC of the key that was used last, because setting one up
// costs as much as using it, and five allocations.
type macCache struct {
	method *method
	key    []byte
	mac    hash.Hash
}

// get returns an HMAC in its initial state.
func (c *macCache) get(m *method, key []byte) hash.Hash {
	if c.method == m && subtle.ConstantTimeCompare(c.key, key) == 1 {
		c.mac.Reset()
		return c.mac
	}
	c.method, c.key, c.mac = m, append(c.key[:0], key...), hmac.New(m.new, key)
	return c.mac
}
