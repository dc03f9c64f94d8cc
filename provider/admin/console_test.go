package admin_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/admin"
	"oauth1d/provider/policy"

	"oauth1d/provider"
)

// concrete puts names of this test in the place of the variables of a path.
func concrete(path string) string {
	path = strings.ReplaceAll(path, "{key}", "printer")
	if strings.HasPrefix(path, "/admin/users/") {
		return strings.ReplaceAll(path, "{name}", "bob")
	}
	return strings.ReplaceAll(path, "{id}", "1")
}

// paths are those of the console, by method.
func paths(method string) (all []string) {
	for _, r := range admin.NewConsole(admin.ConsoleConfig{}).Routes() {
		if r.Method == method {
			all = append(all, concrete(r.Path))
		}
	}
	return all
}

// ADM-01: being able to reach the listener is no authority, and the pages are on
// one listener only.
func TestPagesWantAnAdministrator(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	issued := c.made("POST", "/api/v1/tokens", `{"consumer":"printer","user":"bob"}`)
	for _, path := range append(paths("GET"), paths("POST")...) {
		for name, change := range map[string]func(*http.Request){
			"nobody": func(*http.Request) {},
			"spoofed addresses": func(r *http.Request) {
				r.Header.Set("X-Forwarded-For", "127.0.0.1")
				r.Header.Set("Remote-User", "ada")
			},
			"the admin API's token": func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+bearer) },
			"an access token":       func(r *http.Request) { r.Header.Set("Authorization", `OAuth oauth_token="`+issued.field("token")+`"`) },
			"another site's cookie": func(r *http.Request) { r.Header.Set("Cookie", "oauth1d=x; oauth1d-admin=x") },
		} {
			for _, method := range []string{"GET", "POST"} {
				r, err := http.NewRequestWithContext(t.Context(), method, c.server.URL+path, nil)
				must(t, err)
				change(r)
				got := c.visitor().do(r)
				asked := got.status == http.StatusSeeOther && strings.HasPrefix(got.location, "/admin/signin?return=")
				if !asked && got.status != http.StatusMethodNotAllowed {
					t.Errorf("%s %s as %s: got status %d and %q, want to be asked to sign in", method, path, name, got.status, got.location)
				}
			}
		}
		if resp, err := http.Get(c.public.URL + path); err != nil || resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s on the public listener: got %v and %v, want 404", path, resp.Status, err)
		}
	}
	b := c.visitor()
	in := b.send(b.get("/admin/").follow(b), "/admin/signin", url.Values{"username": {"bob"}, "password": {adaPassword}})
	if in.status == http.StatusSeeOther {
		t.Errorf("a user who is no administrator was let in, to %s", in.location)
	}
}

// ADM-03, CON-03: nothing is done for a form that was not shown to this session,
// whoever sends it.
func TestFormsWantTheirOwnToken(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	ada, other := c.administrator(), c.administrator()
	foreign := fields(other.get("/admin/consumers/printer?tab=incoming").form("/admin/consumers/printer/disable")).Get("form_token")
	elsewhere := fields(ada.get("/admin/consumers/printer?tab=rights").form("/admin/consumers/printer/rights")).Get("form_token")
	before := len(c.events())
	for _, path := range paths("POST") {
		for name, form := range map[string]url.Values{
			"no token":                        {},
			"an empty one":                    {"form_token": {""}},
			"another session's":               {"form_token": {foreign}},
			"that of another form":            {"form_token": {elsewhere}},
			"that of another form, with a no": {"form_token": {elsewhere}, "form_id": {"x"}},
		} {
			if path == "/admin/consumers/printer/rights" && strings.HasPrefix(name, "that of another form") && form.Get("form_id") == "" {
				continue
			}
			form.Set("consumer", "printer")
			got := ada.post(path, form)
			if got.status != http.StatusForbidden && got.status != http.StatusNotFound {
				t.Errorf("%s with %s: got status %d, want 403", path, name, got.status)
			}
		}
		r, err := http.NewRequestWithContext(t.Context(), "POST", c.server.URL+path, strings.NewReader(url.Values{"form_token": {elsewhere}}.Encode()))
		must(t, err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", "https://evil.example")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if got := ada.do(r); got.status != http.StatusForbidden {
			t.Errorf("%s from another origin: got status %d, want 403", path, got.status)
		}
	}
	if after := len(c.events()); after != before {
		t.Errorf("got %d lines more in the audit log, want none: %v", after-before, c.events()[before:])
	}
}

func TestEveryPageKeepsItsHeaders(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	ada := c.administrator()
	for _, path := range paths("GET") {
		got := ada.get(path)
		h := got.header
		if h.Get("Cache-Control") != "no-store" || h.Get("X-Frame-Options") != "DENY" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
			t.Errorf("%s: got headers %v", path, h)
		}
		if len(got.elements("script")) > 0 {
			t.Errorf("%s has a script", path)
		}
		if got.status == http.StatusOK && strings.HasPrefix(h.Get("Content-Type"), "text/html") && len(got.elements("h1")) != 1 {
			t.Errorf("%s has %d h1, want one", path, len(got.elements("h1")))
		}
	}
}

// What hands out, replaces or widens power wants a password that was given just
// now: before anything is typed, and again when it is sent.
func TestPowerWantsAFreshPassword(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	ada := c.administrator()
	careful := []string{
		"/admin/consumers/new", "/admin/consumers/printer/rotate", "/admin/consumers/printer/public-key", "/admin/consumers/printer/two-legged",
		"/admin/consumers/printer/remove", "/admin/users/new", "/admin/users/bob/remove",
	}
	shown := map[string]page{}
	for _, path := range careful {
		shown[path] = ada.get(path)
		shown[path].wants(http.StatusOK)
	}
	user := ada.get("/admin/users/bob")
	c.made("POST", "/api/v1/consumers/printer/disable", "")
	incoming, rights := ada.get("/admin/consumers/printer?tab=incoming"), ada.get("/admin/consumers/printer?tab=rights")
	c.clock.pass(11 * time.Minute)
	before := len(c.events())
	for _, path := range careful {
		if got := ada.get(path); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location, "/admin/signin") {
			t.Errorf("%s: got status %d and %q, want to be asked for the password", path, got.status, got.location)
		}
		got := ada.send(shown[path], path, url.Values{"name": {"Kept"}, "acts_as": {"Kept"}, "confirm": {"printer"}})
		got.wants(http.StatusForbidden, "This needs a password that was given in the last ten minutes")
		for _, id := range []string{"name", "acts_as"} {
			if value := got.value(id); value != "" && value != "Kept" {
				t.Errorf("%s: %s came back as %q", path, id, value)
			}
		}
	}
	ada.send(incoming, "/admin/consumers/printer/incoming", url.Values{"callbacks": {"https://kept.example/"}}).wants(http.StatusForbidden, "This needs a password", "https://kept.example/")
	ada.send(rights, "/admin/consumers/printer/rights", url.Values{"groups": {"kept"}}).wants(http.StatusForbidden, "This needs a password", "kept")
	if got := ada.send(incoming, "/admin/consumers/printer/enable", nil); !strings.HasPrefix(got.location, "/admin/signin") {
		t.Errorf("enabling: got status %d and %q, want to be asked for the password", got.status, got.location)
	}
	if got := ada.send(user, "/admin/users/bob/password", url.Values{"password": {"another good one"}, "again": {"another good one"}}); !strings.HasPrefix(got.location, "/admin/signin") {
		t.Errorf("a password: got status %d and %q, want to be asked for one's own", got.status, got.location)
	}
	if after := len(c.events()); after != before {
		t.Errorf("got %d lines more in the audit log, want none", after-before)
	}
	again := ada.get("/admin/confirm?back=/admin/users").follow(ada)
	back := ada.send(again, "/admin/signin", url.Values{"password": {adaPassword}})
	back.follow(ada).wants(http.StatusOK, "Your password is confirmed")
	ada.get("/admin/consumers/new").wants(http.StatusOK)
}

// Whoever's session ends while they type loses nothing but secrets.
func TestWhatWasTypedOutlivesTheSession(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	shown := ada.get("/admin/consumers/new")
	ada.post("/admin/signout", nil)
	typed := url.Values{"name": {"<Kept> & whole"}, "callbacks": {"oob\nhttps://a.example/x"}, "methods": {"HMAC-SHA1", "HMAC-SHA512"}, "secret": {"kd94hf93k423kf44"}, "publisher": {"P"}, "verified": {"1"}}
	kept := ada.send(shown, "/admin/consumers/new", typed)
	kept.wants(http.StatusForbidden, "You are not signed in any more")
	if strings.Contains(kept.text, "kd94hf93k423kf44") || strings.Contains(kept.text, "form_token") {
		t.Error("the page keeps a secret or a form token")
	}
	asked := ada.get("/admin/confirm").follow(ada) // in another tab
	ada.send(asked, "/admin/signin", url.Values{"username": {"ada"}, "password": {adaPassword}}).follow(ada).wants(http.StatusOK, "Your password is confirmed")
	again := ada.send(kept, "/admin/consumers/new", nil)
	again.wants(http.StatusForbidden, "What you typed is still here")
	ada.send(again, "/admin/consumers/new", nil).wants(http.StatusOK, "The secret of <Kept> & whole")
	for _, one := range c.made("GET", "/api/v1/consumers", "").fields["consumers"].([]any) {
		wantField(t, one.(map[string]any), "callbacks", "[oob https://a.example/x]")
		wantField(t, one.(map[string]any), "methods", "[HMAC-SHA1 HMAC-SHA512]")
		wantField(t, one.(map[string]any), "verified", "true")
	}
}

func TestConfirmedLeadsNowhereElse(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	for _, back := range []string{"https://evil.example/", "//evil.example", "/admin//evil.example", `/admin/\evil`, "javascript:alert(1)", "/oauth/signout"} {
		got := ada.get("/admin/confirm?back=" + url.QueryEscape(back))
		got.wants(http.StatusOK)
		if strings.Contains(got.text, "evil") || strings.Contains(got.text, "javascript:") || strings.Contains(got.text, `href="/oauth/signout"`) {
			t.Errorf("%q stands on the page", back)
		}
	}
}

func scoped(t *testing.T) func(*provider.Config) {
	p, err := policy.New(policy.Config{Scopes: []policy.Scope{
		{Name: "read", Title: "See your photos", Default: true, Allow: []string{"GET /**"}},
		{Name: "delete", Title: "Delete your photos", Risky: true, Allow: []string{"DELETE /**"}},
	}})
	must(t, err)
	return func(c *provider.Config) { c.Policy = p }
}
