package signin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

func TestTheCookie(t *testing.T) {
	tests := []struct {
		name   string
		secure bool
		want   string
	}{
		{"over http", false, "; Path=/; HttpOnly; SameSite=Lax"},
		{"over https", true, "; Path=/; HttpOnly; Secure; SameSite=Lax"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t, Config{Secure: test.secure})
			p := h.visitor(t)
			cookieName := "oauth1d="
			if test.secure {
				cookieName = "__Host-oauth1d="
			}
			page := p.get("/oauth/signin")
			for when, a := range map[string]answer{"before": page, "after": p.signIn(page, "ada", password)} {
				got := a.header.Values("Set-Cookie")
				if len(got) != 1 || !strings.HasPrefix(got[0], cookieName) || got[0][len(cookieName)+43:] != test.want {
					t.Errorf("%s sign-in: got %q, want one %s… with %q", when, got, cookieName, test.want)
				}
				if cc := a.header.Values("Cache-Control"); len(cc) != 1 || cc[0] != "no-store" {
					t.Errorf("%s sign-in: got Cache-Control %q, want no-store", when, cc)
				}
			}
			if got := p.here(); got != "ada" {
				t.Errorf("signed in: got %q, want ada", got)
			}
		})
	}
}

func TestASessionGetsANewIDAtSignIn(t *testing.T) {
	h := build(t, Config{})
	attacker, victim := h.visitor(t), h.visitor(t)
	page := attacker.get("/oauth/signin")
	planted := attacker.cookie()

	u, err := url.Parse(h.server.URL)
	if err != nil {
		t.Fatal(err)
	}
	victim.jar.SetCookies(u, []*http.Cookie{planted})
	if got := victim.signIn(page, "ada", password); got.status != http.StatusSeeOther {
		t.Fatalf("signing in with a planted cookie: got status %d, want 303", got.status)
	}
	if victim.cookie().Value == planted.Value {
		t.Error("the session kept its id")
	}
	if got := attacker.here(); got != "" {
		t.Errorf("whoever planted the cookie is taken for %q", got)
	}
	if got := victim.here(); got != "ada" {
		t.Errorf("whoever signed in: got %q, want ada", got)
	}
}

func TestACookieThatWeDidNotMakeBecomesNobodysSession(t *testing.T) {
	h := build(t, Config{})
	for name, value := range map[string]string{"of the right form": strings.Repeat("A", 43), "of another form": "x", "very long": strings.Repeat("A", 3000)} {
		t.Run(name, func(t *testing.T) {
			p := h.visitor(t)
			u, err := url.Parse(h.server.URL)
			if err != nil {
				t.Fatal(err)
			}
			p.jar.SetCookies(u, []*http.Cookie{{Name: "oauth1d", Value: value, Path: "/"}})
			if got := p.here(); got != "" {
				t.Errorf("taken for %q", got)
			}
			if got := p.cookie().Value; got == value {
				t.Error("the cookie's value was taken over")
			}
		})
	}
}

func TestTheStoreHoldsNoCookie(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	p.arrive("ada")
	_, err := h.store.Session(t.Context(), p.cookie().Value)
	wantNotFound(t, "the session under the cookie's own value", err)
}

func TestASessionEnds(t *testing.T) {
	tests := []struct {
		name string
		end  func(t *testing.T, h *house, p *person)
		ends bool
	}{
		{"not while it is used", func(t *testing.T, h *house, p *person) {
			for range 10 {
				h.clock.pass(20 * time.Minute)
				if got := p.here(); got != "ada" {
					t.Fatalf("in use: got %q, want ada", got)
				}
			}
		}, false},
		{"when it is idle", func(_ *testing.T, h *house, _ *person) { h.clock.pass(30*time.Minute + time.Second) }, true},
		{"however much it is used", func(_ *testing.T, h *house, p *person) {
			for range 24 {
				h.clock.pass(20 * time.Minute)
				p.here()
			}
		}, true},
		{"when the user is disabled", func(t *testing.T, h *house, _ *person) {
			if _, err := h.users.Disable(t.Context(), "ada"); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"when the password is changed", func(t *testing.T, h *house, _ *person) {
			if _, err := h.users.SetPassword(t.Context(), "ada", store.Secret("another password")); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"when the user is removed and made again", func(t *testing.T, h *house, _ *person) {
			if _, err := h.users.Remove(t.Context(), "ada"); err != nil {
				t.Fatal(err)
			}
			if _, err := h.users.Add(t.Context(), "ada", store.Secret(password), false); err != nil {
				t.Fatal(err)
			}
		}, true},
		{"not when somebody else is disabled", func(t *testing.T, h *house, _ *person) {
			if _, err := h.users.Disable(t.Context(), "bob"); err != nil {
				t.Fatal(err)
			}
		}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := build(t, Config{SessionTTL: 8 * time.Hour})
			p := h.visitor(t)
			p.arrive("ada")
			test.end(t, h, p)
			want := "ada"
			if test.ends {
				want = ""
			}
			if got := p.here(); got != want {
				t.Errorf("afterwards: got %q, want %q", got, want)
			}
		})
	}
}

func TestAStoreThatFailsLetsNobodyIn(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	p.arrive("ada")
	h.store.Close()
	for name, a := range map[string]answer{
		"consent":                 p.get("/oauth/authorize?oauth_token=t"),
		"page":                    p.get("/oauth/signin"),
		"sign-in":                 p.signIn(page, "ada", password),
		"sign-out":                p.post("/oauth/signout", nil),
		"a new visitor's consent": h.visitor(t).get("/oauth/authorize?oauth_token=t"),
	} {
		if a.status != http.StatusInternalServerError || a.location() != "" || a.header.Get("Set-Cookie") != "" {
			t.Errorf("%s: got status %d to %q with cookie %q, want a bare 500", name, a.status, a.location(), a.header.Get("Set-Cookie"))
		}
	}
}

func TestAHandlerOutsideOfLoadRefuses(t *testing.T) {
	h := build(t, Config{})
	r, err := http.NewRequest(http.MethodGet, "/oauth/signin", nil)
	if err != nil {
		t.Fatal(err)
	}
	if name, ok := h.User(r); ok || name != "" {
		t.Errorf("user: got %q", name)
	}
	if got := h.FormToken(r, "x"); got != "" || h.CheckFormToken(r, "x", got) {
		t.Error("a form token without a session")
	}
	if err := h.Ask(nil, r, "/", ""); err == nil {
		t.Error("asking without a session: no error")
	}
}
