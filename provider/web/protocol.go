package web

import (
	"net/http"
	"slices"

	"oauth1d/provider/oauth1"
)

const formType = "application/x-www-form-urlencoded"

// Protocol makes an entrance for consumers: the token endpoints. A problem is
// told in a form body and in a challenge (§3.2), the way the problem reporting
// extension lays down.
func (s *Web) Protocol(endpoint string, h Handler) http.Handler {
	return s.entrance(endpoint, s.refuseConsumer, func(w http.ResponseWriter, r *http.Request) error {
		protocolHeaders(w.Header())
		limitBody(r, s.maxForm)
		return h(w, r)
	})
}

// protocolHeaders keeps credentials out of caches, HTTP/1.0 ones included.
func protocolHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("Pragma", "no-cache")
	h.Set("X-Content-Type-Options", "nosniff")
}

func (s *Web) refuseConsumer(w http.ResponseWriter, _ *http.Request, f refusal) {
	clearHeaders(w.Header())
	protocolHeaders(w.Header())
	s.setChallenge(w.Header(), f)
	w.Header()["X-Oauth1-Problem"] = []string{f.code}
	if f.problem == nil {
		writeText(w, f)
		return
	}
	writeForm(w, f.status, f.problem)
}

// setChallenge names the scheme in every refusal for which a consumer may want
// to try again with other credentials. The RFC asks for it with 401; the common
// libraries look for the problem in it with 400 and 403 as well.
func (s *Web) setChallenge(h http.Header, f refusal) {
	switch {
	case f.status != http.StatusBadRequest && f.status != http.StatusUnauthorized && f.status != http.StatusForbidden:
	case f.problem != nil:
		h["Www-Authenticate"] = []string{f.problem.Challenge(s.realm)}
	case f.status == http.StatusUnauthorized:
		h["Www-Authenticate"] = []string{s.challenge}
	}
}

func writeForm(w http.ResponseWriter, status int, p *oauth1.Problem) {
	setRetryAfter(w.Header(), status)
	w.Header().Set("Content-Type", formType)
	w.WriteHeader(status)
	_, _ = w.Write([]byte(p.Body())) // if it does not arrive, nobody is there to be told
}

// writeText is the bare answer: a fault of ours shows its status and no more.
func writeText(w http.ResponseWriter, f refusal) {
	text := f.sentence
	if f.ours || text == "" {
		text = http.StatusText(f.status)
	}
	setRetryAfter(w.Header(), f.status)
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(f.status)
	_, _ = w.Write([]byte(text + "\n"))
}

// clearHeaders takes back what a handler had set before it failed, cookies and
// the names of users among it. When to try again stays.
func clearHeaders(h http.Header) {
	for name := range h {
		if !slices.Contains([]string{requestIDHeader, "Retry-After", "Allow"}, name) {
			delete(h, name)
		}
	}
}

// setRetryAfter sees to it that whoever is told to come back is told when.
func setRetryAfter(h http.Header, status int) {
	if status != http.StatusTooManyRequests && status != http.StatusServiceUnavailable {
		return
	}
	if h.Get("Retry-After") == "" {
		h.Set("Retry-After", "1")
	}
}

// limitBody makes reading more than limit bytes an error. The limit is set on
// the connection's own writer, because only that closes the connection for it.
func limitBody(r *http.Request, limit int64) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(exchangeOf(r.Context()).ResponseWriter, r.Body, limit)
	}
}
