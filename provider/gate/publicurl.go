package gate

import (
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
)

// publicURL returns the base under which the consumer must have signed, and the
// further ones that the operator accepts. The operator's map beats what the
// proxy conveys: a wrong scheme or host there is the usual reason for signatures
// that never match.
func (g *Gate) publicURL(c conveyed) (verify.Base, []verify.Base, error) {
	scheme, err := schemeOf(c.scheme)
	if err != nil {
		return verify.Base{}, nil, err
	}
	if len(g.hosts) == 0 {
		return verify.Base{Scheme: scheme, Host: c.host}, nil, nil
	}
	h, known := g.hosts[plainHost(scheme, c.host)]
	if !known {
		return verify.Base{}, nil, oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "the conveyed host is not in proxy.hosts")
	}
	return h.URL, h.Also, nil
}

// plainHost is the host by which the operator's map is asked. A host that is
// none is not in the map.
func plainHost(scheme, host string) string {
	port := ":80"
	if scheme == "https" {
		port = ":443"
	}
	return strings.TrimSuffix(strings.ToLower(host), port)
}

// schemeOf takes a websocket's scheme for that of its handshake.
func schemeOf(s string) (string, error) {
	switch s {
	case "http", "ws":
		return "http", nil
	case "https", "wss":
		return "https", nil
	}
	return "", oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "X-Forwarded-Proto must be http or https")
}

// checkTarget refuses what the application might read as another path than the
// one that was signed. Nothing is ever cleaned for the signature's sake.
func checkTarget(target string) error {
	if !strings.HasPrefix(target, "/") {
		return oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "the request target must begin with a slash")
	}
	path, _, _ := strings.Cut(target, "?")
	for rest := path[1:]; ; {
		segment, tail, more := strings.Cut(rest, "/")
		if isDots(segment) {
			return oauth1.Refuse(oauth1.ProblemParameterRejected, "a path with dot segments is not accepted; sign and send the path that they stand for")
		}
		if !more {
			return nil
		}
		rest = tail
	}
}

// isDots reports whether a segment is "." or "..", in any spelling that some
// application decodes.
func isDots(segment string) bool {
	if len(segment) == 0 || len(segment) > 6 || segment[0] != '.' && segment[0] != '%' {
		return false
	}
	plain := strings.NewReplacer("%2e", ".", "%2E", ".").Replace(segment)
	return plain == "." || plain == ".."
}
