package registry

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"regexp"
	"strings"
)

const (
	defaultRSABits = 2048
	maxRSABits     = 16384 // a longer one makes verifying slow for everybody else
	minExponent    = 65537
	maxKeyText     = 64 << 10 // bytes
)

// KeyInfo tells an administrator which key was read, to be compared with what
// the application's developer sees.
type KeyInfo struct {
	Type   string // "RSA"
	Form   string // what it was read from, such as "certificate"
	Bits   int
	SHA256 string // of the key in PKIX DER, in hex; "openssl pkey -pubin -outform DER | sha256sum" says the same
}

// ParsePublicKey reads an RSA public key as PEM or DER, and as base64 without the
// lines around it, in each of the forms in which developers have it: PKIX
// ("PUBLIC KEY"), PKCS #1 ("RSA PUBLIC KEY") and as part of a certificate, of
// which nothing but the key is looked at. The key must have minBits bits; 0 means
// 2048. Errors are Invalids.
func ParsePublicKey(b []byte, minBits int) (*rsa.PublicKey, KeyInfo, error) {
	if minBits == 0 {
		minBits = defaultRSABits
	}
	der, label, err := unwrap(b)
	if err != nil {
		return nil, KeyInfo{}, err
	}
	public, form, err := parseDER(der, label)
	if err != nil {
		return nil, KeyInfo{}, err
	}
	key, ok := public.(*rsa.PublicKey)
	if !ok {
		return nil, KeyInfo{}, badKey("this is "+kindOf(public)+"; OAuth 1.0a knows signatures with RSA keys only", makeOne)
	}
	if err := checkStrength(key, minBits); err != nil {
		return nil, KeyInfo{}, err
	}
	info, err := describe(key, form)
	return key, info, err
}

// Describe tells which key a consumer record holds.
func Describe(pkix []byte) (KeyInfo, error) {
	public, err := x509.ParsePKIXPublicKey(pkix)
	if err != nil {
		return KeyInfo{}, fmt.Errorf("reading a stored public key: %w", err)
	}
	key, ok := public.(*rsa.PublicKey)
	if !ok {
		return KeyInfo{}, fmt.Errorf("reading a stored public key: it is %s", kindOf(public))
	}
	return describe(key, formPKIX)
}

func describe(key *rsa.PublicKey, form string) (KeyInfo, error) {
	der, err := marshal(key)
	if err != nil {
		return KeyInfo{}, err
	}
	sum := sha256.Sum256(der)
	return KeyInfo{Type: "RSA", Form: form, Bits: key.N.BitLen(), SHA256: hex.EncodeToString(sum[:])}, nil
}

func marshal(key *rsa.PublicKey) ([]byte, error) {
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		return nil, fmt.Errorf("encoding a public key: %w", err)
	}
	return der, nil
}

// Advice that several refusals share.
const (
	makeOne      = `make an RSA key:  openssl genrsa -out key.pem 3072 && openssl rsa -in key.pem -pubout -out public.pem`
	takePublic   = `only its owner may ever have it: give the public half (openssl pkey -in key.pem -pubout -out public.pem), and replace the key if anybody else has seen it`
	expectedForm = `expected a PEM "PUBLIC KEY", "RSA PUBLIC KEY" or "CERTIFICATE", the same as DER, or its base64 alone`
)

func badKey(reason, advice string) error {
	return &Invalid{Field: "public_key", Reason: reason, Advice: advice}
}

// armour finds PEM even where a form field has taken out its line breaks or
// spelled them as \n, which is how keys arrive from web pages.
var armour = regexp.MustCompile(`-----BEGIN ([A-Z0-9 ]+)-----([^-]*)-----END [A-Z0-9 ]+-----`)

// unwrap returns the DER in b and, if it was PEM, its label.
func unwrap(b []byte) (der []byte, label string, err error) {
	text := string(bytes.TrimSpace(b))
	switch {
	case text == "":
		return nil, "", badKey("is empty", expectedForm)
	case len(b) > maxKeyText:
		return nil, "", badKey(fmt.Sprintf("has %d bytes; a key has a few thousand at most", len(b)), expectedForm)
	case strings.Contains(text, "PRIVATE KEY-----"):
		return nil, "", badKey("this is a PRIVATE KEY", takePublic)
	case isSSH(text):
		return nil, "", badKey("this is an OpenSSH public key; a PEM \"PUBLIC KEY\" or certificate is needed",
			"convert it:  ssh-keygen -e -m PKCS8 -f id_rsa.pub > key.pem")
	}
	blocks := armour.FindAllStringSubmatch(text, -1)
	switch {
	case len(blocks) > 1:
		return nil, "", badKey(fmt.Sprintf("holds %d keys or certificates", len(blocks)), "give the one that belongs to the application, not a chain")
	case len(blocks) == 1:
		return unwrapPEM(text, blocks[0][1], blocks[0][2])
	case strings.Contains(text, "-----BEGIN "):
		return nil, "", badKey("begins like PEM but was cut off or changed", "copy everything from -----BEGIN to the end of the END line")
	}
	if der, err := unbase64(text); err == nil {
		return der, "", nil
	}
	return b, "", nil
}

func unwrapPEM(text, label, body string) ([]byte, string, error) {
	if block, _ := pem.Decode([]byte(text)); block != nil {
		return block.Bytes, label, nil
	}
	der, err := unbase64(strings.ReplaceAll(strings.ReplaceAll(body, `\r`, ""), `\n`, ""))
	if err != nil {
		return nil, "", badKey("begins like PEM but its base64 is damaged", "copy everything from -----BEGIN to the end of the END line")
	}
	return der, label, nil
}

// unbase64 reads base64 with or without padding and line breaks.
func unbase64(text string) ([]byte, error) {
	plain := strings.TrimRight(strings.Join(strings.Fields(text), ""), "=")
	return base64.RawStdEncoding.DecodeString(plain)
}

func isSSH(text string) bool {
	for _, prefix := range []string{"ssh-", "ecdsa-sha2-", "sk-ssh-", "---- BEGIN SSH2 PUBLIC KEY"} {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}

// Forms of keys.
const (
	formPKIX        = "PKIX"
	formPKCS1       = "PKCS #1"
	formCertificate = "certificate"
)

// parseDER tries the forms one after the other; a wrong label on the PEM is a
// common slip and does no harm.
func parseDER(der []byte, label string) (public any, form string, err error) {
	if public, err := x509.ParsePKIXPublicKey(der); err == nil {
		return public, formPKIX, nil
	}
	if public, err := x509.ParsePKCS1PublicKey(der); err == nil {
		return public, formPKCS1, nil
	}
	if c, err := x509.ParseCertificate(der); err == nil {
		if c.PublicKey == nil {
			return nil, "", badKey("this is a certificate for a key that is not RSA", makeOne)
		}
		return c.PublicKey, formCertificate, nil
	}
	if isPrivate(der) {
		return nil, "", badKey("this is a PRIVATE KEY", takePublic)
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return nil, "", badKey("this is a request for a certificate", "take the key out of it:  openssl req -in FILE -noout -pubkey > public.pem")
	}
	if label != "" {
		return nil, "", badKey("the PEM block "+quoted(label)+" is no RSA public key that can be read", expectedForm)
	}
	return nil, "", badKey("this is no public key that can be read", expectedForm)
}

func isPrivate(der []byte) bool {
	_, pkcs8 := x509.ParsePKCS8PrivateKey(der)
	_, pkcs1 := x509.ParsePKCS1PrivateKey(der)
	_, ec := x509.ParseECPrivateKey(der)
	return pkcs8 == nil || pkcs1 == nil || ec == nil
}

// checkStrength refuses keys that can be forged for, or that Go would refuse to
// verify with later, when only the consumer would notice.
func checkStrength(key *rsa.PublicKey, minBits int) error {
	bits := key.N.BitLen()
	switch {
	case bits < minBits:
		return badKey(fmt.Sprintf("has %d bits; at least %d are needed", bits, minBits), makeOne)
	case bits > maxRSABits:
		return badKey(fmt.Sprintf("has %d bits; at most %d are accepted", bits, maxRSABits), makeOne)
	case key.E < minExponent || key.E%2 == 0:
		return badKey(fmt.Sprintf("has the public exponent %d; it must be odd and at least %d", key.E, minExponent), makeOne)
	case key.N.Bit(0) == 0:
		return badKey("has an even modulus and is damaged", makeOne)
	}
	return nil
}

func kindOf(public any) string {
	switch public.(type) {
	case *ecdsa.PublicKey:
		return "an elliptic curve key (ECDSA)"
	case ed25519.PublicKey:
		return "an Ed25519 key"
	}
	return "a key of another kind"
}
