package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// ldapURL takes "" or where a directory is (RFC 4516). What to search there is
// said by other keys.
var ldapURL = word(`"ldaps://ldap.example.com"`, func(text string) (any, error) {
	if text == "" {
		return text, nil
	}
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || u.Scheme != "ldap" && u.Scheme != "ldaps":
		return text, errors.New(`is not the URL of a directory; write e.g. "ldaps://ldap.example.com"`)
	case u.User != nil:
		return text, errors.New("has a user name or password in it; remove it, and set bind_dn and bind_password_file")
	case u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		return text, fmt.Errorf("%q has a path or query; write scheme and host only, and set base_dn", text)
	}
	host, err := parseHost(u.Host)
	return u.Scheme + "://" + host, err
})

// ldapFilter takes a search filter in parentheses (RFC 4515). Which placeholders
// it must have is for checksignin.go to say.
var ldapFilter = word(`"(uid={user})"`, func(text string) (any, error) {
	if err := oneLine(text); err != nil {
		return text, err
	}
	if !isBalanced(text) {
		return text, fmt.Errorf(`%q is not a filter; write it in parentheses, each of them closed, e.g. "(uid={user})"`, text)
	}
	rest := strings.NewReplacer("{user}", "", "{dn}", "").Replace(text)
	if strings.ContainsAny(rest, "{}") {
		return text, fmt.Errorf("%q has other braces than {user} and {dn}; write \\7b and \\7d for them", text)
	}
	return text, nil
})

// isBalanced reports whether text is one expression in parentheses.
func isBalanced(text string) bool {
	depth := 0
	for i, r := range text {
		switch r {
		case '(':
			depth++
		case ')':
			depth--
		}
		if depth <= 0 && i < len(text)-1 {
			return false
		}
	}
	return depth == 0 && text != ""
}

// baseDN takes "" or an entry below which something is searched (RFC 4514).
var baseDN = word(`"dc=example,dc=com"`, func(text string) (any, error) {
	if text != "" && strings.Index(text, "=") < 1 {
		return text, fmt.Errorf(`%q is not the name of an entry; write e.g. "dc=example,dc=com"`, text)
	}
	return text, oneLine(text)
})

// attribute takes the name of an attribute (RFC 4512 §2.5).
var attribute = word(`"uid"`, func(text string) (any, error) {
	name := strings.ToLower(text)
	if name == "" || name[0] < 'a' || name[0] > 'z' || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		return text, fmt.Errorf("%q is not an attribute; write a letter, then letters, digits and dashes", text)
	}
	return text, nil
})
