package signin

import (
	"crypto/hmac"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"oauth1d/store"
)

func (o *OIDC) visitOf(t *testing.T, s Start) visit {
	t.Helper()
	var v visit
	if err := json.Unmarshal(s.Pending, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestOIDCLooksUp(t *testing.T) {
	for name, inIDToken := range map[string]bool{"claims in the ID token": true, "claims at the userinfo endpoint": false} {
		t.Run(name, func(t *testing.T) {
			p := startProvider(t, inIDToken, map[string]account{
				"sub-ada": resident("ada", groupsOfAda), "sub-bob": resident("bob", nil), "sub-eve": resident("eve", nil),
			})
			o := p.client(t, "rsa", nil)
			refresh := map[string]store.Secret{}
			for _, user := range []string{"ada", "bob", "eve"} {
				start := begin(t, o)
				id, err := o.Finish(t.Context(), p.walker().walk(t, start.URL, user, ""), start.Pending)
				if err != nil {
					t.Fatal(err)
				}
				refresh[user] = id.Refresh
			}
			groupsChange(t, p, o, refresh["ada"])
			p.tell(t, map[string]any{"remove": "sub-bob"})
			p.tell(t, map[string]any{"change": "sub-eve", "claims": map[string]any{"preferred_username": "root"}})
			for user, why := range map[string]string{"bob": "removed", "eve": "renamed"} {
				if id, err := o.LookUp(t.Context(), user, refresh[user]); !errors.Is(err, ErrGone) || id.User != "" {
					t.Errorf("a user who was %s: got %q and %v", why, id.User, err)
				}
			}
		})
	}
}

// groupsChange looks ada up, again with the new refresh token and other groups,
// and again with the old one, which the provider takes for stolen.
func groupsChange(t *testing.T, p *realProvider, o *OIDC, first store.Secret) {
	t.Helper()
	got, err := o.LookUp(t.Context(), "ada", first)
	if err != nil || got.User != "ada" || !slices.Equal(got.Groups, []string{"editors", "staff"}) {
		t.Fatalf("looking up: got %q of %q and error %v", got.User, got.Groups, err)
	}
	if len(got.Refresh) == 0 || hmac.Equal(got.Refresh, first) {
		t.Fatal("the provider rotates its refresh tokens, and the new one was not returned")
	}
	p.tell(t, map[string]any{"change": "sub-ada", "claims": map[string]any{"preferred_username": "ada", "groups": "staff"}})
	again, err := o.LookUp(t.Context(), "ada", got.Refresh)
	if err != nil || !slices.Equal(again.Groups, []string{"staff"}) {
		t.Errorf("after a change of groups: got %q and error %v", again.Groups, err)
	}
	if _, err := o.LookUp(t.Context(), "ada", first); !errors.Is(err, ErrGone) {
		t.Errorf("with a refresh token that was used: got %v", err)
	}
}

func TestOIDCLooksUpNobodyWithoutARefreshToken(t *testing.T) {
	p := startProvider(t, true, map[string]account{"sub-ada": resident("ada", nil)})
	o := p.client(t, "ec", func(c *OIDCConfig) { c.Scopes = nil })
	start := begin(t, o)
	id, err := o.Finish(t.Context(), p.walker().walk(t, start.URL, "ada", ""), start.Pending)
	if err != nil || len(id.Refresh) != 0 {
		t.Fatalf("without offline access: got a refresh token of %d bytes and error %v", len(id.Refresh), err)
	}
	if _, err := o.LookUp(t.Context(), "ada", id.Refresh); !errors.Is(err, ErrUnanswerable) || errors.Is(err, ErrGone) {
		t.Errorf("got %v", err)
	}
}
