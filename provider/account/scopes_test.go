package account_test

import (
	"testing"

	"oauth1d/provider"
	"oauth1d/provider/policy"
	"oauth1d/store"
)

// scoped defines two scopes, of which consumers get one by default. unscoped are
// those of tokens from before.
func scoped(t *testing.T, unscoped ...string) func(*provider.Config) {
	t.Helper()
	p, err := policy.New(policy.Config{
		Scopes: []policy.Scope{
			{Name: "read", Title: "Look at your photos", Default: true, Allow: []string{"GET /**"}},
			{Name: "write", Title: "Change your photos", Detail: "All of them.", Risky: true, Allow: []string{"* /**"}},
		},
		Unscoped: unscoped,
	})
	must(t, err)
	return func(c *provider.Config) { c.Policy = p }
}

// allowQuietly is allow for goroutines.
func (h *house) allowQuietly(t *testing.T, user, key string) {
	a := store.AccessToken{ID: store.TokenID(store.NewToken()), Secret: store.Sealed("sealed"), Consumer: key, User: user, Issued: h.clock.Now().Unix()}
	if err := h.store.IssueAccessToken(t.Context(), a); err != nil {
		t.Error(err)
	}
}
