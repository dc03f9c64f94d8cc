package policy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// photos is a policy as a site with photographs would have it.
func photos() Config {
	return Config{Scopes: []Scope{
		{Name: "photos.read", Title: "See your photos", Default: true, Allow: []string{"GET /photos/**", "GET /api/*/x"}},
		{Name: "photos.write", Title: "Add and change your photos", Allow: []string{"GET,POST,PUT /photos/**"}},
		{Name: "account", Title: "See your account", Default: true, Risky: true, Allow: []string{"* /me"}},
		{Name: "everything", Title: "Do all that you may", Risky: true, Allow: []string{"* /**"}},
	}}
}

func mustNew(t testing.TB, c Config) *Policy {
	t.Helper()
	p, err := New(c)
	if err != nil {
		t.Fatalf("making the policy: %v", err)
	}
	return p
}

func TestWhatAConsumerMayAskFor(t *testing.T) {
	p := mustNew(t, photos())
	for _, row := range []struct {
		name string
		list []string
		want []string
	}{
		{"without a list of its own, the default scopes", nil, []string{"photos.read", "account"}},
		{"its own list, in the order of the configuration", []string{"everything", "photos.write"}, []string{"photos.write", "everything"}},
		{"a scope that is gone is dropped", []string{"gone", "account"}, []string{"account"}},
		{"a list of which nothing is left does not turn into the defaults", []string{"gone"}, nil},
		{"case makes a difference", []string{"Account"}, nil},
		{"twice is once", []string{"account", "account"}, []string{"account"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if d := cmp.Diff(p.Allowed(row.list), row.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

func TestTheZeroPolicies(t *testing.T) {
	empty := mustNew(t, Config{})
	for name, p := range map[string]*Policy{"no policy": nil, "one that says nothing": empty} {
		for _, path := range []string{"/", "/admin/../x", "", "*", "/a%2Fb"} {
			d := p.Decide(Access{Method: "DELETE", Path: path, Kind: TwoLegged})
			if want := (Decision{Allowed: true, Reason: ReasonAllowed, Route: -1}); !cmp.Equal(d, want) {
				t.Errorf("%s, %q: got %+v, want %+v", name, path, d, want)
			}
			if pass, decided := p.Anonymous("GET", path); pass || decided {
				t.Errorf("%s decides about anonymous requests to %q", name, path)
			}
		}
		if p.Scoped() || len(p.Scopes()) > 0 || len(p.Allowed([]string{"x"})) > 0 {
			t.Errorf("%s has scopes", name)
		}
		if got, err := p.Ask("read,write", nil); got != nil || err != nil {
			t.Errorf("%s: asking got %v, %v, want nothing and no error", name, got, err)
		}
		if _, ok := p.Scope("x"); ok {
			t.Errorf("%s knows a scope", name)
		}
	}
}

func TestScopesAreShownAsConfigured(t *testing.T) {
	c := photos()
	c.Scopes[0].Titles = map[string]string{"de": "Ihre Fotos sehen"}
	p := mustNew(t, c)
	if d := cmp.Diff(p.Scopes(), c.Scopes); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
	s, ok := p.Scope("account")
	if !ok || !cmp.Equal(s, c.Scopes[2]) {
		t.Errorf("got %+v, %t, want %+v", s, ok, c.Scopes[2])
	}
	if _, ok := p.Scope("gone"); ok {
		t.Error("a scope that is not defined was found")
	}
}

func TestAPolicyDoesNotFollowItsConfig(t *testing.T) {
	c := photos()
	yes := true
	c.Routes = []Route{{Match: "/health", Anonymous: &yes, Accept: []Kind{TwoLegged}}}
	p := mustNew(t, c)
	yes = false
	c.Scopes[0].Allow[0], c.Routes[0].Accept[0] = "* /**", ThreeLegged
	if pass, _ := p.Anonymous("GET", "/health"); !pass {
		t.Error("the route changed with the caller's variable")
	}
	if d := p.Decide(Access{Method: "GET", Path: "/health", Kind: ThreeLegged}); d.Reason != ReasonKindRefused {
		t.Errorf("the kinds changed with the caller's list: got %s", d.Reason)
	}
	if s, _ := p.Scope("photos.read"); s.Allow[0] != "GET /photos/**" {
		t.Errorf("the rules changed with the caller's list: got %q", s.Allow[0])
	}
}
