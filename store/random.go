package store

import (
	"crypto/rand"
	"encoding/base64"
)

// New credentials use only unreserved characters (RFC 5849 §3.6), because old
// consumers encode the others wrongly, and come from crypto/rand, which ends
// the program rather than return weak bytes.

// NewToken returns the text of a new token or consumer key: 192 bits, 32
// characters. It does not begin with a dash, because people give tokens and keys
// to commands, which would take them for flags.
func NewToken() string {
	for {
		if text := randomText(24); text[0] != '-' {
			return text
		}
	}
}

// NewSecret returns a new shared secret: 256 bits, 43 characters.
func NewSecret() Secret { return Secret(randomText(32)) }

// NewVerifier returns a verifier for a callback (§2.2): 192 bits.
func NewVerifier() string { return randomText(24) }

// pinAlphabet is Crockford's base 32: no letter that is taken for a digit.
const pinAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewPIN returns a verifier that a person copies by hand: 50 bits, 10
// characters. It is as short as it may be because a request token dies after
// MaxVerifierTries wrong ones.
func NewPIN() string {
	b := make([]byte, 10)
	rand.Read(b)
	for i := range b {
		b[i] = pinAlphabet[b[i]&31]
	}
	return string(b)
}

func randomText(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
