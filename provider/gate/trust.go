package gate

import (
	"crypto/subtle"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// secretHeader is the header by which a proxy proves itself when an address is
// not proof enough.
const secretHeader = "X-Oauth1d-Secret"

// trust refuses whoever is not one of our proxies. From anyone else the headers
// that describe a request are worth nothing, and what is worth nothing must not
// be a fallback either.
func (g *Gate) trust(r *http.Request, dialect string) error {
	if g.trusted(r) {
		return nil
	}
	g.config.Metrics.untrusted(dialect)
	g.stranger.say(g.config.Now(), r.RemoteAddr, func() {
		web.Note(r.Context()).Warn("peer is not trusted", "peer", r.RemoteAddr,
			"fix", "if this is your reverse proxy, add its address to proxy.trusted")
	})
	return oauth1.Refuse(oauth1.ProblemUntrustedPeer, "this endpoint answers the operator's reverse proxies only")
}

// trusted reports whether r comes from one of our proxies.
func (g *Gate) trusted(r *http.Request) bool {
	if !g.trustedPeer(r.RemoteAddr) {
		return false
	}
	if len(g.config.Secret) == 0 {
		return true
	}
	got := r.Header.Values(secretHeader)
	return len(got) == 1 && subtle.ConstantTimeCompare([]byte(got[0]), g.config.Secret) == 1
}

// Trusted reports whether r comes from one of the operator's proxies.
func (g *Gate) Trusted(r *http.Request) bool { return g.trusted(r) }

// ClientAddress returns the address of the client behind r: the peer's, or what
// a trusted proxy said last, and never what the client itself said before that.
// It is the zero Addr on a unix socket whose proxy says nothing.
func (g *Gate) ClientAddress(r *http.Request) netip.Addr {
	peer, _ := netip.ParseAddrPort(r.RemoteAddr) // zero on a unix socket
	if !g.trusted(r) {
		return peer.Addr()
	}
	all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(all) - 1; i >= 0; i-- {
		ip, err := netip.ParseAddr(strings.TrimSpace(all[i]))
		if err != nil {
			break
		}
		if !g.trustedPeer(netip.AddrPortFrom(ip, 0).String()) {
			return ip
		}
	}
	return peer.Addr()
}

func (g *Gate) trustedPeer(remote string) bool {
	addr, err := netip.ParseAddrPort(remote)
	if err != nil { // net/http gives a unix socket's peer the address "@" or ""
		return g.config.TrustUnix && (remote == "@" || remote == "")
	}
	ip := addr.Addr().Unmap().WithZone("")
	for _, p := range g.config.Trusted {
		if p.Contains(ip) {
			return true
		}
	}
	return false
}

// dialectHeaders are the headers that describe a request, by the dialect that
// reads them.
var dialectHeaders = map[string][]string{
	web.Nginx:    {"X-Original-Method", "X-Original-Uri", "X-Forwarded-Proto", "X-Forwarded-Host"},
	web.NginxURL: {"X-Original-Method", "X-Original-Url"},
	web.Forward:  {"X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Proto", "X-Forwarded-Host"},
	web.Envoy:    {"X-Forwarded-Proto"},
}

// deciding are the headers whose presence beside another dialect's may be an
// attempt to lead us astray. X-Forwarded-Proto and -Host are sent by every proxy.
var deciding = []string{"X-Original-Method", "X-Original-Uri", "X-Original-Url", "X-Forwarded-Method", "X-Forwarded-Uri"}

// foreign counts headers of other dialects, which are never looked at, and
// refuses them when the operator is strict.
func (g *Gate) foreign(r *http.Request, dialect string) error {
	for _, name := range deciding {
		if _, sent := r.Header[name]; !sent || slices.Contains(dialectHeaders[dialect], name) {
			continue
		}
		g.config.Metrics.foreign(dialect)
		if g.config.StrictDialect {
			return oauth1.Refuse(oauth1.ProblemForwardedURLMissing,
				"the reverse proxy sent "+name+", which belongs to another endpoint; it must remove that header from what clients send")
		}
		return nil
	}
	return nil
}

// one returns the value of a header that was sent exactly once, else "".
func one(h http.Header, name string) string {
	if v := h[name]; len(v) == 1 {
		return v[0]
	}
	return ""
}

// described returns a header that describes the request: there exactly once and
// not empty.
func described(h http.Header, name string) (string, error) {
	v := h[name]
	switch {
	case len(v) == 0 || len(v) == 1 && v[0] == "":
		return "", oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "the reverse proxy must send "+name+" with the auth subrequest")
	case len(v) > 1:
		return "", oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "the reverse proxy sent "+name+" more than once; it must replace what the client sent")
	}
	return v[0], nil
}

// single is described for a header that must hold one word: a list means that
// the proxy appended to what the client sent.
func single(h http.Header, name string) (string, error) {
	v, err := described(h, name)
	if err != nil {
		return "", err
	}
	if strings.ContainsAny(v, ", \t") {
		return "", oauth1.Refuse(oauth1.ProblemForwardedURLMissing, name+" must hold one value, not a list; the reverse proxy must replace what the client sent")
	}
	return v, nil
}
