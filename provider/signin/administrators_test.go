package signin

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/web"
	"oauth1d/store"
)

const adminToken = "0123456789abcdef0123456789abcdef"

// administration is a house for administrators, of whom root is one, with a page
// that says who is there.
func administration(t *testing.T) *house {
	t.Helper()
	h := build(t, Config{Administrators: true, AdminToken: store.Secret(adminToken)})
	if _, err := h.users.Add(t.Context(), "root", store.Secret(password), true); err != nil {
		t.Fatal(err)
	}
	w, err := web.New(web.Config{Pages: h.config.Pages, Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	m := http.NewServeMux()
	m.Handle("/oauth/signin", h.Load(w.People("signin", h.ServeSignIn)))
	m.Handle("/oauth/signout", h.Load(w.People("signout", h.ServeSignOut)))
	m.Handle("/who", h.Load(w.People("who", func(w http.ResponseWriter, r *http.Request) error {
		fresh := "stale"
		if h.Fresh(r) {
			fresh = "fresh"
		}
		_, err := w.Write([]byte(h.Actor(r) + " " + fresh))
		return err
	})))
	m.Handle("/again", h.Load(w.People("again", func(w http.ResponseWriter, r *http.Request) error {
		return h.AskAgain(w, r, "/who")
	})))
	h.server.Close()
	h.server = httptest.NewServer(w.Outer(m))
	t.Cleanup(h.server.Close)
	return h
}

func (p *person) token(page answer, token string) answer {
	p.t.Helper()
	return p.post("/oauth/signin", url.Values{"token": {token}, "form_token": {page.field(p.t, "form_token")}, "return": {page.field(p.t, "return")}})
}

func TestOnlyAdministratorsComeIn(t *testing.T) {
	h := administration(t)
	p := h.visitor(t)
	if got := p.signIn(p.get("/oauth/signin"), "ada", password); got.status != http.StatusUnauthorized {
		t.Errorf("a user who is none: got status %d, want 401", got.status)
	}
	if got := p.get("/who").body; got != " stale" {
		t.Errorf("then: got %q, want nobody", got)
	}
	p.arrive("root")
	if got := p.get("/who").body; got != "user:root fresh" {
		t.Errorf("an administrator: got %q", got)
	}
	if c := p.cookie(); c.Name != "oauth1d-admin" {
		t.Errorf("the cookie is %q", c.Name)
	}
	if _, err := h.store.ChangeUser(t.Context(), "root", func(u *store.User) error { u.Admin = false; return nil }); err != nil {
		t.Fatal(err)
	}
	if got := p.get("/who").body; got != " stale" {
		t.Errorf("who is no administrator any more: got %q, want nobody", got)
	}
}

func TestTheAdminTokenSignsIn(t *testing.T) {
	h := administration(t)
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	if got := p.token(page, adminToken[1:]); got.status != http.StatusUnauthorized || strings.Contains(got.body, adminToken[1:]) {
		t.Errorf("a wrong token: got status %d and %s", got.status, got.body)
	}
	if got := p.token(page, adminToken); got.status != http.StatusSeeOther {
		t.Fatalf("the token: got status %d", got.status)
	}
	if got := p.get("/who").body; got != "admin:token fresh" {
		t.Errorf("got %q", got)
	}
	h.config.AdminToken = store.Secret("another token, after a reload")
	if got := p.get("/who").body; got != " stale" {
		t.Errorf("after the token was changed: got %q, want nobody", got)
	}
	h.config.AdminToken = nil
	if got := p.token(p.get("/oauth/signin"), ""); got.status != http.StatusUnauthorized {
		t.Errorf("no token where none is configured: got status %d, want 401", got.status)
	}
}

func TestTokensAreNotGuessedAtLeisure(t *testing.T) {
	h := administration(t)
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	for range 5 {
		p.token(page, "wrong")
	}
	if got := p.token(page, adminToken); got.status != http.StatusTooManyRequests {
		t.Errorf("after five wrong ones: got status %d, want 429", got.status)
	}
}

func TestAUsersTokenFieldIsNothing(t *testing.T) {
	h := build(t, Config{AdminToken: store.Secret(adminToken)})
	p := h.visitor(t)
	if got := p.token(p.get("/oauth/signin"), adminToken); got.status != http.StatusBadRequest || p.here() != "" {
		t.Errorf("got status %d, want 400", got.status)
	}
}

func TestAnAdministratorSignsInAgain(t *testing.T) {
	h := administration(t)
	p := h.visitor(t)
	p.arrive("root")
	h.clock.pass(provedFor - time.Second)
	if got := p.get("/who").body; got != "user:root fresh" {
		t.Errorf("just before: got %q", got)
	}
	h.clock.pass(time.Second)
	if got := p.get("/who").body; got != "user:root stale" {
		t.Errorf("after ten minutes: got %q", got)
	}
	page := p.get(p.get("/again").location())
	if page.status != http.StatusOK || !strings.Contains(page.body, "root") {
		t.Fatalf("asked again: got status %d and %s", page.status, page.body)
	}
	if got := p.signIn(page, "root", "wrong password"); got.status != http.StatusUnauthorized {
		t.Errorf("a wrong password: got status %d", got.status)
	}
	if got := p.get("/who").body; got != "user:root stale" {
		t.Errorf("after a wrong password: got %q", got)
	}
	if got := p.signIn(page, "root", password); got.status != http.StatusSeeOther || got.location() != "/who" {
		t.Errorf("the right one: got status %d to %q", got.status, got.location())
	}
	if got := p.get("/who").body; got != "user:root fresh" {
		t.Errorf("then: got %q", got)
	}
}

// A user's session must open nothing to administrators, not even an
// administrator's own: it is shown to the public listener, too.
func TestASessionUnderTheOtherCookieIsNone(t *testing.T) {
	h := administration(t)
	people, err := New(h.store, h.keys, h.users, Config{Pages: h.config.Pages, Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodGet, "/oauth/signin", nil)
	people.Load(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := people.enter(w, r, Identity{User: "root"}, wayBack{}); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(w, r)
	cookies := w.Result().Cookies()
	if len(cookies) != 1 || cookies[0].Name != "oauth1d" {
		t.Fatalf("cookies: %v", cookies)
	}
	r, err = http.NewRequestWithContext(t.Context(), http.MethodGet, h.server.URL+"/who", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(&http.Cookie{Name: "oauth1d-admin", Value: cookies[0].Value})
	if got := h.visitor(t).do(r); got.status != http.StatusOK || got.body != " stale" {
		t.Errorf("got status %d and %q, want nobody, and no fault of ours", got.status, got.body)
	}

	// Nor does signing in from there go on with it, or end it.
	r.URL.Path = "/oauth/signin"
	if got := h.visitor(t).do(r); got.status != http.StatusOK || !strings.Contains(got.header.Get("Set-Cookie"), "oauth1d-admin=") ||
		strings.Contains(got.header.Get("Set-Cookie"), cookies[0].Value) {
		t.Errorf("the sign-in page: got status %d and cookie %q, want a new session", got.status, got.header.Get("Set-Cookie"))
	}
	r = httptest.NewRequest(http.MethodGet, "/", nil)
	r.AddCookie(cookies[0])
	people.Load(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if name, _ := people.User(r); name != "root" {
			t.Errorf("where the session is from: got %q", name)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}
