package provider_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider"
	"oauth1d/provider/audit"
	"oauth1d/provider/gate"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

const bearer = "0123456789abcdef0123456789abcdef"

func build(t *testing.T, change func(*provider.Config)) *provider.Provider {
	t.Helper()
	dir := t.TempDir()
	master := store.Secret("0123456789abcdef0123456789abcdef")
	id, err := store.NewIdentity(master, time.Now())
	must(t, err)
	b := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces")}
	must(t, boltstore.Create(b, id))
	s, err := boltstore.Open(b)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	keys, err := store.OpenKeyring(master, id)
	must(t, err)
	log, err := audit.Open(filepath.Join(dir, "audit.log"), []byte(strings.Repeat("a", 32)), audit.Config{})
	must(t, err)
	t.Cleanup(func() { log.Close() })
	c := provider.Config{
		PublicURL: "https://auth.example.test", AdminToken: store.Secret(bearer), Dialects: []string{"nginx", "nginx-url", "forward", "envoy"},
		Endpoints: provider.Endpoints{RequestToken: "/oauth/request-token", Authorize: "/oauth/authorize", AccessToken: "/oauth/access-token",
			SignIn: "/oauth/signin", SignOut: "/oauth/signout", Static: "/oauth/static/"},
	}
	if change != nil {
		change(&c)
	}
	p, err := provider.New(provider.Parts{Store: s, Keys: keys, Audit: log, Registry: prometheus.NewRegistry(), Started: time.Now()}, c)
	must(t, err)
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask sends a request without a body, its target as it is written.
func ask(h http.Handler, method, target, authorization string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/", nil)
	r.RequestURI = target
	r.URL, _ = url.ParseRequestURI(target)
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestKnownPathsSayWhichMethodsTheyHave(t *testing.T) {
	p := build(t, nil)
	for _, row := range []struct {
		h                   http.Handler
		method, path, allow string
	}{
		{p.Public, "GET", "/oauth/request-token", "POST"},
		{p.Public, "PUT", "/oauth/access-token", "POST"},
		{p.Public, "DELETE", "/oauth/authorize", "GET, HEAD, POST"},
		{p.Public, "PATCH", "/oauth/signin", "GET, HEAD, POST"},
		{p.Public, "GET", "/oauth/signout", "POST"},
		{p.Public, "POST", "/", "GET, HEAD"},
		{p.Private, "POST", "/healthz", "GET, HEAD"},
		{p.Private, "POST", "/readyz", "GET, HEAD"},
		{p.Private, "DELETE", "/metrics", "GET, HEAD"},
		{p.Admin, "PUT", "/api/v1/consumers", "GET, HEAD, POST"},
		{p.Admin, "POST", "/api/v1/consumers/printer", "GET, HEAD, PATCH, DELETE"},
		{p.Admin, "GET", "/api/v1/consumers/printer/rotate", "POST"},
		{p.Admin, "PUT", "/api/v1/users", "GET, HEAD, POST"},
		{p.Admin, "PATCH", "/api/v1/users/ada", "GET, HEAD, DELETE"},
		{p.Admin, "GET", "/api/v1/users/ada/password", "POST"},
		{p.Admin, "PATCH", "/api/v1/tokens", "GET, HEAD, POST, DELETE"},
		{p.Admin, "POST", "/api/v1/tokens/abc", "GET, HEAD, DELETE"},
		{p.Admin, "GET", "/api/v1/backup", "POST"},
		{p.Admin, "GET", "/api/v1/reload", "POST"},
	} {
		w := ask(row.h, row.method, row.path, "")
		if got := w.Header().Get("Allow"); w.Code != 405 || got != row.allow {
			t.Errorf("%s %s: got %d, Allow %q, want 405, %q", row.method, row.path, w.Code, got, row.allow)
		}
	}
}

func TestUnknownPathsLeadNowhere(t *testing.T) {
	p := build(t, nil)
	for name, h := range map[string]http.Handler{"public": p.Public, "private": p.Private, "admin": p.Admin} {
		for _, path := range []string{
			"/nothing", "/oauth", "/oauth/", "/oauth/nothing", "/auth", "/auth/", "/auth/nothing", "/api", "/admin/", "/.well-known/x",
			// A router that cleans paths would answer these with a redirect.
			"//healthz", "/./healthz", "/x/../healthz", "/healthz/", "//oauth/authorize", "/oauth/./authorize", "/%6fauth/authorize", "/oauth%2Fauthorize",
		} {
			if w := ask(h, "GET", path, ""); w.Code != 404 {
				t.Errorf("%s %s: got %d, want 404", name, path, w.Code)
			}
		}
	}
}

// Being able to reach a listener is no authority over the registry.
func TestTheAdminAPIIsOnTheSocketAndBehindItsToken(t *testing.T) {
	p := build(t, nil)
	closed := build(t, func(c *provider.Config) { c.AdminToken = nil })
	for _, row := range []struct {
		name          string
		h             http.Handler
		authorization string
		status        int
	}{
		{"the public listener does not have it", p.Public, "", 404},
		{"not even for its token", p.Public, "Bearer " + bearer, 404},
		{"the private listener wants a token", p.Private, "", 401},
		{"and that very token", p.Private, "Bearer " + bearer[1:], 401},
		{"an OAuth header is no token", p.Private, `OAuth oauth_token="` + bearer + `"`, 401},
		{"with the token it opens", p.Private, "Bearer " + bearer, 200},
		{"without one in the configuration it does not", closed.Private, "Bearer " + bearer, 401},
		{"nor for an empty one", closed.Private, "Bearer ", 401},
		{"nor for none", closed.Private, "", 401},
		{"the socket is open to whoever may open it", p.Admin, "", 200},
	} {
		for _, path := range []string{"/api/v1/consumers", "/api/v1/users", "/api/v1/tokens", "/api/v1/status"} {
			if w := ask(row.h, "GET", path, row.authorization); w.Code != row.status {
				t.Errorf("%s: GET %s: got %d, want %d", row.name, path, w.Code, row.status)
			}
		}
	}
	// What is not there is not told apart from what is, without the token.
	if w := ask(p.Private, "GET", "/api/v2/anything", ""); w.Code != 401 {
		t.Errorf("unknown path without a token: got %d, want 401", w.Code)
	}
	if w := ask(p.Private, "GET", "/api/v2/anything", "Bearer "+bearer); w.Code != 404 {
		t.Errorf("unknown path with the token: got %d, want 404", w.Code)
	}
}

func TestTheListenersKeepTheirRoutesApart(t *testing.T) {
	p := build(t, nil)
	for _, path := range []string{"/auth/nginx", "/auth/nginx-url", "/auth/forward", "/auth/envoy/x", "/metrics", "/healthz", "/readyz"} {
		if w := ask(p.Public, "GET", path, ""); w.Code != 404 {
			t.Errorf("public %s: got %d, want 404", path, w.Code)
		}
		if w := ask(p.Private, "GET", path, ""); w.Code == 404 {
			t.Errorf("private %s: got 404, want it to be there", path)
		}
	}
	for _, path := range []string{"/oauth/request-token", "/oauth/authorize", "/oauth/access-token", "/oauth/signin", "/oauth/static/"} {
		for name, h := range map[string]http.Handler{"private": p.Private, "admin": p.Admin} {
			if w := ask(h, "POST", path, ""); w.Code != 404 {
				t.Errorf("%s %s: got %d, want 404", name, path, w.Code)
			}
		}
	}
}

func TestWhatIsSwitchedOffIsNotThere(t *testing.T) {
	p := build(t, func(c *provider.Config) { c.MetricsOff, c.Dialects = true, []string{"nginx"} })
	for _, path := range []string{"/metrics", "/auth/forward", "/auth/nginx-url", "/auth/envoy/x"} {
		if w := ask(p.Private, "GET", path, ""); w.Code != 404 {
			t.Errorf("%s: got %d, want 404", path, w.Code)
		}
	}
	if w := ask(p.Private, "GET", "/auth/nginx", ""); w.Code == 404 {
		t.Error("/auth/nginx: got 404, want the dialect that is left")
	}
}

// Inline mode takes what is not ours, and a path that is merely spelled like ours
// is not: it goes through the gate, as all of the application's do.
func TestInlineModeGatesEverythingElse(t *testing.T) {
	p := build(t, func(c *provider.Config) {
		c.Gate = gate.Config{Inline: gate.Inline{Upstream: &url.URL{Scheme: "http", Host: "127.0.0.1:1"}}}
	})
	for _, path := range []string{"/", "/photos", "//photos", "/api/v1/consumers", "/auth/nginx", "/oauth%2Fauthorize", "//oauth/authorize", "/x/../oauth/authorize"} {
		if w := ask(p.Public, "GET", path, ""); w.Code/100 != 4 || w.Header().Get("X-OAuth1-Problem") == "" {
			t.Errorf("%s: got %d, problem %q, want a refusal by the gate", path, w.Code, w.Header().Get("X-OAuth1-Problem"))
		}
	}
	if w := ask(p.Public, "GET", "/oauth/request-token", ""); w.Code != 405 {
		t.Errorf("/oauth/request-token: got %d, want our own 405", w.Code)
	}
}
