package account_test

import (
	"testing"

	"oauth1d/provider"
	"oauth1d/provider/policy"
	"oauth1d/store"
)

// withScopes defines two scopes, of which consumers get one by default; tokens
// from before have it too.
func withScopes(c *provider.Config) {
	p, err := policy.New(policy.Config{
		Scopes: []policy.Scope{
			{Name: "read", Title: "Look at your photos", Default: true, Allow: []string{"GET /**"}},
			{Name: "write", Title: "Change your photos", Detail: "All of them.", Risky: true, Allow: []string{"* /**"}},
		},
		Unscoped: []string{"read"},
	})
	if err != nil {
		panic(err)
	}
	c.Policy = p
}

func scopesIf(scoped bool) func(*provider.Config) {
	if scoped {
		return withScopes
	}
	return nil
}

// allowQuietly is allow for goroutines.
func (h *house) allowQuietly(t *testing.T, user, key string) {
	a := store.AccessToken{ID: store.TokenID(store.NewToken()), Secret: store.Sealed("sealed"), Consumer: key, User: user, Issued: h.clock.Now().Unix()}
	if err := h.store.IssueAccessToken(t.Context(), a); err != nil {
		t.Error(err)
	}
}
