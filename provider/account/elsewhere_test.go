package account_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"oauth1d/provider"
	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
	"oauth1d/provider/signin"
)

// Users need not be built in: a proxy may say who they are.
func TestAUserOfAnotherBackend(t *testing.T) {
	h := build(t, func(c *provider.Config) {
		c.SignIn = provider.SignIn{Backend: "header", Header: signin.Header{User: "Remote-User"}}
		c.Gate.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	})
	const name = `carol "x"/é`
	p := h.visitor(t)
	p.header = http.Header{"Remote-User": {name}}
	p.get(p.get("/oauth/account").location()).is(t, "signing in", http.StatusSeeOther, "/oauth/account")
	h.add(t, "printer", "Printer")
	h.allow(t, name, "printer", nil)
	p.confirm(p.get("/oauth/account/revoke/printer")).is(t, "revoking", http.StatusSeeOther, "/oauth/account?done=revoked")
	p.post("/oauth/account/proposals", proposalForm(p.get("/oauth/account/proposals").field(t, "form_token"))).
		is(t, "proposing", http.StatusSeeOther, "/oauth/account/proposals?done=proposed")
	_, claim := h.approved(t, name, registry.Application{Name: "Mine"})
	question := p.get(claim)
	for _, action := range []audit.Action{audit.TokenRevoked, audit.ConsumerProposed} {
		if got := h.acts(t, action); len(got) != 1 || got[0]["actor"] != "user:"+name {
			t.Errorf("audit: got %v", got)
		}
	}

	// Somebody else has signed in at the proxy, with the same browser.
	p.header = http.Header{"Remote-User": {"dave"}}
	if got := p.confirm(question); got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/oauth/signin?") {
		t.Errorf("as dave: got %d to %q", got.status, got.location())
	}
	p.header = http.Header{"Remote-User": {name}}
	if page := p.confirm(p.get(claim)); page.status != http.StatusOK || page.secret() == "" {
		t.Errorf("got status %d", page.status)
	}
}

// The daemon may stand under a path of the site, which a proxy takes off.
func TestPagesUnderAPrefix(t *testing.T) {
	h := build(t, func(c *provider.Config) { c.PublicURL += "/auth" })
	inner := h.server.Config.Handler
	h.server.Config.Handler = http.StripPrefix("/auth", inner)
	h.add(t, "a/b", "Odd")
	h.allow(t, "ada", "a/b", nil)
	p := h.visitor(t)
	p.under = "/auth"
	got := p.get("/auth/oauth/account")
	if !strings.HasPrefix(got.location(), "/auth/oauth/signin?return=") {
		t.Fatalf("got %d to %q", got.status, got.location())
	}
	p.signIn(p.get(got.location()), "ada").is(t, "signing in", http.StatusSeeOther, "/auth/oauth/account")
	link, _ := p.get("/auth/oauth/account").first(`href="(/auth/oauth/account/revoke/[^"]*)"`)
	p.confirm(p.get(link)).is(t, "revoking", http.StatusSeeOther, "/auth/oauth/account?done=revoked")
	form := proposalForm(p.get("/auth/oauth/account/proposals").field(t, "form_token"))
	p.post("/auth/oauth/account/proposals", form).is(t, "proposing", http.StatusSeeOther, "/auth/oauth/account/proposals?done=proposed")
	_, claim := h.approved(t, "ada", registry.Application{Name: "Mine"})
	page := p.confirm(p.get("/auth" + claim))
	if page.status != http.StatusOK || !strings.Contains(page.body, `value="`+h.server.URL+`/auth/oauth/request-token"`) {
		t.Errorf("got status %d:\n%s", page.status, page.body)
	}
	if got := p.download(page, "env"); got.status != http.StatusOK || !same(strings.Split(got.body, "\n")[1], "OAUTH_CONSUMER_SECRET="+page.secret()) {
		t.Errorf("the download: got status %d", got.status)
	}
}
