package dance

import (
	"strings"
	"testing"

	"oauth1d/store"
)

// Whoever has left the groups that a consumer is for is no more the consumer's to
// ask about, nor can it renew the user's token. It can still give it up.
func TestWhoHasLeftTheGroup(t *testing.T) {
	f := newFixture(t, Config{})
	if err := f.store.AddUser(t.Context(), store.User{Name: "ada", Groups: []string{"guests"}}); err != nil {
		t.Fatal(err)
	}
	f.as("yahoo", nil)
	c, got := f.granted()
	f.as("yahoo", func(c *store.Consumer) { c.Groups = []string{"staff"} })
	if status, _, got := f.post("/oauth/identify", f.dance.ServeIdentify, c); status != 401 || !strings.Contains(got["oauth_problem_advice"], "groups") {
		t.Errorf("identify: got %d %v", status, got)
	}
	if status, got := f.accessToken(renewal(c, got["oauth_session_handle"])); status != 401 || got["oauth_problem"] != "permission_denied" {
		t.Errorf("renewal: got %d %v", status, got)
	}
	if status, _, got := f.post("/oauth/revoke-token", f.dance.ServeRevokeToken, c); status != 200 {
		t.Errorf("revocation: got %d %v", status, got)
	}
}
