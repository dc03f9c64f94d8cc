package config

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// link takes what a page may put into an href.
var link = word(`"https://example.com/help"`, func(text string) (any, error) {
	if err := oneLine(text); err != nil {
		return text, err
	}
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if rest, found := strings.CutPrefix(text, scheme); found && rest != "" {
			return text, nil
		}
	}
	if text == "" {
		return text, nil
	}
	return text, fmt.Errorf(`%q is no link; write https://…, http://… or mailto:…`, text)
})

// pageURL takes "" or the URL of one page of the application. Unlike webURL it
// may have a query, because "who am I" often is one.
var pageURL = word(`"https://app.example.com/me"`, func(text string) (any, error) {
	if text == "" {
		return text, nil
	}
	_, err := parsePage(text)
	return text, err
})

// parsePage reads an absolute http or https URL. Its errors do not repeat a URL
// that may hold a password.
func parsePage(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" || u.Opaque != "" || strings.ContainsAny(text, " \\"):
		return nil, errors.New(`is not an absolute URL; write e.g. "https://app.example.com/me"`)
	case u.User != nil:
		return nil, errors.New("has a user name or password in it; remove it")
	case u.Scheme != "http" && u.Scheme != "https":
		return nil, fmt.Errorf("has the scheme %q; expected https or http", u.Scheme)
	case strings.Contains(text, "#"):
		return nil, fmt.Errorf("%q has a fragment, which no server sees; remove it", text)
	}
	if err := oneLine(text); err != nil {
		return nil, err
	}
	_, err = parseHost(u.Host)
	return u, err
}

// userURL takes "" or the URL about one user. {user} stands in its path alone:
// elsewhere the name of a user would choose the host or the question.
var userURL = word(`"https://app.example.com/internal/users/{user}"`, func(text string) (any, error) {
	if text == "" {
		return text, nil
	}
	if _, err := parsePage(strings.Replace(text, "{user}", "user", 1)); err != nil {
		return text, err
	}
	_, rest, _ := strings.Cut(text, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	if !strings.Contains(path, "{user}") || strings.ContainsAny(strings.Replace(text, "{user}", "", 1), "{}") {
		return text, fmt.Errorf("%q must have {user} exactly once, in its path, and no other braces", text)
	}
	return text, nil
})

// issuer takes "" or what a provider calls itself (OpenID Connect Discovery
// §4.3). It is compared as it is written, so nothing is normalized.
var issuer = word(`"https://id.example.com"`, func(text string) (any, error) {
	if text == "" {
		return text, nil
	}
	u, err := parsePage(text)
	switch {
	case err != nil:
		return text, err
	case u.RawQuery != "" || u.ForceQuery:
		return text, fmt.Errorf("%q has a query; write the issuer as the provider calls itself", text)
	case u.Scheme == "http" && !(URL{Host: u.Host}).isLoopback():
		return text, fmt.Errorf("%q is plain http, over which anybody could say who a user is; use https", text)
	}
	return text, nil
})

// parameter takes the name of a query parameter.
var parameter = word(`"return_to"`, func(text string) (any, error) {
	if text == "" || strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789-_.~") != "" {
		return text, fmt.Errorf("%q is not the name of a parameter; write letters, digits and -_.~", text)
	}
	return text, nil
})

// jsonPath takes "" or the names that lead to a value, with dots in between.
var jsonPath = word(`"data.user.name"`, func(text string) (any, error) {
	if text == "" {
		return text, nil
	}
	for name := range strings.SplitSeq(text, ".") {
		if name == "" || name == "$" || strings.TrimSpace(name) != name {
			return text, fmt.Errorf(`%q is no path; write names with dots in between, e.g. "data.user.name"`, text)
		}
	}
	return text, oneLine(text)
})
