package policy

import "testing"

func TestPatterns(t *testing.T) {
	for _, row := range []struct {
		name    string
		pattern string
		matches []string
		misses  []string
	}{
		{"a path is itself and nothing below", "/api/photos", []string{"/api/photos", "/api/%70hotos"}, []string{"/", "/api", "/api/photos/", "/api/photos/1", "/api/photosx", "/api/photo", "/API/photos"}},
		{"a slash at the end counts", "/api/photos/", []string{"/api/photos/"}, []string{"/api/photos", "/api/photos/1"}},
		{"the root is itself", "/", []string{"/"}, []string{"/x", "/x/"}},
		{"a star is one segment", "/api/*/x", []string{"/api/1/x", "/api/a%20b/x", "/api/%2A/x"}, []string{"/api/x", "/api/1/2/x", "/api/1/y", "/api/1/x/", "/api/1/x/y"}},
		{"a star is never an empty segment", "/api/*", []string{"/api/1"}, []string{"/api", "/api/", "/api/1/"}},
		{"two stars are the rest, or nothing of it", "/api/**", []string{"/api", "/api/", "/api/x", "/api/x/y", "/api/x/y/"}, []string{"/", "/ap", "/apix", "/apix/y", "/x/api"}},
		{"a star and then the rest", "/*/**", []string{"/a", "/a/", "/a/b/c"}, []string{"/"}},
		{"a star before the rest", "/u/*/p/**", []string{"/u/1/p", "/u/1/p/2"}, []string{"/u/p", "/u/1/q", "/u/1"}},
		{"all of it", "/**", []string{"/", "/x", "/x/", "/x/y"}, nil},
		{"a pattern is decoded once, as paths are", "/caf%C3%A9/%61", []string{"/café/a", "/caf%c3%a9/a", "/caf%C3%A9/%61"}, []string{"/cafe/a"}},
		{"an encoded star means itself", "/a/%2A", []string{"/a/*", "/a/%2a"}, []string{"/a/b"}},
		{"a space may stand for itself in a pattern", "/my photos", []string{"/my%20photos"}, []string{"/my+photos", "/my"}},
		{"what is odd and plain", "/a+b/~c/d=e,f", []string{"/a+b/~c/d=e,f", "/a%2Bb/%7ec/d%3De%2cf"}, []string{"/a%20b/~c/d=e,f"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, err := parsePattern(row.pattern, false)
			if err != nil {
				t.Fatalf("parsing: %v", err)
			}
			for _, path := range row.matches {
				if !p.matches(read(path, false), false) {
					t.Errorf("%s does not match %s", row.pattern, path)
				}
			}
			for _, path := range row.misses {
				if p.matches(read(path, false), false) {
					t.Errorf("%s matches %s", row.pattern, path)
				}
			}
		})
	}
}

func TestPatternsWithoutCase(t *testing.T) {
	p, err := parsePattern("/Ärzte/admin/**", true)
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]bool{
		"/%C3%84rzte/admin": true, "/%c3%a4RZTE/ADMIN/x": true, "/ärzte/aDmIn": true,
		"/arzte/admin": false, "/ärzte/adm\u0131n": false,
	} {
		if got := p.matches(read(path, true), true); got != want {
			t.Errorf("%s: got %t, want %t", path, got, want)
		}
	}
}

func TestMethods(t *testing.T) {
	for _, row := range []struct {
		name, methods string
		has, hasNot   []string
	}{
		{"HEAD goes with GET", "GET", []string{"GET", "HEAD"}, []string{"POST", "get", "Get", "", "GET ", "OPTIONS"}},
		{"GET does not go with HEAD", "HEAD", []string{"HEAD"}, []string{"GET"}},
		{"a list", "POST,PROPFIND,M-SEARCH", []string{"POST", "PROPFIND", "M-SEARCH"}, []string{"PUT", "HEAD"}},
		{"a star is every method", "*", []string{"GET", "get", "BREW", ""}, nil},
	} {
		t.Run(row.name, func(t *testing.T) {
			r, err := parseRule(row.methods+" /x", false)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range row.has {
				if !r.hasMethod(m) {
					t.Errorf("%q does not have %q", row.methods, m)
				}
			}
			for _, m := range row.hasNot {
				if r.hasMethod(m) {
					t.Errorf("%q has %q", row.methods, m)
				}
			}
		})
	}
}

func TestWhatCoversWhat(t *testing.T) {
	for _, row := range []struct {
		earlier, later string
		want           bool
	}{
		{"/**", "/x", true},
		{"/**", "GET /x/**", true},
		{"GET /**", "/x", false},
		{"GET /x", "HEAD /x", true},
		{"HEAD /x", "GET /x", false},
		{"GET,POST /x", "POST,GET /x", true},
		{"* /x", "BREW /x", true},
		{"/x/**", "/x", true},
		{"/x/**", "/x/*/y", true},
		{"/x/**", "/x/*/**", true},
		{"/x/*", "/x/y", true},
		{"/x/y", "/x/*", false},
		{"/x/*", "/x/**", false},
		{"/x/*/**", "/x/**", false},
		{"/*", "/", false},
		{"/x", "/x/", true}, // of routes
		{"/*/", "GET /*", true},
		{"GET /", "GET /", true},
		{"/", "/x", false},
		{"/x", "/y", false},
		{"/x/y", "/x", false},
	} {
		earlier, err := parseMatch(row.earlier, false)
		if err != nil {
			t.Fatal(err)
		}
		later, err := parseMatch(row.later, false)
		if err != nil {
			t.Fatal(err)
		}
		if got := earlier.covers(&later, false); got != row.want {
			t.Errorf("%s covers %s: got %t, want %t", row.earlier, row.later, got, row.want)
		}
	}
}
