package registry

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// What a consumer may be made of.
const (
	maxKey       = 255  // bytes
	maxName      = 200  // characters, as for the publisher
	maxWords     = 1000 // characters of a description
	maxSecret    = 1024 // bytes
	maxCallbacks = 50
)

// checkKey refuses keys that a header, a log line or an old consumer could
// spell in more than one way.
func checkKey(key string) error {
	const expected = "expected 1 to 255 printable ASCII characters without spaces"
	if len(key) == 0 || len(key) > maxKey {
		return &Invalid{Field: "key", Reason: fmt.Sprintf("has %d bytes", len(key)), Expected: expected}
	}
	for i := range len(key) {
		if key[i] <= ' ' || key[i] > '~' {
			return &Invalid{Field: "key", Reason: fmt.Sprintf("%s has %s at position %d", quoted(key), quoted(key[i:i+1]), i+1), Expected: expected}
		}
	}
	return nil
}

// checkWords checks what people are shown, and the profile.
func checkWords(c store.Consumer) error {
	var profile error
	if !slices.Contains(store.Profiles(), c.Profile) {
		profile = &Invalid{Field: "profile", Reason: quoted(c.Profile) + " is not known",
			Expected: "expected one of " + strings.Join(store.Profiles(), ", ")}
	}
	var name error
	if strings.TrimSpace(c.Name) == "" {
		name = &Invalid{Field: "name", Reason: "is empty", Expected: "expected the name that users know the application by"}
	} else {
		name = checkText("name", c.Name, maxName)
	}
	return errors.Join(name, checkText("description", c.Description, maxWords), checkText("publisher", c.Publisher, maxName), profile)
}

// checkText refuses characters that are not seen but do something to the text
// around them: a name stands in the sentence by which a user grants access.
func checkText(field, s string, most int) error {
	if !utf8.ValidString(s) {
		return &Invalid{Field: field, Reason: quoted(s) + " is not UTF-8"}
	}
	if n := utf8.RuneCountInString(s); n > most {
		return &Invalid{Field: field, Reason: fmt.Sprintf("has %d characters", n), Expected: fmt.Sprintf("expected at most %d", most)}
	}
	for _, c := range s {
		if unicode.IsControl(c) || unicode.In(c, unicode.Zl, unicode.Zp, unicode.Bidi_Control) {
			return &Invalid{Field: field, Reason: fmt.Sprintf("%s has the control character %U", quoted(s), c), Advice: "leave it out"}
		}
	}
	return nil
}

// checkSecret refuses what is most likely not the secret that was meant. It does
// not ask for strength: secrets that come from elsewhere are what they are.
func checkSecret(secret store.Secret) error {
	reason, advice := "", ""
	switch {
	case len(secret) > maxSecret:
		reason = fmt.Sprintf("has %d bytes; expected at most %d", len(secret), maxSecret)
	case !utf8.Valid(secret):
		reason = "is not UTF-8"
	case strings.TrimSpace(string(secret)) != string(secret):
		reason, advice = "begins or ends with a space or a line break", "cut the line break that the editor added"
	case slices.ContainsFunc([]rune(string(secret)), func(c rune) bool { return !unicode.IsPrint(c) }):
		reason = "has a character that cannot be printed"
	default:
		return nil
	}
	return &Invalid{Field: "secret", Reason: reason, Advice: advice}
}

func (r *Registry) checkMethods(methods []string) error {
	if len(methods) == 0 {
		return &Invalid{Field: "methods", Reason: "none is left that this consumer has a key for",
			Expected: "signature.methods allows " + strings.Join(r.config.Methods, ", ")}
	}
	for _, m := range methods {
		switch {
		case !slices.Contains(oauth1.Methods(), m):
			return &Invalid{Field: "methods", Reason: quoted(m) + " is not a signature method", Expected: "expected some of " + strings.Join(oauth1.Methods(), ", ")}
		case m != oauth1.Plaintext && !slices.Contains(r.config.Methods, m):
			return &Invalid{Field: "methods", Reason: m + " is switched off", Expected: "signature.methods allows " + strings.Join(r.config.Methods, ", ")}
		}
	}
	return nil
}

// checkUses refuses keys that no method would ever use, and methods without a
// key: both mean that somebody expects what will not happen.
func checkUses(a Application, methods []string) error {
	rsa := slices.ContainsFunc(methods, oauth1.IsRSA)
	switch {
	case len(methods) == 0:
		return nil // checkMethods says so
	case rsa && len(a.PublicKey) == 0:
		return needsKey(methods)
	case !rsa && len(a.PublicKey) > 0:
		return &Invalid{Field: "public_key", Reason: "no method of this consumer uses it", Advice: "name an RSA method as well, or leave the key out"}
	case !needsSecret(methods) && len(a.Secret) > 0:
		return &Invalid{Field: "secret", Reason: "no method of this consumer uses it", Advice: "name an HMAC method as well, or leave the secret out"}
	}
	return nil
}

// checkHolds refuses methods for which the consumer has no key. A consumer whose
// record lacks a secret must never be verified with an empty one (§3.4.2). One
// whose owner has still to claim it is claimable and will have one.
func checkHolds(c store.Consumer, claimable bool) error {
	if needsSecret(c.Methods) && len(c.Secret) == 0 && !claimable {
		return &Invalid{Field: "methods", Reason: "this consumer has no secret, which all but the RSA methods need",
			Advice: "add a new consumer for the application instead"}
	}
	if slices.ContainsFunc(c.Methods, oauth1.IsRSA) && len(c.PublicKey) == 0 {
		return needsKey(c.Methods)
	}
	return nil
}

func needsKey(methods []string) error {
	m := methods[slices.IndexFunc(methods, oauth1.IsRSA)]
	return &Invalid{Field: "public_key", Reason: m + " needs the application's RSA public key, and there is none", Advice: "give the key, or name HMAC methods only"}
}
