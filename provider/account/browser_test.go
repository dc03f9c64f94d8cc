package account_test

import (
	"crypto/subtle"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// person is a browser that follows no redirects.
type person struct {
	t      *testing.T
	house  *house
	client *http.Client
	header http.Header
	under  string // path before those of the daemon
}

func (h *house) visitor(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &person{t: t, house: h, client: client, header: http.Header{}}
}

// as is a visitor who has signed in.
func (h *house) as(t *testing.T, name string) *person {
	t.Helper()
	p := h.visitor(t)
	if got := p.signIn(p.get("/oauth/signin"), name); got.status != http.StatusSeeOther {
		t.Fatalf("signing in as %s: got status %d, want 303", name, got.status)
	}
	return p
}

func (p *person) signIn(page answer, name string) answer {
	p.t.Helper()
	return p.post(p.under+"/oauth/signin", url.Values{
		"username": {name}, "password": {password}, "form_token": {page.field(p.t, "form_token")}, "return": {page.field(p.t, "return")},
	})
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (p *person) do(method, path, body string) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.house.server.URL+path, strings.NewReader(body))
	must(p.t, err)
	for name, values := range p.header {
		r.Header[name] = values
	}
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := p.client.Do(r)
	must(p.t, err)
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	must(p.t, err)
	return answer{res.StatusCode, res.Header, string(got)}
}

func (p *person) get(path string) answer { p.t.Helper(); return p.do(http.MethodGet, path, "") }

func (p *person) post(path string, form url.Values) answer {
	p.t.Helper()
	return p.do(http.MethodPost, path, form.Encode())
}

// confirm posts the form of a page, with what is in it.
func (p *person) confirm(page answer) answer {
	p.t.Helper()
	return p.post(page.action(p.t), url.Values{"form_token": {page.field(p.t, "form_token")}})
}

// first is the first group of a pattern in the page, as a browser reads it.
func (a answer) first(pattern string) (string, bool) {
	m := regexp.MustCompile(pattern).FindStringSubmatch(a.body)
	if m == nil {
		return "", false
	}
	return html.UnescapeString(m[1]), true
}

func (a answer) all(pattern string) []string {
	var all []string
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(a.body, -1) {
		all = append(all, html.UnescapeString(m[1]))
	}
	return all
}

func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	value, ok := a.first(`name="` + name + `" value="([^"]*)"`)
	if !ok {
		t.Fatalf("no field %s in a page with status %d:\n%s", name, a.status, a.body)
	}
	return value
}

// action is where the page's own form goes: the other one signs out.
func (a answer) action(t *testing.T) string {
	t.Helper()
	value, ok := a.first(`<form class="stub" method="post" action="([^"]*)"`)
	if !ok {
		t.Fatalf("no form in a page with status %d:\n%s", a.status, a.body)
	}
	return value
}

// names are the applications on a list, links those to take back what they may do.
func (a answer) names() []string {
	return a.all(`(?s)<h2 id="[a-z]+-\d+"><bdi class="name">(.*?)</bdi>`)
}
func (a answer) links() []string { return a.all(`href="(/oauth/account/revoke/[^"]*)"`) }

func (a answer) location() string { return a.header.Get("Location") }

// is checks the status, and where the browser is sent.
func (a answer) is(t *testing.T, what string, status int, location string) {
	t.Helper()
	if a.status != status || a.location() != location {
		t.Errorf("%s: got %d to %q, want %d to %q\n%s", what, a.status, a.location(), status, location, a.code())
	}
}

// code is the stable code of an error page.
func (a answer) code() string {
	code, _ := a.first(`<code[^>]*>([a-z_]+)</code>`)
	return code
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
