package explain

import (
	"crypto"
	_ "crypto/md5" // for old libraries that have nothing else; it is recognised and never accepted
	_ "crypto/sha1"
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"

	"oauth1d/provider/oauth1"
)

// A reading is what a signature is once its spelling is undone.
type reading struct {
	text     string // for PLAINTEXT
	octets   []byte
	spelling string // what is wrong with the spelling, "" for nothing
}

// readings returns what a signature may be, the right reading first. Its right
// spelling is base64 with padding, percent-encoded once (§3.4.2, §3.6).
func readings(signature string) []reading {
	var all []reading
	for _, t := range texts(signature) {
		all = append(all, octetReadings(t)...)
	}
	return all
}

// texts undoes what has happened to the whole text.
func texts(signature string) []reading {
	all := []reading{{text: signature}}
	add := func(text, why string) {
		if text != signature {
			all = append(all, reading{text: text, spelling: why})
		}
	}
	add(strings.Trim(signature, " \t\r\n"), "it has blanks or a line end around it")
	add(strings.Map(withoutLineEnds, signature), "it is broken into lines")
	add(strings.ReplaceAll(signature, " ", "+"), `its "+" was not encoded and has become a blank`)
	if strings.Contains(signature, "%") {
		if plain, ok := oauth1.Unescape(signature); ok {
			add(plain, "it was percent-encoded twice")
			add(strings.ReplaceAll(plain, " ", "+"), "it was percent-encoded twice")
			if again, ok := oauth1.Unescape(plain); ok && again != plain {
				add(again, "it was percent-encoded three times")
			}
		}
	}
	return all
}

func withoutLineEnds(r rune) rune {
	if r == '\r' || r == '\n' {
		return -1
	}
	return r
}

func octetReadings(t reading) []reading {
	var all []reading
	add := func(octets []byte, err error, why string) {
		if err != nil || len(octets) == 0 {
			return
		}
		if t.spelling != "" {
			why = t.spelling
		}
		all = append(all, reading{text: t.text, octets: octets, spelling: why})
	}
	b, err := base64.StdEncoding.Strict().DecodeString(t.text)
	if err == nil && base64.StdEncoding.EncodeToString(b) != t.text {
		add(b, nil, "it is broken into lines")
	} else {
		add(b, err, "")
	}
	if inner := b; err == nil {
		b, err := hex.DecodeString(string(inner))
		add(b, err, "it is the base64 text of hex digits instead of that of the octets")
		b, err = base64.StdEncoding.DecodeString(string(inner))
		add(b, err, "it was encoded as base64 twice")
	}
	b, err = hex.DecodeString(t.text)
	add(b, err, "it is hex digits instead of base64")
	unpadded := strings.TrimRight(t.text, "=")
	if unpadded == t.text && len(t.text)%4 != 0 {
		b, err = base64.RawStdEncoding.DecodeString(t.text)
		add(b, err, `it has lost the "=" at its end`)
	}
	if strings.ContainsAny(t.text, "-_") {
		b, err = base64.RawURLEncoding.DecodeString(unpadded)
		add(b, err, `it is base64url, with "-" and "_" instead of "+" and "/"`)
	}
	return all
}

// A digest that a signature may have been made with.
type digest struct {
	name string
	hash crypto.Hash
}

// digests has those of our methods first.
var digests = []digest{
	{"SHA1", crypto.SHA1}, {"SHA256", crypto.SHA256}, {"SHA512", crypto.SHA512},
	{"SHA384", crypto.SHA384}, {"SHA224", crypto.SHA224}, {"MD5", crypto.MD5},
}

// digestOfSize returns the digest of that many octets. Each size has one, so
// that the length of a signature says which digest has made it.
func digestOfSize(n int) (digest, bool) {
	for _, d := range digests {
		if d.hash.Size() == n {
			return d, true
		}
	}
	return digest{}, false
}

// digestOfMethod returns the digest that a method's name ends with.
func digestOfMethod(method string) (digest, bool) {
	_, name, _ := strings.Cut(method, "-")
	for _, d := range digests {
		if d.name == name {
			return d, true
		}
	}
	return digest{}, false
}
