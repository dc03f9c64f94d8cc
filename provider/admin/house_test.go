package admin_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider"
	"oauth1d/provider/adminapi/apitest"
	"oauth1d/provider/audit"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

const bearer = "0123456789abcdef0123456789abcdef"

// A house is a whole provider on a real store, seen from its admin API.
type house struct {
	t       *testing.T
	socket  http.Handler // the admin socket's routes
	private http.Handler
	public  http.Handler
	audit   *audit.Log
	store   *boltstore.Store
	keys    *store.Keyring
	journal string // the audit log's file
	log     string // the daemon's log
}

func build(t *testing.T, change func(*provider.Parts)) *house {
	t.Helper()
	return buildWith(t, change, nil)
}

func buildWith(t *testing.T, change func(*provider.Parts), configure func(*provider.Config)) *house {
	t.Helper()
	dir := t.TempDir()
	h := &house{t: t, journal: filepath.Join(dir, "audit.log"), log: filepath.Join(dir, "log")}
	master := store.Secret("0123456789abcdef0123456789abcdef")
	id, err := store.NewIdentity(master, time.Now())
	must(t, err)
	c := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces")}
	must(t, boltstore.Create(c, id))
	s, err := boltstore.Open(c)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	keys, err := store.OpenKeyring(master, id)
	must(t, err)
	h.audit, err = audit.Open(h.journal, []byte(strings.Repeat("a", 32)), audit.Config{})
	must(t, err)
	t.Cleanup(func() { h.audit.Close() })
	log, err := os.Create(h.log)
	must(t, err)
	t.Cleanup(func() { log.Close() })

	parts := provider.Parts{Store: s, Keys: keys, Audit: h.audit, Registry: prometheus.NewRegistry(), Version: "test",
		Started: time.Now(), Log: slog.New(slog.NewJSONHandler(log, nil))}
	if change != nil {
		change(&parts)
	}
	config := provider.Config{
		PublicURL: "https://auth.example.test", AdminToken: store.Secret(bearer), IntrospectionToken: store.Secret(asker), AccessLog: true,
		Endpoints: provider.Endpoints{RequestToken: "/oauth/request-token", Authorize: "/oauth/authorize", AccessToken: "/oauth/access-token",
			SignIn: "/oauth/signin", SignOut: "/oauth/signout", Static: "/oauth/static/"},
	}
	if configure != nil {
		configure(&config)
	}
	p, err := provider.New(parts, config)
	must(t, err)
	h.store, h.keys, h.public = s, keys, p.Public
	h.socket, h.private = apitest.Handler(t, p.Admin), apitest.Handler(t, p.Private)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// An answer is what came back, decoded when it is JSON.
type answer struct {
	status int
	text   string
	fields map[string]any
	header http.Header
}

// code is that of a refusal.
func (a answer) code() string {
	refused, _ := a.fields["error"].(map[string]any)
	code, _ := refused["code"].(string)
	return code
}

func (a answer) field(name string) string {
	text, _ := a.fields[name].(string)
	return text
}

// call sends a request to the admin socket.
func (h *house) call(method, target, body string) answer {
	h.t.Helper()
	return send(h.socket, httptest.NewRequest(method, target, strings.NewReader(body)))
}

// made is call for what a test needs before it begins.
func (h *house) made(method, target, body string) answer {
	h.t.Helper()
	a := h.call(method, target, body)
	if a.status >= 300 {
		h.t.Fatalf("%s %s was answered %d %s", method, target, a.status, a.text)
	}
	return a
}

func send(to http.Handler, r *http.Request) answer {
	w := httptest.NewRecorder()
	to.ServeHTTP(w, r)
	a := answer{status: w.Code, text: w.Body.String(), header: w.Header()}
	_ = json.Unmarshal(w.Body.Bytes(), &a.fields) // an answer without JSON has no fields
	return a
}

// events are the audit log's lines, oldest first.
func (h *house) events() []map[string]any {
	h.t.Helper()
	f, err := os.Open(h.journal)
	must(h.t, err)
	defer f.Close()
	var all []map[string]any
	for d := json.NewDecoder(f); ; {
		var e map[string]any
		if err := d.Decode(&e); err == io.EOF {
			return all
		} else if err != nil {
			h.t.Fatalf("reading the audit log: %v", err)
		}
		all = append(all, e)
	}
}
