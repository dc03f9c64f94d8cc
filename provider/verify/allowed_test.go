package verify

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/policy"
	"oauth1d/store"
)

// ruled is a fixture with scopes and routes.
func ruled(t *testing.T) *fixture {
	f := newFixture(t)
	rules, err := policy.New(policy.Config{
		Scopes: []policy.Scope{
			{Name: "photos.read", Title: "See your photos", Default: true, Allow: []string{"GET /photos/**"}},
			{Name: "photos.write", Title: "Change your photos", Allow: []string{"POST,DELETE /photos/**"}},
			{Name: "all", Title: "Everything", Allow: []string{"* /**"}},
		},
		Routes: []policy.Route{
			{Match: "/internal/**", Accept: []policy.Kind{policy.TwoLegged}},
			{Match: "/mine/**", Accept: []policy.Kind{policy.ThreeLegged}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.policy = rules
	return f
}

// scoped issues a token of printer's with these scopes and returns a request that
// it signs.
func (f *fixture) scoped(scopes ...string) request {
	f.t.Helper()
	text := "scoped " + strings.Join(scopes, " ")
	id := store.TokenID(text)
	sealed, err := f.keys.Seal(store.Secret("s"), store.AccessTokenSecretPlace(id))
	if err != nil {
		f.t.Fatal(err)
	}
	err = f.store.IssueAccessToken(f.t.Context(), store.AccessToken{ID: id, Secret: sealed, Consumer: "printer", User: "ada", Scopes: scopes, Issued: f.clock.Unix()})
	if err != nil {
		f.t.Fatal(err)
	}
	r := good()
	r.token, r.tokenSecret = text, "s"
	return r
}

func TestScopesAndRoutesDecide(t *testing.T) {
	f := ruled(t)
	f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"photos.read", "photos.write", "all"} })
	read, write, all := f.scoped("photos.read"), f.scoped("photos.write"), f.scoped("all")
	unscoped := good()
	for _, tt := range []struct {
		name         string
		r            request
		verb, target string
		want         string
	}{
		{"a scope covers it", read, "GET", "/photos/1?size=2", "ok"},
		{"HEAD goes with GET", read, "HEAD", "/photos/1", "ok"},
		{"another method", read, "POST", "/photos/1", "additional_authorization_required"},
		{"another path", read, "GET", "/letters", "additional_authorization_required"},
		{"another case", read, "GET", "/Photos/1", "additional_authorization_required"},
		{"the scope of the other method", write, "POST", "/photos/1", "ok"},
		{"a token without scopes", unscoped, "GET", "/photos/1", "additional_authorization_required"},
		{"everything", all, "PATCH", "/letters", "ok"},
		{"everything, but the route takes no such token", all, "GET", "/internal/x", "permission_denied"},
		{"the route takes it", all, "GET", "/mine/x", "ok"},
		{"an empty segment", all, "GET", "/photos//1", "parameter_rejected"},
		{"an encoded slash", read, "GET", "/photos/%2e%2e%2Finternal", "parameter_rejected"},
		{"a backslash", read, "GET", `/photos/..%5Cinternal`, "parameter_rejected"},
		{"a path parameter", read, "GET", "/photos/..;/internal", "parameter_rejected"},
		{"an overlong dot", read, "GET", "/photos/%C0%AE%C0%AE/internal", "parameter_rejected"},
		{"a NUL", read, "GET", "/photos/a%00b", "parameter_rejected"},
		{"encoded twice", read, "GET", "/photos/%252e%252e/internal", "parameter_rejected"},
		{"an encoded letter of another path", read, "GET", "/%6Cetters", "additional_authorization_required"},
		{"an encoded letter of the path", read, "GET", "/%70hotos/1", "ok"},
	} {
		tt.r.verb, tt.r.target = tt.verb, tt.target
		r := tt.r
		got := "ok"
		m := f.signed(r)
		g, err := f.Verify(f.t.Context(), Question{Kind: AccessToken, Message: m})
		if err != nil {
			got = problem(err)
		} else if len(g.Scopes) == 0 {
			t.Errorf("%s: the application is not told the scopes", tt.name)
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// signed is message with the method in the signature.
func (f *fixture) signed(r request) *oauth1.Message {
	f.t.Helper()
	s := oauth1.Signer{ConsumerKey: r.key, ConsumerSecret: []byte(r.secret), Token: r.token, TokenSecret: []byte(r.tokenSecret), Method: r.method, Now: f.now}
	m := oauth1.Message{Method: r.verb, Scheme: r.scheme, Host: "photos.example.net", Target: r.target}
	header, err := s.Authorization(&m)
	if err != nil {
		f.t.Fatal(err)
	}
	m.Authorization = []string{header}
	return &m
}

func TestAConsumerLosesAScopeAtOnce(t *testing.T) {
	f := ruled(t)
	f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"photos.read", "photos.write"} })
	r := f.scoped("photos.read", "photos.write")
	r.target = "/photos/1"
	if g, err := f.ask(r); err != nil || strings.Join(g.Scopes, " ") != "photos.read photos.write" {
		t.Fatalf("before: got %v, %v", g.Scopes, err)
	}
	f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"photos.read"} })
	if g, err := f.ask(r); err != nil || strings.Join(g.Scopes, " ") != "photos.read" {
		t.Errorf("one of two is left: got %v, %v", g.Scopes, err)
	}
	f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"photos.write"} })
	if _, err := f.ask(f.scoped("photos.read")); problem(err) != "additional_authorization_required" {
		t.Errorf("none is left: got %v", err)
	}

	// What is left of nothing is not the token of before scopes were defined.
	old, err := policy.New(policy.Config{
		Scopes:   []policy.Scope{{Name: "photos.read", Title: "See", Allow: []string{"GET /photos/**"}}, {Name: "photos.write", Title: "Change", Allow: []string{"POST /**"}}},
		Unscoped: []string{"photos.read"},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.policy = old
	lost := f.scoped("gone.since")
	lost.target = "/photos/1"
	if _, err := f.ask(lost); problem(err) != "additional_authorization_required" {
		t.Errorf("a token whose scope is gone: got %v", err)
	}
	unscoped := good()
	unscoped.target = "/photos/1"
	if _, err := f.ask(unscoped); err != nil {
		t.Errorf("the token of before: got %v", err)
	}
}

func TestARequestWithoutATokenHasItsConsumersScopes(t *testing.T) {
	f := ruled(t)
	f.change("printer", func(c *store.Consumer) { c.TwoLegged, c.Impersonates = true, []string{"grace"} })
	r := good()
	r.token, r.tokenSecret, r.target = "", "", "/photos/1"
	if g, err := f.ask(r); err != nil || strings.Join(g.Scopes, " ") != "photos.read" {
		t.Errorf("by the default scope: got %v, %v", g.Scopes, err)
	}
	r.target = "/photos/1?xoauth_requestor_id=grace"
	if g, err := f.ask(r); err != nil || !g.Impersonated {
		t.Errorf("as a user: got %v", err)
	}
	r.target = "/mine/1"
	if _, err := f.ask(r); problem(err) != "permission_denied" {
		t.Errorf("where only tokens are taken: got %v", err)
	}
	f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"all"} })
	r.target = "/internal/1"
	if _, err := f.ask(r); err != nil {
		t.Errorf("where it is taken: got %v", err)
	}
	r.target = "/internal/1?xoauth_requestor_id=grace"
	if _, err := f.ask(r); problem(err) != "permission_denied" {
		t.Errorf("as a user where that is not taken: got %v", err)
	}
	f.change("printer", func(c *store.Consumer) { c.Scopes = []string{"gone.since"} })
	r.target = "/photos/1"
	if _, err := f.ask(r); problem(err) != "permission_denied" {
		t.Errorf("with a list of which nothing is left: got %v", err)
	}
}

func TestGroupsAreRequired(t *testing.T) {
	f := newFixture(t)
	f.change("printer", func(c *store.Consumer) { c.Groups = []string{"staff", "Domain Users"} })
	ask := func() string {
		g, err := f.ask(good())
		if err != nil {
			return problem(err)
		}
		return strings.Join(g.Groups, ",")
	}
	if got := ask(); got != "permission_denied" {
		t.Errorf("a user whom the store does not know: got %s", got)
	}
	see := func(groups ...string) {
		t.Helper()
		if _, err := f.store.SeeUser(t.Context(), store.User{Name: "ada", Source: "ldap", Groups: groups, Checked: f.now().Unix()}); err != nil {
			t.Fatal(err)
		}
	}
	see("guests")
	if got := ask(); got != "permission_denied" {
		t.Errorf("in another group: got %s", got)
	}
	see("guests", "staff")
	if got := ask(); got != "guests,staff" {
		t.Errorf("in one of them: got %s", got)
	}
	see()
	if got := ask(); got != "permission_denied" {
		t.Errorf("in none any more: got %s", got)
	}
}

func TestUsersOfOtherSystemsHaveToBeConfirmed(t *testing.T) {
	f := newFixture(t)
	f.userGrace = 24 * time.Hour
	see := func() {
		t.Helper()
		if _, err := f.store.SeeUser(t.Context(), store.User{Name: "ada", Source: "ldap", Checked: f.now().Unix()}); err != nil {
			t.Fatal(err)
		}
	}
	ask := func() string {
		_, err := f.ask(good())
		if err != nil {
			return problem(err)
		}
		return "ok"
	}
	see()
	for _, step := range []struct {
		do   func()
		want string
	}{
		{func() {}, "ok"},
		{func() { f.turn(24 * time.Hour) }, "ok"},
		{func() { f.turn(time.Second) }, "permission_denied"},
		{see, "ok"},
		{func() { f.gone("ada") }, "permission_denied"},
		{see, "ok"},
	} {
		step.do()
		if got := ask(); got != step.want {
			t.Fatalf("got %s, want %s", got, step.want)
		}
	}
}

func (f *fixture) gone(name string) {
	f.t.Helper()
	if _, err := f.store.ChangeUser(f.t.Context(), name, func(u *store.User) error { u.Gone = true; return nil }); err != nil {
		f.t.Fatal(err)
	}
}

func TestAProposedConsumerGetsNothing(t *testing.T) {
	f := newFixture(t)
	f.change("printer", func(c *store.Consumer) { c.Proposed, c.Disabled = f.now().Unix(), true })
	r := good()
	_, err := f.ask(r)
	if problem(err) != "consumer_key_refused" || !strings.Contains(fmt.Sprint(err), "approved") {
		t.Errorf("got %v", err)
	}
}
