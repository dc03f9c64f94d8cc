package journey

import (
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"oauth1d/store"
)

// A portal is an application with accounts of its own: a login page, sessions in a
// cookie, and a page that says who is signed in. It knows nothing of OAuth.
type portal struct {
	*httptest.Server
	domain string // of its cookie; empty: its own host alone

	mu       sync.Mutex
	groups   map[string][]string // of its users, who all have portalPassword
	sessions map[string]string   // user by cookie
	trouble  string              // what is wrong with the answers about people
	release  chan struct{}       // ends what hangs

	handOver func(challenge, user string) (redirect string) // answers a challenge
}

const (
	portalPassword = "the portal's password"
	portalToken    = "asks-about-users-only-0123456789"
)

func startPortal(t *testing.T) *portal {
	p := &portal{groups: map[string][]string{"mia": {"staff"}, "bob": nil}, sessions: map[string]string{}, release: make(chan struct{})}
	m := http.NewServeMux()
	m.HandleFunc("GET /login", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><title>Portal</title><form method="post" action="/login"><input name="name"><input name="password" type="password">`)
		for name, values := range r.URL.Query() {
			fmt.Fprintf(w, `<input type="hidden" name="%s" value="%s">`, html.EscapeString(name), html.EscapeString(values[0]))
		}
		fmt.Fprint(w, `</form>`)
	})
	m.HandleFunc("POST /login", p.serveLogin)
	m.HandleFunc("POST /logout", func(w http.ResponseWriter, r *http.Request) { p.end(r); fmt.Fprint(w, "bye") })
	m.HandleFunc("GET /whoami", p.troubled(p.serveWhoami))
	m.HandleFunc("GET /users/{user}", p.troubled(p.serveUser))
	p.Server = httptest.NewServer(m)
	t.Cleanup(func() { close(p.release); p.Close() })
	return p
}

func (p *portal) serveLogin(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	name := r.PostFormValue("name")
	if _, known := p.groups[name]; !known || subtle.ConstantTimeCompare([]byte(r.PostFormValue("password")), []byte(portalPassword)) != 1 {
		http.Error(w, "wrong", http.StatusUnauthorized)
		return
	}
	id := store.NewToken()
	p.sessions[id] = name
	http.SetCookie(w, &http.Cookie{Name: "portal", Value: id, Path: "/", Domain: p.domain, HttpOnly: true})
	to := r.PostFormValue("return_to")
	if challenge := r.PostFormValue("challenge"); challenge != "" {
		to = p.handOver(challenge, name)
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
}

// end ends the session of a browser.
func (p *portal) end(r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if c, err := r.Cookie("portal"); err == nil {
		delete(p.sessions, c.Value)
	}
}

func (p *portal) serveWhoami(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c, err := r.Cookie("portal")
	if err != nil || p.sessions[c.Value] == "" {
		http.Error(w, "nobody", http.StatusUnauthorized)
		return
	}
	name := p.sessions[c.Value]
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"user": map[string]any{"name": name}, "groups": p.groups[name]})
}

func (p *portal) serveUser(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+portalToken {
		http.Error(w, "not for you", http.StatusForbidden)
		return
	}
	groups, known := p.groups[r.PathValue("user")]
	if !known {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"groups": groups})
}

// troubled answers as the trouble has it.
func (p *portal) troubled(serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		trouble := p.trouble
		p.mu.Unlock()
		switch trouble {
		case "it fails":
			http.Error(w, "no database", http.StatusInternalServerError)
		case "it hangs":
			select {
			case <-r.Context().Done():
			case <-p.release:
			}
		case "it answers nonsense":
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"user": {"name": ["mia"`)
		default:
			serve(w, r)
		}
	}
}

func (p *portal) set(trouble string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble = trouble
}

// hire adds a user, fire removes one with all sessions.
func (p *portal) hire(name string, groups ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.groups[name] = groups
}

func (p *portal) fire(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.groups, name)
	for id, user := range p.sessions {
		if user == name {
			delete(p.sessions, id)
		}
	}
}

// A guest is a consumer, and a user's browser that goes wherever it is sent, but
// for the consumer's own site.
type guest struct {
	*browser
	d *daemon
	c *consumer
}

const guestCallback = "https://printer.example.test/ready"

func newGuest(t *testing.T, d *daemon, c *consumer) *guest {
	b := d.browser(t)
	b.http.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Host == "printer.example.test" {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &guest{b, d, c}
}

// start gets a request token and returns it with the link to the consent page.
func (g *guest) start() (with *consumer, link string) {
	g.t.Helper()
	w := g.d.wire()
	w.http.Transport = g.d.reach
	with = &consumer{key: g.c.key, secret: g.c.secret}
	var a answer
	var err error
	if with.token, with.tokenSecret, a, err = w.requestToken(with, guestCallback); err != nil || with.token == "" {
		g.t.Fatalf("asking for a request token: %v %+v", err, a)
	}
	return with, g.d.base + "/oauth/authorize?oauth_token=" + with.token
}

// finish allows on a consent page and gets the access token.
func (g *guest) finish(with *consumer, consent page) *consumer {
	g.t.Helper()
	if !strings.Contains(consent.body, `name="decision"`) {
		g.t.Fatalf("no consent page at %s:\n%s", consent.at, consent.body)
	}
	back, err := url.Parse(g.d.comeBack(g.t, g.submit(consent, url.Values{"decision": {"allow"}})))
	if err != nil {
		g.t.Fatal(err)
	}
	w := g.d.wire()
	w.http.Transport = g.d.reach
	c := *with
	if c.token, c.tokenSecret, _, err = w.accessToken(with, back.Query().Get("oauth_verifier")); err != nil || c.token == "" {
		g.t.Fatalf("no access token after %s: %v", back, err)
	}
	return &c
}

// status opens a link and returns how the page was answered, and the page.
func (g *guest) status(link string) (int, string) {
	g.t.Helper()
	resp, err := g.http.Get(link)
	if err != nil {
		g.t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if err := resp.Write(&b); err != nil {
		g.t.Fatal(err)
	}
	return resp.StatusCode, b.String()
}

// isPage checks that a link leads to an error page with that code.
func (g *guest) isPage(link string, status int, code string) {
	g.t.Helper()
	if got, body := g.status(link); got != status || !strings.Contains(body, code) || strings.Contains(body, `name="decision"`) {
		g.t.Errorf("%s: got %d, want %d %s:\n%s", link, got, status, code, body)
	}
}

// judged is what the gate says to a request of a consumer: the user and the groups,
// or the problem.
func (d *daemon) judged(t *testing.T, c *consumer) string {
	t.Helper()
	target := "/photos/" + store.NewToken()
	resp := raw{target: "/auth/nginx", headers: []string{"Host: gate", "Authorization: " + c.get(t, "https://app.example.test"+target),
		"X-Original-Method: GET", "X-Original-URI: " + target, "X-Forwarded-Proto: https", "X-Forwarded-Host: app.example.test"}}.send(t, d.private)
	if resp.StatusCode == http.StatusOK {
		return resp.Header.Get("Remote-User") + " " + resp.Header.Get("Remote-Groups")
	}
	return resp.Header.Get("X-OAuth1-Problem")
}

// becomes waits until the gate says that.
func (d *daemon) becomes(t *testing.T, when string, c *consumer, want string) {
	t.Helper()
	last, began := "", time.Now()
	for time.Since(began) < 15*time.Second {
		if last = d.judged(t, c); last == want {
			t.Logf("%s: %q after %d ms", when, want, time.Since(began).Milliseconds())
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatalf("%s: the gate still says %q, want %q", when, last, want)
}
