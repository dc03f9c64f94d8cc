package policy

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
)

// seedPaths adds every attempt and some innocent paths.
func seedPaths(f *testing.F) {
	for _, a := range attempts {
		f.Add(a.method, a.path)
	}
	for _, path := range []string{"/", "/photos", "/photos/caf%C3%A9", "/photos/a b", "/photos/What%3F", "/ADMIN/x", "/admin./x", "/photos/\u212a"} {
		f.Add("GET", path)
	}
}

// FuzzAmbiguousPaths holds that no pattern but a total one ever allows a path
// that can be read in more than one way, that no route with a pattern lets one
// by, and that what is called plain has nothing of what makes it otherwise.
func FuzzAmbiguousPaths(f *testing.F) {
	seedPaths(f)
	policies := map[bool][]*Policy{false: comparing(f, false), true: comparing(f, true)}
	f.Fuzz(func(t *testing.T, method, path string) {
		for _, fold := range []bool{false, true} {
			r := read(path, fold)
			if (r.ambiguous == "") == (r.path == "") {
				t.Fatalf("%q is read as %+v", path, r)
			}
			if r.ambiguous == "" {
				checkPlain(t, path, r.path)
			}
			for _, p := range policies[fold] {
				d := p.Decide(Access{Method: method, Path: path, Kind: ThreeLegged, Scopes: []string{"x"}})
				if r.ambiguous != "" && d.Allowed {
					t.Errorf("%q, which has %s, is allowed: %+v", path, r.ambiguous, d)
				}
				if d.Allowed != (d.Reason == ReasonAllowed) {
					t.Errorf("%q: the reason does not fit: %+v", path, d)
				}
				if pass, _ := p.Anonymous(method, path); r.ambiguous != "" && pass {
					t.Errorf("%q, which has %s, passes without credentials", path, r.ambiguous)
				}
			}
		}
	})
}

// comparing are policies that compare paths, each in its way.
func comparing(t testing.TB, fold bool) []*Policy {
	yes := true
	return []*Policy{
		mustNew(t, Config{IgnoreCase: fold, Scopes: []Scope{{Name: "x", Title: "X", Allow: []string{"* /*/**", "* /photos/**", "* /*", "* /*/*", "* /"}}}}),
		mustNew(t, Config{IgnoreCase: fold, Routes: []Route{{Match: "/photos/**"}, {Match: "/**", Anonymous: &yes}}}),
	}
}

// checkPlain looks at a plain path with other means than read does.
func checkPlain(t *testing.T, raw, path string) {
	t.Helper()
	decoded, err := url.PathUnescape(raw)
	if err != nil || decoded != path {
		t.Errorf("%q is read as %q; net/url has %q, %v", raw, path, decoded, err)
	}
	if again, err := url.PathUnescape(decoded); err != nil || again != decoded {
		t.Errorf("%q decodes to %q, and that to %q, %v", raw, decoded, again, err)
	}
	if strings.ContainsAny(path, "\\;\x00") || strings.Contains(path, "//") || strings.Count(raw, "/") != strings.Count(path, "/") {
		t.Errorf("%q is called plain", raw)
	}
	u, err := url.Parse("http://h" + raw)
	if err != nil {
		return // it does not take some bytes that servers take
	}
	if clean := u.JoinPath().Path; clean != path {
		t.Errorf("%q is %q when it is cleaned", raw, clean)
	}
}

// FuzzSpellings holds that a path has the same decision however its characters
// are spelled, which is whether or not they are encoded.
func FuzzSpellings(f *testing.F) {
	seedPaths(f)
	policies := map[string]*Policy{
		"exact":    mustNew(f, withRoutes(false)),
		"any case": mustNew(f, withRoutes(true)),
	}
	f.Fuzz(func(t *testing.T, method, path string) {
		for name, p := range policies {
			r := read(path, p.ignoreCase)
			if r.ambiguous != "" {
				continue
			}
			all := encode(r.path, func(int) bool { return true })
			some := encode(r.path, func(i int) bool { return i%2 == 0 })
			for _, k := range append(Kinds(), "") {
				a := Access{Method: method, Path: path, Kind: k, Scopes: []string{"photos.read", "account"}}
				want := fmt.Sprintf("%+v", p.Decide(a))
				for _, other := range []string{all, some} {
					a.Path = other
					if got := fmt.Sprintf("%+v", p.Decide(a)); got != want {
						t.Errorf("%s: %q is decided as %s, %q as %s", name, path, want, other, got)
					}
				}
			}
		}
	})
}

func withRoutes(fold bool) Config {
	c := photos()
	c.IgnoreCase = fold
	c.Routes = []Route{{Match: "/admin/**", Accept: []Kind{ThreeLegged}}, {Match: "GET /photos/*"}, {Match: "/**", Accept: []Kind{ThreeLegged, TwoLegged}}}
	return c
}

// encode percent-encodes the bytes of a decoded path that are chosen, in capitals
// or small letters, but no slash; and whatever cannot stand for itself.
func encode(path string, chosen func(i int) bool) string {
	var b strings.Builder
	for i := range len(path) {
		switch c := path[i]; {
		case c == '/' || !chosen(i) && !strings.ContainsRune("?# ", rune(c)):
			b.WriteByte(c)
		case i%3 == 0:
			fmt.Fprintf(&b, "%%%02x", c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
