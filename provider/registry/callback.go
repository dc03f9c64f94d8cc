package registry

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

const maxCallback = 2000 // bytes

// CheckCallback says what keeps uri from being registered as a callback. It may
// be "oob"; an https URL; an http URL of this machine, for applications that
// listen on loopback; or a URI of a private-use scheme, which has a dot in its
// name so that it can belong to somebody (RFC 8252 §7.1).
//
// A callback is later compared as a string and sent to browsers as it is. What
// two parsers could read differently is therefore refused, such as a user name
// before the host or a backslash; and so is every scheme in which a browser
// would run something.
func CheckCallback(uri string) error {
	if uri == "oob" {
		return nil
	}
	refuse := func(reason, advice string) error {
		return &Invalid{Field: "callbacks", Reason: quoted(uri) + " " + reason, Advice: advice}
	}
	if uri == "" || len(uri) > maxCallback {
		return refuse(fmt.Sprintf("has %d bytes; expected 1 to %d", len(uri), maxCallback), "")
	}
	for _, c := range uri {
		switch {
		case c == '\\':
			return refuse("has a backslash, which browsers read as a slash", "write / or %5C")
		case c == '#':
			return refuse("has a fragment, which a redirect would carry along", "leave out # and what follows")
		case c <= ' ' || c > '~':
			return refuse("has the character "+strconv.QuoteRuneToASCII(c), "percent-encode it, or write the host name in its xn-- form")
		}
	}
	u, err := url.Parse(uri)
	switch {
	case err != nil:
		var cause *url.Error
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return refuse("is not a URI: "+err.Error(), "")
	case u.Scheme == "":
		return refuse("is not absolute", "begin with https://")
	case u.User != nil || strings.Contains(u.Host, "@"):
		return refuse("has a user name before the host", "leave out everything up to the @")
	case u.String() != uri:
		return refuse("can be read in more than one way", "register it as "+quoted(u.String()))
	case hasOAuthParameter(u.RawQuery):
		return refuse("has a parameter of OAuth itself", "leave out what begins with oauth_; it is added to the callback")
	}
	return checkScheme(u, refuse)
}

// hasOAuthParameter says whether a name in the query is one that the daemon or
// the consumer would take for the protocol's own.
func hasOAuthParameter(query string) bool {
	for _, pair := range strings.FieldsFunc(query, func(c rune) bool { return c == '&' || c == ';' }) {
		name, _, _ := strings.Cut(pair, "=")
		if plain, err := url.QueryUnescape(name); err != nil || strings.HasPrefix(strings.ToLower(plain), "oauth_") {
			return true
		}
	}
	return false
}

func checkScheme(u *url.URL, refuse func(reason, advice string) error) error {
	port := u.Port()
	if n, err := strconv.ParseUint(port, 10, 16); port != "" && (err != nil || n == 0) || strings.HasSuffix(u.Host, ":") {
		return refuse("has no valid port", "leave the port out, or write one from 1 to 65535")
	}
	switch {
	case u.Scheme == "https" && u.Hostname() != "":
		return nil
	case u.Scheme == "http" && onLoopback(u.Hostname()):
		return nil
	case u.Scheme == "http":
		return refuse("uses http, so that the verifier could be read on the way", "use https; http is for 127.0.0.1, [::1] and localhost only")
	case u.Scheme == "https":
		return refuse("has no host", "write https://host/path")
	case !strings.Contains(u.Scheme, "."):
		return refuse("uses the scheme "+quoted(u.Scheme), "use https, or for an installed application a private scheme with a dot, such as com.example.app:/ready")
	case u.Opaque != "" || u.Host == "" && u.Path == "":
		return refuse("has nothing that can be found after its scheme", "write a slash after the colon, such as "+u.Scheme+":/ready")
	}
	return nil
}

// onLoopback takes a host at its word only where no resolver is asked or, for
// localhost, none should be (RFC 6761 §6.3).
func onLoopback(host string) bool {
	if host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" && ip.IsLoopback()
}

func checkCallbacks(callbacks []string) error {
	if len(callbacks) > maxCallbacks {
		return &Invalid{Field: "callbacks", Reason: fmt.Sprintf("there are %d", len(callbacks)), Expected: fmt.Sprintf("expected at most %d", maxCallbacks)}
	}
	var errs []error
	for _, c := range callbacks {
		errs = append(errs, CheckCallback(c))
	}
	return errors.Join(errs...)
}
