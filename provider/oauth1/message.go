package oauth1

import (
	"fmt"
	"strings"
)

// Message is one HTTP request as its consumer signed it: raw bytes, nothing
// cleaned and nothing decoded. What a proxy, a router or net/url has touched
// must not be put in here. It prints as [redacted], since the Authorization
// field of a PLAINTEXT request holds both secrets.
type Message struct {
	// Method is the request method as sent, its case kept.
	Method string

	// Scheme is "http" or "https", in any case. It comes from our listener or
	// from configuration, never from a stranger.
	Scheme string

	// Host is the authority as the consumer wrote it: host or host:port.
	Host string

	// Target is the raw request target in origin form, "/path?query".
	Target string

	// Authorization holds every Authorization field value, in order.
	Authorization []string

	// ContentType holds every Content-Type field value, in order.
	ContentType []string

	// Body is looked at only when the media type is
	// application/x-www-form-urlencoded.
	Body []byte
}

// Limits bound what Parse looks at. Exceeding one refuses the request; nothing
// is ever cut off, because what lies behind the cut would be unsigned. The zero
// value of each field takes its default; none goes beyond 64 MiB.
type Limits struct {
	// Header is the longest Authorization value in bytes. Default: 32 KiB.
	Header int

	// Target is the longest request target in bytes. Default: 16 KiB.
	Target int

	// Form is the longest form body in bytes. Default: 1 MiB.
	Form int

	// Params is the greatest number of parameters in header, query and form
	// together. Default: 1000.
	Params int

	// Nonce is the longest decoded oauth_nonce in bytes. Default: 256.
	Nonce int
}

func (l Limits) withDefaults() Limits {
	or := func(n, byDefault int) int {
		if n > 0 {
			return min(n, 64<<20) // offsets into a text are 32 bits wide
		}
		return byDefault
	}
	return Limits{
		Header: or(l.Header, 32<<10),
		Target: or(l.Target, 16<<10),
		Form:   or(l.Form, 1<<20),
		Params: or(l.Params, 1000),
		Nonce:  or(l.Nonce, 256),
	}
}

// Transmission is the one place where a request carries its protocol
// parameters (§3.5).
type Transmission uint8

// The three transmissions. The zero value is none of them.
const (
	InHeader Transmission = iota + 1 // the Authorization header field, §3.5.1
	InForm                           // the form-encoded body, §3.5.2
	InQuery                          // the query of the request target, §3.5.3
)

// String returns header, form, query or none.
func (t Transmission) String() string {
	switch t {
	case InHeader:
		return "header"
	case InForm:
		return "form"
	case InQuery:
		return "query"
	}
	return "none"
}

const formMediaType = "application/x-www-form-urlencoded"

// HasForm reports whether the content type makes the body a form, whose
// parameters are signed (§3.4.1.3.1). The media type is compared and not
// searched for: a type that merely contains the form's name is a different
// type for us and the form type for many an application behind us, so that it
// is refused, as is a form type that arrives together with another one. The
// error is a *Problem.
func (m *Message) HasForm() (bool, error) {
	form := false
	for _, v := range m.ContentType {
		mediaType, _, _ := strings.Cut(v, ";")
		mediaType = strings.Trim(mediaType, " \t")
		if strings.EqualFold(mediaType, formMediaType) {
			form = true
			continue
		}
		if strings.Contains(strings.ToLower(mediaType), "x-www-form-urlencoded") {
			return false, malformed("the Content-Type is not one media type")
		}
	}
	if form && len(m.ContentType) > 1 {
		return false, malformed("there is more than one Content-Type and one of them is a form")
	}
	return form, nil
}

// SplitURL takes an absolute http or https URL apart for a Message, without
// changing a byte of it. An empty path becomes "/" (§3.4.1.2). Fragments and
// user names are refused, since neither is ever sent.
func SplitURL(url string) (scheme, host, target string, err error) {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok || !validScheme(scheme) {
		return "", "", "", fmt.Errorf("splitting URL: it does not begin with http:// or https://")
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	host, target = rest[:end], rest[end:]
	if target == "" || target[0] == '?' {
		target = "/" + target
	}
	if !validHost(host) {
		return "", "", "", fmt.Errorf("splitting URL: its authority is not a host with an optional port")
	}
	if why := targetFault(target); why != "" {
		return "", "", "", fmt.Errorf("splitting URL: %s", why)
	}
	return scheme, host, target, nil
}
