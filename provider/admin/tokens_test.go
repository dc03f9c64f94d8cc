package admin_test

import (
	"errors"
	"testing"
	"time"

	"oauth1d/provider"
	"oauth1d/provider/adminapi"
	"oauth1d/store"
)

// peopled is a house with a consumer and a user, and its client.
func peopled(t *testing.T, change func(*provider.Parts)) *adminapi.Client {
	t.Helper()
	h := build(t, change)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/users", ada)
	return h.client()
}

func TestATokenIsFoundAndRevokedByItsTextAndItsID(t *testing.T) {
	c := peopled(t, nil)
	for _, by := range []string{"text", "ID"} {
		issued, err := c.IssueToken(t.Context(), adminapi.NewToken{Consumer: "printer", User: "ada", Scopes: []string{"read"}})
		must(t, err)
		name := issued.Token
		if by == "ID" {
			name = issued.ID
		}
		if got, err := c.Token(t.Context(), name); err != nil || got.ID != issued.ID || got.State != "live" || got.Token != "" || got.Secret != "" {
			t.Errorf("by %s: got %+v, %v, want the live token without its text and secret", by, got, err)
		}
		for range 2 { // whoever was not told the first time asks again
			if err := c.RevokeToken(t.Context(), name); err != nil {
				t.Errorf("revoking by %s: %v", by, err)
			}
		}
		if got, err := c.Token(t.Context(), name); err != nil || got.State != "revoked" {
			t.Errorf("by %s: got state %q, %v, want revoked", by, got.State, err)
		}
	}
	if all, err := c.Tokens(t.Context(), adminapi.TokenFilter{}); err != nil || len(all.Tokens) != 0 {
		t.Errorf("got %v, %v, want no live token", all.Tokens, err)
	}
}

func TestTokensAreRevokedByConsumerAndUser(t *testing.T) {
	c := peopled(t, nil)
	for _, key := range []string{"printer", "printer", "scanner"} {
		if key == "scanner" {
			_, err := c.AddConsumer(t.Context(), adminapi.NewConsumer{Key: key, Name: key})
			must(t, err)
		}
		_, err := c.IssueToken(t.Context(), adminapi.NewToken{Consumer: key, User: "ada"})
		must(t, err)
	}
	if got, err := c.RevokeTokens(t.Context(), adminapi.TokenFilter{Consumer: "printer", User: "ada"}); err != nil || got.Tokens != 2 {
		t.Errorf("by consumer and user: got %d, %v, want 2", got.Tokens, err)
	}
	if got, err := c.Tokens(t.Context(), adminapi.TokenFilter{User: "ada"}); err != nil || len(got.Tokens) != 1 || got.Tokens[0].Consumer != "scanner" {
		t.Errorf("got %v, %v left, want the scanner's", got.Tokens, err)
	}
	if got, err := c.RemoveUser(t.Context(), "ada"); err != nil || got.Tokens != 1 {
		t.Errorf("removing the user: got %d tokens ended, %v, want 1", got.Tokens, err)
	}
}

func TestNoTokenIsIssuedForWhoMayNotHaveOne(t *testing.T) {
	c := peopled(t, nil)
	refused := func(name string, n adminapi.NewToken, status int) {
		t.Helper()
		_, err := c.IssueToken(t.Context(), n)
		var e *adminapi.Error
		if !errors.As(err, &e) || e.Status != status {
			t.Errorf("%s: got %v, want a refusal with %d", name, err, status)
		}
	}
	refused("an unknown user", adminapi.NewToken{Consumer: "printer", User: "nobody"}, 404)
	refused("an unknown consumer", adminapi.NewToken{Consumer: "nobody", User: "ada"}, 404)
	refused("neither", adminapi.NewToken{}, 404)
	refused("a scope of two words", adminapi.NewToken{Consumer: "printer", User: "ada", Scopes: []string{"read write"}}, 400)
	refused("a scope that ends a header", adminapi.NewToken{Consumer: "printer", User: "ada", Scopes: []string{"read\r\nRemote-User: root"}}, 400)
	refused("too many scopes", adminapi.NewToken{Consumer: "printer", User: "ada", Scopes: make([]string, 1000)}, 400)
	_, err := c.DisableUser(t.Context(), "ada")
	must(t, err)
	refused("a disabled user", adminapi.NewToken{Consumer: "printer", User: "ada"}, 409)
	if got, err := c.Tokens(t.Context(), adminapi.TokenFilter{}); err != nil || len(got.Tokens) != 0 {
		t.Errorf("got %v, %v, want no token", got.Tokens, err)
	}
}

// The text of a token that is handed out once cannot be read from what is kept.
func TestTheStoreKeepsATokenUnderItsHashOnly(t *testing.T) {
	var kept store.Store
	c := peopled(t, func(p *provider.Parts) { kept = p.Store })
	issued, err := c.IssueToken(t.Context(), adminapi.NewToken{Consumer: "printer", User: "ada"})
	must(t, err)
	if issued.ID != store.TokenID(issued.Token) || issued.Issued.Location() != time.UTC {
		t.Errorf("got ID %q, issued %v, want the token's hash and a time in UTC", issued.ID, issued.Issued)
	}
	got, err := kept.AccessToken(t.Context(), issued.ID)
	must(t, err)
	if string(got.Secret) == issued.Secret || got.User != "ada" || got.Consumer != "printer" {
		t.Errorf("got %+v kept, want ada's token of printer with its secret sealed", got)
	}
}
