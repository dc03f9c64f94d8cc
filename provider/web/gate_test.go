package web

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

var dialects = []string{Nginx, NginxURL, Forward, Envoy, Inline}

func TestGateRefusals(t *testing.T) {
	s := newHouse(t)
	refuse := func(name string) error { return oauth1.Refuse(name, "do this") }
	tests := []struct {
		name   string
		err    error
		nginx  int
		status string // X-OAuth1-Status at nginx
		envoy  int
		others int
		code   string
	}{
		{"a wrong signature is 401 everywhere", refuse("signature_invalid"), 401, "", 401, 401, "signature_invalid"},
		{"a missing parameter is 401 where nginx knows nothing else", refuse("parameter_absent"), 401, "400", 400, 400, "parameter_absent"},
		{"so is a malformed one", refuse("parameter_rejected"), 401, "400", 400, 400, "parameter_rejected"},
		{"so is another version", refuse("version_rejected"), 401, "400", 400, 400, "version_rejected"},
		{"so is a wrong clock", oauth1.TimestampRefused(1, 2), 401, "400", 400, 400, "timestamp_refused"},
		{"so is another method", refuse("signature_method_rejected"), 401, "400", 400, 400, "signature_method_rejected"},
		{"a form without its body is 403: other credentials would not mend it", refuse("form_body_unavailable"), 403, "400", 400, 400, "form_body_unavailable"},
		{"so is a proxy that does not say what it asks about", refuse("forwarded_url_missing"), 403, "400", 400, 400, "forwarded_url_missing"},
		{"a stranger is 403", refuse("untrusted_peer"), 403, "", 403, 403, "untrusted_peer"},
		{"good credentials without the right are 403", refuse("permission_denied"), 403, "", 403, 403, "permission_denied"},
		{"too many requests are 403 with the truth beside it", refuse("rate_limited"), 403, "429", 429, 429, "rate_limited"},
		{"too large a body as well", &http.MaxBytesError{Limit: 5}, 403, "413", 413, 413, "parameter_rejected"},
		{"overload as well", &Error{Status: 503, Code: "overloaded"}, 403, "503", 503, 503, "overloaded"},
		{"a 503 with a cause is a fault", &Error{Status: 503, Code: "audit_failed", Err: errors.New("disk full")}, 500, "503", 403, 503, "audit_failed"},
		{"a store that fails is our own fault", refuse("store_error"), 500, "503", 403, 503, "store_error"},
		{"a store that was given up is not", &oauth1.Problem{Name: "store_error", Status: 503, Err: context.Canceled}, 403, "503", 503, 503, "store_error"},
		{"whatever is unknown is our own fault", errors.New("disk on fire"), 500, "", 403, 503, "internal_error"},
		{"an error that claims success is one of ours", &Error{Status: 200, Code: "odd"}, 500, "", 403, 503, "odd"},
		{"a caller who has gone is refused", context.Canceled, 403, "503", 503, 503, "caller_gone"},
	}
	for _, tt := range tests {
		for _, dialect := range dialects {
			t.Run(tt.name+"/"+dialect, func(t *testing.T) {
				w := get(s.Gate(dialect, failing(tt.err)))
				want, status := tt.others, ""
				switch dialect {
				case Nginx, NginxURL:
					want, status = tt.nginx, tt.status
				case Envoy:
					want = tt.envoy
				}
				if w.Code != want {
					t.Errorf("status %d, want %d", w.Code, want)
				}
				h := w.Result().Header
				if got := h.Get("X-OAuth1-Status"); got != status {
					t.Errorf("X-OAuth1-Status %q, want %q", got, status)
				}
				if got := h["X-Oauth1-Problem"]; !slices.Equal(got, []string{tt.code}) {
					t.Errorf("X-OAuth1-Problem %q, want %q", got, tt.code)
				}
				if got := h.Get("Cache-Control"); got != "no-store" {
					t.Errorf("Cache-Control %q", got)
				}
				for _, name := range []string{"Remote-User", "X-Anything-Else", "Set-Cookie", "Etag", "Location"} {
					if h[name] != nil {
						t.Errorf("%s survived: %q", name, h[name])
					}
				}
				checkChallenge(t, w.Code, h)
				checkGateBody(t, dialect, tt.code, w)
			})
		}
	}
}

func checkChallenge(t *testing.T, status int, h http.Header) {
	t.Helper()
	c := h["Www-Authenticate"]
	if len(c) > 1 {
		t.Errorf("%d challenges, and proxies keep the first", len(c))
	}
	if status != http.StatusUnauthorized {
		return
	}
	if len(c) != 1 || !strings.HasPrefix(c[0], `OAuth realm="https://auth.example.test", oauth_problem=`) {
		t.Errorf("challenge %q", c)
	}
}

func checkGateBody(t *testing.T, dialect, code string, w *httptest.ResponseRecorder) {
	t.Helper()
	if dialect == Nginx || dialect == NginxURL {
		if w.Body.Len() != 0 || w.Result().Header.Get("Content-Length") != "0" {
			t.Errorf("Content-Length %q, body %q", w.Result().Header.Get("Content-Length"), w.Body)
		}
		return
	}
	q, err := url.ParseQuery(w.Body.String())
	if err != nil || q.Get("oauth_problem") != code {
		t.Errorf("body %q, want oauth_problem=%s", w.Body, code)
	}
}

func TestGateTellsWhenToComeBack(t *testing.T) {
	s := newHouse(t)
	limited := func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Retry-After", "17")
		return oauth1.Refuse("rate_limited", "slower")
	}
	for _, dialect := range dialects {
		if got := get(s.Gate(dialect, limited)).Header().Get("Retry-After"); got != "17" {
			t.Errorf("%s: Retry-After %q, want what the handler said", dialect, got)
		}
		if got := get(s.Gate(dialect, failing(oauth1.Refuse("rate_limited", "")))).Header().Get("Retry-After"); got != "1" {
			t.Errorf("%s: Retry-After %q, want a default", dialect, got)
		}
	}
}

// Whatever a handler does but write 200 itself must not come out as 2xx.
func TestGateNeverAdmitsByAccident(t *testing.T) {
	s := newHouse(t)
	for _, dialect := range dialects {
		for name, h := range map[string]Handler{
			"silent":          func(http.ResponseWriter, *http.Request) error { return nil },
			"panics":          func(http.ResponseWriter, *http.Request) error { panic("boom") },
			"panics with nil": func(http.ResponseWriter, *http.Request) error { panic(error(nil)) },
			"panics half-done": func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Remote-User", "ada")
				panic("boom")
			},
		} {
			w := get(s.Outer(s.Gate(dialect, h)))
			if w.Code < 400 || w.Result().Header["Remote-User"] != nil {
				t.Errorf("%s, handler %s: status %d, header %v", dialect, name, w.Code, w.Result().Header)
			}
		}
	}
}

func TestGateAdmits(t *testing.T) {
	s := newHouse(t)
	url := serve(t, s.Outer(s.Gate(Nginx, func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Remote-User", "ada")
		w.WriteHeader(http.StatusOK)
		return nil
	})))
	for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
		r, err := http.NewRequestWithContext(t.Context(), method, url, nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		if resp.StatusCode != 200 || resp.Header.Get("Content-Length") != "0" || resp.Header.Get("Cache-Control") != "no-store" ||
			resp.Header.Get("Remote-User") != "ada" || resp.Header["Etag"] != nil || body(t, resp.Body) != "" {
			t.Errorf("%s: %d %v", method, resp.StatusCode, resp.Header)
		}
		resp.Body.Close()
	}
}

func BenchmarkGateAdmits(b *testing.B) {
	s, err := New(Config{PublicURL: "https://auth.example.test"})
	if err != nil {
		b.Fatal(err)
	}
	user := []string{"ada"}
	h := s.Outer(s.Gate(Nginx, func(w http.ResponseWriter, r *http.Request) error {
		n := Note(r.Context())
		n.Consumer, n.User = "printer", "ada"
		w.Header()["Remote-User"] = user
		w.WriteHeader(http.StatusOK)
		return nil
	}))
	r := httptest.NewRequest("GET", "/auth/nginx", nil)
	w := &discard{header: make(http.Header)}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		h.ServeHTTP(w, r)
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
func (d *discard) WriteHeader(int)             {}
