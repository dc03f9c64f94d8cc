package account_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"oauth1d/provider/audit"
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
