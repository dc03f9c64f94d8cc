package gate

import (
	"errors"
	"net/http"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
)

// Headers name the headers that tell the application who is calling.
type Headers struct {
	User     string // default Remote-User
	Consumer string // default X-OAuth-Consumer
	Scopes   string // default X-OAuth-Scopes
	TokenID  string // default X-OAuth-Token-Id
	Groups   string // default Remote-Groups
}

func (h Headers) withDefaults() Headers {
	def := func(name *string, value string) {
		if *name == "" {
			*name = value
		}
		*name = http.CanonicalHeaderKey(*name)
	}
	def(&h.User, "Remote-User")
	def(&h.Consumer, "X-OAuth-Consumer")
	def(&h.Scopes, "X-OAuth-Scopes")
	def(&h.TokenID, "X-OAuth-Token-Id")
	def(&h.Groups, "Remote-Groups")
	return h
}

// identify sets every identity header, "-" for what there is none of: some proxies
// pass the client's own header on when we leave one out or empty.
func (names Headers) identify(h http.Header, grant verify.Grant) {
	values := &[5]string{
		headerValue(grant.User), headerValue(grant.Consumer.Key),
		headerValue(strings.Join(grant.Scopes, " ")), headerValue(grant.AccessToken.ID), groupsValue(grant.Groups),
	}
	h[names.User], h[names.Consumer] = values[0:1:1], values[1:2:2]
	h[names.Scopes], h[names.TokenID], h[names.Groups] = values[2:3:3], values[3:4:4], values[4:5:5]
}

// groupsValue joins groups by commas, as others who send this header do. A comma
// in a name is encoded like what headerValue encodes.
func groupsValue(groups []string) string {
	if len(groups) == 0 {
		return "-"
	}
	var b strings.Builder
	for i, g := range groups {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strings.ReplaceAll(headerValue(g), ",", "%2C"))
	}
	return b.String()
}

// headerValue spells a value so that every proxy passes it on unchanged:
// printable ASCII, the rest and the percent sign percent-encoded. A lone "-" is
// encoded, because it stands for nobody.
func headerValue(s string) string {
	switch s {
	case "":
		return "-"
	case "-":
		return "%2D"
	}
	plain := s[0] != ' ' && s[len(s)-1] != ' '
	for i := 0; plain && i < len(s); i++ {
		plain = s[i] >= ' ' && s[i] <= '~' && s[i] != '%'
	}
	if plain {
		return s
	}
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		edge := i == 0 || i == len(s)-1
		if c := s[i]; c < ' ' || c > '~' || c == '%' || c == ' ' && edge {
			b.WriteByte('%')
			b.WriteByte(hex[c>>4])
			b.WriteByte(hex[c&15])
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// isAnonymous reports whether a request was refused for carrying no credentials
// at all. Bad credentials are never anonymous.
func isAnonymous(err error) bool {
	var p *oauth1.Problem
	return errors.As(err, &p) && p.Outcome() == oauth1.OutcomeNoCredentials
}
