package policy

import "testing"

// An attempt is a way around a rule: on its path some server, proxy or framework
// serves what the rule was to keep.
type attempt struct {
	name   string
	method string
	path   string
	scope  string // reason under a scope "GET /photos/**" that the token has
	route  string // reason under a route "/admin/**" that takes tokens only, without one
}

const (
	missing   = ReasonScopeMissing
	ambiguous = ReasonAmbiguousPath
	refused   = ReasonKindRefused
	nothing   = ReasonAllowed // the attempt is none against the route
)

var attempts = []attempt{
	{"plainly", "GET", "/admin", missing, refused},
	{"plainly, below it", "GET", "/admin/users", missing, refused},
	{"a slash at the end", "GET", "/admin/", missing, refused},
	{"one letter encoded", "GET", "/%61dmin/users", missing, refused},
	{"every letter encoded", "GET", "/%61%64%6D%69%6e", missing, refused},
	{"another method on the path that is allowed", "POST", "/photos/1", missing, nothing},
	{"the method in small letters", "get", "/photos/1", missing, nothing},
	{"a method that is none", "GET /photos/1", "/admin", missing, refused},
	{"no method", "", "/photos/1", missing, nothing},
	{"a method nobody has heard of", "BREW", "/admin", missing, refused},
	{"HEAD on what is not allowed", "HEAD", "/admin", missing, refused},
	{"OPTIONS on what is allowed for GET", "OPTIONS", "/photos/1", missing, nothing},
	{"OPTIONS of the server", "OPTIONS", "*", missing, ambiguous},
	{"a name that begins like the allowed one", "GET", "/photosx/1", missing, nothing},
	{"a suffix after the allowed name", "GET", "/photos.json", missing, nothing},
	{"the allowed name behind the other", "GET", "/admin/photos/1", missing, refused},
	{"another case", "GET", "/PHOTOS/1", missing, nothing},
	{"up and over", "GET", "/photos/../admin", ambiguous, ambiguous},
	{"up and over, without a slash before", "GET", "/..admin/../admin", ambiguous, ambiguous},
	{"up above the root", "GET", "/../../admin", ambiguous, ambiguous},
	{"dots encoded in small letters", "GET", "/photos/%2e%2e/admin", ambiguous, ambiguous},
	{"dots encoded in capitals", "GET", "/photos/%2E%2E/admin", ambiguous, ambiguous},
	{"the first dot encoded", "GET", "/photos/%2e./admin", ambiguous, ambiguous},
	{"the second dot encoded", "GET", "/photos/.%2e/admin", ambiguous, ambiguous},
	{"dots encoded twice", "GET", "/photos/%252e%252e/admin", ambiguous, ambiguous},
	{"dots encoded three times", "GET", "/photos/%25252e%25252e/admin", ambiguous, ambiguous},
	{"dots and the slash encoded", "GET", "/photos/%2e%2e%2fadmin", ambiguous, ambiguous},
	{"the slash encoded", "GET", "/photos/..%2fadmin", ambiguous, ambiguous},
	{"the slash encoded in capitals", "GET", "/photos/..%2Fadmin", ambiguous, ambiguous},
	{"the slash encoded twice", "GET", "/photos/..%252fadmin", ambiguous, ambiguous},
	{"dots at the end", "GET", "/photos/..", ambiguous, ambiguous},
	{"dots and a slash at the end", "GET", "/photos/../", ambiguous, ambiguous},
	{"a single dot before it", "GET", "/./admin", ambiguous, ambiguous},
	{"a single dot behind it", "GET", "/admin/.", ambiguous, ambiguous},
	{"a single dot, encoded", "GET", "/%2e/admin", ambiguous, ambiguous},
	{"three dots, which an old Windows climbs by", "GET", "/photos/.../admin", ambiguous, ambiguous},
	{"dots and a space, which Windows trims", "GET", "/photos/..%20/admin", ambiguous, ambiguous},
	{"a space and dots", "GET", "/photos/%20../admin", ambiguous, ambiguous},
	{"dots and a parameter, which Tomcat cuts off", "GET", "/photos/..;/admin", ambiguous, ambiguous},
	{"dots and a parameter with a value", "GET", "/photos/..;x=y/admin", ambiguous, ambiguous},
	{"dots and an encoded semicolon", "GET", "/photos/..%3B/admin", ambiguous, ambiguous},
	{"a parameter on the name", "GET", "/admin;x", ambiguous, ambiguous},
	{"a parameter on the name, encoded", "GET", "/admin%3bx/users", ambiguous, ambiguous},
	{"a session id in the path", "GET", "/admin;jsessionid=1", ambiguous, ambiguous},
	{"an empty parameter first", "GET", "/;/admin", ambiguous, ambiguous},
	{"the rest behind a semicolon", "GET", "/photos/;/../admin", ambiguous, ambiguous},
	{"two slashes", "GET", "//admin", ambiguous, ambiguous},
	{"two slashes that look like a host", "GET", "//photos/admin", ambiguous, ambiguous},
	{"three slashes", "GET", "///admin", ambiguous, ambiguous},
	{"two slashes inside", "GET", "/photos//admin", ambiguous, ambiguous},
	{"two slashes at the end", "GET", "/admin//", ambiguous, ambiguous},
	{"an empty segment to climb from", "GET", "/photos//../admin", ambiguous, ambiguous},
	{"a slash encoded at the beginning", "GET", "/%2fadmin", ambiguous, ambiguous},
	{"a slash encoded inside the name that is kept", "GET", "/admin%2Fusers", ambiguous, ambiguous},
	{"a backslash", "GET", `/photos/..\admin`, ambiguous, ambiguous},
	{"a backslash at the beginning", "GET", `/\admin`, ambiguous, ambiguous},
	{"backslashes all the way", "GET", `\photos\..\admin`, ambiguous, ambiguous},
	{"a backslash encoded", "GET", "/photos/..%5cadmin", ambiguous, ambiguous},
	{"a backslash encoded in capitals", "GET", "/photos/..%5Cadmin", ambiguous, ambiguous},
	{"a backslash encoded twice", "GET", "/photos/..%255cadmin", ambiguous, ambiguous},
	{"NUL, which ends a text in C", "GET", "/admin%00", ambiguous, ambiguous},
	{"NUL before the suffix that is looked at", "GET", "/admin%00/photos/1.jpg", ambiguous, ambiguous},
	{"NUL as itself", "GET", "/admin\x00", ambiguous, ambiguous},
	{"a line feed", "GET", "/admin%0a", ambiguous, ambiguous},
	{"a carriage return and a second request", "GET", "/photos/1%0d%0aGET%20/admin", ambiguous, ambiguous},
	{"a tab, which URL parsers drop", "GET", "/ad%09min", ambiguous, ambiguous},
	{"a tab as itself", "GET", "/ad\tmin", ambiguous, ambiguous},
	{"DEL", "GET", "/admin%7f", ambiguous, ambiguous},
	{"a control beyond ASCII", "GET", "/admin%C2%85", ambiguous, ambiguous},
	{"overlong dots", "GET", "/photos/%c0%ae%c0%ae/admin", ambiguous, ambiguous},
	{"an overlong slash", "GET", "/photos/..%c0%afadmin", ambiguous, ambiguous},
	{"an overlong slash in three bytes", "GET", "/photos/..%e0%80%afadmin", ambiguous, ambiguous},
	{"an overlong letter", "GET", "/%c1%a1dmin", ambiguous, ambiguous},
	{"a byte that is no UTF-8", "GET", "/admin%ff", ambiguous, ambiguous},
	{"half of a surrogate pair", "GET", "/admin%ed%a0%80", ambiguous, ambiguous},
	{"a fullwidth slash", "GET", "/photos/..%ef%bc%8fadmin", ambiguous, ambiguous},
	{"a division slash, which Windows fits best to a slash", "GET", "/photos/..%e2%88%95admin", ambiguous, ambiguous},
	{"fullwidth dots", "GET", "/photos/%ef%bc%8e%ef%bc%8e/admin", ambiguous, ambiguous},
	{"a two-dot leader", "GET", "/photos/%e2%80%a5/admin", ambiguous, ambiguous},
	{"a fullwidth backslash", "GET", "/photos/..%ef%bc%bcadmin", ambiguous, ambiguous},
	{"a Greek question mark, which is a semicolon", "GET", "/admin%cd%bex", ambiguous, ambiguous},
	{"an escape of IIS", "GET", "/photos/..%u002fadmin", ambiguous, ambiguous},
	{"an escape of IIS for a letter", "GET", "/%u0061dmin", ambiguous, ambiguous},
	{"a cut escape", "GET", "/admin%", ambiguous, ambiguous},
	{"an escape with one digit", "GET", "/admin%2", ambiguous, ambiguous},
	{"an escape inside an escape", "GET", "/photos/..%%32%66admin", ambiguous, ambiguous},
	{"an escape that is none", "GET", "/%6gdmin/..", ambiguous, ambiguous},
	{"a percent sign, encoded", "GET", "/%2561dmin", ambiguous, ambiguous},
	{"a fragment", "GET", "/admin#/photos/1", ambiguous, ambiguous},
	{"a query that is still there", "GET", "/admin?/photos/1", ambiguous, ambiguous},
	{"a space, and what a sloppy server takes for a version", "GET", "/admin HTTP/1.1", ambiguous, ambiguous},
	{"a space after the name", "GET", "/admin ", ambiguous, ambiguous},
	{"a whole URL", "GET", "http://photos.example.net/admin", ambiguous, ambiguous},
	{"another scheme", "GET", "gopher://photos/admin", ambiguous, ambiguous},
	{"no slash at the beginning", "GET", "admin", ambiguous, ambiguous},
	{"the first slash encoded", "GET", "%2fadmin", ambiguous, ambiguous},
	{"nothing", "GET", "", ambiguous, ambiguous},
	{"the root", "GET", "/", missing, nothing},
}

func TestWaysAround(t *testing.T) {
	if len(attempts) < 60 {
		t.Fatalf("got %d attempts, want at least 60", len(attempts))
	}
	scoped := mustNew(t, Config{Scopes: []Scope{{Name: "photos.read", Title: "See your photos", Allow: []string{"GET /photos/**"}}}})
	routed := mustNew(t, Config{Routes: []Route{{Match: "/admin/**", Accept: []Kind{ThreeLegged}, Anonymous: new(bool)}}})
	// The safe way round: what is open is named, the rest is not.
	closed := mustNew(t, Config{Routes: []Route{{Match: "GET /photos/**"}, {Match: "/**", Accept: []Kind{ThreeLegged}, Anonymous: new(bool)}}})
	for _, row := range attempts {
		t.Run(row.name, func(t *testing.T) {
			d := scoped.Decide(Access{Method: row.method, Path: row.path, Kind: ThreeLegged, Scopes: []string{"photos.read"}})
			if d.Allowed || d.Reason != row.scope {
				t.Errorf("%q under a scope: got %+v, want %s", row.path, d, row.scope)
			}
			without := Access{Method: row.method, Path: row.path, Kind: TwoLegged}
			if d := routed.Decide(without); d.Reason != row.route || d.Allowed != (row.route == nothing) {
				t.Errorf("%q under a route: got %+v, want %s", row.path, d, row.route)
			}
			if pass, decided := routed.Anonymous(row.method, row.path); pass || decided != (row.route != nothing) {
				t.Errorf("%q, anonymous under a route: got %t, decided %t", row.path, pass, decided)
			}
			if d := closed.Decide(without); d.Allowed {
				t.Errorf("%q where the rest is closed: got %+v, want a refusal", row.path, d)
			}
			if pass, decided := closed.Anonymous(row.method, row.path); pass || !decided {
				t.Errorf("%q, anonymous where the rest is closed: got %t, decided %t", row.path, pass, decided)
			}
		})
	}
}

// TestWaysAroundWithoutCase is the table again and more, for an application that
// does not distinguish case.
func TestWaysAroundWithoutCase(t *testing.T) {
	routed := mustNew(t, Config{IgnoreCase: true, Routes: []Route{{Match: "/admin/**", Accept: []Kind{ThreeLegged}}}})
	more := []attempt{
		{"capitals", "GET", "/ADMIN/users", "", refused},
		{"one capital, encoded", "GET", "/%41dmin", "", refused},
		{"the dotless i, which capitals make an I of", "GET", "/adm%c4%b1n", "", ambiguous},
		{"the dotted capital I, which small letters make an i of", "GET", "/adm%c4%b0n", "", ambiguous},
		{"a dot that Windows trims", "GET", "/admin./users", "", ambiguous},
		{"a space that Windows trims", "GET", "/admin%20/users", "", ambiguous},
		{"a stream of the folder, which Windows opens as the folder", "GET", "/admin::$INDEX_ALLOCATION/users", "", ambiguous},
		{"both at the end", "GET", "/admin.%20", "", ambiguous},
	}
	for _, row := range append(more, attempts...) {
		if d := routed.Decide(Access{Method: row.method, Path: row.path, Kind: TwoLegged}); d.Reason != row.route {
			t.Errorf("%s, %q: got %s, want %s", row.name, row.path, d.Reason, row.route)
		}
	}
}

// TestATotalScopeMeansEveryReading: what every reading of a path allows needs no
// reading.
func TestATotalScopeMeansEveryReading(t *testing.T) {
	p := mustNew(t, photos())
	for _, row := range attempts {
		d := p.Decide(Access{Method: row.method, Path: row.path, Kind: ThreeLegged, Scopes: []string{"photos.read", "everything"}})
		if !d.Allowed || len(d.Scopes) != 1 || d.Scopes[0] != "everything" {
			t.Errorf("%s, %q: got %+v, want it allowed by everything alone", row.name, row.path, d)
		}
	}
}
