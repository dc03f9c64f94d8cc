package registry

import (
	"errors"
	"net/mail"
	"strings"

	"oauth1d/store"
)

const maxContact = 254 // bytes of a mail address, RFC 5321 §4.5.3.1.3

// checkTrust checks what tells people who is behind a consumer.
func checkTrust(c store.Consumer) error {
	var verified error
	if c.Verified && strings.TrimSpace(c.Publisher) == "" {
		verified = &Invalid{Field: "verified", Reason: "there is no publisher that could have been verified", Advice: "name the publisher as well"}
	}
	return errors.Join(checkContact(c.Contact), verified)
}

// checkContact takes what a page can turn into a link that does nothing but
// write to somebody or open a page: a mail address could bring further recipients
// and a text along, and a URL a script.
func checkContact(contact string) error {
	const expected = "expected a mail address such as help@example.com, or an https URL"
	switch {
	case contact == "":
		return nil
	case strings.HasPrefix(contact, "https://"):
		var wrong *Invalid
		if errors.As(CheckCallback(contact), &wrong) {
			return &Invalid{Field: "contact", Reason: wrong.Reason, Advice: wrong.Advice}
		}
		return nil
	case strings.HasPrefix(strings.ToLower(contact), "mailto:"):
		return &Invalid{Field: "contact", Reason: quoted(contact) + " begins with a scheme", Expected: expected, Advice: "leave out mailto:"}
	}
	if !isMailAddress(contact) {
		return &Invalid{Field: "contact", Reason: quoted(contact) + " is neither", Expected: expected}
	}
	return nil
}

// isMailAddress takes the addresses that are in use, and not all that RFC 5322
// allows: no quotes, no comments, and none of the characters that mean something
// in a mailto: URL (RFC 6068).
func isMailAddress(s string) bool {
	local, host, _ := strings.Cut(s, "@")
	odd := func(allowed string) func(rune) bool {
		return func(c rune) bool {
			return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(allowed, c)
		}
	}
	if len(s) > maxContact || strings.ContainsFunc(local, odd("!$'*+-.=^_`{|}~")) || strings.ContainsFunc(host, odd("-.")) {
		return false
	}
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
	}
	a, err := mail.ParseAddress(s)
	return err == nil && a.Name == "" && a.Address == s
}
