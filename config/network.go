package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
)

var listenAddress = word(`"127.0.0.1:5849"`, func(text string) (any, error) {
	if socket, found := strings.CutPrefix(text, "unix:"); found {
		if socket == "" {
			return Address{}, errors.New(`"unix:" has no path; write e.g. "unix:public.sock"`)
		}
		return Address{"unix", socket}, oneLine(socket)
	}
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return Address{}, fmt.Errorf(`%q is not an address; write host:port, e.g. "127.0.0.1:5849"`, text)
	}
	if n, err := strconv.ParseUint(port, 10, 16); err != nil || strconv.FormatUint(n, 10) != port {
		return Address{}, fmt.Errorf("%q has no port from 0 to 65535 after the last colon", text)
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" && !isHostName(host) {
		return Address{}, fmt.Errorf("%q is neither an address nor a host name", host)
	}
	return Address{"tcp", text}, nil
})

// webURL takes "" or an absolute http or https URL that can stand before a path.
var webURL = word(`"https://auth.example.com"`, func(text string) (any, error) {
	if text == "" {
		return URL{}, nil
	}
	return parseURL(text, false)
})

// parseURL reads a URL and normalizes it: host in lower case, no slash at the
// end, no default port unless keepPort. Its errors do not repeat a URL that may
// hold a password.
func parseURL(text string, keepPort bool) (URL, error) {
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Scheme == "" || u.Host == "" || u.Opaque != "":
		return URL{}, errors.New(`is not an absolute URL; write e.g. "https://auth.example.com"`)
	case u.User != nil:
		return URL{}, errors.New("has a user name or password in it; remove it")
	case u.Scheme != "http" && u.Scheme != "https":
		return URL{}, fmt.Errorf("has the scheme %q; expected https or http", u.Scheme)
	case u.RawQuery != "" || u.ForceQuery || strings.Contains(text, "#"):
		return URL{}, fmt.Errorf("%q has a query or fragment; write scheme, host and at most a path prefix", text)
	}
	host, err := parseHost(u.Host)
	if err != nil {
		return URL{}, err
	}
	if !keepPort {
		host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[u.Scheme])
	}
	prefix := strings.TrimSuffix(u.EscapedPath(), "/")
	if prefix != "" && !isCleanPath(prefix) {
		return URL{}, fmt.Errorf("has the path prefix %q; write it without %%, // and dots, e.g. /photos", prefix)
	}
	return URL{u.Scheme, host, prefix}, nil
}

// parseHost checks a host with or without a port and writes it in lower case.
func parseHost(text string) (string, error) {
	name, port := text, ""
	if i := strings.LastIndexByte(text, ':'); i >= 0 && !strings.HasSuffix(text, "]") {
		name, port = text[:i], text[i+1:]
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 || strconv.FormatUint(n, 10) != port {
			return "", fmt.Errorf("%q has no port from 1 to 65535 after its colon", text)
		}
	}
	if inner, found := strings.CutPrefix(name, "["); found {
		ip, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return "", fmt.Errorf("%q is not an IPv6 address in brackets", text)
		}
		return strings.ToLower(text), nil
	}
	if !isHostName(name) {
		return "", fmt.Errorf("%q is not a host name; write letters, digits, dots and dashes (xn--… for others)", text)
	}
	return strings.ToLower(text), nil
}

// isHostName reports whether name can be a name or an IPv4 address. Underscores
// are let through, because container names have them.
func isHostName(name string) bool {
	if len(name) > 253 {
		return false
	}
	for _, label := range strings.Split(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		if strings.Trim(strings.ToLower(label), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// endpoint takes the path of a page.
var endpoint = word(`"/oauth/authorize"`, func(text string) (any, error) {
	if text == "/" || !isCleanPath(text) {
		return text, fmt.Errorf(`%q is not a clean absolute path; write e.g. "/oauth/authorize", of letters, digits and -._~/ only`, text)
	}
	return text, nil
})

// folder takes the path of what lies below it.
var folder = word(`"/oauth/static/"`, func(text string) (any, error) {
	name, slash := strings.CutSuffix(text, "/")
	if !slash || !isCleanPath(name) || name == "/" {
		return text, fmt.Errorf(`%q is not a clean absolute path that ends in a slash; write e.g. "/oauth/static/"`, text)
	}
	return text, nil
})

// isCleanPath reports whether every server reads p as the same path. Braces are
// out because the router takes them for patterns.
func isCleanPath(p string) bool {
	if !strings.HasPrefix(p, "/") || path.Clean(p) != p {
		return false
	}
	return strings.Trim(strings.ToLower(p), "abcdefghijklmnopqrstuvwxyz0123456789-._~/") == ""
}
