package policy

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestScopes(t *testing.T) {
	p := mustNew(t, photos())
	for _, row := range []struct {
		name         string
		method, path string
		scopes       []string
		want         Decision
	}{
		{"a scope of the token allows it", "GET", "/photos/1", []string{"photos.read"},
			Decision{true, ReasonAllowed, []string{"photos.read"}, nil, -1}},
		{"HEAD is allowed where GET is", "HEAD", "/photos/1", []string{"photos.read"},
			Decision{true, ReasonAllowed, []string{"photos.read"}, nil, -1}},
		{"every scope that allows it is named", "GET", "/photos/1", []string{"photos.read", "photos.write"},
			Decision{true, ReasonAllowed, []string{"photos.read", "photos.write"}, nil, -1}},
		{"those around others, too", "GET", "/photos/1", []string{"account", "photos.read", "account", "gone", "photos.write", "account"},
			Decision{true, ReasonAllowed, []string{"photos.read", "photos.write"}, nil, -1}},
		{"another scope would", "POST", "/photos", []string{"photos.read"},
			Decision{false, ReasonScopeMissing, nil, []string{"photos.write", "everything"}, -1}},
		{"no scope at all", "GET", "/photos/1", nil,
			Decision{false, ReasonScopeMissing, nil, []string{"photos.read", "photos.write", "everything"}, -1}},
		{"a scope that is gone allows nothing", "GET", "/photos/1", []string{"gone"},
			Decision{false, ReasonScopeMissing, nil, []string{"photos.read", "photos.write", "everything"}, -1}},
		{"a name in another case is another scope", "GET", "/me", []string{"Account"},
			Decision{false, ReasonScopeMissing, nil, []string{"account", "everything"}, -1}},
		{"the second rule of a scope", "GET", "/api/7/x", []string{"photos.read"},
			Decision{true, ReasonAllowed, []string{"photos.read"}, nil, -1}},
		{"an ambiguous path is none for a pattern", "GET", "/photos/a%2Fb", []string{"photos.read", "photos.write"},
			Decision{false, ReasonAmbiguousPath, nil, nil, -1}},
		{"nor for a token without scopes", "GET", "/photos/a%2Fb", nil,
			Decision{false, ReasonAmbiguousPath, nil, nil, -1}},
		{"a total pattern needs no path", "GET", "/photos/a%2Fb", []string{"account", "everything"},
			Decision{true, ReasonAllowed, []string{"everything"}, nil, -1}},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := p.Decide(Access{Method: row.method, Path: row.path, Kind: ThreeLegged, Scopes: row.scopes})
			if d := cmp.Diff(got, row.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

// TestScopesWithoutPaths: where scopes are about methods only, no path rule
// applies, and a path may be as it likes.
func TestScopesWithoutPaths(t *testing.T) {
	p := mustNew(t, Config{Scopes: []Scope{
		{Name: "read", Title: "Read", Allow: []string{"GET /**"}},
		{Name: "write", Title: "Write", Allow: []string{"* /**"}},
	}})
	for _, path := range []string{"/a//b", "/a%2Fb", "/x"} {
		if d := p.Decide(Access{Method: "GET", Path: path, Kind: ThreeLegged, Scopes: []string{"read"}}); !d.Allowed {
			t.Errorf("%s: got %+v, want it allowed", path, d)
		}
		got := p.Decide(Access{Method: "PUT", Path: path, Kind: ThreeLegged, Scopes: []string{"read"}})
		if want := (Decision{false, ReasonScopeMissing, nil, []string{"write"}, -1}); !cmp.Equal(got, want) {
			t.Errorf("PUT %s: got %+v, want %+v", path, got, want)
		}
	}
}

func TestTokensFromBefore(t *testing.T) {
	c := photos()
	c.Unscoped = []string{"account"}
	p := mustNew(t, c)
	for _, row := range []struct {
		name   string
		kind   Kind
		path   string
		scopes []string
		want   bool
	}{
		{"a token without scopes has those of tokens from before", ThreeLegged, "/me", nil, true},
		{"and no others", ThreeLegged, "/photos/1", nil, false},
		{"a token with scopes has its own", ThreeLegged, "/me", []string{"photos.read"}, false},
		{"a token whose scopes are gone has none", ThreeLegged, "/me", []string{"gone"}, false},
		{"a consumer that may ask for nothing may do nothing without a token", TwoLegged, "/me", nil, false},
		{"nor for somebody", Impersonation, "/me", nil, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := p.Decide(Access{Method: "GET", Path: row.path, Kind: row.kind, Scopes: row.scopes}); got.Allowed != row.want {
				t.Errorf("got %+v, want allowed %t", got, row.want)
			}
		})
	}
}

func TestRoutes(t *testing.T) {
	yes, no := true, false
	c := photos()
	c.Routes = []Route{
		{Match: "/health", Anonymous: &yes},
		{Match: "GET /feeds/**", Accept: []Kind{TwoLegged}, Anonymous: &yes},
		{Match: "/feeds/**", Accept: []Kind{ThreeLegged}, Anonymous: &no},
		{Match: "/jobs/*", Accept: []Kind{Impersonation, TwoLegged}},
		{Match: "/photos/**"},
		{Match: "/**", Accept: []Kind{ThreeLegged}, Anonymous: &no},
	}
	p := mustNew(t, c)
	all := p.Allowed([]string{"photos.read", "everything"})
	for _, row := range []struct {
		name          string
		method, path  string
		accepts       []Kind
		route         int
		pass, decided bool
	}{
		{"a route that names no kinds accepts all", "GET", "/photos/1", Kinds(), 4, false, false},
		{"the first that matches counts", "GET", "/feeds/new", []Kind{TwoLegged}, 1, true, true},
		{"HEAD goes with GET there, too", "HEAD", "/feeds/new", []Kind{TwoLegged}, 1, true, true},
		{"another method is another route", "POST", "/feeds/new", []Kind{ThreeLegged}, 2, false, true},
		{"a list of kinds", "POST", "/jobs/7", []Kind{TwoLegged, Impersonation}, 3, false, false},
		{"the rest", "GET", "/jobs/7/8", []Kind{ThreeLegged}, 5, false, true},
		{"a slash at the end is the same route", "GET", "/health/", Kinds(), 0, true, true},
		{"an encoded letter is the same route", "GET", "/h%65alth", Kinds(), 0, true, true},
		{"the root has a route", "GET", "/", []Kind{ThreeLegged}, 5, false, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			for _, k := range append(Kinds(), "", "four-legged") {
				got := p.Decide(Access{Method: row.method, Path: row.path, Kind: k, Scopes: all})
				want := Decision{false, ReasonKindRefused, nil, nil, row.route}
				if slices.Contains(row.accepts, k) || len(row.accepts) == len(Kinds()) {
					want = Decision{true, ReasonAllowed, got.Scopes, nil, row.route}
				}
				if d := cmp.Diff(got, want); d != "" {
					t.Errorf("%q: got -, want +:\n%s", k, d)
				}
			}
			if pass, decided := p.Anonymous(row.method, row.path); pass != row.pass || decided != row.decided {
				t.Errorf("anonymous: got %t, decided %t, want %t, %t", pass, decided, row.pass, row.decided)
			}
		})
	}
}

// TestAmbiguousPathsOnRoutes: with a route that has a pattern, nobody can say on
// which route such a path is; without one it is on the only one.
func TestAmbiguousPathsOnRoutes(t *testing.T) {
	yes := true
	rest := Route{Match: "/**", Accept: []Kind{ThreeLegged}, Anonymous: &yes}
	narrow := mustNew(t, Config{Routes: []Route{{Match: "/feeds/**"}, rest}})
	total := mustNew(t, Config{Routes: []Route{rest}})
	for _, path := range []string{"/a//b", "/feeds/../x", "/a%2Fb"} {
		a := Access{Method: "GET", Path: path, Kind: ThreeLegged}
		if got, want := narrow.Decide(a), (Decision{Reason: ReasonAmbiguousPath, Route: -1}); !cmp.Equal(got, want) {
			t.Errorf("%s: got %+v, want %+v", path, got, want)
		}
		if pass, decided := narrow.Anonymous("GET", path); pass || !decided {
			t.Errorf("%s, anonymous: got %t, decided %t, want a refusal", path, pass, decided)
		}
		if got, want := total.Decide(a), (Decision{Allowed: true, Reason: ReasonAllowed}); !cmp.Equal(got, want) {
			t.Errorf("%s on the only route: got %+v, want %+v", path, got, want)
		}
		if pass, decided := total.Anonymous("GET", path); !pass || !decided {
			t.Errorf("%s, anonymous on the only route: got %t, decided %t", path, pass, decided)
		}
	}
}

// TestADecisionDoesNotReachIntoTheAccess: its scopes may share memory with the
// token's, so appending to them must not write there.
func TestADecisionDoesNotReachIntoTheAccess(t *testing.T) {
	p := mustNew(t, photos())
	held := []string{"photos.read", "account"}
	d := p.Decide(Access{Method: "GET", Path: "/photos/1", Kind: ThreeLegged, Scopes: held})
	_ = append(d.Scopes, "everything")
	if want := []string{"photos.read", "account"}; !slices.Equal(held, want) {
		t.Errorf("got %v, want %v", held, want)
	}
}
