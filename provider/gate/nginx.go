package gate

import (
	"net/http"

	"oauth1d/provider/web"
)

// ServeNginx answers nginx's auth_request and whatever else sends
// X-Original-Method, X-Original-URI, X-Forwarded-Proto and X-Forwarded-Host.
// Any method, /auth/nginx.
//
// nginx asks a second time about one request after an internal redirect
// (try_files, index, error_page); its X-Request-ID, which the configuration sets
// from $request_id, is the same both times.
func (g *Gate) ServeNginx(w http.ResponseWriter, r *http.Request) error {
	return g.serve(w, r, dialect{name: web.Nginx, describe: describeNginx, repeats: true})
}

func describeNginx(r *http.Request) (c conveyed, err error) {
	if c.method, err = single(r.Header, "X-Original-Method"); err != nil {
		return c, err
	}
	if c.target, err = described(r.Header, "X-Original-Uri"); err != nil {
		return c, err
	}
	c.scheme, c.host, err = forwardedOrigin(r.Header)
	return c, err
}

// forwardedOrigin reads the scheme and host that the client used.
func forwardedOrigin(h http.Header) (scheme, host string, err error) {
	if scheme, err = single(h, "X-Forwarded-Proto"); err != nil {
		return "", "", err
	}
	host, err = single(h, "X-Forwarded-Host")
	return scheme, host, err
}
