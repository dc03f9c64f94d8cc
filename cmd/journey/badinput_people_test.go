package journey

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"
)

// A person is at a browser that sends what it is told to: the attacks of CON and
// ADM need requests that no browser would make.
type person struct {
	t    *testing.T
	base string
	http *http.Client
	set  []*http.Cookie // every cookie that was set, in order
}

// A seen is what a person got.
type seen struct {
	status int
	to     string // Location
	header http.Header
	body   string
}

func newPerson(t *testing.T, base string) *person {
	jar, _ := cookiejar.New(nil) // without options it cannot fail
	return &person{t: t, base: base, http: &http.Client{Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// do sends a request with these headers, "Name: value".
func (p *person) do(method, path string, form url.Values, headers ...string) seen {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), method, p.base+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/html,application/xhtml+xml,*/*;q=0.8")
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", p.base)
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	resp, err := p.http.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	p.set = append(p.set, resp.Cookies()...)
	return seen{resp.StatusCode, resp.Header.Get("Location"), resp.Header, string(body)}
}

func (p *person) get(path string, headers ...string) seen {
	p.t.Helper()
	return p.do(http.MethodGet, path, nil, headers...)
}

// fill sends the form of a page, changed like this.
func (p *person) fill(page seen, change url.Values, headers ...string) seen {
	p.t.Helper()
	action, fields, err := mainForm(page.body)
	if err != nil {
		p.t.Fatalf("%v:\n%s", err, page.body)
	}
	for name, values := range change {
		fields[name] = values
	}
	return p.do(http.MethodPost, action, fields, headers...)
}

// signIn is of a user, on the way to a path.
func (p *person) signIn(path, user, password string) seen {
	p.t.Helper()
	page := p.get(path)
	if page.to != "" {
		page = p.get(strings.TrimPrefix(page.to, p.base))
	}
	return p.fill(page, url.Values{"username": {user}, "password": {password}})
}

func (p *person) jarred() []*http.Cookie {
	u, _ := url.Parse(p.base) // it is a daemon's
	return p.http.Jar.Cookies(u)
}

// A lobby is a daemon with a consumer that asks and users who are asked.
type lobby struct {
	*daemon
	wire    *wire
	printer *consumer
}

const lobbyCallback = "https://printer.example.test/ready"

func openLobby(t *testing.T, publicURL string) *lobby {
	t.Helper()
	d := newDaemon(t, publicURL, "")
	d.env = append(d.env, "OAUTH1D_CONSENT_SITE_NAME=Lighthouse Photos")
	d.start()
	d.addUser("ada", adaPassword)
	d.addUser("grace", gracePassword)
	l := &lobby{daemon: d, wire: d.wire()}
	t.Cleanup(l.wire.close)
	l.printer = d.addConsumer("--name", "Photo Printer", "--callback", lobbyCallback, "--publisher", "Printers Ltd")
	return l
}

// asks returns the path of the page on which a new request token is decided.
func (l *lobby) asks(t *testing.T) (path, token, secret string) {
	t.Helper()
	token, secret, a, err := l.wire.requestToken(l.printer, lobbyCallback)
	if err != nil || token == "" {
		t.Fatalf("asking for a request token: got %+v, %v", a, err)
	}
	return "/oauth/authorize?oauth_token=" + url.QueryEscape(token), token, secret
}

// decides allows what is still open, which shows that it was.
func (l *lobby) decides(t *testing.T, p *person, path string) {
	t.Helper()
	if a := p.fill(p.get(path), url.Values{"decision": {"allow"}}); !strings.HasPrefix(a.to, lobbyCallback+"?") {
		t.Errorf("allowing what was left undecided: got %d %q, want the callback:\n%s", a.status, a.to, a.body)
	}
}

// pageHeaders are those that every page carries, whatever has happened.
var pageHeaders = map[string]string{
	"X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Referrer-Policy": "same-origin",
}

// isArmoured checks a page's headers, and that nothing on it can run.
func (s seen) isArmoured() error {
	for name, want := range pageHeaders {
		if got := s.header.Get(name); !strings.Contains(got, want) {
			return fmt.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	csp := s.header.Get("Content-Security-Policy")
	if !strings.HasPrefix(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") || strings.Contains(csp, "script-src") || strings.Contains(csp, "unsafe") {
		return fmt.Errorf("Content-Security-Policy is %q", csp)
	}
	if lower := strings.ToLower(s.body); strings.Contains(lower, "<script") || strings.Contains(lower, " on") && strings.Contains(lower, "onerror=\"") {
		return fmt.Errorf("the page has script")
	}
	return nil
}
