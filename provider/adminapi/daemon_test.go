package adminapi_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/adminapi/apitest"
	"oauth1d/provider/audit"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

const password = "correct horse battery"

// A bench is the admin API of a whole provider over a socket, on a real store.
type bench struct {
	client *adminapi.Client
	http   *http.Client // over the same socket
	store  *boltstore.Store
	keys   *store.Keyring
	log    string // the audit log's file
	reload error  // what reading the configuration again ends in
	ready  error
}

func newBench(t *testing.T) *bench {
	t.Helper()
	dir := t.TempDir()
	master := store.Secret(strings.Repeat("k", store.MasterKeySize))
	c := storeIn(t, dir)
	id, err := store.NewIdentity(master, time.Now())
	must(t, err)
	must(t, boltstore.Create(c, id))
	b := &bench{log: filepath.Join(dir, "audit.log")}
	b.store, err = boltstore.Open(c)
	must(t, err)
	t.Cleanup(func() { b.store.Close() })
	b.keys, err = store.OpenKeyring(master, id)
	must(t, err)
	log, err := audit.Open(b.log, []byte(strings.Repeat("a", 32)), audit.Config{})
	must(t, err)
	t.Cleanup(func() { log.Close() })
	p, err := provider.New(provider.Parts{
		Store: b.store, Keys: b.keys, Audit: log, Registry: prometheus.NewRegistry(), Version: "test", Started: time.Now(),
		Ready:  func(context.Context) error { return b.ready },
		Reload: func(context.Context) error { return b.reload },
	}, provider.Config{
		PublicURL: "https://auth.example.test", AccessTTL: time.Hour,
		Endpoints: provider.Endpoints{RequestToken: "/oauth/request-token", Authorize: "/oauth/authorize", AccessToken: "/oauth/access-token",
			SignIn: "/oauth/signin", SignOut: "/oauth/signout", Static: "/oauth/static/"},
	})
	must(t, err)
	b.serve(t, filepath.Join(dir, "admin.sock"), apitest.Handler(t, p.Admin))
	return b
}

func storeIn(t *testing.T, dir string) boltstore.Config {
	return boltstore.Config{Path: filepath.Join(dir, "oauth1d.db"), Nonces: filepath.Join(dir, "nonces"), Fatal: func(err error) { t.Error(err) }}
}

func (b *bench) serve(t *testing.T, socket string, h http.Handler) {
	t.Helper()
	l, err := net.Listen("unix", socket)
	must(t, err)
	server := &http.Server{Handler: h}
	go server.Serve(l) // ends with Close
	t.Cleanup(func() { server.Close() })
	b.client = adminapi.NewClient(socket)
	b.http = &http.Client{Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", socket)
		},
	}}
}

// get returns the status of a request that the client would not make.
func (b *bench) get(t *testing.T, target string) int {
	t.Helper()
	resp, err := b.http.Get("http://oauth1d" + target)
	must(t, err)
	resp.Body.Close()
	return resp.StatusCode
}

// audited returns the lines of the audit log about an action.
func (b *bench) audited(t *testing.T, action string) []string {
	t.Helper()
	text, err := os.ReadFile(b.log)
	must(t, err)
	var lines []string
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, `"action":"`+action+`"`) {
			lines = append(lines, line)
		}
	}
	return lines
}

// consumer adds one, and user a user.
func (b *bench) consumer(t *testing.T, key string) adminapi.Consumer {
	t.Helper()
	c, err := b.client.AddConsumer(t.Context(), adminapi.NewConsumer{Key: key, Name: "Photo Printer", Callbacks: []string{"oob"}})
	must(t, err)
	return c
}

func (b *bench) user(t *testing.T, name string) {
	t.Helper()
	_, err := b.client.AddUser(t.Context(), adminapi.NewUser{Name: name, Password: password})
	must(t, err)
}

func (b *bench) token(t *testing.T, consumer, user string) adminapi.Token {
	t.Helper()
	issued, err := b.client.IssueToken(t.Context(), adminapi.NewToken{Consumer: consumer, User: user})
	must(t, err)
	return issued
}

// wantRefusal checks that the daemon said no with that status, and what it said.
func wantRefusal(t *testing.T, err error, status int, says string) {
	t.Helper()
	var refused *adminapi.Error
	if !errors.As(err, &refused) || refused.Status != status || !strings.Contains(refused.Message, says) {
		t.Errorf("got %v, want a refusal with status %d that says %q", err, status, says)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
