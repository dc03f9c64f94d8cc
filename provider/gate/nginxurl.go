package gate

import (
	"net/http"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// ServeNginxURL answers ingress-nginx and others that send X-Original-Method and
// the whole URL as X-Original-URL. Any method, /auth/nginx-url.
func (g *Gate) ServeNginxURL(w http.ResponseWriter, r *http.Request) error {
	return g.serve(w, r, dialect{name: web.NginxURL, describe: describeNginxURL})
}

func describeNginxURL(r *http.Request) (c conveyed, err error) {
	if c.method, err = single(r.Header, "X-Original-Method"); err != nil {
		return c, err
	}
	url, err := described(r.Header, "X-Original-Url")
	if err != nil {
		return c, err
	}
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return c, oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "X-Original-URL must be an absolute URL, scheme://host/path")
	}
	// The URL is cut, not parsed: parsing would decode what was signed.
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	c.scheme, c.host, c.target = scheme, rest[:end], rest[end:]
	if c.target == "" || c.target[0] == '?' {
		c.target = "/" + c.target
	}
	return c, nil
}
