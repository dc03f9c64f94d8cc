package signin

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/store"
)

func TestWhoIsAskedToSignInComesBack(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	asked := p.get("/oauth/authorize?oauth_token=a%2Fb%26c")
	if asked.status != http.StatusSeeOther || !strings.HasPrefix(asked.location(), "/oauth/signin?return=") {
		t.Fatalf("asked: got status %d to %q", asked.status, asked.location())
	}
	if strings.Contains(asked.location(), "oauth_token") {
		t.Errorf("the way back is in the URL: %q", asked.location())
	}
	page := p.get(asked.location())
	if !strings.Contains(page.body, "Photo Printer") {
		t.Error("the page does not name the consumer")
	}
	again := p.signIn(page, "ada", "wrong password")
	if again.status != http.StatusUnauthorized || !strings.Contains(again.body, "Photo Printer") {
		t.Errorf("after a wrong password: got status %d, want 401 and the consumer's name", again.status)
	}
	got := p.signIn(again, "ada", password)
	if want := "/oauth/authorize?oauth_token=a%2Fb%26c"; got.status != http.StatusSeeOther || got.location() != want {
		t.Errorf("signed in: got status %d to %q, want 303 to %q", got.status, got.location(), want)
	}
	if got := p.get(asked.location()); got.location() != "/oauth/authorize?oauth_token=a%2Fb%26c" {
		t.Errorf("the sign-in page again: got %q, want the way back", got.location())
	}
}

func TestTwoTabsFindTheirOwnWaysBack(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	first := p.get("/oauth/authorize?oauth_token=one").location()
	second := p.get("/oauth/authorize?oauth_token=two").location()
	if first == second {
		t.Fatal("both have one way back")
	}
	if again := p.get("/oauth/authorize?oauth_token=one").location(); again != first {
		t.Error("loading the first again: got another handle")
	}
	if got := p.signIn(p.get(second), "ada", password).location(); got != "/oauth/authorize?oauth_token=two" {
		t.Errorf("second tab: got %q", got)
	}
	if got := p.get(first).location(); got != "/oauth/authorize?oauth_token=one" {
		t.Errorf("first tab: got %q", got)
	}
}

func TestOnlySoManyWaysBackAreRemembered(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	var ways []string
	for _, token := range strings.Split("abcdefghij", "") {
		ways = append(ways, p.get("/oauth/authorize?oauth_token="+token).location())
	}
	p.arrive("ada")
	for i, way := range ways {
		got := p.get(way).location()
		if known := i >= len(ways)-maxWaysBack; known != (got != "") {
			t.Errorf("way %d of %d: got %q", i, len(ways), got)
		}
	}
}

func TestNobodyIsSentToAnAddressThatCameWithARequest(t *testing.T) {
	h := build(t, Config{})
	other := h.visitor(t)
	foreign, err := url.Parse(other.get("/oauth/authorize?oauth_token=t").location())
	if err != nil {
		t.Fatal(err)
	}
	targets := []string{
		"https://evil.example/", "//evil.example/", `/\evil.example/`, "/oauth/authorize?oauth_token=x", "javascript:alert(1)", "/", "%2f%2fevil.example",
		foreign.Query().Get("return"), // another session's
	}
	for _, target := range targets {
		t.Run(target, func(t *testing.T) {
			p := h.visitor(t)
			page := p.get("/oauth/signin?return=" + url.QueryEscape(target) + "&redirect=" + url.QueryEscape(target))
			if got := page.field(t, "return"); got != "" {
				t.Errorf("the page carries %q", got)
			}
			got := p.post("/oauth/signin?return="+url.QueryEscape(target), url.Values{
				"username": {"ada"}, "password": {password}, "form_token": {page.field(t, "form_token")}, "return": {target},
			})
			if got.status != http.StatusSeeOther || got.location() != "/oauth/signin" {
				t.Errorf("got status %d to %q, want 303 to /oauth/signin", got.status, got.location())
			}
			if got := p.get("/oauth/signin"); got.status != http.StatusOK || got.location() != "" || strings.Contains(got.body, `name="password"`) {
				t.Errorf("there: got status %d to %q, want a page without a form", got.status, got.location())
			}
		})
	}
}

func TestAskTakesNoOtherSitesAddress(t *testing.T) {
	for _, to := range []string{"", "x", "//evil.example/", `/\evil.example`, "https://evil.example/", "/a b", "/a\r\nX: y", "/a\x00"} {
		if isPath(to) {
			t.Errorf("%q was taken for a path", to)
		}
	}
}

// A wrong password, an unknown and a disabled user get the same answer to the
// letter, but for the name that was typed and the id of the request.
func TestEqualAnswers(t *testing.T) {
	h := build(t, Config{})
	if _, err := h.users.Disable(t.Context(), "bob"); err != nil {
		t.Fatal(err)
	}
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	reference := regexp.MustCompile(`<code translate="no">[A-Z0-9]+</code>`)
	answerTo := func(name, password string) answer {
		a := p.signIn(page, name, password)
		a.body = reference.ReplaceAllString(strings.ReplaceAll(a.body, `value="`+name+`"`, `value="NAME"`), "ID")
		for _, h := range []string{"Date", "X-Request-Id", "Content-Length", "Set-Cookie"} {
			a.header.Del(h)
		}
		return a
	}
	want := answerTo("ada", "wrong password")
	if want.status != http.StatusUnauthorized || !strings.Contains(want.body, sayWrong) {
		t.Fatalf("wrong: got status %d and %s", want.status, want.body)
	}
	for name, got := range map[string]answer{
		"unknown": answerTo("eve", "wrong password"), "disabled": answerTo("bob", password), "too long": answerTo("ada", strings.Repeat("a", 2000)),
	} {
		if diff := cmp.Diff(got, want, cmp.AllowUnexported(answer{})); diff != "" {
			t.Errorf("%s (-got +want):\n%s", name, diff)
		}
	}
}

func TestTheFormIsTiedToTheSession(t *testing.T) {
	h := build(t, Config{})
	form := func(token ...string) url.Values {
		return url.Values{"username": {"ada"}, "password": {password}, "form_token": token}
	}
	tests := []struct {
		name string
		do   func(p *person, page answer) answer
		want int
	}{
		{"no form token", func(p *person, _ answer) answer { return p.post("/oauth/signin", form()) }, http.StatusForbidden},
		{"an empty one", func(p *person, _ answer) answer { return p.post("/oauth/signin", form("")) }, http.StatusForbidden},
		{"another session's", func(p *person, _ answer) answer {
			return p.post("/oauth/signin", form(h.visitor(t).get("/oauth/signin").field(t, "form_token")))
		}, http.StatusForbidden},
		{"one changed", func(p *person, page answer) answer {
			return p.post("/oauth/signin", form("A"+page.field(t, "form_token")[1:]+"A"))
		}, http.StatusForbidden},
		{"without the cookie", func(_ *person, page answer) answer {
			return h.visitor(t).post("/oauth/signin", form(page.field(t, "form_token")))
		}, http.StatusForbidden},
		{"when the session has ended", func(p *person, page answer) answer {
			h.clock.pass(strangerTTL + time.Second)
			return p.post("/oauth/signin", form(page.field(t, "form_token")))
		}, http.StatusForbidden},
		{"two user names", func(p *person, page answer) answer {
			f := form(page.field(t, "form_token"))
			f.Add("username", "bob")
			return p.post("/oauth/signin", f)
		}, http.StatusBadRequest},
		{"no password", func(p *person, page answer) answer {
			f := form(page.field(t, "form_token"))
			f.Del("password")
			return p.post("/oauth/signin", f)
		}, http.StatusBadRequest},
		{"a megabyte", func(p *person, page answer) answer {
			f := form(page.field(t, "form_token"))
			f.Set("password", strings.Repeat("a", 1<<20))
			return p.post("/oauth/signin", f)
		}, http.StatusRequestEntityTooLarge},
		{"all in the query", func(p *person, page answer) answer {
			return p.post("/oauth/signin?"+form(page.field(t, "form_token")).Encode(), nil)
		}, http.StatusBadRequest},
		{"by GET", func(p *person, page answer) answer {
			return p.get("/oauth/signin?" + form(page.field(t, "form_token")).Encode())
		}, http.StatusOK},
		{"as it should be", func(p *person, page answer) answer {
			return p.post("/oauth/signin", form(page.field(t, "form_token")))
		}, http.StatusSeeOther},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := h.visitor(t)
			got := test.do(p, p.get("/oauth/signin"))
			if got.status != test.want {
				t.Errorf("got status %d, want %d", got.status, test.want)
			}
			if in := p.here() != ""; in != (test.want == http.StatusSeeOther) {
				t.Errorf("signed in afterwards: got %v", in)
			}
		})
	}
}

func TestAnotherOriginsFormIsRefused(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.server.URL+"/oauth/signin", strings.NewReader(url.Values{
		"username": {"ada"}, "password": {password}, "form_token": {page.field(t, "form_token")},
	}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := p.do(r); got.status != http.StatusForbidden || p.here() != "" {
		t.Errorf("got status %d, want 403", got.status)
	}
}

func TestFormTokensAreForOnePurposeInOneSession(t *testing.T) {
	h := build(t, Config{})
	p, q := h.visitor(t), h.visitor(t)
	before := p.get("/oauth/signin")
	p.signIn(before, "ada", password)
	q.arrive("ada")
	token := p.get("/oauth/authorize?oauth_token=one").field(t, "form_token")
	check := func(p *person, oauthToken, formToken string) string {
		return p.post("/oauth/authorize", url.Values{"oauth_token": {oauthToken}, "form_token": {formToken}}).body
	}
	if got := check(p, "one", token); got != "checked true" {
		t.Errorf("its own: got %q", got)
	}
	if got := check(p, "two", token); got != "checked false" {
		t.Errorf("for another request token: got %q", got)
	}
	if got := check(q, "one", token); got != "checked false" {
		t.Errorf("in another session of the same user: got %q", got)
	}
	if got := check(p, "one", ""); got != "checked false" {
		t.Errorf("none: got %q", got)
	}
	if got := p.signIn(before, "ada", password); got.status != http.StatusForbidden {
		t.Errorf("the form from before sign-in: got status %d, want 403", got.status)
	}
}

func TestMarkupIsEscaped(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	const markup = `"><script>alert(1)</script>`
	got := p.signIn(p.get("/oauth/signin?return="+url.QueryEscape(markup)), markup, "wrong password")
	if got.status != http.StatusUnauthorized || strings.Contains(got.body, "<script") {
		t.Errorf("got status %d and\n%s", got.status, got.body)
	}
}

func TestWhatTheAuditLogSays(t *testing.T) {
	h := build(t, Config{})
	if _, err := h.users.Disable(t.Context(), "bob"); err != nil {
		t.Fatal(err)
	}
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	p.signIn(page, "ada", "wrong password")
	p.signIn(page, "hunter2 typed too early", "x")
	p.signIn(page, "bob", password)
	p.signIn(page, "ada", password)
	p.post("/oauth/signout", nil)
	var got []string
	for _, line := range h.journalOf(t) {
		details, _ := line["details"].(map[string]any)
		reason, _ := details["reason"].(string)
		got = append(got, strings.Join([]string{line["action"].(string), line["actor"].(string), line["outcome"].(string), reason}, " "))
		if line["request_id"] == "" || line["request_id"] == nil {
			t.Errorf("%v has no request id", line["action"])
		}
	}
	want := []string{
		"signin.failed user:ada refused wrong password",
		"signin.failed anonymous refused unknown user",
		"signin.failed user:bob refused disabled",
		"signin.ok user:ada ok ",
		"signin.ended user:ada ok ",
	}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("journal (-got +want):\n%s", diff)
	}
	if diff := cmp.Diff(h.counted(t), map[string]float64{"ok": 1, "wrong": 3, "throttled": 0, "error": 0}); diff != "" {
		t.Errorf("oauth1d_signins_total (-got +want):\n%s", diff)
	}
}

func TestWithoutAnAuditLineNobodyGetsIn(t *testing.T) {
	h := build(t, Config{})
	h.audit.Close()
	for name, typed := range map[string]string{"right": password, "wrong": "wrong password"} {
		p := h.visitor(t)
		got := p.signIn(p.get("/oauth/signin"), "ada", typed)
		if got.status != http.StatusInternalServerError || got.header.Get("Set-Cookie") != "" || p.here() != "" {
			t.Errorf("the %s password: got status %d and cookie %q, want 500 and none", name, got.status, got.header.Get("Set-Cookie"))
		}
	}
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

func TestASessionIsNotAPlaceForStrangers(t *testing.T) {
	h := build(t, Config{})
	before, err := h.store.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range strangersAtOnce {
		if _, wait := h.strangers.take("127.0.0.1", h.clock.Now()); wait > 0 {
			t.Fatal("the bucket is smaller than it should be")
		}
	}
	got := h.visitor(t).get("/oauth/authorize?oauth_token=t")
	if got.status != http.StatusTooManyRequests || got.header.Get("Retry-After") != "1" {
		t.Errorf("too many sessions: got status %d and Retry-After %q, want 429 and 1", got.status, got.header.Get("Retry-After"))
	}
	after, err := h.store.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if after.Sessions != before.Sessions {
		t.Errorf("sessions: got %d, want %d", after.Sessions, before.Sessions)
	}
	h.clock.pass(time.Second)
	if got := h.visitor(t).get("/oauth/authorize?oauth_token=t"); got.status != http.StatusSeeOther {
		t.Errorf("a second later: got status %d, want 303", got.status)
	}
}

func TestConfigThatCannotWork(t *testing.T) {
	for name, c := range map[string]Config{
		"a negative time":    {IdleTTL: -1},
		"a URL for a path":   {SignInPath: "https://a.example/"},
		"a URL to come back": {AuthorizePath: "//a.example/"},
	} {
		if _, err := New(NewUsers(nil, UsersConfig{}), nil, c); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
}

func TestSecretsDoNotPrint(t *testing.T) {
	_, err := NewUsers(nil, UsersConfig{}).Add(t.Context(), "eve", store.Secret("hunter2"), false)
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}
