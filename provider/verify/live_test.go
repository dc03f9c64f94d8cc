package verify

import (
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

// What the application is told about a token must be what the gate does with it.
func TestLiveSaysWhatAGenuineRequestWouldGet(t *testing.T) {
	see := func(f *fixture, groups ...string) {
		f.t.Helper()
		if _, err := f.store.SeeUser(f.t.Context(), store.User{Name: "ada", Source: "ldap", Groups: groups, Checked: f.now().Unix()}); err != nil {
			f.t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		name   string
		change func(f *fixture)
		want   string // scopes, or "dead"
	}{
		{"nothing has changed", func(*fixture) {}, "photos.read photos.write"},
		{"the consumer has lost a scope", func(f *fixture) {
			f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"photos.read"} })
		}, "photos.read"},
		{"the consumer is disabled", func(f *fixture) { f.change("printer", func(c *store.Consumer) { c.Disabled = true }) }, "dead"},
		{"the consumer is proposed", func(f *fixture) { f.change("printer", func(c *store.Consumer) { c.Proposed = 1 }) }, "dead"},
		{"the user is in no group that the consumer is for", func(f *fixture) {
			f.change("printer", func(c *store.Consumer) { c.Groups = []string{"staff"} })
			see(f, "guests")
		}, "dead"},
		{"the user is in one", func(f *fixture) {
			f.change("printer", func(c *store.Consumer) { c.Groups = []string{"staff"} })
			see(f, "staff")
		}, "photos.read photos.write"},
		{"the user was not confirmed for too long", func(f *fixture) { see(f); f.turn(25 * time.Hour) }, "dead"},
		{"the user is gone", func(f *fixture) { see(f); f.gone("ada") }, "dead"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f := ruled(t)
			f.userGrace = 24 * time.Hour
			f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"photos.read", "photos.write"} })
			r := f.scoped("photos.read", "photos.write")
			r.target = "/photos/1"
			tt.change(f)
			said := "dead"
			c, err := f.store.Credentials(t.Context(), "printer", store.TokenID(r.token))
			if err != nil {
				t.Fatal(err)
			}
			if scopes, live := f.Live(c); live {
				said = strings.Join(scopes, " ")
			}
			done := "dead"
			if g, err := f.ask(r); err == nil {
				done = strings.Join(g.Scopes, " ")
			}
			if said != tt.want || done != tt.want {
				t.Errorf("said %q and did %q, want %q", said, done, tt.want)
			}
		})
	}
	f := newFixture(t)
	c, err := f.store.Credentials(t.Context(), "other", store.TokenID("token"))
	if err != nil {
		t.Fatal(err)
	}
	if _, live := f.Live(c); live {
		t.Error("another consumer's token is live")
	}
}
