package admin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"oauth1d/provider/adminapi"
	"oauth1d/store"
)

const asker = "the application's own token"

// introspect asks about a token as the application does.
func (h *house) introspect(bearer, body string) answer {
	h.t.Helper()
	r := httptest.NewRequest("POST", "/api/v1/introspect", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "Bearer "+bearer)
	return send(h.private, r)
}

func TestTheApplicationAsksAboutAToken(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/users", ada)
	c := h.client()
	issued, err := c.IssueToken(t.Context(), adminapi.NewToken{Consumer: "printer", User: "ada", Scopes: []string{"read", "write"}})
	must(t, err)
	for _, name := range []string{issued.Token, issued.ID} {
		got := h.introspect(asker, url.Values{"token": {name}}.Encode())
		if got.status != 200 || got.fields["active"] != true || got.field("username") != "ada" || got.field("client_id") != "printer" ||
			got.field("scope") != "read write" || got.field("token_id") != issued.ID || strings.Contains(got.text, issued.Secret) {
			t.Errorf("got %d %s", got.status, got.text)
		}
	}
	inactive := func(what string) {
		t.Helper()
		if got := h.introspect(asker, "token="+issued.ID); got.status != 200 || strings.TrimSpace(got.text) != `{"active":false}` {
			t.Errorf("%s: got %d %s, want no word but that it is inactive", what, got.status, got.text)
		}
	}
	h.made("POST", "/api/v1/users/ada/disable", "")
	inactive("a disabled user")
	h.made("POST", "/api/v1/users/ada/enable", "")
	h.made("POST", "/api/v1/consumers/printer/disable", "")
	inactive("a disabled consumer")
	h.made("POST", "/api/v1/consumers/printer/enable", "")
	limit := func(groups ...string) {
		t.Helper()
		_, err := h.store.ChangeConsumer(t.Context(), "printer", func(c *store.Consumer) error { c.Groups = groups; return nil })
		must(t, err)
	}
	limit("staff")
	inactive("a user in none of the consumer's groups")
	limit()
	must(t, c.RevokeToken(t.Context(), issued.ID))
	inactive("a revoked token")
	if got := h.introspect(asker, "token=unknown"); strings.TrimSpace(got.text) != `{"active":false}` {
		t.Errorf("an unknown token: got %d %s", got.status, got.text)
	}
	for _, body := range []string{"", "token=", "token=a&token=b", "id=" + issued.ID, "token=%zz"} {
		if got := h.introspect(asker, body); got.status != 400 || got.code() == "" {
			t.Errorf("%q: got %d %s, want 400 and a sentence", body, got.status, got.text)
		}
	}
}

func TestTheApplicationsTokenOpensNothingElse(t *testing.T) {
	h := build(t, nil)
	for _, path := range []string{"/api/v1/consumers", "/api/v1/tokens", "/api/v1/status"} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Authorization", "Bearer "+asker)
		if got := send(h.private, r); got.status != 401 {
			t.Errorf("%s: got %d", path, got.status)
		}
	}
	for _, token := range []string{"", "another", asker + " "} {
		if got := h.introspect(token, "token=x"); got.status != 401 || !strings.Contains(got.text, "admin.introspection_token_file") {
			t.Errorf("with the bearer token %q: got %d %s", token, got.status, got.text)
		}
	}
	if got := h.introspect(bearer, "token=x"); got.status != 200 {
		t.Errorf("an administrator: got %d %s", got.status, got.text)
	}
}
