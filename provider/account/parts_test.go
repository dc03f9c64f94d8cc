package account_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider"
	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
	"oauth1d/provider/signin"
	"oauth1d/store"
	"oauth1d/store/boltstore"
	"oauth1d/store/storetest"
)

const password = "correct horse battery"

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

// logs keeps what the daemon says.
type logs struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *logs) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(b)
}

func (l *logs) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// house is a whole provider on a real store, with ada and bob.
type house struct {
	store    *storetest.Faulty
	registry *registry.Registry
	users    *signin.Users
	clock    *clock
	audit    *audit.Log
	journal  string
	logs     *logs
	server   *httptest.Server
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func build(t *testing.T, change func(*provider.Config)) *house {
	t.Helper()
	h := &house{clock: &clock{now: time.Now().Truncate(time.Second)}, logs: &logs{}}
	dir, master := t.TempDir(), store.Secret(strings.Repeat("m", store.MasterKeySize))
	id, err := store.NewIdentity(master, h.clock.Now())
	must(t, err)
	keys, err := store.OpenKeyring(master, id)
	must(t, err)
	b := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces"), Now: h.clock.Now}
	must(t, boltstore.Create(b, id))
	bolt, err := boltstore.Open(b)
	must(t, err)
	t.Cleanup(func() { bolt.Close() })
	h.store = storetest.NewFaulty(bolt)
	h.journal = filepath.Join(dir, "audit.log")
	h.audit, err = audit.Open(h.journal, []byte(strings.Repeat("a", 32)), audit.Config{Now: h.clock.Now})
	must(t, err)
	t.Cleanup(func() { h.audit.Close() })
	h.registry, err = registry.New(h.store, keys, registry.Config{Now: h.clock.Now})
	must(t, err)
	h.users = signin.NewUsers(h.store, signin.UsersConfig{Now: h.clock.Now})
	for _, name := range []string{"ada", "bob"} {
		_, err := h.users.Add(t.Context(), name, store.Secret(password), false)
		must(t, err)
	}
	h.serve(t, provider.Parts{
		Store: h.store, Keys: keys, Audit: h.audit, Log: slog.New(slog.NewJSONHandler(h.logs, nil)), Registry: prometheus.NewRegistry(),
		Started: h.clock.Now(), Now: h.clock.Now,
	}, change)
	return h
}

func (h *house) serve(t *testing.T, parts provider.Parts, change func(*provider.Config)) {
	t.Helper()
	h.server = httptest.NewUnstartedServer(nil)
	c := provider.Config{
		PublicURL: "http://" + h.server.Listener.Addr().String(), SiteName: "Photos", AccessLog: true, Proposals: true,
		Endpoints: provider.Endpoints{RequestToken: "/oauth/request-token", Authorize: "/oauth/authorize", AccessToken: "/oauth/access-token",
			SignIn: "/oauth/signin", SignOut: "/oauth/signout", Static: "/oauth/static/", Account: "/oauth/account"},
	}
	if change != nil {
		change(&c)
	}
	p, err := provider.New(parts, c)
	must(t, err)
	h.server.Config.Handler = p.Public
	h.server.Start()
	t.Cleanup(h.server.Close)
}

// add registers a consumer under a key.
func (h *house) add(t *testing.T, key, name string) {
	t.Helper()
	_, _, err := h.registry.Add(t.Context(), registry.Application{Key: key, Name: name, Callbacks: []string{"oob"}})
	must(t, err)
}

// allow gives a consumer a token of a user's.
func (h *house) allow(t *testing.T, user, key string, change func(*store.AccessToken)) string {
	t.Helper()
	a := store.AccessToken{ID: store.TokenID(store.NewToken()), Secret: store.Sealed("sealed"), Consumer: key, User: user, Issued: h.clock.Now().Unix()}
	if change != nil {
		change(&a)
	}
	must(t, h.store.IssueAccessToken(t.Context(), a))
	return a.ID
}

// tokens counts the tokens that a user has given a consumer, or all of them.
func (h *house) tokens(t *testing.T, user, key string) int {
	t.Helper()
	list, err := h.store.ListAccessTokens(t.Context(), store.TokenFilter{User: user, Consumer: key})
	must(t, err)
	return len(list)
}

// acts are the audit log's lines about one action.
func (h *house) acts(t *testing.T, action audit.Action) []map[string]any {
	t.Helper()
	f, err := os.Open(h.journal)
	must(t, err)
	defer f.Close()
	var lines []map[string]any
	for s := bufio.NewScanner(f); s.Scan(); {
		var line map[string]any
		must(t, json.Unmarshal(s.Bytes(), &line))
		if line["action"] == string(action) {
			lines = append(lines, line)
		}
	}
	return lines
}
