package admin_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"oauth1d/provider"
	"oauth1d/provider/explain"
)

const adaPassword = "correct horse battery"

// A clock goes when it is told to.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// A console is a house whose pages are served, with an administrator ada.
type console struct {
	*house
	clock  *clock
	ring   *explain.Ring
	server *httptest.Server
	public *httptest.Server
}

func open(t *testing.T, configure func(*provider.Config)) *console {
	t.Helper()
	c := &console{clock: &clock{at: time.Now()}}
	c.house = buildWith(t, func(p *provider.Parts) {
		p.Now = c.clock.now
		c.ring = explain.NewRing(explain.RingConfig{Now: p.Now})
		p.Refused = c.ring
	}, func(p *provider.Config) {
		p.AdminPages = true
		if configure != nil {
			configure(p)
		}
	})
	c.server, c.public = httptest.NewServer(c.private), httptest.NewServer(c.house.public)
	t.Cleanup(c.server.Close)
	t.Cleanup(c.public.Close)
	c.made("POST", "/api/v1/users", `{"name":"ada","password":"`+adaPassword+`","admin":true}`)
	c.made("POST", "/api/v1/users", `{"name":"bob","password":"`+adaPassword+`"}`)
	return c
}

// A browser is one with cookies that follows no redirect by itself.
type browser struct {
	t    *testing.T
	base string
	http *http.Client
}

// A page is what a browser shows.
type page struct {
	t        *testing.T
	path     string
	status   int
	location string
	header   http.Header
	text     string // as it came
	root     *html.Node
}

func (c *console) visitor() *browser {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	must(c.t, err)
	return &browser{c.t, c.server.URL, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// administrator is a browser in which ada has just signed in.
func (c *console) administrator() *browser {
	c.t.Helper()
	b := c.visitor()
	signIn := b.get("/admin/").follow(b)
	if in := b.send(signIn, "/admin/signin", url.Values{"username": {"ada"}, "password": {adaPassword}}); in.location != "/admin/" {
		c.t.Fatalf("signing in: got status %d and %q, want to come to /admin/", in.status, in.location)
	}
	return b
}

func (b *browser) get(path string) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, b.base+path, nil)
	must(b.t, err)
	return b.do(r)
}

func (b *browser) post(path string, form url.Values) page {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.base+path, strings.NewReader(form.Encode()))
	must(b.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return b.do(r)
}

func (b *browser) do(r *http.Request) page {
	b.t.Helper()
	resp, err := b.http.Do(r)
	must(b.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(b.t, err)
	root, err := html.Parse(strings.NewReader(string(body)))
	must(b.t, err)
	return page{b.t, r.URL.EscapedPath(), resp.StatusCode, resp.Header.Get("Location"), resp.Header, string(body), root}
}

// follow goes where the answer sends the browser.
func (p page) follow(b *browser) page {
	p.t.Helper()
	if p.status != http.StatusSeeOther {
		p.t.Fatalf("%s: got status %d, want a redirect; it says %q", p.path, p.status, p.problems())
	}
	return b.get(p.location)
}

// send fills in the form of a page that posts to action and sends it.
func (b *browser) send(p page, action string, typed url.Values) page {
	b.t.Helper()
	form := p.form(action)
	if form == nil {
		b.t.Fatalf("%s: no form posts to %s; the page has status %d", p.path, action, p.status)
	}
	values := fields(form)
	maps.Copy(values, typed)
	return b.post(action, values)
}

func (p page) form(action string) *html.Node {
	for _, f := range p.elements("form") {
		if attr(f, "action") == action {
			return f
		}
	}
	return nil
}

// fields are what a form sends when nothing is changed in it.
func fields(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		switch {
		case n.Type != html.ElementNode || name == "" || n.Data == "button":
		case n.Data == "textarea":
			values.Add(name, strings.TrimPrefix(textOf(n), "\n"))
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && has(o, "selected") {
					values.Add(name, attr(o, "value"))
				}
			}
		case attr(n, "type") != "checkbox" && attr(n, "type") != "radio" || has(n, "checked"):
			values.Add(name, attr(n, "value"))
		}
	}
	return values
}

func (p page) elements(tag string) (all []*html.Node) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && n.Data == tag {
			all = append(all, n)
		}
	}
	return all
}

// words is all that the page says, on one line.
func (p page) words() string { return strings.Join(strings.Fields(textOf(p.root)), " ") }

// problems is what the page says is wrong.
func (p page) problems() string {
	var all []string
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "class") == "summary" {
			all = append(all, strings.Join(strings.Fields(textOf(n)), " "))
		}
	}
	return strings.Join(all, "; ")
}

// value is what stands in a control.
func (p page) value(id string) string {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			if n.Data == "textarea" {
				return strings.TrimPrefix(textOf(n), "\n")
			}
			return attr(n, "value")
		}
	}
	return ""
}

func (p page) wants(status int, words ...string) {
	p.t.Helper()
	if p.status != status {
		p.t.Errorf("%s: got status %d, want %d; it says %q", p.path, p.status, status, p.words())
		return
	}
	for _, w := range words {
		if !strings.Contains(p.words(), w) {
			p.t.Errorf("%s does not say %q, but %q", p.path, w, p.words())
		}
	}
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}
