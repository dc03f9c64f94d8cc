package signin

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

// goTo asks for the consent page and returns where the browser is sent to sign in.
func (p *person) goTo() string {
	p.t.Helper()
	a := p.get(p.get(consentPath).location())
	if a.status != http.StatusSeeOther || !strings.HasPrefix(a.location(), "https://127.0.0.1:") {
		p.t.Fatalf("sent with status %d to %q, want the provider", a.status, a.location())
	}
	return a.location()
}

// One person's way through our pages and the provider's, and what becomes of them
// when the provider removes them.
func TestOIDCWholeSignIn(t *testing.T) {
	provider := startProvider(t, false, map[string]account{
		"sub-grace": resident("grace", map[string]any{"groups": []string{"staff"}}), "sub-ada": resident("ada", nil),
	})
	o := provider.client(t, "rsa", nil)
	h := build(t, Config{Backend: Backend{Name: "oidc", Elsewhere: o, Directory: o}, Origin: "https://photos.test"})
	grace, stranger := h.visitor(t), h.visitor(t)
	back := provider.walker().walk(t, grace.goTo(), "grace", "").URL.RequestURI()

	refused := func(p *person, path, code, why string) {
		t.Helper()
		if got := p.get(path); got.status != http.StatusForbidden || !strings.Contains(got.body, code) || p.here() == "ada" {
			t.Errorf("%s: got status %d and a page\n%s\nwant 403 and %s", why, got.status, got.body, code)
		}
	}
	stranger.goTo()
	refused(stranger, back, "signin_return_unknown", "a callback in another browser")
	if got := grace.get(back); got.status != http.StatusSeeOther || got.location() != consentPath {
		t.Fatalf("back: got status %d to %q", got.status, got.location())
	}
	refused(grace, back, "signin_return_unknown", "the callback once more")
	refused(stranger, provider.walker().walk(t, stranger.goTo(), "grace", "login").URL.RequestURI(), "signin_refused", "cancelled there")
	refused(stranger, provider.walker().walk(t, stranger.goTo(), "ada", "").URL.RequestURI(), "user_name_taken", "the name of a built-in user")
	if got := grace.here(); got != "grace" {
		t.Fatalf("signed in: got %q, want grace", got)
	}
	h.recheckGrace(t, provider, grace)
}

func (h *house) recheckGrace(t *testing.T, provider *realProvider, grace *person) {
	t.Helper()
	if err := h.store.AddConsumer(t.Context(), store.Consumer{Key: "printer", Name: "printer"}); err != nil {
		t.Fatal(err)
	}
	if err := h.store.IssueAccessToken(t.Context(), store.AccessToken{ID: "t", Consumer: "printer", User: "grace", Issued: h.clock.Now().Unix()}); err != nil {
		t.Fatal(err)
	}
	provider.tell(t, map[string]any{"change": "sub-grace", "claims": map[string]any{"preferred_username": "grace", "groups": []string{"editors"}}})
	// Twice, because the second time takes the refresh token of the first.
	for range 2 {
		h.clock.pass(6 * time.Minute)
		if asked, gone, err := h.Recheck(t.Context()); asked != 1 || gone != 0 || err != nil {
			t.Fatalf("asked about %d, %d gone, %v; want 1 and 0", asked, gone, err)
		}
	}
	u, err := h.store.User(t.Context(), "grace")
	if err != nil || !slices.Equal(u.Groups, []string{"editors"}) || u.Source != "oidc" {
		t.Errorf("groups: got %q of source %q, %v; want editors", u.Groups, u.Source, err)
	}
	if got := grace.here(); got != "grace" {
		t.Errorf("still there: got %q, want grace", got)
	}
	provider.tell(t, map[string]any{"remove": "sub-grace"})
	h.clock.pass(6 * time.Minute)
	if asked, gone, err := h.Recheck(t.Context()); asked != 1 || gone != 1 || err != nil {
		t.Errorf("after removal: asked about %d, %d gone, %v; want 1 and 1", asked, gone, err)
	}
	if got := grace.here(); got != "" {
		t.Errorf("after removal: %q is still signed in", got)
	}
}
