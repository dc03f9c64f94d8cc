package journey

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// A page is where a user's browser has come to: a page of the daemon, or, with
// away set, the address of another site that it was sent to.
type page struct {
	at   *url.URL
	body string
	away string
}

// allow signs the user in and grants what the consumer asks for. It returns the
// URL that the user comes back to the consumer with.
func (d *daemon) allow(t *testing.T, user, password, authorizeURL string) (callbackURL string) {
	t.Helper()
	return d.comeBack(t, d.decide(t, user, password, authorizeURL, "allow"))
}

// deny is allow for a user who does not want to.
func (d *daemon) deny(t *testing.T, user, password, authorizeURL string) (callbackURL string) {
	t.Helper()
	return d.comeBack(t, d.decide(t, user, password, authorizeURL, "deny"))
}

// pin is allow for a consumer without a callback. It returns the code that the
// user types into the consumer.
func (d *daemon) pin(t *testing.T, user, password, authorizeURL string) string {
	t.Helper()
	p := d.decide(t, user, password, authorizeURL, "allow")
	code := textOf(p.body, "oauth_verifier")
	if p.away != "" || code == "" {
		t.Fatalf("no code is on the page after consent; sent to %q:\n%s", p.away, p.body)
	}
	return code
}

func (d *daemon) comeBack(t *testing.T, p page) string {
	t.Helper()
	if p.away == "" {
		t.Fatalf("after the decision the user stays at %s:\n%s", p.at, p.body)
	}
	return p.away
}

// decide does what a user does in a browser, from the consumer's link to the
// button with that name.
func (d *daemon) decide(t *testing.T, user, password, authorizeURL, decision string) page {
	t.Helper()
	b := d.browser(t)
	p := b.open(authorizeURL)
	fields := url.Values{"username": {user}, "password": {password}}
	if p = b.submit(p, fields); strings.Contains(p.body, `name="password"`) {
		t.Fatalf("%s is not signed in:\n%s", user, p.body)
	}
	return b.submit(p, url.Values{"decision": {decision}})
}

// A browser follows links and redirects within the daemon, keeps cookies and
// sends forms, and runs no scripts.
type browser struct {
	t    *testing.T
	http *http.Client
}

func (d *daemon) browser(t *testing.T) *browser {
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	return &browser{t, &http.Client{Jar: jar, Transport: d.reach, Timeout: 20 * time.Second, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), d.base+"/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

func (b *browser) open(link string) page {
	b.t.Helper()
	resp, err := b.http.Get(link)
	return b.arrive(resp, err)
}

// submitTo presses the button of the form whose action has that word in it.
func (b *browser) submitTo(p page, word string) page {
	b.t.Helper()
	for z := html.NewTokenizer(strings.NewReader(p.body)); z.Next() != html.ErrorToken; {
		token := z.Token()
		if token.Data != "form" || token.Type != html.StartTagToken || !slices.ContainsFunc(token.Attr, func(a html.Attribute) bool { return a.Key == "action" && strings.Contains(a.Val, word) }) {
			continue
		}
		// mainForm passes by what signs out.
		rest := strings.NewReplacer("/signout", "/sign-out").Replace(string(z.Raw()) + p.body[strings.Index(p.body, string(z.Raw()))+len(z.Raw()):])
		end := strings.Index(rest, "</form>")
		action, fields, err := mainForm(rest[:end])
		if err != nil {
			b.t.Fatal(err)
		}
		to, err := p.at.Parse(strings.Replace(action, "/sign-out", "/signout", 1))
		if err != nil {
			b.t.Fatal(err)
		}
		resp, err := b.http.PostForm(to.String(), fields)
		return b.arrive(resp, err)
	}
	b.t.Fatalf("no form to %s at %s:\n%s", word, p.at, p.body)
	return page{}
}

// submit fills in the page's form and sends it.
func (b *browser) submit(p page, fill url.Values) page {
	b.t.Helper()
	action, fields, err := mainForm(p.body)
	if err != nil {
		b.t.Fatalf("%s: %v:\n%s", p.at, err, p.body)
	}
	to, err := p.at.Parse(action)
	if err != nil {
		b.t.Fatal(err)
	}
	for name, values := range fill {
		fields[name] = values
	}
	resp, err := b.http.PostForm(to.String(), fields)
	return b.arrive(resp, err)
}

func (b *browser) arrive(resp *http.Response, err error) page {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if to, err := resp.Location(); err == nil {
		return page{resp.Request.URL, string(body), to.String()}
	}
	if resp.StatusCode != http.StatusOK {
		b.t.Fatalf("%s %s was answered %s:\n%s", resp.Request.Method, resp.Request.URL, resp.Status, body)
	}
	return page{at: resp.Request.URL, body: string(body)}
}

// textOf returns the text of the element with that id.
func textOf(body, id string) string {
	root, err := html.Parse(strings.NewReader(body))
	if err != nil {
		return ""
	}
	for n := range root.Descendants() {
		for _, a := range n.Attr {
			if a.Key == "id" && a.Val == id && n.FirstChild != nil {
				return n.FirstChild.Data
			}
		}
	}
	return ""
}
