package journey

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/oauth1"
)

// A row is one request for the libraries to sign: a URL as it stands, or
// parameters that they encode themselves.
type row struct {
	name        string
	method      string
	target      string
	query, form [][2]string
	body, kind  string
	bodyHash    bool
	always      bool // with every signature method, not only the first
}

// awkward are parameters that signatures have failed over.
var awkward = [][2]string{
	{"space", "a b  c"}, {"plus", "1+1"}, {"escaped plus", "%2B"}, {"percent", "100%"}, {"tilde", "~"}, {"star", "*"},
	{"quotes", "'()!\""}, {"unreserved", "-._~"}, {"accent", "é"}, {"日本", "日本語"}, {"smile", "😀"}, {"empty", ""},
	{"and", "a=b&c=d"}, {"brackets[]", "[1]"}, {"nested[a][b]", "x"}, {"slash", "a/b?c#d"}, {"semicolon", "a;b,c:d@e$f"},
	{"Case", "upper"}, {"case", "lower"}, {"newline", "a\r\nb"}, {"back\\slash", "a\\b|c^d`e{f}<g>"},
}

var repeated = [][2]string{{"a", "2"}, {"a", "1"}, {"a", "2"}, {"b", "é"}, {"b", ""}, {"a", "10"}}

var rows = []row{
	{name: "a plain path", method: "GET", target: "/photos/plain"},
	{name: "the root", method: "GET", target: "/"},
	{name: "an empty query", method: "GET", target: "/photos?"},
	{name: "a path of escapes, a slash among them", method: "GET", target: "/caf%C3%A9/a%20b/c%2Fd/%E6%97%A5%E6%9C%AC", always: true},
	{name: "lower-case hex in a path", method: "GET", target: "/a%2fb/%c3%a9"},
	{name: "needless escapes in a path", method: "GET", target: "/%7Euser/%41"},
	{name: "two slashes and a slash at the end", method: "GET", target: "/a//b/"},
	{name: "sub-delimiters in a path", method: "GET", target: "/x;v=1/(a)'!*,b:c@d$e&f+g~h"},
	{name: "a path as people type it", method: "GET", target: "/photos/é/日本"},
	{name: "a query as people type it", method: "GET", target: "/photos?q=é&日本=語"},
	{name: "plus and %20 for a space, %2B for a plus", method: "GET", target: "/p?q=a%20b+c&plus=%2B"},
	{name: "sub-delimiters in a query", method: "GET", target: "/p?q='()!*~-._,:@$/?"},
	{name: "a semicolon in a query", method: "GET", target: "/p?a=1;b=2&c=3"},
	{name: "an empty value and no value", method: "GET", target: "/p?a=&b&c=1"},
	{name: "an equals sign in a value", method: "GET", target: "/p?a=b=c"},
	{name: "empty parameters between ampersands", method: "GET", target: "/p?a=1&&b=2&"},
	{name: "lower-case hex in a query", method: "GET", target: "/p?q=%c3%a9%2f"},
	{name: "escaped and literal brackets", method: "GET", target: "/p?ids%5B%5D=1&x[]=2"},
	{name: "brackets whose name repeats", method: "GET", target: "/p?ids%5B%5D=2&ids%5B%5D=1"},
	{name: "names that repeat in a query", method: "GET", target: "/p?a=2&a=1&a=2"},
	{name: "awkward parameters in a query", method: "GET", target: "/photos", query: awkward, always: true},
	{name: "repeated parameters in a query", method: "GET", target: "/photos", query: repeated},
	{name: "DELETE", method: "DELETE", target: "/photos/1?why=a%20b", always: true},
	{name: "POST of nothing", method: "POST", target: "/photos?a=b%20c"},
	{name: "a form", method: "POST", target: "/photos", form: awkward, always: true},
	{name: "a form by PUT", method: "PUT", target: "/photos/1", form: [][2]string{{"title", "é ~*"}, {"empty", ""}}},
	{name: "a form whose names repeat", method: "POST", target: "/photos", form: repeated},
	{name: "a form beside a query", method: "POST", target: "/photos?a=1&b=%2B", form: [][2]string{{"c", "2"}, {"d", "+"}}},
	{name: "a form that repeats the query's name", method: "POST", target: "/photos?a=1", form: [][2]string{{"a", "2"}}},
	{name: "POST of JSON", method: "POST", target: "/photos", body: `{"title":"é 日本","a=b&c":"+"}`, kind: "application/json", always: true},
	{name: "PUT of JSON", method: "PUT", target: "/photos/1?v=%2B", body: `{"a":[1,2]}`, kind: "application/json; charset=utf-8"},
	{name: "PATCH of JSON", method: "PATCH", target: "/photos/1", body: `[]`, kind: "application/json-patch+json"},
	{name: "text that looks like a form", method: "POST", target: "/photos", body: "a=1&b=2", kind: "text/plain"},
	{name: "JSON with oauth_body_hash", method: "PUT", target: "/photos/1", body: `{"a":"é+"}`, kind: "application/json", bodyHash: true},
}

// rows sends every row by every transmission.
func (i *interop) rows(t *testing.T, l library, do func(*testing.T, job) outcome) {
	c := &consumer{key: i.base.Key}
	i.d.issueToken(c, "ada")
	for n, method := range l.methods {
		for _, via := range l.vias {
			t.Run(method+" in the "+via, func(t *testing.T) {
				for _, w := range rows {
					if n > 0 && !w.always || !w.suits(l, via) {
						continue
					}
					j := w.job(i.job("call", method, via))
					j.Token, j.TokenSecret = c.token, c.tokenSecret
					i.row(t, l.stray(w.name, via), w, do, j)
				}
			})
		}
	}
}

// suits leaves out what a transmission or a library has no words for.
func (w row) suits(l library, via string) bool {
	switch {
	case via == "form" && (w.method == "GET" || w.kind != ""):
		return false // the form is the body
	case w.bodyHash && l.name != "requests-oauthlib (Debian)":
		return false
	case w.method == "PATCH" && l.name == "oauth 0.10.2 (npm)":
		return false
	}
	return !(via == "query" && w.form != nil && l.name == "oauth 0.10.2 (npm)")
}

func (w row) job(j job) job {
	j.Method, j.URL = w.method, strings.TrimSuffix(j.RequestTokenURL, "/oauth/request-token")+w.target
	j.Query, j.Form, j.Body, j.ContentType, j.BodyHash = w.query, w.form, w.body, w.kind, w.bodyHash
	return j
}

func (l library) stray(row, via string) *stray {
	for _, s := range l.strays {
		if (s.row == "" || s.row == row) && (s.via == "" || s.via == via) {
			return &s
		}
	}
	return nil
}

// row has one request signed and sent, and then sent wrongly.
func (i *interop) row(t *testing.T, s *stray, w row, do func(*testing.T, job) outcome, j job) {
	if s != nil {
		t.Run(w.name+": "+s.why, func(t *testing.T) { i.astray(t, s, w, do, j) })
		return
	}
	t.Run(w.name, func(t *testing.T) {
		x := i.edge.during(false, func() {
			if r := do(t, j); r.Status != 200 {
				t.Errorf("the library got %+v", r)
			}
		})
		if !i.reached(t, x) {
			return
		}
		w.arrived(t, x.sent)
		i.changed(t, j.SignatureMethod, x.sent)
		i.again(t, x.sent, oauth1.ProblemNonceUsed)
		x = i.edge.during(true, func() { do(t, j) })
		i.atTheGate(t, x.sent)
	})
}

// astray is a row in which the library departs from the RFC.
func (i *interop) astray(t *testing.T, s *stray, w row, do func(*testing.T, job) outcome, j job) {
	var r outcome
	x := i.edge.during(false, func() { r = do(t, j) })
	switch {
	case s.problem == gaveUp:
		if r.Error == "" || x.sent.Line != "" {
			t.Errorf("the library sent %q and got %+v", x.sent.Line, r)
		}
	case s.problem == another:
		got, want := w.parameters(t, x.sent)
		if i.reached(t, x) && cmp.Equal(got, want) {
			t.Errorf("the library sent what it was told: %s", x.sent.Line)
		}
	case x.problem != s.problem || x.status < 400:
		t.Errorf("%s was answered %d %s, want %s", x.sent.Line, x.status, x.problem, s.problem)
	}
}

// reached asserts that the application saw the request that was sent, and whose
// it is.
func (i *interop) reached(t *testing.T, x carried) bool {
	t.Helper()
	if x.status != http.StatusOK {
		t.Errorf("%s was answered %d %s", x.sent.Line, x.status, x.problem)
		return false
	}
	var got received
	if err := json.Unmarshal(x.body, &got); err != nil {
		t.Errorf("%s was answered %q, not by the application", x.sent.Line, x.body)
		return false
	}
	if got.Line != x.sent.Line {
		t.Errorf("the application saw %q, sent was %q", got.Line, x.sent.Line)
	}
	if !bytes.Equal(got.Body, x.sent.Body) {
		t.Errorf("the application saw the body %q, sent was %q", got.Body, x.sent.Body)
	}
	for name, want := range map[string][]string{"Remote-User": {"ada"}, "X-OAuth-Consumer": {i.base.Key}, "Authorization": nil} {
		if diff := cmp.Diff(got.header(name), want); diff != "" {
			t.Errorf("the application's %s (-got +want):\n%s", name, diff)
		}
	}
	return true
}

// arrived asserts that what the library sent is what it was told to send.
func (w row) arrived(t *testing.T, sent received) {
	t.Helper()
	path, _, _ := strings.Cut(sent.target(), "?")
	wantPath, _, _ := strings.Cut(w.target, "?")
	if plain(t, path) != plain(t, wantPath) {
		t.Errorf("the library sent the path %s, told was %s", path, wantPath)
	}
	if w.kind != "" && string(sent.Body) != w.body {
		t.Errorf("the library sent the body %q, told was %q", sent.Body, w.body)
	}
	got, want := w.parameters(t, sent)
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("the library's parameters (-sent +told):\n%s", diff)
	}
}

// parameters returns those that were sent and those that were to be sent, of
// query and form, in one order.
func (w row) parameters(t *testing.T, sent received) (got, want [][2]string) {
	_, query, _ := strings.Cut(sent.target(), "?")
	_, told, _ := strings.Cut(w.target, "?")
	got, want = parameters(t, query), append(parameters(t, told), w.query...)
	if w.kind == "" {
		got, want = append(got, parameters(t, string(sent.Body))...), append(want, w.form...)
	}
	return sorted(got), sorted(want)
}

func plain(t *testing.T, path string) string {
	t.Helper()
	p, err := url.PathUnescape(path)
	if err != nil {
		t.Errorf("path %q: %v", path, err)
	}
	return p
}

// parameters takes a query or form apart, without the protocol's own.
func parameters(t *testing.T, s string) (pairs [][2]string) {
	t.Helper()
	for part := range strings.SplitSeq(s, "&") {
		name, value, _ := strings.Cut(part, "=")
		var p [2]string
		for k, v := range []string{name, value} {
			var err error
			if p[k], err = url.QueryUnescape(v); err != nil {
				t.Errorf("parameter %q: %v", part, err)
			}
		}
		if part != "" && !strings.HasPrefix(p[0], "oauth_") {
			pairs = append(pairs, p)
		}
	}
	return pairs
}

func sorted(pairs [][2]string) [][2]string {
	return slices.SortedFunc(slices.Values(pairs), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) })
}
