package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"oauth1d/provider/registry"
)

// Nothing is done but by a form that this session was shown for it (CON-03).
func TestFormsOfOthersDoNothing(t *testing.T) {
	h := build(t, nil)
	for _, key := range []string{"printer", "viewer"} {
		h.add(t, key, "The "+key)
		h.allow(t, "ada", key, nil)
	}
	proposed, err := h.registry.Propose(t.Context(), "ada", registry.Application{Name: "Mine"})
	must(t, err)
	approved, err := h.registry.Propose(t.Context(), "ada", registry.Application{Name: "Approved"})
	must(t, err)
	_, err = h.registry.Approve(t.Context(), approved.Key)
	must(t, err)

	p, other, bob := h.as(t, "ada"), h.as(t, "ada"), h.as(t, "bob")
	withdraw, claim := "/oauth/account/proposals/"+proposed.Key+"/withdraw", "/oauth/account/proposals/"+approved.Key+"/claim"
	forms := []string{"/oauth/account/revoke", "/oauth/account/revoke/printer", "/oauth/account/proposals", withdraw, claim}
	tokenOf := func(p *person, path string) string { return p.get(path).field(t, "form_token") }
	for _, path := range forms {
		own := tokenOf(p, path)
		tokens := map[string]string{
			"none": "", "another session's": tokenOf(other, path), "a changed one": "A" + own[1:] + "A", "of another consumer": tokenOf(p, "/oauth/account/revoke/viewer"),
			"another user's": tokenOf(bob, "/oauth/account/proposals"),
		}
		for _, from := range forms {
			if from != path {
				tokens["of "+from] = tokenOf(p, from)
			}
		}
		for name, token := range tokens {
			form := proposalForm(token)
			p.post(path, form).is(t, path+" with a token: "+name, http.StatusForbidden, "")
			p.get(path + "?" + form.Encode()) // whatever it shows, it changes nothing
		}
		p.post(path+"?"+url.Values{"form_token": {own}}.Encode(), nil).is(t, path+": in the address", http.StatusForbidden, "")

		for name, value := range map[string]string{"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"} {
			p.header = http.Header{name: {value}}
			got := p.post(path, proposalForm(own))
			got.is(t, path+" from elsewhere", http.StatusForbidden, "")
			if !strings.Contains(got.body, "This form came from somewhere else") {
				t.Errorf("%s from elsewhere: got\n%s", path, got.body)
			}
			p.header = http.Header{}
		}
	}
	if got := h.tokens(t, "ada", ""); got != 2 {
		t.Errorf("tokens: got %d, want 2", got)
	}
	owned, err := h.registry.Owned(t.Context(), "ada")
	must(t, err)
	if len(owned) != 2 {
		t.Errorf("proposals: got %d, want 2", len(owned))
	}
	for _, c := range owned {
		if len(c.Secret) != 0 {
			t.Error("a secret was made")
		}
	}
}

func TestWhatIsNoForm(t *testing.T) {
	h := build(t, nil)
	p := h.as(t, "ada")
	p.do(http.MethodPost, "/oauth/account/proposals", "name=%zz").is(t, "a damaged one", http.StatusBadRequest, "")
	p.do(http.MethodPost, "/oauth/account/proposals", "name="+strings.Repeat("a", 1<<20)).is(t, "a megabyte", http.StatusRequestEntityTooLarge, "")
	for _, method := range []string{"PUT", "DELETE", "PATCH"} {
		if got := p.do(method, "/oauth/account", ""); got.status != http.StatusMethodNotAllowed {
			t.Errorf("%s: got status %d", method, got.status)
		}
	}
	if got := p.get("/oauth/account/"); got.status != http.StatusNotFound {
		t.Errorf("a slash too many: got status %d", got.status)
	}
}
