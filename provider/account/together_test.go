package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
)

// atOnce posts a form from many tabs of one browser.
func (p *person) atOnce(tabs int, path string, form url.Values) []answer {
	p.t.Helper()
	answers := make([]answer, tabs)
	var all sync.WaitGroup
	for i := range answers {
		all.Go(func() {
			r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.house.server.URL+path, strings.NewReader(form.Encode()))
			if err != nil {
				p.t.Error(err)
				return
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			res, err := p.client.Do(r)
			if err != nil {
				p.t.Error(err)
				return
			}
			defer res.Body.Close()
			var body strings.Builder
			if err := res.Write(&body); err != nil {
				p.t.Error(err)
			}
			answers[i] = answer{res.StatusCode, res.Header, body.String()}
		})
	}
	all.Wait()
	return answers
}

func TestTabsThatRevokeAtOnceRevokeOnce(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	h.allow(t, "bob", "printer", nil)
	p := h.as(t, "ada")
	const path = "/oauth/account/revoke/printer"
	form := url.Values{"form_token": {p.get(path).field(t, "form_token")}}
	for _, got := range p.atOnce(8, path, form) {
		got.is(t, "a tab", http.StatusSeeOther, "/oauth/account?done=revoked")
	}
	if ada, bob, lines := h.tokens(t, "ada", ""), h.tokens(t, "bob", ""), len(h.acts(t, audit.TokenRevoked)); ada != 0 || bob != 1 || lines != 1 {
		t.Errorf("got %d and %d tokens and %d lines in the audit log, want 0, 1 and 1", ada, bob, lines)
	}
}

func TestOfTabsThatClaimAtOnceOneHasTheSecret(t *testing.T) {
	h := build(t, nil)
	c, err := h.registry.Propose(t.Context(), "ada", registry.Application{Name: "Mine", Callbacks: []string{"oob"}})
	must(t, err)
	_, err = h.registry.Approve(t.Context(), c.Key)
	must(t, err)
	p := h.as(t, "ada")
	path := "/oauth/account/proposals/" + c.Key + "/claim"
	form := url.Values{"form_token": {p.get(path).field(t, "form_token")}}
	shown := 0
	for _, got := range p.atOnce(8, path, form) {
		if _, ok := got.first(`id="secret" value="([^"]+)"`); ok && got.status == http.StatusOK {
			shown++
			continue
		}
		got.is(t, "a tab that came too late", http.StatusSeeOther, "/oauth/account/proposals")
	}
	if lines := len(h.acts(t, audit.ConsumerClaimed)); shown != 1 || lines != 1 {
		t.Errorf("got %d pages with a secret and %d lines in the audit log, want 1", shown, lines)
	}
}
