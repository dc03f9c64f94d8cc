package account_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
	"oauth1d/store"
)

// approved proposes a consumer and approves it; what it returns is the address
// where its owner gets the secret.
func (h *house) approved(t *testing.T, owner string, a registry.Application) (key, claim string) {
	t.Helper()
	c, err := h.registry.Propose(t.Context(), owner, a)
	must(t, err)
	_, err = h.registry.Approve(t.Context(), c.Key)
	must(t, err)
	return c.Key, "/oauth/account/proposals/" + c.Key + "/claim"
}

// secret is what a page shows as one, or "".
func (a answer) secret() string {
	secret, _ := a.first(`<input type="text" id="secret" value="([^"]*)"`)
	return secret
}

// download posts the page's form for a file.
func (p *person) download(page answer, format string, change ...string) answer {
	p.t.Helper()
	action, ok := page.first(`<form method="post" action="([^"]*/download)"`)
	if !ok {
		p.t.Fatalf("no downloads on a page with status %d", page.status)
	}
	form := url.Values{"format": {format}}
	for _, name := range []string{"form_token", "key", "secret"} {
		form.Set(name, page.field(p.t, name))
	}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return p.post(action, form)
}

// nowhere fails if a secret is in the log, in the audit log or on a page.
func (h *house) nowhere(t *testing.T, p *person, secret string, paths ...string) {
	t.Helper()
	journal, err := os.ReadFile(h.journal)
	must(t, err)
	for what, text := range map[string]string{"the log": h.logs.String(), "the audit log": string(journal)} {
		if strings.Contains(text, secret) || text == "" {
			t.Errorf("%s has the secret, or nothing", what)
		}
	}
	for _, path := range append(paths, "/oauth/account", "/oauth/account/proposals") {
		if got := p.get(path); strings.Contains(got.body, secret) || strings.Contains(got.location(), secret) {
			t.Errorf("GET %s answers with the secret", path)
		}
	}
}

func TestTheSecretIsShownOnce(t *testing.T) {
	h := build(t, nil)
	key, claim := h.approved(t, "ada", registry.Application{Name: "<b>Printer"})
	p := h.as(t, "ada")
	list := p.get("/oauth/account/proposals")
	if !strings.Contains(list.body, `href="`+claim+`"`) || strings.Contains(list.body, "/withdraw") {
		t.Fatalf("got\n%s", list.body)
	}
	question := p.get(claim)
	if question.status != http.StatusOK || question.secret() != "" {
		t.Fatalf("got status %d", question.status)
	}
	page := p.confirm(question)
	secret := page.secret()
	if page.status != http.StatusOK || secret == "" || page.header.Get("Cache-Control") != "no-store" || !strings.Contains(page.body, key) {
		t.Fatalf("got status %d, %v", page.status, page.header)
	}
	for _, path := range []string{"/oauth/request-token", "/oauth/authorize", "/oauth/access-token"} {
		if !strings.Contains(page.body, `value="`+h.server.URL+path+`"`) {
			t.Errorf("the page does not name %s", path)
		}
	}
	for what, a := range map[string]answer{"list": list, "question": question, "secret": page} {
		if strings.Contains(a.body, "<b>Printer") || !strings.Contains(a.body, "&lt;b&gt;Printer") {
			t.Errorf("%s: the name is not escaped, or not there", what)
		}
	}
	lines := h.acts(t, audit.ConsumerClaimed)
	if len(lines) != 1 || lines[0]["actor"] != "user:ada" || lines[0]["object"] != key {
		t.Errorf("audit: got %v", lines)
	}

	p.confirm(question).is(t, "once more", http.StatusSeeOther, "/oauth/account/proposals")
	p.get(claim).is(t, "back", http.StatusSeeOther, "/oauth/account/proposals")
	if got := h.acts(t, audit.ConsumerClaimed); len(got) != 1 {
		t.Errorf("audit after a replay: got %v", got)
	}

	env := p.download(page, "env")
	want := "OAUTH_CONSUMER_KEY=" + key + "\nOAUTH_CONSUMER_SECRET=" + secret + "\nOAUTH_REQUEST_TOKEN_URL=" + h.server.URL + "/oauth/request-token\n" +
		"OAUTH_AUTHORIZE_URL=" + h.server.URL + "/oauth/authorize\nOAUTH_ACCESS_TOKEN_URL=" + h.server.URL + "/oauth/access-token\n"
	if env.status != http.StatusOK || !same(env.body, want) {
		t.Errorf(".env: got status %d and something else than was shown", env.status)
	}
	file := p.download(page, "json")
	var got map[string]string
	must(t, json.Unmarshal([]byte(file.body), &got))
	if !same(got["consumer_secret"], secret) {
		t.Error("JSON: the secret is not the one that was shown")
	}
	delete(got, "consumer_secret")
	if diff := cmp.Diff(map[string]string{"consumer_key": key, "request_token_url": h.server.URL + "/oauth/request-token",
		"authorize_url": h.server.URL + "/oauth/authorize", "access_token_url": h.server.URL + "/oauth/access-token"}, got); diff != "" {
		t.Errorf("JSON: got (+), want (-):\n%s", diff)
	}
	for _, test := range []struct {
		a          answer
		kind, name string
	}{{env, "text/plain; charset=utf-8", "oauth1d-" + key + ".env"}, {file, "application/json", "oauth1d-" + key + ".json"}} {
		h := test.a.header
		if h.Get("Content-Type") != test.kind || h.Get("Content-Disposition") != `attachment; filename="`+test.name+`"` || h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got %v", test.name, h)
		}
	}
	h.nowhere(t, p, secret, claim)
}

func TestADownloadIsOfWhatWasShown(t *testing.T) {
	h := build(t, nil)
	_, one := h.approved(t, "ada", registry.Application{Name: "One"})
	key2, two := h.approved(t, "ada", registry.Application{Name: "Two"})
	p := h.as(t, "ada")
	question := p.get(one)
	page, other := p.confirm(question), p.confirm(p.get(two))
	for name, change := range map[string][]string{
		"another secret":            {"secret", "chosen"},
		"no secret":                 {"secret", ""},
		"the secret of another":     {"secret", other.secret()},
		"the token of another":      {"form_token", other.field(t, "form_token")},
		"the token of the question": {"form_token", question.field(t, "form_token")},
		"no token":                  {"form_token", ""},
		"line breaks in the secret": {"secret", page.secret() + "\nEVIL=1"},
	} {
		p.download(page, "env", change...).is(t, name, http.StatusForbidden, "")
	}
	action, _ := page.first(`<form method="post" action="([^"]*/download)"`)
	p.post(strings.Replace(action, strings.Split(one, "/")[4], key2, 1), url.Values{
		"form_token": {page.field(t, "form_token")}, "secret": {page.secret()}}).is(t, "at the address of another", http.StatusForbidden, "")
	h.as(t, "ada").download(page, "env").is(t, "another session", http.StatusForbidden, "")
	if got := p.get(action); got.status != http.StatusMethodNotAllowed {
		t.Errorf("GET of a download: got status %d", got.status)
	}
	h.nowhere(t, p, page.secret())
}

// Whoever finds a browser that somebody has left gets no secret (ADM-05).
func TestASecretNeedsAFreshPassword(t *testing.T) {
	h := build(t, nil)
	_, claim := h.approved(t, "ada", registry.Application{Name: "Printer"})
	p := h.as(t, "ada")
	question := p.get(claim)
	h.clock.pass(11 * time.Minute)
	for what, ask := range map[string]func() answer{"the page": func() answer { return p.get(claim) }, "the form": func() answer { return p.confirm(question) }} {
		got := ask()
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/oauth/signin?return=") {
			t.Fatalf("%s: got %d to %q, want the sign-in page", what, got.status, got.location())
		}
		page := p.get(got.location())
		if page.status != http.StatusOK || !strings.Contains(page.body, `name="password"`) {
			t.Fatalf("%s: got %d to %q", what, page.status, page.location())
		}
	}
	p.signIn(p.get(p.get(claim).location()), "ada").is(t, "signing in again", http.StatusSeeOther, claim)
	p.confirm(question).is(t, "the form of the session before", http.StatusForbidden, "")
	page := p.confirm(p.get(claim))
	if page.status != http.StatusOK || page.secret() == "" {
		t.Errorf("got status %d", page.status)
	}
}

// Who signs in as somebody else on the way gets nothing of the first one's.
func TestSigningInAgainAsAnother(t *testing.T) {
	h := build(t, nil)
	_, claim := h.approved(t, "ada", registry.Application{Name: "Printer"})
	p := h.as(t, "ada")
	h.clock.pass(11 * time.Minute)
	p.signIn(p.get(p.get(claim).location()), "bob").is(t, "as bob", http.StatusSeeOther, claim)
	p.get(claim).is(t, "the page", http.StatusNotFound, "")
}

func TestOnlyTheOwnerOfWhatIsApprovedGetsTheSecret(t *testing.T) {
	h := build(t, nil)
	key, claim := h.approved(t, "ada", registry.Application{Name: "Printer"})
	open, err := h.registry.Propose(t.Context(), "ada", registry.Application{Name: "Open"})
	must(t, err)
	_, rsa := h.approved(t, "ada", registry.Application{Name: "Signs with RSA", PublicKey: []byte(publicPEM(t, 2048))})
	p, bob := h.as(t, "ada"), h.as(t, "bob")
	question := p.get(claim)
	for _, path := range []string{claim, "/oauth/account/proposals/unknown/claim", "/oauth/account/proposals/~/claim"} {
		got := bob.get(path)
		got.is(t, "bob: "+path, http.StatusNotFound, "")
		if strings.Contains(got.body, "Printer") {
			t.Errorf("bob learns the name at %s", path)
		}
	}
	bob.confirm(question).is(t, "bob with ada's form", http.StatusForbidden, "")
	p.get("/oauth/account/proposals/"+open.Key+"/claim").is(t, "what is not approved", http.StatusSeeOther, "/oauth/account/proposals")
	p.get(rsa).is(t, "what has no secret", http.StatusSeeOther, "/oauth/account/proposals")

	_, err = h.registry.Disable(t.Context(), key)
	must(t, err)
	p.get(claim).is(t, "what is disabled", http.StatusSeeOther, "/oauth/account/proposals")
	p.confirm(question).is(t, "its form", http.StatusSeeOther, "/oauth/account/proposals")
	if got := p.get("/oauth/account/proposals"); !strings.Contains(got.body, "Switched off") || strings.Contains(got.body, claim) {
		t.Errorf("got\n%s", got.body)
	}
	_, err = h.registry.Remove(t.Context(), key)
	must(t, err)
	p.confirm(question).is(t, "what was removed", http.StatusNotFound, "")
	if got := h.acts(t, audit.ConsumerClaimed); len(got) != 0 {
		t.Errorf("audit: got %v", got)
	}
}

func TestTheOwnerIsGoneMeanwhile(t *testing.T) {
	h := build(t, nil)
	key, claim := h.approved(t, "ada", registry.Application{Name: "Printer"})
	p := h.as(t, "ada")
	question := p.get(claim)
	_, err := h.store.ChangeUser(t.Context(), "ada", func(u *store.User) error { u.Disabled = true; return nil })
	must(t, err)
	if got := p.confirm(question); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/oauth/signin?") {
		t.Errorf("disabled: got %d to %q", got.status, got.location())
	}
	_, err = h.store.RemoveUser(t.Context(), "ada")
	must(t, err)
	if got := p.confirm(question); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/oauth/signin?") {
		t.Errorf("removed: got %d to %q", got.status, got.location())
	}
	// The next user of that name is somebody else.
	_, err = h.users.Add(t.Context(), "ada", store.Secret(password), false)
	must(t, err)
	next := h.as(t, "ada")
	next.get(claim).is(t, "the next ada", http.StatusNotFound, "")
	if got := next.get("/oauth/account/proposals").names(); len(got) != 0 {
		t.Errorf("the next ada has %q", got)
	}
	c, err := h.registry.Show(t.Context(), key)
	if err != nil || len(c.Secret) != 0 {
		t.Errorf("a secret was made, or error %v", err)
	}
}

func TestWithoutTheAuditLogNoSecretIsShown(t *testing.T) {
	h := build(t, nil)
	_, claim := h.approved(t, "ada", registry.Application{Name: "Printer"})
	p := h.as(t, "ada")
	question := p.get(claim)
	must(t, h.audit.Close())
	got := p.confirm(question)
	got.is(t, "claiming", http.StatusInternalServerError, "")
	if got.secret() != "" {
		t.Error("the secret is shown")
	}
}
