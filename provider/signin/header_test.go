package signin

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"testing"
	"time"
)

func TestAHeaderSignsInFromTrustedPeersOnly(t *testing.T) {
	trusted := true
	h := build(t, Config{Backend: Backend{Name: "header", Recogniser: Header{
		User: "Remote-User", Groups: "Remote-Groups", Trusted: func(*http.Request) bool { return trusted },
	}}})
	ask := func(headers ...string) string {
		t.Helper()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.server.URL+consentPath, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		// The client sends the same headers on the redirects, as a proxy would.
		p := &person{t, h, client, jar}
		return fmt.Sprint(p.do(r).status)
	}
	for name, tt := range map[string]struct {
		headers []string
		trusted bool
		want    string
	}{
		"a proxy names a user":       {[]string{"Remote-User", "grace", "Remote-Groups", "staff, admins"}, true, "200"},
		"a stranger names a user":    {[]string{"Remote-User", "grace"}, false, "403"},
		"a proxy names nobody":       {nil, true, "403"},
		"a proxy names a dash":       {[]string{"Remote-User", "-"}, true, "403"},
		"a proxy names two":          {[]string{"Remote-User", "grace", "Remote-User", "ada"}, true, "503"},
		"a proxy names a space":      {[]string{"Remote-User", "grace "}, true, "200"}, // net/http trims it
		"a proxy names a built-in":   {[]string{"Remote-User", "ada"}, true, "403"},
		"an alias is no such header": {[]string{"Remote_User", "grace"}, true, "403"},
	} {
		trusted = tt.trusted
		if got := ask(tt.headers...); got != tt.want {
			t.Errorf("%s: got status %s, want %s", name, got, tt.want)
		}
	}
	user, err := h.store.User(t.Context(), "grace")
	if err != nil || user.Source != "header" {
		t.Errorf("got %+v, %v", user, err)
	}
}

// There is no page to sign in at again: the proxy's word is all that there is, and
// it comes with every request.
func TestAHeaderIsFreshWhenItIsAskedForAgain(t *testing.T) {
	h := build(t, Config{Backend: Backend{Name: "header", Recogniser: Header{
		User: "Remote-User", Trusted: func(*http.Request) bool { return true },
	}}})
	way := func(serve func(w http.ResponseWriter, r *http.Request) error, path string, cookies []*http.Cookie) *httptest.ResponseRecorder {
		w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Remote-User", "grace")
		for _, c := range cookies {
			r.AddCookie(c)
		}
		h.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := serve(w, r); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		})).ServeHTTP(w, r)
		return w
	}
	in := way(h.ServeSignIn, "/oauth/signin", nil).Result().Cookies()
	h.clock.pass(provedFor + time.Minute)
	again := way(func(w http.ResponseWriter, r *http.Request) error {
		if h.Fresh(r) {
			t.Error("fresh after more than ten minutes")
		}
		return h.AskAgain(w, r, "/claim")
	}, "/claim", in)
	asked := again.Result().Cookies()
	back := way(h.ServeSignIn, again.Header().Get("Location"), asked)
	if got := back.Header().Get("Location"); got != "/claim" {
		t.Fatalf("after signing in again: sent to %q, want /claim", got)
	}
	way(func(_ http.ResponseWriter, r *http.Request) error {
		if !h.Fresh(r) {
			t.Error("not fresh after signing in again")
		}
		return nil
	}, "/claim", back.Result().Cookies())
}
