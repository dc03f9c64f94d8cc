package gate

import (
	"net/http"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// EnvoyPrefix is the path_prefix of Envoy's ext_authz.
const EnvoyPrefix = "/auth/envoy"

// ServeEnvoy answers Envoy's ext_authz over HTTP, which repeats the client's
// request line behind a prefix, with the client's Host. Any method,
// /auth/envoy/….
func (g *Gate) ServeEnvoy(w http.ResponseWriter, r *http.Request) error {
	return g.serve(w, r, dialect{name: web.Envoy, describe: describeEnvoy})
}

func describeEnvoy(r *http.Request) (c conveyed, err error) {
	target, ok := strings.CutPrefix(r.RequestURI, EnvoyPrefix)
	if !ok || !strings.HasPrefix(target, "/") {
		return c, oauth1.Refuse(oauth1.ProblemForwardedURLMissing, "the request line must be "+EnvoyPrefix+" followed by the client's request target")
	}
	c.method, c.host, c.target = r.Method, r.Host, target
	c.scheme, err = single(r.Header, "X-Forwarded-Proto")
	return c, err
}
