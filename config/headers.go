package config

import (
	"fmt"
	"slices"
	"strings"
)

// headerName takes a field name of RFC 9110 that does not already mean
// something between a proxy, us and the application.
var headerName = word(`"Remote-User"`, func(text string) (any, error) {
	if err := fieldName(text); err != nil {
		return text, err
	}
	return text, freeHeader(text)
})

func fieldName(text string) error {
	if text == "" || strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return fmt.Errorf("%q is not a header name; write letters, digits and dashes", text)
	}
	return nil
}

func freeHeader(text string) error {
	name := folded(text)
	taken := strings.HasPrefix(name, "x-forwarded-") || strings.HasPrefix(name, "x-original-") ||
		slices.ContainsFunc(takenHeaders, func(t string) bool { return folded(t) == name })
	if taken {
		return fmt.Errorf("%q already has a meaning; name a header of its own", text)
	}
	return nil
}

var takenHeaders = []string{"Authorization", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Cookie",
	"Date", "Expect", "Forwarded", "Host", "Keep-Alive", "Location", "Proxy-Authorization", "Retry-After", "Set-Cookie", "TE",
	"Trailer", "Transfer-Encoding", "Upgrade", "WWW-Authenticate", "X-OAuth1-Problem", "X-OAuth1-Status", "X-OAuth1d-Secret", "X-Request-Id"}

// folded is a header's name as servers see it that fold underscores into dashes.
func folded(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// backendHeader takes the name of a header by which others tell us who a user
// is, or "". The X-Forwarded- names that proxies use for that are welcome.
var backendHeader = word(`"X-User"`, func(text string) (any, error) {
	if text == "" {
		return text, nil
	}
	if err := fieldName(text); err != nil {
		return text, err
	}
	who, forwarded := strings.CutPrefix(folded(text), "x-forwarded-")
	if forwarded && (who == "user" || who == "groups" || who == "email" || who == "preferred-username") {
		return text, nil
	}
	return text, freeHeader(text)
})

// cookie takes the name of a cookie (RFC 6265 §4.1.1).
func cookie(text string) (string, error) {
	if text == "" || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`()<>@,;:\"/[]?={}`, r) }) {
		return text, fmt.Errorf("%q is not the name of a cookie; write the name alone, without its value", text)
	}
	return text, nil
}
