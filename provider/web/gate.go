package web

import (
	"net/http"
	"slices"
	"strconv"

	"oauth1d/provider/oauth1"
)

// Dialects of auth subrequests, and the inline proxy.
const (
	Nginx    = "nginx"
	NginxURL = "nginx-url"
	Forward  = "forward"
	Envoy    = "envoy"
	Inline   = "inline"
)

// noBody is shared between answers; net/http does not write to header values.
var (
	noBody  = []string{"0"}
	noStore = []string{"no-store"}
)

// Gate makes an entrance for reverse proxies, and for the inline one. An answer
// without a refusal admits the request, so only what h itself writes is one.
func (s *Web) Gate(dialect string, h Handler) http.Handler {
	return s.entrance("auth_"+dialect, s.refuseAt(dialect), func(w http.ResponseWriter, r *http.Request) error {
		if dialect != Inline {
			w.Header()["Cache-Control"] = noStore
			w.Header()["Content-Length"] = noBody
		}
		return h(w, r)
	})
}

func (s *Web) refuseAt(dialect string) refuser {
	status := statusAt(dialect)
	empty := dialect == Nginx || dialect == NginxURL
	return func(w http.ResponseWriter, r *http.Request, f refusal) {
		h := w.Header()
		// Caddy and Traefik hand all headers of a refusal to the caller, and a
		// name among them would be a leak at best.
		clearHeaders(h)
		h["Cache-Control"] = noStore
		h["X-Oauth1-Problem"] = []string{f.code}
		if f.code == oauth1.ProblemPermissionDenied {
			// Here the application is at stake and not the credentials: they
			// are good, and others would not do better.
			f.status = http.StatusForbidden
		}
		code := status(f)
		switch {
		case f.ours:
		case f.problem != nil:
			h["Www-Authenticate"] = []string{f.problem.Challenge(s.realm)}
		case code == http.StatusUnauthorized:
			h["Www-Authenticate"] = []string{s.challenge}
		}
		setRetryAfter(h, f.status)
		if empty {
			if code != f.status {
				h["X-Oauth1-Status"] = []string{strconv.Itoa(f.status)}
			}
			h["Content-Length"] = noBody
			w.WriteHeader(code)
			return
		}
		body := f.problem
		if body == nil {
			body = &oauth1.Problem{Name: f.code}
		}
		writeForm(w, code, body)
	}
}

// statusAt returns what becomes of a refusal's status in a dialect.
func statusAt(dialect string) func(refusal) int {
	switch dialect {
	case Nginx, NginxURL:
		return nginxStatus
	case Envoy:
		return func(f refusal) int {
			if f.ours {
				// Envoy may be set to let requests pass on a 5xx.
				return http.StatusForbidden
			}
			return f.status
		}
	}
	return func(f refusal) int {
		if f.ours && f.status == http.StatusInternalServerError {
			return http.StatusServiceUnavailable
		}
		return f.status
	}
}

// credentialProblems are the 400s that another set of credentials would mend.
var credentialProblems = []string{
	oauth1.ProblemParameterAbsent,
	oauth1.ProblemParameterRejected,
	oauth1.ProblemVersionRejected,
	oauth1.ProblemTimestampRefused,
	oauth1.ProblemSignatureMethodRejected,
}

// nginxStatus knows that nginx makes a 500 of everything but 2xx, 401 and 403,
// and hands the challenge on with 401 only. So what concerns the credentials is
// 401 and the rest 403; the true status goes into X-OAuth1-Status. Our own
// faults may become the 500 that they are.
func nginxStatus(f refusal) int {
	switch {
	case f.ours:
		return http.StatusInternalServerError
	case f.status == http.StatusUnauthorized:
		return http.StatusUnauthorized
	case f.status == http.StatusBadRequest && slices.Contains(credentialProblems, f.code):
		return http.StatusUnauthorized
	}
	return http.StatusForbidden
}
