package adminapi_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/adminapi"
)

// at serves h on a socket, as the daemon or whatever stands in its place.
func at(t *testing.T, h http.HandlerFunc) *adminapi.Client {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "admin.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: h}}
	s.Start()
	t.Cleanup(s.Close)
	return adminapi.NewClient(socket)
}

func answer(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func TestNamesArriveAsTheyAre(t *testing.T) {
	for _, name := range []string{
		"printer", "a/b", "..", ".", "a%2Fb", "%", "a?b=c", "a#b", "a;b", "a+b", "a b", "~", ":", "//", "a/../b", "日本", "x&y=z",
	} {
		t.Run(name, func(t *testing.T) {
			var target string
			c := at(t, func(w http.ResponseWriter, r *http.Request) {
				target = r.RequestURI
				answer(200, "application/json", `{}`)(w, r)
			})
			if _, err := c.Consumer(t.Context(), name); err != nil {
				t.Fatal(err)
			}
			rest, ok := strings.CutPrefix(target, "/api/v1/consumers/")
			if !ok || strings.ContainsAny(rest, "/?#") {
				t.Errorf("got %q on the line, want one segment after /api/v1/consumers/", target)
			}
		})
	}
}

func TestFiltersArriveAsTheyAre(t *testing.T) {
	var got map[string][]string
	c := at(t, func(w http.ResponseWriter, r *http.Request) {
		got = r.URL.Query()
		answer(200, "application/json", `{"tokens":[]}`)(w, r)
	})
	if _, err := c.Tokens(t.Context(), adminapi.TokenFilter{Consumer: "a&user=b", User: "ada lovelace", After: "x=y", Limit: 7}); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"consumer": {"a&user=b"}, "user": {"ada lovelace"}, "after": {"x=y"}, "limit": {"7"}}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("got - want +\n%s", diff)
	}
}

func TestRefusalsKeepTheDaemonsWords(t *testing.T) {
	for _, row := range []struct {
		name     string
		h        http.HandlerFunc
		status   int
		says     string
		notFound bool
	}{
		{"not found", answer(404, "application/json", `{"error":{"code":"not_found","message":"there is no consumer \"x\"","request_id":"7"}}`), 404, `there is no consumer "x"`, true},
		{"invalid", answer(400, "application/json", `{"error":{"code":"invalid","message":"name: is empty"}}`), 400, "name: is empty", false},
		{"a refusal without words", answer(503, "application/json", `{}`), 503, "503 Service Unavailable", false},
		{"a refusal by the server below", answer(431, "text/plain; charset=utf-8", "431"), 431, "431 Request Header Fields Too Large", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := at(t, row.h).Consumer(t.Context(), "x")
			var refused *adminapi.Error
			if !errors.As(err, &refused) {
				t.Fatalf("got %v, want a refusal", err)
			}
			if refused.Status != row.status || !strings.Contains(err.Error(), row.says) || refused.NotFound() != row.notFound {
				t.Errorf("got %d %v, not found %v, want %d %q, %v", refused.Status, err, refused.NotFound(), row.status, row.says, row.notFound)
			}
		})
	}
}

func TestOnlyTheDaemonIsTakenForTheDaemon(t *testing.T) {
	const page = "<!doctype html><title>Welcome to nginx!</title>"
	for _, row := range []struct {
		name string
		h    http.HandlerFunc
	}{
		{"a server that has no such page", answer(404, "text/html", page)},
		{"a server that says yes to everything", answer(200, "text/html", page)},
		{"a server that sends elsewhere", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(304) }},
	} {
		t.Run(row.name, func(t *testing.T) {
			c := at(t, row.h)
			if _, err := c.Consumer(t.Context(), "printer"); !errors.Is(err, adminapi.ErrUnreachable) {
				t.Errorf("asking for a consumer: got %v, want that the daemon is not reachable", err)
			}
			if err := c.RevokeToken(t.Context(), "nnch734d00sl2jdk"); !errors.Is(err, adminapi.ErrUnreachable) {
				t.Errorf("revoking a token: got %v, want that the daemon is not reachable", err)
			}
			var copied bytes.Buffer
			if err := c.Backup(t.Context(), &copied); !errors.Is(err, adminapi.ErrUnreachable) || copied.Len() > 0 {
				t.Errorf("backing up: got %v and %d bytes, want that the daemon is not reachable", err, copied.Len())
			}
		})
	}
}

func TestWithoutADaemonTheSocketIsNamed(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "admin.sock")
	_, err := adminapi.NewClient(socket).Status(t.Context())
	if !errors.Is(err, adminapi.ErrUnreachable) || !strings.Contains(err.Error(), socket) {
		t.Errorf("got %v, want that the daemon is not reachable at %s", err, socket)
	}
}

// Half a backup must not pass for a whole one.
func TestABackupThatBreaksOffIsAnError(t *testing.T) {
	c := at(t, func(w http.ResponseWriter, r *http.Request) {
		answer(200, "application/octet-stream", "half")(w, r)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	if err := c.Backup(t.Context(), io.Discard); err == nil {
		t.Error("got no error, want one")
	}
}

// A token's text is a name and no secret, but it does not belong into a shell's
// scrollback or a log either.
func TestNoErrorHoldsAToken(t *testing.T) {
	c := at(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	err := c.RevokeToken(t.Context(), "nnch734d00sl2jdk")
	if err == nil || strings.Contains(err.Error(), "nnch734d00sl2jdk") {
		t.Errorf("got %v, want an error without the token", err)
	}
}
