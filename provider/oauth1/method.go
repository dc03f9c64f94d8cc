package oauth1

import (
	"crypto"
	"crypto/sha1" // RFC 5849 names SHA-1; an operator may leave it out per consumer
	"crypto/sha256"
	"crypto/sha512"
	"hash"
)

// The signature methods. HMAC-SHA1, RSA-SHA1 and PLAINTEXT are those of §3.4;
// the others are what providers have agreed on since (C-1).
const (
	HMACSHA1   = "HMAC-SHA1"
	HMACSHA256 = "HMAC-SHA256"
	HMACSHA512 = "HMAC-SHA512"
	RSASHA1    = "RSA-SHA1"
	RSASHA256  = "RSA-SHA256"
	RSASHA512  = "RSA-SHA512"
	Plaintext  = "PLAINTEXT"
)

// method is what a method's name stands for. The digest follows from the name
// alone and never from the length or form of a signature.
type method struct {
	name   string
	rsa    bool
	digest crypto.Hash      // 0 for PLAINTEXT
	new    func() hash.Hash // nil for PLAINTEXT
}

var methods = [...]method{
	{HMACSHA1, false, crypto.SHA1, sha1.New},
	{HMACSHA256, false, crypto.SHA256, sha256.New},
	{HMACSHA512, false, crypto.SHA512, sha512.New},
	{RSASHA1, true, crypto.SHA1, sha1.New},
	{RSASHA256, true, crypto.SHA256, sha256.New},
	{RSASHA512, true, crypto.SHA512, sha512.New},
	{Plaintext, false, 0, nil},
}

// methodOf returns nil for a name that is not exactly a method's.
func methodOf(name string) *method {
	for i := range methods {
		if methods[i].name == name {
			return &methods[i]
		}
	}
	return nil
}

// Methods returns the names of all signature methods.
func Methods() []string {
	names := make([]string, len(methods))
	for i, m := range methods {
		names[i] = m.name
	}
	return names
}

// IsRSA reports whether the method is signed with a private key.
func IsRSA(name string) bool {
	m := methodOf(name)
	return m != nil && m.rsa
}
