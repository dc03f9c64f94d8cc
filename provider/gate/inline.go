package gate

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
)

// Inline configures inline mode: requests pass through the daemon, which sees
// their bodies, and reach one application.
type Inline struct {
	// Upstream is the application, scheme and host only. Nil: no inline mode.
	Upstream *url.URL

	// PassAuthorization leaves the OAuth Authorization header in place.
	PassAuthorization bool

	// Timeout bounds the wait for the application's answer to begin.
	// Default: 60 seconds.
	Timeout time.Duration
}

// ServeInline verifies a request and passes it on to the application, byte for
// byte as it was signed. Any method, every path of the public listener that is
// not the daemon's own.
func (g *Gate) ServeInline(w http.ResponseWriter, r *http.Request) error {
	began := time.Now()
	pass, grant, err := g.admit(w, r)
	g.sources[web.Inline].Observe(time.Since(began), grant.Repeat, err)
	if err != nil {
		return err
	}
	// A body may stream for as long as it likes, in both directions.
	rc := http.NewResponseController(w)
	_, _ = rc.SetReadDeadline(time.Time{}), rc.SetWriteDeadline(time.Time{})
	on := &passage{grant: grant}
	g.inline.ServeHTTP(w, pass.WithContext(context.WithValue(pass.Context(), passageKey{}, on)))
	if on.err != nil {
		return noAnswer(on.err)
	}
	return nil
}

// admit decides about r and returns the request to pass on.
func (g *Gate) admit(w http.ResponseWriter, r *http.Request) (*http.Request, verify.Grant, error) {
	s := g.scratch.Get().(*scratch)
	defer g.scratch.Put(s)
	c, err := g.received(r)
	if err != nil {
		return nil, verify.Grant{}, err
	}
	if r.URL.IsAbs() || !passesUnchanged(r) {
		return nil, verify.Grant{}, oauth1.Refuse(oauth1.ProblemParameterRejected, "this request target cannot be passed on byte for byte; percent-encode what is not a plain character of a URL")
	}
	q, err := g.question(s, c, r.Header)
	if err != nil {
		return nil, verify.Grant{}, err
	}
	form, err := s.message.HasForm()
	if err != nil {
		return nil, verify.Grant{}, err
	}
	if names(r.Header, "Content-Type") {
		return nil, verify.Grant{}, oauth1.Refuse(oauth1.ProblemParameterRejected, "Connection must not name Content-Type: the application would not see what the body is")
	}
	pass := r
	read := func() (body []byte, seen bool, err error) {
		if body, err = web.ReadBody(w, r, g.config.Limits.Form, 0); err == nil {
			pass = replay(r, body)
		}
		return body, err == nil, err
	}
	if form {
		if s.message.Body, _, err = read(); err != nil {
			return nil, verify.Grant{}, err
		}
	} else {
		q.Body = read // only when a hash of it is to be compared
	}
	grant, err := g.ask(r.Context(), q)
	if err != nil {
		return nil, verify.Grant{}, err
	}
	return pass, grant, nil
}

// received describes the request that arrived here itself. A trusted proxy in
// front says how the client reached it; from anyone else our own socket does.
func (g *Gate) received(r *http.Request) (conveyed, error) {
	c := conveyed{method: r.Method, scheme: "http", host: r.Host, target: r.RequestURI}
	if r.TLS != nil {
		c.scheme = "https"
	}
	if !g.trusted(r) {
		return c, nil
	}
	var err error
	if _, sent := r.Header["X-Forwarded-Proto"]; sent {
		if c.scheme, err = single(r.Header, "X-Forwarded-Proto"); err != nil {
			return c, err
		}
	}
	if _, sent := r.Header["X-Forwarded-Host"]; sent {
		if c.host, err = single(r.Header, "X-Forwarded-Host"); err != nil {
			return c, err
		}
	}
	return c, nil
}

// names reports whether the request's Connection header names another header,
// which then ends here.
func names(h http.Header, header string) bool {
	for _, v := range h["Connection"] {
		for name := range strings.SplitSeq(v, ",") {
			if strings.EqualFold(strings.TrimSpace(name), header) {
				return true
			}
		}
	}
	return false
}

// replay returns r with its body, already read, still to be read. The framing
// stays as the client chose it.
func replay(r *http.Request, body []byte) *http.Request {
	pass := r.Clone(r.Context())
	pass.Body = io.NopCloser(bytes.NewReader(body))
	if r.ContentLength >= 0 {
		pass.ContentLength = int64(len(body))
	}
	return pass
}
