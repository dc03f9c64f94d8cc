package signin

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// clock is one that a test moves.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is a daemon's people's side on a real store, with a page behind sign-in
// that stands for the consent page.
type house struct {
	*SignIn
	users    *Users
	keys     *store.Keyring
	store    *boltstore.Store
	clock    *clock
	audit    *audit.Log
	journal  string
	registry *prometheus.Registry
	server   *httptest.Server
}

const password = "correct horse battery"

// testOnlyCost is that of the tests' passwords: the real one takes seconds under
// the race detector.
var testOnlyCost = cost{memory: 64, time: 1, lanes: 1}

func build(t *testing.T, c Config) *house {
	t.Helper()
	h := &house{clock: &clock{now: time.Now()}, registry: prometheus.NewRegistry()}
	h.openStore(t)
	h.journal = filepath.Join(t.TempDir(), "audit.log")
	log, err := audit.Open(h.journal, []byte(strings.Repeat("a", 32)), audit.Config{Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	h.audit = log
	t.Cleanup(func() { log.Close() })
	h.users = NewUsers(h.store, UsersConfig{Now: h.clock.Now})
	h.users.cost, h.users.dummy = testOnlyCost, newPHC(testOnlyCost)
	c.Now, c.Audit, c.Metrics = h.clock.Now, h.audit, h.registry
	c.Pages = h.pages(t)
	c.AuthorizePath = "/oauth/authorize"
	if h.SignIn, err = New(h.store, h.keys, h.users, c); err != nil {
		t.Fatal(err)
	}
	h.serve(t, c.Secure)
	for _, name := range []string{"ada", "bob"} {
		if _, err := h.users.Add(t.Context(), name, store.Secret(password), false); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) pages(t *testing.T) *pages.Set {
	t.Helper()
	set, err := pages.New(pages.Config{Site: pages.Site{Name: "Photos", StaticPath: "/oauth/static/", SignOutPath: "/oauth/signout"}})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func (h *house) openStore(t *testing.T) {
	t.Helper()
	master := store.Secret(strings.Repeat("m", store.MasterKeySize))
	id, err := store.NewIdentity(master, h.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if h.keys, err = store.OpenKeyring(master, id); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	config := boltstore.Config{Path: filepath.Join(dir, "o.db"), Nonces: filepath.Join(dir, "nonces"), Now: h.clock.Now}
	if err := boltstore.Create(config, id); err != nil {
		t.Fatal(err)
	}
	if h.store, err = boltstore.Open(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { h.store.Close() })
}

func (h *house) serve(t *testing.T, secure bool) {
	t.Helper()
	w, err := web.New(web.Config{Pages: h.config.Pages, Now: h.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	m := http.NewServeMux()
	m.Handle("/oauth/signin", h.Load(w.People("signin", h.ServeSignIn)))
	m.Handle("/oauth/signin/return", h.Load(w.People("signin_return", h.ServeReturn)))
	m.Handle("/oauth/signout", h.Load(w.People("signout", h.ServeSignOut)))
	m.Handle("/oauth/authorize", h.Load(w.People("authorize", h.serveConsent)))
	if secure {
		h.server = httptest.NewTLSServer(w.Outer(m))
	} else {
		h.server = httptest.NewServer(w.Outer(m))
	}
	t.Cleanup(h.server.Close)
}

// serveConsent says who is there and gives a form token for the request token.
func (h *house) serveConsent(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return err
	}
	token := r.Form.Get("oauth_token")
	user, ok := h.User(r)
	if !ok {
		return h.Ask(w, r, "/oauth/authorize?oauth_token="+url.QueryEscape(token), "Photo Printer")
	}
	id := store.TokenID(token)
	if r.Method == http.MethodPost {
		_, err := fmt.Fprintf(w, "checked %v", h.CheckFormToken(r, id, r.PostForm.Get("form_token")))
		return err
	}
	_, err := fmt.Fprintf(w, `user %s <input name="form_token" value="%s">`, user, h.FormToken(r, id))
	return err
}

// person is a browser: it keeps cookies and follows redirects when it is told to.
type person struct {
	t      *testing.T
	house  *house
	client *http.Client
	jar    *cookiejar.Jar
}

func (h *house) visitor(t *testing.T) *person {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if h.config.Secure {
		client.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: h.server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}}
		t.Cleanup(client.CloseIdleConnections)
	}
	return &person{t, h, client, jar}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

func (p *person) do(r *http.Request) answer {
	p.t.Helper()
	res, err := p.client.Do(r)
	if err != nil {
		p.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

func (p *person) get(path string) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, p.house.server.URL+path, nil)
	if err != nil {
		p.t.Fatal(err)
	}
	return p.do(r)
}

func (p *person) post(path string, form url.Values) answer {
	p.t.Helper()
	r, err := http.NewRequestWithContext(p.t.Context(), http.MethodPost, p.house.server.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		p.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return p.do(r)
}

// field returns the value of a hidden field.
func (a answer) field(t *testing.T, name string) string {
	t.Helper()
	m := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(a.body)
	if m == nil {
		t.Fatalf("no field %s in a page with status %d:\n%s", name, a.status, a.body)
	}
	return m[1]
}

func (a answer) location() string { return a.header.Get("Location") }

// signIn fills in the form on page.
func (p *person) signIn(page answer, name, password string) answer {
	p.t.Helper()
	return p.post("/oauth/signin", url.Values{
		"username": {name}, "password": {password},
		"form_token": {page.field(p.t, "form_token")}, "return": {page.field(p.t, "return")},
	})
}

// arrive signs in on the plain sign-in page.
func (p *person) arrive(name string) {
	p.t.Helper()
	if got := p.signIn(p.get("/oauth/signin"), name, password); got.status != http.StatusSeeOther {
		p.t.Fatalf("signing in as %s: got status %d, want 303", name, got.status)
	}
}

// here says who the consent page takes the person for.
func (p *person) here() string {
	p.t.Helper()
	a := p.get("/oauth/authorize?oauth_token=t")
	if a.status == http.StatusSeeOther {
		return ""
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(a.body, "user "), " ")
	return name
}

func (p *person) cookie() *http.Cookie {
	p.t.Helper()
	u, err := url.Parse(p.house.server.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	cookies := p.jar.Cookies(u)
	if len(cookies) != 1 {
		p.t.Fatalf("cookies: got %d, want 1", len(cookies))
	}
	return cookies[0]
}

// journalOf reads back what the audit log holds.
func (h *house) journalOf(t *testing.T) []map[string]any {
	t.Helper()
	f, err := os.Open(h.journal)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var lines []map[string]any
	for s := bufio.NewScanner(f); s.Scan(); {
		var line map[string]any
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
	}
	return lines
}

// counted returns oauth1d_signins_total by outcome.
func (h *house) counted(t *testing.T) map[string]float64 {
	t.Helper()
	families, err := h.registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]float64{}
	for _, f := range families {
		if f.GetName() != "oauth1d_signins_total" {
			continue
		}
		for _, m := range f.GetMetric() {
			got[m.GetLabel()[1].GetValue()] = m.GetCounter().GetValue()
		}
	}
	return got
}

func wantNotFound(t *testing.T, what string, err error) {
	t.Helper()
	if !errors.Is(err, store.ErrNotFound) {
		t.Errorf("%s: got %v, want %v", what, err, store.ErrNotFound)
	}
}
