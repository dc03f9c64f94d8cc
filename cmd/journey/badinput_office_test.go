package journey

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/adminapi"
)

const bossPassword = "the boss of it all"

// adminPages are the administration's, and what a browser sends there; {key} is
// a consumer's and {user} a user's.
var adminPages = []string{
	"/admin/", "/admin/consumers", "/admin/consumers/new", "/admin/consumers/{key}", "/admin/consumers/{key}?tab=incoming", "/admin/consumers/{key}?tab=rights",
	"/admin/consumers/{key}?tab=limits", "/admin/consumers/{key}/rotate", "/admin/consumers/{key}/public-key", "/admin/consumers/{key}/two-legged",
	"/admin/consumers/{key}/remove", "/admin/tokens", "/admin/tokens?consumer={key}", "/admin/tokens/revoke?consumer={key}", "/admin/users", "/admin/users/new",
	"/admin/users/{user}", "/admin/users/{user}/remove", "/admin/requests", "/admin/audit", "/admin/audit/export", "/admin/config", "/admin/confirm",
}

var adminForms = []string{
	"/admin/consumers/new", "/admin/secret", "/admin/consumers/{key}/rotate", "/admin/consumers/{key}/remove", "/admin/consumers/{key}/enable",
	"/admin/consumers/{key}/disable", "/admin/consumers/{key}/approve", "/admin/consumers/{key}/details", "/admin/consumers/{key}/limits",
	"/admin/consumers/{key}/two-legged", "/admin/tokens/revoke", "/admin/users/new", "/admin/users/{user}/disable", "/admin/users/{user}/password",
	"/admin/users/{user}/remove", "/admin/config/reload", "/admin/signout",
}

// An officeFloor is a daemon with administrators' pages and an administrator.
type officeFloor struct {
	*daemon
	wire  *wire
	names *strings.Replacer
	token string // an access token of a consumer
}

// TestAdministrationThreats attacks the administrators' pages: ADM. What the API
// behind them refuses is TestAdministratorsInterface's.
func TestAdministrationThreats(t *testing.T) {
	d := startDaemon(t, "", "")
	f := &officeFloor{daemon: d, wire: d.wire()}
	t.Cleanup(f.wire.close)
	if _, err := f.wire.admin.AddUser(t.Context(), adminapi.NewUser{Name: "boss", Password: bossPassword, Admin: true}); err != nil {
		t.Fatal(err)
	}
	d.addUser("ada", adaPassword)
	c := d.addConsumer("--name", "Printer", "--callback", "oob")
	d.issueToken(c, "ada")
	f.token, f.names = c.token, strings.NewReplacer("{key}", c.key, "{user}", "ada")
	t.Run("ADM-01: no page without an administrator, by whatever address or token, and none on the public listener", f.strangersSeeNothing)
	t.Run("ADM-02: the pages know no usual password", f.noDefaults)
	t.Run("ADM-03: no other page has an administrator's browser act", f.foreignForms)
	t.Run("ADM-05: a page shows a secret once", f.secretOnce)
	t.Run("ADM-06: markup in a record is text on every page, and script in its links is refused", f.storedMarkup)
}

func (f *officeFloor) administrator(t *testing.T) *person {
	t.Helper()
	p := newPerson(t, "http://"+f.private)
	if a := p.signIn("/admin/", "boss", bossPassword); a.status != http.StatusSeeOther {
		t.Fatalf("the administrator is not signed in: %d %s", a.status, a.body)
	}
	return p
}

func (f *officeFloor) strangersSeeNothing(t *testing.T) {
	stranger, ada := newPerson(t, "http://"+f.private), newPerson(t, "http://"+f.private)
	ada.signIn("/admin/", "ada", adaPassword)
	public := newPerson(t, f.base)
	public.signIn("/oauth/signin", "boss", bossPassword) // an administrator, at the wrong door
	ways := map[string][]string{
		"nothing": nil, "a spoofed address": {"X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Remote-User: boss"},
		"an access token": {"Authorization: OAuth oauth_token=\"" + f.token + "\""}, "a bearer token": {"Authorization: Bearer " + f.token},
		"the public session": {"Cookie: " + cookieOf(public)},
	}
	for _, page := range adminPages {
		page = f.names.Replace(page)
		for way, headers := range ways {
			if a := stranger.get(page, headers...); !f.isClosed(a) {
				t.Errorf("GET %s with %s: got %d:\n%s", page, way, a.status, a.body)
			}
		}
		if a := ada.get(page); !f.isClosed(a) {
			t.Errorf("GET %s by a user who is no administrator: got %d", page, a.status)
		}
		if a := public.get(page); a.status != http.StatusNotFound {
			t.Errorf("GET %s on the public listener: got %d, want 404", page, a.status)
		}
	}
	for _, form := range adminForms {
		form = f.names.Replace(form)
		for way, headers := range ways {
			if a := stranger.do(http.MethodPost, form, url.Values{"name": {"x"}, "confirm": {"x"}}, headers...); a.status == http.StatusOK && form != "/admin/signout" {
				t.Errorf("POST %s with %s: got 200", form, way)
			}
		}
	}
	if _, err := f.wire.admin.Consumer(t.Context(), f.names.Replace("{key}")); err != nil {
		t.Errorf("after all that the consumer is not there: %v", err)
	}
}

// isClosed reports whether an answer is the way to sign in, or a refusal.
func (f *officeFloor) isClosed(a seen) bool {
	to, err := url.Parse(a.to)
	return err == nil && (a.status == http.StatusSeeOther || a.status == http.StatusFound) && to.Path == "/admin/signin" ||
		a.status == http.StatusUnauthorized || a.status == http.StatusForbidden
}

func cookieOf(p *person) string {
	var all []string
	for _, c := range p.jarred() {
		all = append(all, c.String())
	}
	return strings.Join(all, "; ")
}

func (f *officeFloor) noDefaults(t *testing.T) {
	for _, user := range []string{"admin", "root", "boss"} {
		for _, password := range []string{"", user, "password", "oauth1d"} {
			p := newPerson(t, "http://"+f.private)
			if a := p.signIn("/admin/", user, password); a.status == http.StatusSeeOther {
				t.Errorf("%s with %q is signed in", user, password)
			}
			if !f.isClosed(p.get("/admin/")) {
				t.Errorf("%s with %q sees the overview", user, password)
			}
		}
	}
	if log := f.log.String(); strings.Contains(log, bossPassword) {
		t.Error("the log has a password")
	}
}

func (f *officeFloor) foreignForms(t *testing.T) {
	boss := f.administrator(t)
	page := boss.get(f.names.Replace("/admin/consumers/{key}/remove"))
	typed := url.Values{"confirm": {"Printer"}}
	for name, a := range map[string]seen{
		"from another origin":      boss.fill(page, typed, "Origin: https://evil.example"),
		"from the public listener": boss.fill(page, typed, "Origin: "+f.base),
		"from another site":        boss.fill(page, typed, "Sec-Fetch-Site: cross-site"),
		"without its token":        boss.fill(page, url.Values{"confirm": {"Printer"}, "form_token": {""}}),
		"with another form's":      boss.fill(page, url.Values{"confirm": {"Printer"}, "form_token": tokenOn(t, boss.get("/admin/users/ada"))}),
		"by GET":                   boss.get(f.names.Replace("/admin/consumers/{key}/remove?confirm=Printer")),
	} {
		if a.status != http.StatusForbidden && name != "by GET" {
			t.Errorf("%s: got %d, want 403", name, a.status)
		}
	}
	for _, form := range adminForms {
		form = f.names.Replace(form)
		if a := boss.do(http.MethodPost, form, typed, "Origin: https://evil.example"); a.status != http.StatusForbidden {
			t.Errorf("POST %s from another origin: got %d, want 403", form, a.status)
		}
	}
	if _, err := f.wire.admin.Consumer(t.Context(), f.names.Replace("{key}")); err != nil {
		t.Errorf("after all that the consumer is not there: %v", err)
	}
}

func tokenOn(t *testing.T, page seen) []string {
	t.Helper()
	_, fields, err := mainForm(page.body)
	if err != nil {
		t.Fatal(err)
	}
	return fields["form_token"]
}

func (f *officeFloor) secretOnce(t *testing.T) {
	boss := f.administrator(t)
	a := boss.fill(boss.get("/admin/consumers/new"), url.Values{"name": {"Once"}, "publisher": {"Us"}, "key": {"once"}, "callbacks": {"oob"}, "methods": {"HMAC-SHA1"}, "profile": {"rfc5849"}, "body_hash": {"if-present"}})
	_, rest, _ := strings.Cut(a.body, `id="consumer_secret" value="`)
	secret, _, _ := strings.Cut(rest, `"`)
	if len(secret) < 20 {
		t.Fatalf("no secret is shown: %d %s", a.status, problemOf(a.body))
	}
	names := strings.NewReplacer("{key}", "once", "{user}", "ada")
	for _, page := range adminPages {
		if a := boss.get(names.Replace(page)); strings.Contains(a.body, secret) {
			t.Errorf("%s shows the secret again", page)
		}
	}
	if strings.Contains(f.log.String(), secret) {
		t.Error("the log has the secret")
	}
}

func (f *officeFloor) storedMarkup(t *testing.T) {
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>`
	boss, ada := f.administrator(t), newPerson(t, f.base)
	for _, n := range []adminapi.NewConsumer{
		{Name: "Link", Contact: "javascript:alert(1)"}, {Name: "Link", Callbacks: []string{"javascript:alert(1)"}}, {Name: "Link", Callbacks: []string{"data:text/html,x"}},
	} {
		if _, err := f.wire.admin.AddConsumer(t.Context(), n); err == nil {
			t.Errorf("%+v is registered", n)
		}
	}
	const callback = "https://evil.example.test/ready"
	made, err := f.wire.admin.AddConsumer(t.Context(), adminapi.NewConsumer{Key: "evil", Name: evil, Description: evil, Publisher: evil, Callbacks: []string{callback}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.wire.admin.IssueToken(t.Context(), adminapi.NewToken{Consumer: "evil", User: "ada"}); err != nil {
		t.Fatal(err)
	}
	token, _, a, err := f.wire.requestToken(&consumer{key: made.Key, secret: made.Secret}, callback)
	if err != nil || token == "" {
		t.Fatalf("asking for a request token: got %+v, %v", a, err)
	}
	names, shown := strings.NewReplacer("{key}", "evil", "{user}", "ada"), 0
	pages := map[string]seen{}
	for _, page := range slices.Concat(adminPages, []string{"/admin/consumers?q=" + url.QueryEscape(evil), "/admin/users?q=" + url.QueryEscape(evil), "/admin/audit?object=" + url.QueryEscape(evil), "/admin/config?q=" + url.QueryEscape(evil)}) {
		pages[page] = boss.get(names.Replace(page))
	}
	pages["sign-in for it"] = ada.get("/oauth/signin?return=" + url.QueryEscape("/oauth/authorize?oauth_token="+token))
	ada.signIn("/oauth/signin", "ada", adaPassword)
	for _, page := range []string{"/oauth/authorize?oauth_token=" + token, "/oauth/account", "/oauth/account/revoke/evil"} {
		pages[page] = ada.get(page)
	}
	for name, page := range pages {
		if page.status >= 500 {
			t.Errorf("%s: got %d", name, page.status)
		}
		if html := strings.Contains(page.header.Get("Content-Type"), "html"); html && (strings.Contains(page.body, "<script") || strings.Contains(page.body, "<img src=x")) || strings.Contains(page.body, `href="javascript:`) {
			t.Errorf("%s: the record's markup is the page's:\n%s", name, page.body)
		}
		if strings.Contains(page.body, "&lt;script&gt;") {
			shown++
		}
	}
	if shown < 8 {
		t.Errorf("the name stands on %d pages, so that little was tried", shown)
	}
}
