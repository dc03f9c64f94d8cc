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
	reference := regexp.MustCompile(`<code translate="no" dir="ltr">[A-Z0-9]+</code>`)
	answerTo := func(name, password string) answer {
		a := p.signIn(page, name, password)
		a.body = reference.ReplaceAllString(strings.ReplaceAll(a.body, `value="`+name+`"`, `value="NAME"`), "ID")
		for _, h := range []string{"Date", "X-Request-Id", "Content-Length", "Set-Cookie"} {
			a.header.Del(h)
		}
		return a
	}
	want := answerTo("ada", "wrong password")
	if want.status != http.StatusUnauthorized || !strings.Contains(want.body, "The user name or the password is wrong.") {
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
	if diff := cmp.Diff(h.counted(t), map[string]float64{"ok": 1, "wrong": 3, "throttled": 0, "refused": 0, "error": 0}); diff != "" {
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

func TestASessionIsNotAPlaceForStrangers(t *testing.T) {
	h := build(t, Config{})
	before, err := h.store.Stats(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range strangersAtOnce {
		if wait := h.strangers.take("127.0.0.1", h.clock.Now()); wait > 0 {
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
		if _, err := New(nil, nil, NewUsers(nil, UsersConfig{}), c); err == nil {
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
