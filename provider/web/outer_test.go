package web

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"oauth1d/provider/oauth1"
)

func TestRequestID(t *testing.T) {
	s := newHouse(t)
	var noted string
	h := s.Outer(s.Protocol("request_token", func(w http.ResponseWriter, r *http.Request) error {
		noted = Note(r.Context()).ID
		w.WriteHeader(http.StatusOK)
		return nil
	}))
	r := httptest.NewRequest("POST", "/", nil)
	r.Header.Set("X-Request-Id", "chosen by a stranger")
	first, second := ask(h, r).Header()["X-Request-Id"], ask(h, r).Header()["X-Request-Id"]
	if len(first) != 1 || !regexp.MustCompile(`^[A-Z2-7]{26}$`).MatchString(first[0]) {
		t.Errorf("X-Request-Id %q", first)
	}
	if first[0] == second[0] || noted != second[0] {
		t.Errorf("first %q, second %q, noted %q", first, second, noted)
	}
}

func TestNoteOutsideOfRequests(t *testing.T) {
	n := Note(t.Context())
	n.User = "ada"
	n.Warn("nobody reads this")
	if Note(t.Context()).User != "" {
		t.Error("notes outside of requests are shared")
	}
}

func TestPanicIsCountedAndLogged(t *testing.T) {
	s := newHouse(t)
	w := get(s.Outer(s.Protocol("request_token", func(w http.ResponseWriter, _ *http.Request) error { panic("boom") })))
	if w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("%d %q", w.Code, w.Body)
	}
	if got := testutil.ToFloat64(s.Web.metrics.panics); got != 1 {
		t.Errorf("%v panics counted, want 1", got)
	}
	line := s.log.String()
	if !strings.Contains(line, `"level":"ERROR"`) || !strings.Contains(line, `"cause":"panic: boom"`) || !strings.Contains(line, "outer_test.go") {
		t.Errorf("log %s", line)
	}
}

func TestHalfAnAnswerBreaksOff(t *testing.T) {
	s := newHouse(t)
	for name, h := range map[string]Handler{
		"error": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			return errors.New("lost the rest")
		},
		"panic": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			panic("lost the rest")
		},
		"abort": func(w http.ResponseWriter, _ *http.Request) error {
			_, _ = io.WriteString(w, "half")
			_ = http.NewResponseController(w).Flush()
			panic(http.ErrAbortHandler)
		},
	} {
		resp, err := http.Get(serve(t, s.Outer(s.Gate(Inline, h))))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := io.ReadAll(resp.Body); string(got) != "half" || err == nil {
			t.Errorf("%s: read %q, %v; want a broken connection", name, got, err)
		}
		resp.Body.Close()
	}
	if got := testutil.ToFloat64(s.Web.metrics.panics); got != 1 {
		t.Errorf("%v panics counted, want the one that was one", got)
	}
}

// An error after a complete small answer must not let it out either: an auth
// subrequest would be admitted.
func TestErrorAfterAdmission(t *testing.T) {
	s := newHouse(t)
	resp, err := http.Get(serve(t, s.Outer(s.Gate(Nginx, func(w http.ResponseWriter, _ *http.Request) error {
		w.WriteHeader(http.StatusOK)
		return errors.New("not after all")
	}))))
	if err == nil {
		resp.Body.Close()
		t.Errorf("answer %d", resp.StatusCode)
	}
}

func TestStreamingAndUpgrade(t *testing.T) {
	s := newHouse(t)
	mux := http.NewServeMux()
	mux.Handle("/stream", s.Gate(Inline, func(w http.ResponseWriter, r *http.Request) error {
		_, _ = io.WriteString(w, "first\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			return err
		}
		<-r.Context().Done() // until the client has read it and goes
		return nil
	}))
	mux.Handle("/upgrade", s.Gate(Inline, func(w http.ResponseWriter, _ *http.Request) error {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return err
		}
		defer conn.Close()
		_, _ = rw.WriteString("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		_ = rw.Flush()
		_, _ = io.CopyN(rw, rw, 4)
		return rw.Flush()
	}))
	mux.Handle("/file", s.Gate(Inline, func(w http.ResponseWriter, _ *http.Request) error {
		_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("content")})
		return err
	}))
	base := serve(t, s.Outer(mux))

	resp, err := http.Get(base + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	if line, err := bufio.NewReader(resp.Body).ReadString('\n'); line != "first\n" {
		t.Errorf("stream: %q %v", line, err)
	}
	resp.Body.Close()

	resp, err = http.Get(base + "/file")
	if err != nil {
		t.Fatal(err)
	}
	if got := body(t, resp.Body); got != "content" {
		t.Errorf("file: %q", got)
	}
	resp.Body.Close()

	conn, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET /upgrade HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\nping")
	if got := body(t, conn); !strings.HasPrefix(got, "HTTP/1.1 101 ") || !strings.HasSuffix(got, "ping") {
		t.Errorf("upgrade: %q", got)
	}
}

func TestMetrics(t *testing.T) {
	s := newHouse(t)
	mux := http.NewServeMux()
	mux.Handle("/token", s.Protocol("request_token", failing(oauth1.Refuse("nonce_used", ""))))
	mux.Handle("/odd", s.Gate(Inline, answering(799)))
	mux.Handle("/metrics", s.Named("metrics", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(200) })))
	mux.Handle("/", s.NotFound())
	h := s.Outer(mux)
	ask(h, httptest.NewRequest("POST", "/token", nil))
	ask(h, httptest.NewRequest("GET", "/odd", nil))
	count := func() int {
		n, err := testutil.GatherAndCount(s.metrics)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	before := count()
	for i := range 50 {
		ask(h, httptest.NewRequest(fmt.Sprintf("METHOD%d", i), fmt.Sprintf("/path%d?oauth_consumer_key=%d", i, i), nil))
	}
	ask(h, httptest.NewRequest("BREW", "/metrics", nil))
	if after := count(); after != before {
		t.Errorf("%d series before strangers came, %d after", before, after)
	}
	counter := s.Web.metrics.requests
	for _, tt := range []struct {
		endpoint, method, code string
		want                   float64
	}{
		{"request_token", "POST", "401", 1},
		{"request_token", "GET", "200", 0},
		{"auth_inline", "GET", "other", 1},
		{"not_found", "other", "404", 50},
		{"metrics", "other", "200", 1},
	} {
		if got := testutil.ToFloat64(counter.WithLabelValues(tt.endpoint, tt.method, tt.code)); got != tt.want {
			t.Errorf("%s %s %s: %v, want %v", tt.endpoint, tt.method, tt.code, got, tt.want)
		}
	}
	problems, err := testutil.GatherAndLint(s.metrics)
	if err != nil || len(problems) > 0 {
		t.Errorf("lint: %v %v", problems, err)
	}
	if _, err := New(Config{Metrics: s.metrics}); err != nil {
		t.Errorf("made anew after a reload: %v", err)
	}
}

// Each request gives one line that parses, whatever a stranger puts into every
// place that it can reach.
func TestHostileLog(t *testing.T) {
	s := newHouse(t)
	hostile := "x\r\n{\"level\":\"ERROR\"}\x00\x1b[2J\u202e\u2028\xff\"\\ key=value " + strings.Repeat("long", 1000)
	const secret = "wJalrXUtnFEMI-signature"
	h := s.Outer(s.Gate(Forward, func(_ http.ResponseWriter, r *http.Request) error {
		n := Note(r.Context())
		n.Consumer, n.User, n.TokenID = hostile, hostile, hostile
		n.Warn("seen", "peer", hostile)
		return &Error{Status: 400, Code: hostile, Err: errors.New(hostile)}
	}))
	const requests = 3
	for range requests {
		r := httptest.NewRequest("GET", "/?oauth_signature="+secret, nil)
		r.Method, r.Host, r.RemoteAddr = hostile, hostile, hostile
		for _, name := range []string{"Authorization", "Cookie", "User-Agent", "Referer", "X-Request-Id", "X-Forwarded-For", "Accept", "Origin"} {
			r.Header.Set(name, hostile+secret)
		}
		ask(h, r)
	}
	log := s.log.String()
	lines := strings.Split(strings.TrimSuffix(log, "\n"), "\n")
	if len(lines) != 2*requests {
		t.Errorf("%d lines, want %d", len(lines), 2*requests)
	}
	for _, line := range lines {
		var v map[string]any
		if err := json.Unmarshal([]byte(line), &v); err != nil {
			t.Fatalf("%v in %q", err, line)
		}
		if v["msg"] != "request" {
			continue
		}
		if len(line) > 3000 || v["level"] != "INFO" {
			t.Errorf("level %v, %d bytes", v["level"], len(line))
		}
		for _, key := range []string{"consumer", "user", "token_id", "problem", "method", "cause"} {
			if text := v[key].(string); strings.ContainsAny(text, "\r\n\x00\x1b\u202e\u2028") {
				t.Errorf("%s is %q", key, text)
			}
		}
	}
	if strings.Contains(log, secret) {
		t.Error("the signature is in the log")
	}
}

func TestLogLine(t *testing.T) {
	s := newHouse(t)
	ask(s.Outer(s.Gate(Nginx, func(w http.ResponseWriter, r *http.Request) error {
		n := Note(r.Context())
		n.Consumer, n.User, n.TokenID = "printer", "ada", "0123456789abcdef"
		w.WriteHeader(http.StatusOK)
		return nil
	})), httptest.NewRequest("GET", "/", nil))
	var v map[string]any
	if err := json.Unmarshal([]byte(s.log.String()), &v); err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]any{
		"consumer": "printer", "user": "ada", "token_id": "01234567…", "problem": "", "code": 200.0, "method": "GET", "endpoint": "auth_nginx",
	} {
		if v[key] != want {
			t.Errorf("%s is %v, want %v", key, v[key], want)
		}
	}
	if len(v["request_id"].(string)) != 26 || v["ms"] == nil {
		t.Errorf("line %v", v)
	}
}

func TestQuietLogStillTellsFaults(t *testing.T) {
	s := newHouse(t)
	s.accessLog = false
	get(s.Outer(s.Gate(Nginx, answering(200))))
	get(s.Outer(s.Gate(Nginx, failing(oauth1.Refuse("nonce_used", "")))))
	get(s.Outer(s.Gate(Nginx, failing(errors.New("disk on fire")))))
	if got := s.log.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, "disk on fire") {
		t.Errorf("log %s", got)
	}
}
