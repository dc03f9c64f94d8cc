package policy

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMistakes(t *testing.T) {
	scope := func(allow ...string) Config {
		return Config{Scopes: []Scope{{Name: "x", Title: "X", Allow: allow}}}
	}
	named := func(name string) Config {
		return Config{Scopes: []Scope{{Name: name, Title: "X", Allow: []string{"* /**"}}}}
	}
	on := func(match string) Config { return Config{Routes: []Route{{Match: match}}} }
	const badName = "has a character in it that the name of a scope cannot have; write printable ASCII without spaces, commas, quotes and backslashes, e.g. \"photos.read\""
	for _, row := range []struct {
		name   string
		config Config
		want   string
	}{
		{"a scope without a name", named(""), `scopes[0].name: is empty; write e.g. "photos.read"`},
		{"a space in a name", named("read write"), `scopes[0].name: "read write" ` + badName},
		{"a comma in a name", named("read,write"), `scopes[0].name: "read,write" ` + badName},
		{"a quote in a name", named(`"read"`), `scopes[0].name: "\"read\"" ` + badName},
		{"a name beyond ASCII", named("café"), `scopes[0].name: "café" ` + badName},
		{"a control in a name", named("a\x1bb"), `scopes[0].name: "a\x1bb" ` + badName},
		{"a long name", named(strings.Repeat("x", 256)), `scopes[0].name: "` + strings.Repeat("x", 40) + `"... is too long; write at most 255 characters`},
		{"no title", Config{Scopes: []Scope{{Name: "x", Title: " ", Allow: []string{"* /**"}}}},
			`scopes[0].title: is empty, so nobody would know what they agree to; write e.g. "See your photos"`},
		{"a title that turns the direction of writing", Config{Scopes: []Scope{{Name: "x", Title: "See \u202eyour", Allow: []string{"* /**"}}}},
			`scopes[0].title: "See \u202eyour" has a character in it that does not print; write one line of text`},
		{"an empty translation", Config{Scopes: []Scope{{Name: "x", Title: "X", Titles: map[string]string{"de": ""}, Allow: []string{"* /**"}}}},
			`scopes[0].titles.de: is empty; translate the title or remove the language`},
		{"a scope that allows nothing", scope(), `scopes[0].allow: is empty, so the scope would allow nothing; list what it allows, e.g. "GET /photos/**"`},
		{"a rule without a method", scope("/photos"), `scopes[0].allow[0]: "/photos": it names no method; write "GET /photos" or "* /photos"`},
		{"a rule without a pattern", scope("GET"), `scopes[0].allow[0]: "GET": it names no pattern; write "GET /photos/**"`},
		{"an empty rule", scope("* /x", " "), `scopes[0].allow[1]: " ": a rule is methods and a pattern with one space between them; write e.g. "GET,POST /photos/**"`},
		{"a space in the list of methods", scope("GET, HEAD /x"), `scopes[0].allow[0]: "GET, HEAD /x": a rule is methods and a pattern with one space between them; write e.g. "GET,POST /photos/**"`},
		{"a method in small letters", scope("get /x"), `scopes[0].allow[0]: "get /x": "get" is no method: they are in capitals; write "GET"`},
		{"an odd method", scope("G€T /x"), `scopes[0].allow[0]: "G€T /x": "G€T" is no method; write e.g. "GET,POST"`},
		{"an empty method", scope("GET,,PUT /x"), `scopes[0].allow[0]: "GET,,PUT /x": "GET,,PUT" has an empty place in the list of methods; write e.g. "GET,POST"`},
		{"a method twice", scope("GET,GET /x"), `scopes[0].allow[0]: "GET,GET /x": "GET" is listed twice; remove one`},
		{"a star among methods", scope("GET,* /x"), `scopes[0].allow[0]: "GET,* /x": "GET,*" lists * among others; write * alone for every method`},
		{"a rule twice", scope("GET /x", "GET /x"), `scopes[0].allow[1]: "GET /x" stands in allow[0], too; remove one`},
		{"two mistakes in one rule", scope("get x"), "scopes[0].allow[0]: \"get x\": \"get\" is no method: they are in capitals; write \"GET\"\nscopes[0].allow[0]: \"get x\": a pattern begins with a slash; write \"/x\""},
		{"a pattern without a slash", on("photos"), `routes[0].match: "photos": a pattern begins with a slash; write "/photos"`},
		{"a method without a pattern", on("GET "), `routes[0].match: "GET ": it names no pattern; write "GET /photos/**"`},
		{"no pattern", on(""), `routes[0].match: "": a pattern begins with a slash; write "/"`},
		{"a query", on("/photos?size=1"), `routes[0].match: "/photos?size=1": a pattern has no query, which is not looked at; write "/photos"`},
		{"two stars inside", on("/a/**/b"), `routes[0].match: "/a/**/b": ** stands at the end only; write * for one segment in between`},
		{"a star in a word", on("/v*/x"), `routes[0].match: "/v*/x": * stands for a whole segment, and "v*" is more; write * or **, or %2A for a star that means itself`},
		{"three stars", on("/***"), `routes[0].match: "/***": * stands for a whole segment, and "***" is more; write * or **, or %2A for a star that means itself`},
		{"a pattern that no path can match", on("/a//b"), `routes[0].match: "/a//b": it has an empty segment, and paths with that are refused as ambiguous; write the path as the application serves it`},
		{"an encoded slash in a pattern", on("/a%2Fb"), `routes[0].match: "/a%2Fb": it has an encoded slash, and paths with that are refused as ambiguous; write the path as the application serves it`},
		{"dots in a pattern", on("/a/../b"), `routes[0].match: "/a/../b": it has a dot segment, and paths with that are refused as ambiguous; write the path as the application serves it`},
		{"a route for nobody", Config{Routes: []Route{{Match: "/x", Accept: []Kind{}}}}, `routes[0].accept: is empty, which could mean all or none; list kinds, or leave it out for all`},
		{"an unknown kind", Config{Routes: []Route{{Match: "/x", Accept: []Kind{"2-legged"}}}}, `routes[0].accept[0]: "2-legged" is no kind of credentials; write three-legged, two-legged or impersonation`},
		{"a kind twice", Config{Routes: []Route{{Match: "/x", Accept: []Kind{TwoLegged, TwoLegged}}}}, `routes[0].accept[1]: "two-legged" is listed twice; remove one`},
		{"a route behind one that matches all of it", Config{Routes: []Route{{Match: "/a"}, {Match: "/api/**"}, {Match: "GET /api/x"}}},
			`routes[2].match: "GET /api/x" is never reached: the first route that matches counts, and routes[1], "/api/**", matches all of it; put it before that one`},
		{"a route twice but for the slash", Config{Routes: []Route{{Match: "/a"}, {Match: "/a/"}}},
			`routes[1].match: "/a/" is never reached: the first route that matches counts, and routes[0], "/a", matches all of it; put it before that one`},
		{"a route twice where case does not count", Config{IgnoreCase: true, Routes: []Route{{Match: "/a"}, {Match: "/A"}}},
			`routes[1].match: "/A" is never reached: the first route that matches counts, and routes[0], "/a", matches all of it; put it before that one`},
		{"a scope of old tokens that is not defined", Config{Unscoped: []string{"all"}}, `unscoped[0]: there is no scope "all"; define it, or name one that is`},
		{"a scope of old tokens twice", func() Config { c := named("all"); c.Unscoped = []string{"all", "all"}; return c }(), `unscoped[1]: "all" is listed twice; remove one`},
	} {
		t.Run(row.name, func(t *testing.T) {
			p, err := New(row.config)
			if err == nil || p != nil {
				t.Fatalf("got %v, %v, want a refusal", p, err)
			}
			if d := cmp.Diff(err.Error(), row.want); d != "" {
				t.Errorf("got -, want +:\n%s", d)
			}
		})
	}
}

func TestEveryMistakeAtOnce(t *testing.T) {
	_, err := New(Config{
		Scopes: []Scope{
			{Name: "a", Title: "A", Allow: []string{"GET /x", "put /y"}},
			{Name: "a", Title: "", Allow: nil},
		},
		Routes:   []Route{{Match: "x", Accept: []Kind{"all"}}, {Match: "/b//c"}},
		Unscoped: []string{"c"},
	})
	var all Mistakes
	if !errors.As(err, &all) {
		t.Fatalf("got %v, want Mistakes", err)
	}
	var got []string
	for _, m := range all {
		got = append(got, m.Where())
	}
	want := []string{"scopes[0].allow[1]", "scopes[1].title", "scopes[1].name", "scopes[1].allow", "routes[0].match", "routes[0].accept[0]", "routes[1].match", "unscoped[0]"}
	if d := cmp.Diff(got, want); d != "" {
		t.Errorf("got -, want +:\n%s", d)
	}
}

func TestNamesOfScopes(t *testing.T) {
	for _, name := range []string{"read", "photos.read", "photos:read/all", "!", "a-b_c~d", "https://example.net/scopes#1", "-", "a'b`c", strings.Repeat("x", 255)} {
		if err := checkName(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	for _, name := range []string{"", " ", "a b", "a,b", `a"b`, `a\b`, "a\tb", "é", "\x7f", "a\xff", strings.Repeat("x", 256)} {
		if err := checkName(name); err == nil {
			t.Errorf("%q is taken for a name", name)
		}
	}
}
