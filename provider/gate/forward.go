package gate

import (
	"net/http"

	"oauth1d/provider/web"
)

// ServeForward answers Traefik's forwardAuth, Caddy's forward_auth and others
// that send X-Forwarded-Method, -Proto, -Host and -Uri. Any method,
// /auth/forward.
//
// The subrequest's own query is never read: Caddy lets the client write it.
func (g *Gate) ServeForward(w http.ResponseWriter, r *http.Request) error {
	return g.serve(w, r, dialect{name: web.Forward, describe: describeForward})
}

func describeForward(r *http.Request) (c conveyed, err error) {
	if c.method, err = single(r.Header, "X-Forwarded-Method"); err != nil {
		return c, err
	}
	if c.target, err = described(r.Header, "X-Forwarded-Uri"); err != nil {
		return c, err
	}
	c.scheme, c.host, err = forwardedOrigin(r.Header)
	return c, err
}
