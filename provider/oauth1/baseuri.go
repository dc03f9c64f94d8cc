package oauth1

import (
	"net/netip"
	"strings"
)

// The base string URI of §3.4.1.2 is made from the raw scheme, authority and
// path. Scheme and host are lower-cased and a default port is dropped, but only
// with its own scheme; the path is never cleaned. A path that was cleaned here
// and is read uncleaned by the application lets one signature open another
// door, which is how most authenticating proxies were bypassed.

func validScheme(s string) bool {
	return strings.EqualFold(s, "http") || strings.EqualFold(s, "https")
}

// validHost reports whether s is host or host:port. User names, paths, zones
// and empty ports are refused: a URL library that skips what it does not
// expect ("user@") would sign another host than the one that was asked for.
func validHost(s string) bool {
	host, port, hasPort := s, "", false
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return false
		}
		host, port = s[:end+1], s[end+1:]
		ip, err := netip.ParseAddr(s[1:end])
		if err != nil || !ip.Is6() || ip.Zone() != "" {
			return false
		}
		if hasPort = port != ""; hasPort && port[0] != ':' {
			return false
		}
		port = strings.TrimPrefix(port, ":")
	} else {
		host, port, hasPort = strings.Cut(s, ":")
		if !validName(host) {
			return false
		}
	}
	return host != "" && (!hasPort || validPort(port))
}

func validName(s string) bool {
	for i := range len(s) {
		c := s[i]
		if c == '~' || !unreserved[c] {
			return false
		}
	}
	return s != ""
}

func validPort(s string) bool {
	if s == "" || len(s) > 5 || s[0] == '0' {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// validMethod reports whether s is a token of HTTP.
func validMethod(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !unreserved[c] && !strings.ContainsRune("!#$%&'*+^`|", rune(c)) || c >= 0x80 {
			return false
		}
	}
	return s != ""
}

// targetFault says what is wrong with a request target, or nothing. Bytes
// beyond ASCII pass: servers accept them and consumers sign them.
func targetFault(s string) string {
	if s == "" || s[0] != '/' {
		return "the request target does not begin with a slash"
	}
	for i := range len(s) {
		switch c := s[i]; {
		case c <= ' ' || c == 0x7f:
			return "the request target has a blank or a control byte"
		case c == '#':
			return "the request target has a fragment"
		}
	}
	path, _, _ := strings.Cut(s, "?")
	for i := range len(path) {
		if path[i] != '%' {
			continue
		}
		if _, ok := hexByte(path, i); !ok {
			return "the path has a percent sign that is not followed by two hex digits"
		}
	}
	return ""
}

// appendBaseURI appends the base string URI, percent-encoded as the base
// string needs it.
func appendBaseURI(dst []byte, scheme, host string, path []byte) []byte {
	for i := range len(scheme) {
		dst = append(dst, lower(scheme[i]))
	}
	dst = append(dst, "%3A%2F%2F"...)
	host = withoutDefaultPort(scheme, host)
	for i := range len(host) {
		dst = appendEscapedByte(dst, lower(host[i]))
	}
	return appendEscaped(dst, path)
}

func withoutDefaultPort(scheme, host string) string {
	if len(scheme) == len("http") {
		return strings.TrimSuffix(host, ":80")
	}
	return strings.TrimSuffix(host, ":443")
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func upper(c byte) byte {
	if 'a' <= c && c <= 'z' {
		return c - 'a' + 'A'
	}
	return c
}
