package journey

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestConsentThreats attacks the pages that users meet: CON.
func TestConsentThreats(t *testing.T) {
	l := openLobby(t, "")
	t.Run("CON-01: no page can be framed, errors included", l.pagesAreArmoured)
	t.Run("CON-02: no page is kept, sniffed or tells where it was, and none has script", l.pagesAreArmoured)
	t.Run("CON-03, 04, 05, 06: a decision needs the form, the origin, the method and the session", l.forgedDecisions)
	t.Run("CON-07: cookies are for the daemon alone", l.cookies)
	t.Run("CON-08: a session that was there before sign-in is dead after it", l.fixation)
	t.Run("CON-09: passwords cannot be guessed, nor user names found out", func(t *testing.T) { openLobby(t, "").guessing(t) })
	t.Run("CON-10: what is sent comes back as text, or not at all", l.markup)
	t.Run("CON-11: sign-in leads nowhere else", l.redirects)
	t.Run("CON-12: the page says who asks, for what, as whom, and where it leads", l.whoAsks)
	t.Run("CON-13: the same consumer asks again", l.asksAgain)
}

func (l *lobby) pagesAreArmoured(t *testing.T) {
	path, token, _ := l.asks(t)
	stranger, ada := newPerson(t, l.base), newPerson(t, l.base)
	pages := map[string]seen{"a wrong password": stranger.signIn(path, "ada", "wrong")}
	pages["signed in"] = ada.signIn(path, "ada", adaPassword)
	pages["consent"] = ada.get(path)
	for _, p := range []string{"/", "/oauth/account", "/oauth/signin", "/oauth/nothing", "/nothing", "/oauth/authorize", "/oauth/authorize?oauth_token=nobody",
		"/oauth/authorize?oauth_token=%zz", "/oauth/signin?return=//evil.example", "/oauth/account/revoke/nobody", "/oauth/account/proposals", "/oauth/signout"} {
		pages["GET "+p], pages["GET by a stranger "+p] = ada.get(p), stranger.get(p)
		pages["POST "+p] = ada.do(http.MethodPost, p, url.Values{"form_token": {"x"}, "oauth_token": {token}})
	}
	pages["another origin"] = ada.do(http.MethodPost, "/oauth/authorize", url.Values{"oauth_token": {token}}, "Origin: https://evil.example")
	for name, page := range pages {
		if err := page.isArmoured(); err != nil {
			t.Errorf("%s (%d): %v", name, page.status, err)
		}
	}
}

func (l *lobby) forgedDecisions(t *testing.T) {
	path, _, _ := l.asks(t)
	ada, grace := newPerson(t, l.base), newPerson(t, l.base)
	ada.signIn(path, "ada", adaPassword)
	grace.signIn(path, "grace", gracePassword)
	allow := func(token ...string) url.Values { return url.Values{"decision": {"allow"}, "form_token": token} }
	_, foreign, err := mainForm(grace.get(path).body)
	if err != nil {
		t.Fatal(err)
	}
	form := ada.get(path)
	_, own, err := mainForm(form.body)
	if err != nil {
		t.Fatal(err)
	}
	query := url.Values{"oauth_token": own["oauth_token"], "form_token": own["form_token"], "decision": {"allow"}}.Encode()
	tries := map[string]seen{
		"without a form token":             ada.fill(form, allow()),
		"with an empty one":                ada.fill(form, allow("")),
		"with another session's":           ada.fill(form, allow(foreign["form_token"]...)),
		"from another origin":              ada.fill(form, url.Values{"decision": {"allow"}}, "Origin: https://evil.example"),
		"from a page that hides its name":  ada.fill(form, url.Values{"decision": {"allow"}}, "Origin: null"),
		"from another site, by its header": ada.fill(form, url.Values{"decision": {"allow"}}, "Sec-Fetch-Site: cross-site"),
		"from a subdomain, by its header":  ada.fill(form, url.Values{"decision": {"allow"}}, "Sec-Fetch-Site: same-site"),
		"by GET":                           ada.get("/oauth/authorize?" + query),
		"by another session":               grace.fill(form, url.Values{"decision": {"allow"}}),
		"by nobody":                        newPerson(t, l.base).fill(form, url.Values{"decision": {"allow"}}),
	}
	for name, a := range tries {
		if strings.HasPrefix(a.to, lobbyCallback) || strings.Contains(a.body, "oauth_verifier") {
			t.Errorf("%s: got %d %q, which grants", name, a.status, a.to)
		}
		if a.status == http.StatusOK && name != "by GET" {
			t.Errorf("%s: got 200, want a refusal", name)
		}
	}
	l.decides(t, ada, path)
}

func (l *lobby) cookies(t *testing.T) {
	secure := openLobby(t, "https://auth.example.test")
	secure.wire.d.base = "https://auth.example.test"
	for _, c := range []struct {
		name, scheme string
		public       string
		headers      []string
	}{
		{"oauth1d", "http", l.public, nil},
		{"__Host-oauth1d", "https", secure.public, []string{"X-Forwarded-Proto: https", "Origin: https://auth.example.test"}},
	} {
		p := newPerson(t, "http://"+c.public)
		p.fill(p.get("/oauth/signin", c.headers...), url.Values{"username": {"ada"}, "password": {adaPassword}}, c.headers...)
		if len(p.set) == 0 {
			t.Errorf("%s: no cookie is set", c.scheme)
		}
		for _, got := range p.set {
			if got.Name != c.name || !got.HttpOnly || got.Secure != (c.scheme == "https") || got.SameSite != http.SameSiteLaxMode || got.Domain != "" || got.Path != "/" {
				t.Errorf("over %s: got %v", c.scheme, got)
			}
		}
	}
}

func (l *lobby) fixation(t *testing.T) {
	path, _, _ := l.asks(t)
	victim, attacker := newPerson(t, l.base), newPerson(t, l.base)
	attacker.get(path)
	attacker.get("/oauth/signin")
	planted := attacker.jarred()
	if len(planted) == 0 {
		t.Fatal("a stranger has no session to plant")
	}
	at, _ := url.Parse(l.base)
	victim.http.Jar.SetCookies(at, planted)
	victim.signIn(path, "ada", adaPassword)
	after := victim.jarred()
	if len(after) != 1 || after[0].Value == planted[0].Value {
		t.Errorf("after sign-in the session has the planted id")
	}
	if a := attacker.get(path); a.status == http.StatusOK && strings.Contains(a.body, `name="decision"`) {
		t.Error("who planted the session is signed in by it")
	}
	// An id that the daemon never gave out is not taken.
	made := newPerson(t, l.base)
	made.http.Jar.SetCookies(at, []*http.Cookie{{Name: planted[0].Name, Value: strings.Repeat("A", len(planted[0].Value)), Path: "/"}})
	made.signIn(path, "ada", adaPassword)
	if now := made.jarred(); len(now) != 1 || now[0].Value == strings.Repeat("A", len(planted[0].Value)) {
		t.Error("an id from elsewhere is taken")
	}
}

func (l *lobby) guessing(t *testing.T) {
	blank := strings.NewReplacer("ada", "NAME", "nobody", "NAME")
	told := map[string]string{}
	for _, user := range []string{"ada", "nobody"} {
		p := newPerson(t, l.base)
		for i := range 6 {
			a := p.signIn("/oauth/signin", user, "a guess")
			if i == 0 {
				told[user] = blank.Replace(problemOf(a.body))
			}
			if i == 5 {
				told[user] += blank.Replace(problemOf(a.body))
			}
		}
	}
	if told["ada"] != told["nobody"] || !strings.Contains(told["ada"], "too many wrong attempts") {
		t.Errorf("a user who exists is answered %q, and one who does not %q", told["ada"], told["nobody"])
	}
	if a := newPerson(t, l.base).signIn("/oauth/signin", "ada", adaPassword); a.status == http.StatusSeeOther {
		t.Error("the right password is taken although the account's attempts are used up")
	}
	// One address tries one password on many accounts.
	slowed := false
	p := newPerson(t, l.base)
	for i := 0; i < 60 && !slowed; i++ {
		slowed = strings.Contains(p.signIn("/oauth/signin", "user"+strings.Repeat("x", i), "password").body, "too many wrong attempts")
	}
	if !slowed {
		t.Error("an address may try any number of accounts")
	}
	// A long password costs no more than a short one.
	began := time.Now()
	a := newPerson(t, l.base).signIn("/oauth/signin", "grace", strings.Repeat("x", 1<<20))
	if took := time.Since(began); a.status == http.StatusSeeOther || took > 5*time.Second {
		t.Errorf("a password of 1 MB: got %d after %v", a.status, took)
	}
}

// problemOf is what a page says is wrong.
func problemOf(body string) string {
	_, rest, _ := strings.Cut(body, `role="alert"`)
	text, _, _ := strings.Cut(rest, "</div>")
	return text
}

func (l *lobby) markup(t *testing.T) {
	const evil = `"><script>alert(1)</script><img src=x onerror="alert(1)">`
	q := url.QueryEscape(evil)
	path, token, _ := l.asks(t)
	ada := newPerson(t, l.base)
	pages := map[string]seen{"user name": ada.signIn(path, evil, "x")}
	ada.signIn(path, "ada", adaPassword)
	for _, p := range []string{"/oauth/authorize?oauth_token=" + q, path + "&x=" + q, "/oauth/signin?return=" + q, "/oauth/signin?return=/oauth/authorize?" + q,
		"/oauth/account?page=" + q, "/oauth/account?done=" + q, "/oauth/account/revoke/" + url.PathEscape(evil), "/oauth/" + url.PathEscape(evil), "/oauth/signout?x=" + q} {
		pages[p] = ada.get(p)
	}
	pages["a decision"] = ada.do(http.MethodPost, "/oauth/authorize", url.Values{"oauth_token": {token}, "decision": {evil}, "form_token": {evil}, "scope": {evil}})
	for name, page := range pages {
		if strings.Contains(page.body, "<script") || strings.Contains(page.body, "<img") {
			t.Errorf("%s: the page has markup of the sender's:\n%s", name, page.body)
		}
	}
}

func (l *lobby) redirects(t *testing.T) {
	for _, to := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, `\\evil.example`, "https:evil.example", "javascript:alert(1)",
		"/oauth/../../evil.example", "/oauth/authorize\r\nLocation: https://evil.example", "%2f%2fevil.example", " //evil.example", "/\t/evil.example", "http://evil.example@127.0.0.1/"} {
		p := newPerson(t, l.base)
		page := p.get("/oauth/signin?return=" + url.QueryEscape(to))
		if strings.Contains(page.body, "evil.example") || page.status >= 500 {
			t.Errorf("%q is on the page, or it is broken: %d", to, page.status)
		}
		// The form may say so as well.
		a := p.fill(p.get("/oauth/signin"), url.Values{"username": {"ada"}, "password": {adaPassword}, "return": {to}})
		where, err := url.Parse(a.to)
		if err != nil || where.Host != "" && where.Scheme+"://"+where.Host != l.base || strings.HasPrefix(a.to, "//") || strings.Contains(a.to, `\`) {
			t.Errorf("%q: sign-in leads to %q", to, a.to)
		}
	}
}

func (l *lobby) whoAsks(t *testing.T) {
	path, _, _ := l.asks(t)
	ada := newPerson(t, l.base)
	ada.signIn(path, "ada", adaPassword)
	page := ada.get(path).body
	for _, want := range []string{"Photo Printer", "Printers Ltd", "Not verified.", "See everything that you can see", ">ada<", "printer.example.test", "Lighthouse Photos"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
}

func (l *lobby) asksAgain(t *testing.T) {
	ada := newPerson(t, l.base)
	for range 2 {
		path, token, secret := l.asks(t)
		ada.signIn(path, "ada", adaPassword)
		page := ada.get(path)
		if page.status != http.StatusOK || !strings.Contains(page.body, `value="allow"`) {
			t.Fatalf("got %d %q, want to be asked", page.status, page.to)
		}
		a := ada.fill(page, url.Values{"decision": {"allow"}})
		back, err := url.Parse(a.to)
		if err != nil {
			t.Fatal(err)
		}
		c := *l.printer
		c.token, c.tokenSecret = token, secret
		if _, _, a, err := l.wire.accessToken(&c, back.Query().Get("oauth_verifier")); err != nil || a.status != http.StatusOK {
			t.Fatalf("exchanging: got %+v, %v", a, err)
		}
		ada = newPerson(t, l.base) // signed in anew, and asked anew
	}
}
