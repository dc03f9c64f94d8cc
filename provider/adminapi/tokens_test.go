package adminapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/adminapi"
	"oauth1d/store"
)

func TestAnIssuedTokenIsLiveAndItsSecretSealedInItsPlace(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	issued, err := b.client.IssueToken(t.Context(), adminapi.NewToken{Consumer: "printer", User: "ada", Scopes: []string{"read", "write"}})
	must(t, err)
	if issued.ID != store.TokenID(issued.Token) {
		t.Errorf("got ID %s, want that of the token's text", issued.ID)
	}
	if issued.Expires == nil || !issued.Expires.Equal(issued.Issued.Add(time.Hour)) {
		t.Errorf("got expiry %v, want an hour after %v", issued.Expires, issued.Issued)
	}
	found, err := b.store.Credentials(t.Context(), "printer", issued.ID)
	must(t, err)
	must(t, found.TokenErr)
	if d := cmp.Diff(found.Token.Scopes, []string{"read", "write"}); d != "" {
		t.Errorf("scopes (-got +want):\n%s", d)
	}
	opened, err := b.keys.Open(found.Token.Secret, store.AccessTokenSecretPlace(issued.ID))
	must(t, err)
	if opened.Reveal() != issued.Secret {
		t.Error("the stored secret is not the one that was answered")
	}
}

func TestATokenIsFoundAndRevokedByTextAndByID(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	for _, by := range []func(adminapi.Token) string{
		func(t adminapi.Token) string { return t.Token },
		func(t adminapi.Token) string { return t.ID },
	} {
		issued := b.token(t, "printer", "ada")
		shown, err := b.client.Token(t.Context(), by(issued))
		must(t, err)
		if shown.ID != issued.ID || shown.State != "live" {
			t.Errorf("got %+v, want the live token", shown)
		}
		must(t, b.client.RevokeToken(t.Context(), by(issued)))
		must(t, b.client.RevokeToken(t.Context(), by(issued))) // again is no error
		shown, err = b.client.Token(t.Context(), by(issued))
		must(t, err)
		if shown.State != "revoked" {
			t.Errorf("got state %s, want revoked", shown.State)
		}
	}
	err := b.client.RevokeToken(t.Context(), "averylongtokenthatnobodyhas")
	wantRefusal(t, err, http.StatusNotFound, `"averylon…"`)
}

func TestTokensAreListedByConsumerAndUserInPages(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.consumer(t, "scanner")
	b.user(t, "ada")
	b.user(t, "bob")
	for range 3 {
		b.token(t, "printer", "ada")
	}
	b.token(t, "printer", "bob")
	b.token(t, "scanner", "ada")
	count := func(f adminapi.TokenFilter) int {
		t.Helper()
		all, err := b.client.Tokens(t.Context(), f)
		must(t, err)
		return len(all.Tokens)
	}
	for _, test := range []struct {
		name   string
		filter adminapi.TokenFilter
		want   int
	}{
		{"all", adminapi.TokenFilter{}, 5},
		{"of a consumer", adminapi.TokenFilter{Consumer: "printer"}, 4},
		{"of a user", adminapi.TokenFilter{User: "ada"}, 4},
		{"of both", adminapi.TokenFilter{Consumer: "printer", User: "ada"}, 3},
		{"of a user who has none", adminapi.TokenFilter{User: "eve"}, 0},
	} {
		if got := count(test.filter); got != test.want {
			t.Errorf("%s: got %d tokens, want %d", test.name, got, test.want)
		}
	}
	seen, pages := map[string]bool{}, 0
	for f := (adminapi.TokenFilter{Limit: 2}); ; pages++ {
		page, err := b.client.Tokens(t.Context(), f)
		must(t, err)
		for _, token := range page.Tokens {
			seen[token.ID] = true
		}
		if f.After = page.Next; page.Next == "" {
			break
		}
	}
	if len(seen) != 5 || pages > 3 {
		t.Errorf("pages of two: got %d tokens in %d pages, want 5 in 3", len(seen), pages)
	}
	ended, err := b.client.RevokeTokens(t.Context(), adminapi.TokenFilter{User: "ada", Consumer: "printer"})
	must(t, err)
	if ended.Tokens != 3 || count(adminapi.TokenFilter{}) != 2 {
		t.Errorf("got %d revoked, want 3 and 2 left", ended.Tokens)
	}
}

func TestTokensAreRefusedInWords(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	b.user(t, "bob")
	_, err := b.client.DisableUser(t.Context(), "bob")
	must(t, err)
	issue := func(consumer, user string, scopes ...string) error {
		_, err := b.client.IssueToken(t.Context(), adminapi.NewToken{Consumer: consumer, User: user, Scopes: scopes})
		return err
	}
	revoke := func(f adminapi.TokenFilter) error { _, err := b.client.RevokeTokens(t.Context(), f); return err }
	wantRefusal(t, issue("scanner", "ada"), http.StatusNotFound, `there is no consumer "scanner"`)
	wantRefusal(t, issue("printer", "eve"), http.StatusNotFound, `there is no user "eve"`)
	wantRefusal(t, issue("printer", "bob"), http.StatusConflict, `user "bob" is disabled`)
	for _, scope := range []string{"", "two words", "a\r\nb", `a"b`, "é", strings.Repeat("s", 256)} {
		wantRefusal(t, issue("printer", "ada", scope), http.StatusBadRequest, "is no scope")
	}
	wantRefusal(t, revoke(adminapi.TokenFilter{}), http.StatusBadRequest, "name a consumer, a user, or both")
	wantRefusal(t, revoke(adminapi.TokenFilter{Consumer: "prnter"}), http.StatusNotFound, `there is no consumer "prnter"`)
	wantRefusal(t, revoke(adminapi.TokenFilter{User: "eve"}), http.StatusNotFound, `there is no user "eve"`)
	must(t, revoke(adminapi.TokenFilter{User: "ada"})) // who has none
	for _, query := range []string{"consumer=a&consumer=b", "consumr=printer", "user=%zz", "user=" + url.QueryEscape(strings.Repeat("u", 256))} {
		if status := b.get(t, "/api/v1/tokens?"+query); status != http.StatusBadRequest {
			t.Errorf("%s: got status %d, want 400", query, status)
		}
	}
}
