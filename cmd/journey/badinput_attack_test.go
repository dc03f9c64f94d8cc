package journey

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// An attack is a good request and what is wrong with another one like it.
type attack struct {
	id, name string

	by     string      // who signs; default hmac
	shape  func(*call) // what both have in common
	before func(*call) // done before it is signed
	after  func(*call) // done on the way
	want   string      // the problem that refuses it
	at     []string    // the styles in which it makes sense; default everywhere

	// byHTTP are the styles in which the HTTP server refuses it with a plain
	// 400, before anybody asks what it is.
	byHTTP []string

	// alone says that the good request is not sent afterwards.
	alone bool
}

func (a attack) styles() []string {
	if a.at == nil {
		return everywhere
	}
	return a.at
}

// run sends attacks in every style; after each the same-shaped good request,
// with the very nonce of the bad one, must pass.
func (s *siege) run(t *testing.T, attacks []attack) {
	t.Helper()
	s.counting(t, func() {
		for _, a := range attacks {
			t.Run(a.id+": "+a.name, func(t *testing.T) {
				for _, style := range a.styles() {
					good := s.prepare(t, style, a)
					bad := good.clone()
					apply(a.before, bad)
					bad.sign()
					apply(a.after, bad)
					if slices.Contains(a.byHTTP, style) {
						s.plainRefused(t, style, bad)
					} else {
						s.refused(t, style, bad, a.want)
					}
					if !a.alone {
						s.accepted(t, style, good.sign())
					}
				}
			})
		}
	})
}

// prepare returns the good request of an attack, not signed yet.
func (s *siege) prepare(t *testing.T, style string, a attack) *call {
	t.Helper()
	by := a.by
	if by == "" {
		by = "hmac"
	}
	c := s.call(t, style, by)
	apply(a.shape, c)
	return c
}

// call returns a good request for a style.
func (s *siege) call(t *testing.T, style, by string) *call {
	t.Helper()
	switch style {
	case "request-token":
		c := s.endpointCall(*s.who[by], style)
		c.add("oauth_callback", callback)
		return c
	case "access-token":
		pending := s.pending(t, by)
		c := s.endpointCall(pending.consumer, style)
		c.add("oauth_verifier", s.allow(t, pending))
		return c
	}
	return newCall(s.who[by])
}

// endpointCall is a request to a token endpoint, without a token if it asks for
// the first one.
func (s *siege) endpointCall(c consumer, style string) *call {
	if style == "request-token" {
		c.token, c.tokenSecret = "", ""
	}
	made := newCall(&c)
	made.method, made.host, made.target = "POST", s.d.public, "/oauth/"+style+"?size=full"
	return made
}

func apply(f func(*call), c *call) {
	if f != nil {
		f(c)
	}
}

// accepted sends a good request.
func (s *siege) accepted(t *testing.T, style string, c *call) reply {
	t.Helper()
	s.count(style, "ok")
	r := s.send(t, style, c)
	if r.status != http.StatusOK {
		t.Errorf("%s: the good request: got %d %s %q, want 200", style, r.status, r.problem(), r.header.Get("WWW-Authenticate"))
		return r
	}
	switch {
	case slices.Contains(endpoints, style):
		form := formValues(r)
		s.secret(form.Get("oauth_token"), "a token")
		s.secret(form.Get("oauth_token_secret"), "a token secret")
	case style == "inline":
		s.passed++
	default:
		if got := r.header.Get("Remote-User"); got != "ada" {
			t.Errorf("%s: Remote-User of the good request: got %q, want ada", style, got)
		}
		for _, name := range identityHeaders {
			if len(r.header[http.CanonicalHeaderKey(name)]) != 1 {
				t.Errorf("%s: the good request: got %d of %s, want one", style, len(r.header[http.CanonicalHeaderKey(name)]), name)
			}
		}
	}
	return r
}

var identityHeaders = []string{"Remote-User", "Remote-Groups", "X-OAuth-Consumer", "X-OAuth-Scopes", "X-OAuth-Token-Id"}

// refused sends a bad request and looks at all of the answer.
func (s *siege) refused(t *testing.T, style string, c *call, outcome string) reply {
	t.Helper()
	s.count(style, outcome)
	r := s.send(t, style, c)
	s.checkRefusal(t, style, c, r, outcome)
	return r
}

// declined sends a request that is genuine and asks for what it may not have.
func (s *siege) declined(t *testing.T, style string, c *call, problem string) reply {
	t.Helper()
	s.count(style, "ok")
	r := s.send(t, style, c)
	s.checkRefusal(t, style, c, r, problem)
	return r
}

func (s *siege) checkRefusal(t *testing.T, style string, c *call, r reply, outcome string) {
	t.Helper()
	problem, status := outcome, statusOf(outcome)
	if outcome == "no_credentials" {
		problem = "parameter_absent"
	}
	if outcome == "permission_denied" && !slices.Contains(endpoints, style) {
		status = 403 // there the credentials are good, and the application is at stake
	}
	if strings.HasPrefix(style, "nginx") && status != 401 {
		status = nginxStatusOf(outcome)
	}
	challenge := r.header.Get("WWW-Authenticate")
	inHeader, inBody := r.problem(), bodyProblem(r)
	switch {
	case slices.Contains(endpoints, style):
		inHeader = problem // not promised there
	case strings.HasPrefix(style, "nginx"):
		if r.body != "" {
			t.Errorf("%s: the refusal has a body", style)
		}
		inBody = problem
	}
	if r.status != status || inHeader != problem || inBody != problem {
		t.Errorf("%s: got %d, X-OAuth1-Problem %q, body %q; want %d %s", style, r.status, r.problem(), r.body, status, problem)
	}
	if !strings.HasPrefix(challenge, `OAuth realm="`) || !strings.Contains(challenge, `oauth_problem="`+problem+`"`) {
		t.Errorf("%s: WWW-Authenticate: got %q, want a challenge with %s", style, challenge, problem)
	}
	s.clean(t, style, c, r)
}

// plainRefused sends what the HTTP server itself must refuse.
func (s *siege) plainRefused(t *testing.T, style string, c *call) {
	t.Helper()
	r := s.send(t, style, c)
	if r.status != http.StatusBadRequest {
		t.Errorf("%s: got %d %s, want 400", style, r.status, r.problem())
	}
	s.clean(t, style, c, r)
}

// clean looks for what no refusal may hold: a caller's identity, a cookie, and
// whatever the client has sent.
func (s *siege) clean(t *testing.T, style string, c *call, r reply) {
	t.Helper()
	for _, name := range append([]string{"Set-Cookie", "Location"}, identityHeaders...) {
		if v := r.header.Values(name); v != nil {
			t.Errorf("%s: a refusal has %s: %q", style, name, v)
		}
	}
	for _, p := range c.pairs {
		if len(p.Value) < 8 || p.Name == "oauth_signature_method" {
			continue
		}
		if strings.Contains(r.all, p.Value) || strings.Contains(r.all, escape(p.Value)) {
			t.Errorf("%s: the refusal repeats %s", style, p.Name)
		}
	}
	if strings.Contains(r.all, mark) {
		t.Errorf("%s: the refusal repeats what was sent:\n%s", style, r.all)
	}
}

// mark stands in what an attacker would like to see reflected.
const mark = "zqx9mark"

func bodyProblem(r reply) string { return formValues(r).Get("oauth_problem") }

// formValues reads an answer's form; what is none is empty.
func formValues(r reply) url.Values {
	form, err := url.ParseQuery(r.body)
	if err != nil {
		return url.Values{}
	}
	return form
}

// statusOf is the status of a refusal.
func statusOf(outcome string) int {
	switch outcome {
	case "parameter_absent", "parameter_rejected", "version_rejected", "timestamp_refused", "signature_method_rejected",
		"forwarded_url_missing", "form_body_unavailable":
		return 400
	case "consumer_key_refused", "untrusted_peer", "user_refused":
		return 403
	}
	return 401
}

// nginxStatusOf knows the two refusals that nginx understands.
func nginxStatusOf(outcome string) int {
	if slices.Contains([]string{"forwarded_url_missing", "form_body_unavailable", "untrusted_peer", "consumer_key_refused", "permission_denied"}, outcome) {
		return 403
	}
	return 401
}

// count says what oauth1d_verify_requests_total is to count.
func (s *siege) count(style, outcome string) {
	listener, dialect := "private", style
	switch {
	case style == "inline":
		listener = "inline"
	case slices.Contains(endpoints, style):
		listener, dialect = "public", "endpoint"
	}
	s.counted[`outcome="`+outcome+`" listener="`+listener+`" dialect="`+dialect+`"`]++
}

// counting does something and compares what the daemon has counted with what was
// sent.
func (s *siege) counting(t *testing.T, do func()) {
	t.Helper()
	before := s.verified(t)
	clear(s.counted)
	do()
	got := s.verified(t)
	for key, n := range got {
		if got[key] = n - before[key]; got[key] != s.counted[key] {
			t.Errorf("oauth1d_verify_requests_total of %s: got %d more, want %d", key, got[key], s.counted[key])
		}
	}
	for key, n := range s.counted {
		if _, known := got[key]; !known {
			t.Errorf("oauth1d_verify_requests_total of %s: there is none, want %d more", key, n)
		}
	}
}

// verified reads oauth1d_verify_requests_total.
func (s *siege) verified(t *testing.T) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for line := range strings.Lines(s.metrics(t)) {
		labels, ok := strings.CutPrefix(line, "oauth1d_verify_requests_total{")
		if !ok {
			continue
		}
		labels, value, _ := strings.Cut(labels, "} ")
		n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil {
			t.Fatal(err)
		}
		part := map[string]string{}
		for _, l := range strings.Split(labels, ",") {
			name, value, _ := strings.Cut(l, "=")
			part[name] = value
		}
		counts["outcome="+part["outcome"]+" listener="+part["listener"]+" dialect="+part["dialect"]] = int(n)
	}
	return counts
}

func (s *siege) metrics(t *testing.T) string {
	t.Helper()
	r := s.exchange(t, "", s.d.private, "GET /metrics HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	if r.status != http.StatusOK {
		t.Fatalf("/metrics: got %d", r.status)
	}
	return r.body
}
