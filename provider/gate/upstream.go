package gate

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"

	"oauth1d/provider/verify"
	"oauth1d/provider/web"
)

// upstream passes admitted requests on to the application.
func (g *Gate) upstream() http.Handler {
	timeout := g.config.Inline.Timeout
	if timeout == 0 {
		timeout = time.Minute
	}
	return &httputil.ReverseProxy{
		Rewrite: g.rewrite,
		Transport: timed{g.config.Metrics, &http.Transport{
			// No Proxy: our environment must not choose where requests go.
			DialContext:           (&net.Dialer{Timeout: 5 * time.Second}).DialContext,
			ResponseHeaderTimeout: timeout,
			MaxIdleConnsPerHost:   256,
			IdleConnTimeout:       30 * time.Second,
			DisableCompression:    true, // the application sees the client's own Accept-Encoding
		}},
		FlushInterval: -1, // stream
		ModifyResponse: func(resp *http.Response) error {
			resp.Header.Del("X-Request-Id") // ours is on the answer already
			return nil
		},
		ErrorHandler: func(_ http.ResponseWriter, r *http.Request, err error) {
			r.Context().Value(passageKey{}).(*passage).err = err
		},
	}
}

// A passage is one admitted request on its way to the application.
type passage struct {
	grant verify.Grant
	err   error // why the application did not answer
}

type passageKey struct{}

// rewrite makes the application's request. It runs after the hop-by-hop headers
// have gone, so a client's "Connection: Remote-User" removes nothing of ours.
func (g *Gate) rewrite(p *httputil.ProxyRequest) {
	p.Out.URL = target(g.config.Inline.Upstream, p.In)
	p.Out.Host = p.In.Host
	p.Out.Trailer = nil
	h := p.Out.Header
	g.strip(h)
	onlyWebsockets(h)
	if g.trusted(p.In) {
		h["X-Forwarded-For"] = p.In.Header["X-Forwarded-For"]
	}
	p.SetXForwarded()
	if c, err := g.received(p.In); err == nil {
		h.Set("X-Forwarded-Proto", c.scheme)
		h.Set("X-Forwarded-Host", c.host)
	}
	h.Set("X-Request-Id", web.Note(p.In.Context()).ID)
	if !g.config.Inline.PassAuthorization && isOAuth(h.Get("Authorization")) {
		h.Del("Authorization")
	}
	hideCookies(h, g.config.OwnCookies)
	g.config.Headers.identify(h, p.In.Context().Value(passageKey{}).(*passage).grant)
}

// onlyWebsockets lets an application that would speak HTTP/2, or anything else in
// which requests are made, go on in HTTP/1.1: what was asked for after the change of
// protocol would be judged by nobody.
func onlyWebsockets(h http.Header) {
	h.Del("Http2-Settings")
	if !strings.EqualFold(h.Get("Upgrade"), "websocket") {
		h.Del("Upgrade")
		h.Del("Connection")
	}
}

// hideCookies takes the named cookies out of a request and leaves the others as
// they were sent.
func hideCookies(h http.Header, own []string) {
	for i, line := range h["Cookie"] {
		kept := make([]string, 0, 8)
		for pair := range strings.SplitSeq(line, ";") {
			name, _, _ := strings.Cut(strings.TrimSpace(pair), "=")
			if !slices.Contains(own, name) {
				kept = append(kept, pair)
			}
		}
		h["Cookie"][i] = strings.TrimPrefix(strings.Join(kept, ";"), " ")
	}
	h["Cookie"] = slices.DeleteFunc(h["Cookie"], func(line string) bool { return strings.TrimSpace(line) == "" })
	if len(h["Cookie"]) == 0 {
		delete(h, "Cookie")
	}
}

// target is the URL at the application that is sent as the very target which
// the client sent. An opaque URL goes out as it stands, except that one with two
// leading slashes would go out in absolute form.
func target(app *url.URL, in *http.Request) *url.URL {
	if strings.HasPrefix(in.RequestURI, "//") {
		u := *in.URL
		u.Scheme, u.Host = app.Scheme, app.Host
		return &u
	}
	path, query, found := strings.Cut(in.RequestURI, "?")
	return &url.URL{Scheme: app.Scheme, Host: app.Host, Opaque: path, RawQuery: query, ForceQuery: found}
}

// passesUnchanged reports whether the application will see in's very target. In
// a CONNECT it would not see the query, whatever the URL says of itself.
func passesUnchanged(in *http.Request) bool {
	return in.Method != http.MethodConnect && target(&url.URL{Scheme: "http", Host: "app"}, in).RequestURI() == in.RequestURI
}

// strip removes what only we and the proxies before us may say, in every
// spelling that some application folds into it.
func (g *Gate) strip(h http.Header) {
	names := g.config.Headers
	ours := []string{fold(names.User), fold(names.Consumer), fold(names.Scopes), fold(names.TokenID), fold(names.Groups), fold(secretHeader)}
	for name := range h {
		f := fold(name)
		if slices.Contains(ours, f) || strings.HasPrefix(f, "x-forwarded-") || strings.HasPrefix(f, "x-original-") ||
			strings.HasPrefix(f, "remote-") || strings.HasPrefix(f, "x-oauth-") || strings.HasPrefix(f, "proxy") ||
			slices.Contains([]string{"forwarded", "x-real-ip", "x-rewrite-url", "x-request-id", "te", "trailer"}, f) {
			delete(h, name)
		}
	}
}

// fold makes one of the spellings that CGI, PHP and WSGI servers take for the
// same header.
func fold(name string) string {
	return strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
}

func isOAuth(authorization string) bool {
	scheme, _, _ := strings.Cut(authorization, " ")
	return strings.EqualFold(scheme, "OAuth")
}

// noAnswer is the error of an application that did not answer.
func noAnswer(err error) error {
	status, code := http.StatusBadGateway, "upstream_failed"
	var timeout net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timeout) && timeout.Timeout() {
		status, code = http.StatusGatewayTimeout, "upstream_timeout"
	}
	return &web.Error{Status: status, Title: "The application does not answer", Sentence: "Try again later.", Code: code, Err: err}
}

// timed counts and times the application's answers.
type timed struct {
	m    *Metrics
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t timed) RoundTrip(r *http.Request) (*http.Response, error) {
	began := time.Now()
	resp, err := t.next.RoundTrip(r)
	t.m.upstreamTime.Observe(time.Since(began).Seconds())
	class := "error"
	if err == nil && resp.StatusCode >= 100 && resp.StatusCode <= 599 {
		class = string('0'+byte(resp.StatusCode/100)) + "xx"
	}
	t.m.upstream.WithLabelValues(class).Inc()
	return resp, err
}
