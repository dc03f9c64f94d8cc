package signin

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"oauth1d/provider/web"
)

// A request that began before the sign-out and saves its session after it.
func TestSignOutEndsWhatIsUnderWay(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	p.arrive("ada")
	r, err := http.NewRequest(http.MethodGet, "/oauth/authorize", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(p.cookie())
	w := httptest.NewRecorder()
	h.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if got := p.post("/oauth/signout", nil); got.status != http.StatusOK {
			t.Errorf("sign-out: got status %d", got.status)
		}
		var shown *web.Error
		if err := h.keep(w, r); !errors.As(err, &shown) || shown.Code != "session_ended" {
			t.Errorf("saving an ended session: got %v, want session_ended", err)
		}
	})).ServeHTTP(w, r)
	if got := w.Header().Get("Set-Cookie"); got != "" {
		t.Errorf("got the cookie %q", got)
	}
	h.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if name, ok := h.User(r); ok {
			t.Errorf("after the sign-out: got %q", name)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}

func TestSignOut(t *testing.T) {
	h := build(t, Config{})
	in := func() *person {
		p := h.visitor(t)
		p.arrive("ada")
		return p
	}
	t.Run("by the plain button", func(t *testing.T) {
		p := in()
		old := p.cookie().Value
		got := p.post("/oauth/signout", nil)
		if got.status != http.StatusOK || !strings.Contains(got.body, "signed out") || !strings.Contains(got.header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("got status %d and cookie %q", got.status, got.header.Get("Set-Cookie"))
		}
		u, err := url.Parse(h.server.URL)
		if err != nil {
			t.Fatal(err)
		}
		p.jar.SetCookies(u, []*http.Cookie{{Name: "oauth1d", Value: old, Path: "/"}})
		if got := p.here(); got != "" {
			t.Errorf("with the old cookie: got %q", got)
		}
	})
	t.Run("not you: back to the same consent page", func(t *testing.T) {
		p := in()
		token := p.get("/oauth/authorize?oauth_token=a%26b").field(t, "form_token")
		got := p.post("/oauth/signout", url.Values{"oauth_token": {"a&b"}, "form_token": {token}})
		if want := "/oauth/authorize?oauth_token=a%26b"; got.status != http.StatusSeeOther || got.location() != want {
			t.Fatalf("got status %d to %q, want 303 to %q", got.status, got.location(), want)
		}
		page := p.get(p.get(got.location()).location())
		if got := p.signIn(page, "bob", password).location(); got != "/oauth/authorize?oauth_token=a%26b" {
			t.Errorf("the next one: got %q", got)
		}
		if got := p.here(); got != "bob" {
			t.Errorf("the next one: got %q, want bob", got)
		}
	})
	refused := map[string]url.Values{
		"a request token without a form token": {"oauth_token": {"t"}},
		"a request token with another's":       {"oauth_token": {"t"}, "form_token": {in().get("/oauth/authorize?oauth_token=t").field(t, "form_token")}},
		"a form token that is none":            {"form_token": {"x"}},
	}
	for name, form := range refused {
		t.Run(name, func(t *testing.T) {
			p := in()
			if got := p.post("/oauth/signout", form); got.status != http.StatusForbidden || got.location() != "" {
				t.Errorf("got status %d to %q, want 403", got.status, got.location())
			}
			if got := p.here(); got != "ada" {
				t.Errorf("afterwards: got %q, want ada", got)
			}
		})
	}
	t.Run("by GET", func(t *testing.T) {
		p := in()
		if got := p.get("/oauth/signout"); got.status != http.StatusMethodNotAllowed || p.here() != "ada" {
			t.Errorf("got status %d, want 405", got.status)
		}
	})
	t.Run("nobody was signed in", func(t *testing.T) {
		if got := h.visitor(t).post("/oauth/signout", nil); got.status != http.StatusOK {
			t.Errorf("got status %d, want 200", got.status)
		}
	})
}
