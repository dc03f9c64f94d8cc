package web

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/pages"
)

// house is a Web with everything that it writes to.
type house struct {
	*Web
	log     *syncBuffer
	metrics *prometheus.Registry
}

func newHouse(t testing.TB) house {
	t.Helper()
	h := house{log: new(syncBuffer), metrics: prometheus.NewPedanticRegistry()}
	set, err := pages.New(pages.Config{Site: pages.Site{Name: "Photos", StaticPath: "/oauth/static/"}})
	if err != nil {
		t.Fatal(err)
	}
	h.Web, err = New(Config{
		PublicURL: "https://auth.example.test",
		Pages:     set,
		Log:       slog.New(slog.NewJSONHandler(h.log, nil)),
		AccessLog: true,
		Metrics:   h.metrics,
		MaxForm:   1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// syncBuffer may be read while the server still writes.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// failing returns a handler that sets headers it should not have set and fails.
func failing(err error) Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Remote-User", "ada")
		w.Header().Set("X-Anything-Else", "ada")
		w.Header().Set("Set-Cookie", "a=b")
		w.Header().Set("Etag", `"1"`)
		w.Header().Set("Location", "https://elsewhere.example/")
		return err
	}
}

func answering(status int) Handler {
	return func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(status)
		return nil
	}
}

func get(h http.Handler) *httptest.ResponseRecorder {
	return ask(h, httptest.NewRequest("GET", "/", nil))
}

func ask(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// serve starts a real server and returns its URL.
func serve(t *testing.T, h http.Handler) string {
	t.Helper()
	srv := httptest.NewUnstartedServer(h)
	srv.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
