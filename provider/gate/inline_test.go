package gate

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
)

// An inlineFixture is a gate in inline mode, served over TCP, in front of an
// application that keeps the last request.
type inlineFixture struct {
	t    *testing.T
	addr string
	last chan seen
}

type seen struct {
	line    string
	headers http.Header
	body    string
}

func newInline(t *testing.T, c Config) *inlineFixture {
	t.Helper()
	f := &inlineFixture{t: t, last: make(chan seen, 8)}
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			upgrade(t, w)
			return
		}
		body, _ := io.ReadAll(r.Body)
		h := r.Header.Clone()
		h.Set("Host", r.Host)
		h.Set("Transfer-Encoding", strings.Join(r.TransferEncoding, ","))
		f.last <- seen{r.Method + " " + r.RequestURI, h, string(body)}
		w.Header().Set("X-Request-Id", "the application's")
		fmt.Fprint(w, "hello")
	}))
	t.Cleanup(app.Close)
	if c.Inline.Upstream == nil {
		c.Inline.Upstream, _ = url.Parse(app.URL)
	}
	s := httptest.NewUnstartedServer(newFixture(t, c).server)
	s.Config.ReadTimeout = 2 * time.Second // the daemon's is longer, but there is one
	s.Start()
	t.Cleanup(s.Close)
	f.addr = strings.TrimPrefix(s.URL, "http://")
	return f
}

func upgrade(t *testing.T, w http.ResponseWriter) {
	c, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Errorf("upgrading: %v", err)
		return
	}
	defer c.Close()
	io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	line, _ := rw.ReadString('\n')
	io.WriteString(c, "echo "+line)
}

// send writes a request as it stands and returns the answer.
func (f *inlineFixture) send(line string, headers []string, body string) *http.Response {
	f.t.Helper()
	c, err := net.Dial("tcp", f.addr)
	if err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(c, "%s HTTP/1.1\r\nHost: photos.example.net\r\n%s\r\n\r\n%s", line, strings.Join(headers, "\r\n"), body)
	method, _, _ := strings.Cut(line, " ")
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method})
	if err != nil {
		f.t.Fatalf("%s: %v", line, err)
	}
	return resp
}

func (f *inlineFixture) sign(method, target string, pairs ...oauth1.Pair) string {
	return "Authorization: " + sign(f.t, method, "http://photos.example.net"+target, pairs...)
}

func TestInlinePassesTheTargetByteForByte(t *testing.T) {
	f := newInline(t, Config{})
	for _, target := range []string{
		"/", "/?", "/a?", "/a%2Fb", "/a%2fb", "/%7Ex", "/~x", "//double//slash", "/a;b", "/a?x=1;y=2", "/a?x=a+b&x=%2B&x",
		"/a?&&x=1&", "/a|b", "/a\"b", "/[x]", "/{x}", "/caf\xc3\xa9", "/caf%C3%A9?q=\xc3\xa9", "/\xff", "/a:b", "/a@b?u=http://x/?y", "/*", "/%00",
	} {
		resp := f.send("GET "+target, []string{f.sign("GET", target)}, "")
		if resp.StatusCode != 200 {
			t.Errorf("%q: got %d %v", target, resp.StatusCode, resp.Header)
			continue
		}
		if got := (<-f.last).line; got != "GET "+target {
			t.Errorf("%q: the application saw %q", target, got)
		}
	}
}

// What cannot be passed on unchanged is refused, not changed.
func TestInlineRefusesWhatItWouldChange(t *testing.T) {
	f := newInline(t, Config{})
	for _, tt := range []struct{ method, target, signed string }{
		{"GET", "//a|b", "//a|b"},
		{"GET", "http://photos.example.net/a", "/a"},
		{"CONNECT", "/a?b=1", "/a?b=1"},
	} {
		resp := f.send(tt.method+" "+tt.target, []string{f.sign(tt.method, tt.signed)}, "")
		if resp.StatusCode != 400 || len(f.last) > 0 {
			t.Errorf("%s %q: got %d", tt.method, tt.target, resp.StatusCode)
		}
	}
}

func TestInlineIdentityIsOurs(t *testing.T) {
	f := newInline(t, Config{})
	resp := f.send("GET /x", []string{f.sign("GET", "/x"),
		"Remote-User: mallory", "remote_user: mallory", "Remote.User: mallory", "REMOTE-USER: mallory",
		"X-OAuth-Consumer: mallory", "X_OAuth_Consumer: mallory", "X-OAuth-Scopes: all", "X-Oauth.Token_Id: 1",
		"X-Forwarded-User: mallory", "X-Original-URI: /evil", "X-Real-IP: 10.0.0.1", "Proxy: http://evil.example.net",
		"TE: trailers", "X-OAuth1d-Secret: guess", "Connection: close, Remote-User, X-OAuth-Consumer", "Accept: text/plain"}, "")
	if resp.StatusCode != 200 {
		t.Fatalf("got %d %v", resp.StatusCode, resp.Header)
	}
	if got := resp.Header.Values("X-Request-Id"); len(got) != 1 || got[0] == "the application's" {
		t.Errorf("request id of the answer: got %q, want ours alone", got)
	}
	got := <-f.last
	for name, want := range map[string]string{
		"Remote-User": "zo%C3%AB", "X-Oauth-Consumer": "printer", "X-Oauth-Scopes": "-",
		"Host": "photos.example.net", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "photos.example.net", "X-Forwarded-For": "127.0.0.1",
		"Accept": "text/plain",
	} {
		if v := got.headers.Values(name); len(v) != 1 || v[0] != want {
			t.Errorf("%s: the application saw %q, want %q", name, v, want)
		}
	}
	for name, v := range got.headers {
		if strings.Contains(strings.Join(v, " "), "mallory") || fold(name) != strings.ToLower(name) {
			t.Errorf("the application saw %s: %q", name, v)
		}
	}
	for _, name := range []string{"Authorization", "X-Original-Uri", "X-Real-Ip", "Proxy", "Te", "X-Oauth1d-Secret"} {
		if v, there := got.headers[name]; there {
			t.Errorf("the application saw %s: %q", name, v)
		}
	}
}

func TestInlineKeepsOurCookies(t *testing.T) {
	f := newInline(t, Config{OwnCookies: []string{"oauth1d", "__Host-oauth1d"}})
	for sent, want := range map[string]string{
		"a=1; oauth1d=x; b=\"2 3\"": "a=1; b=\"2 3\"",
		"oauth1d=x":                 "",
		"__Host-oauth1d=x; a=1":     "a=1",
		"a=oauth1d=x":               "a=oauth1d=x",
	} {
		f.send("GET /x", []string{f.sign("GET", "/x"), "Cookie: " + sent}, "")
		if got := (<-f.last).headers.Get("Cookie"); got != want {
			t.Errorf("Cookie: %s: the application saw %q, want %q", sent, got, want)
		}
	}
}

func TestInlinePassesTheAuthorizationWhenTold(t *testing.T) {
	f := newInline(t, Config{Inline: Inline{PassAuthorization: true}})
	header := f.sign("GET", "/x")
	f.send("GET /x", []string{header}, "")
	if got := (<-f.last).headers.Get("Authorization"); "Authorization: "+got != header {
		t.Errorf("the application saw %q, want %q", got, header)
	}
}

func TestInlineForms(t *testing.T) {
	f := newInline(t, Config{Limits: oauth1.Limits{Form: 1000}})
	const formType = "application/x-www-form-urlencoded"
	const form = "b=2&a=%20x+y&a=;&c"
	signed := func(body string) string {
		s := oauth1.Signer{ConsumerKey: "printer", ConsumerSecret: []byte("consumer secret"), Token: "token", TokenSecret: []byte("token secret"), Method: oauth1.HMACSHA256}
		header, err := s.Authorization(&oauth1.Message{Method: "POST", Scheme: "http", Host: "photos.example.net", Target: "/x",
			ContentType: []string{formType}, Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		return "Authorization: " + header
	}
	length := func(n int) string { return fmt.Sprint("Content-Length: ", n) }
	formHeader := "Content-Type: " + formType
	big := "a=" + strings.Repeat("x", 1000)
	for _, tt := range []struct {
		name    string
		headers []string
		body    string
		status  int
		seen    string
	}{
		{"a form with its length", []string{signed(form), formHeader, length(len(form))}, form, 200, form},
		{"a chunked form", []string{signed(form), formHeader, "Transfer-Encoding: chunked"}, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(form), form), 200, form},
		{"a changed form", []string{signed(form), formHeader, length(len(form))}, "b=3&a=%20x+y&a=;&c", 401, ""},
		{"a form that nobody signed", []string{f.sign("POST", "/x"), formHeader, length(3)}, "a=b", 401, ""},
		{"a form that is too large", []string{signed(big), formHeader, length(len(big))}, big, 413, ""},
		{"a chunked form that is too large", []string{signed(big), formHeader, "Transfer-Encoding: chunked"}, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(big), big), 413, ""},
		{"a compressed form", []string{signed(form), formHeader, "Content-Encoding: gzip", length(len(form))}, form, 415, ""},
		{"a form whose type would end here", []string{signed(form), formHeader, length(len(form)), "Connection: close, content-type"}, form, 400, ""},
		{"another body is not signed and passes", []string{f.sign("POST", "/x"), "Content-Type: application/json", length(7)}, `{"a":1}`, 200, `{"a":1}`},
		{"a chunked body", []string{f.sign("POST", "/x"), "Content-Type: text/plain", "Transfer-Encoding: chunked"}, "3\r\nabc\r\n0\r\n\r\n", 200, "abc"},
	} {
		resp := f.send("POST /x", tt.headers, tt.body)
		if resp.StatusCode != tt.status {
			t.Errorf("%s: got %d %v, want %d", tt.name, resp.StatusCode, resp.Header, tt.status)
		}
		if resp.StatusCode == 200 {
			if got := (<-f.last).body; got != tt.seen {
				t.Errorf("%s: the application saw %q, want %q", tt.name, got, tt.seen)
			}
		}
	}
	if len(f.last) > 0 {
		t.Errorf("a refused request reached the application: %v", <-f.last)
	}
}

// Whoever announces a form and sends no more of it is answered and cut off, or a
// stranger could hold connections for ever.
func TestInlineFormThatDoesNotArrive(t *testing.T) {
	f := newInline(t, Config{})
	c, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(c, "POST /x HTTP/1.1\r\nHost: photos.example.net\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\na=")
	answer, err := io.ReadAll(c) // until the connection ends
	if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 4") {
		t.Errorf("got %q, %v; want a refusal and the end of the connection", answer, err)
	}
}

func TestInlineWebsocket(t *testing.T) {
	f := newInline(t, Config{})
	c, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: photos.example.net\r\n%s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n", f.sign("GET", "/ws"))
	in := bufio.NewReader(c)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("got %v, %v; want 101", resp, err)
	}
	fmt.Fprint(c, "ping\n")
	if got, err := in.ReadString('\n'); got != "echo ping\n" {
		t.Errorf("got %q, %v; want an echo", got, err)
	}
}

// FWD-09: what speaks HTTP/2 after its upgrade asks for whatever it likes, as
// whomever it likes, and nobody sees it.
func TestInlineUpgradesToWebsocketsOnly(t *testing.T) {
	f := newInline(t, Config{})
	for _, protocol := range []string{"h2c", "h2c, websocket", "TLS/1.0", "websocket/13"} {
		resp := f.send("GET /photos", []string{f.sign("GET", "/photos"), "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AAMAAABkAAQAAP__", "Upgrade: " + protocol}, "")
		if resp.StatusCode != http.StatusOK {
			t.Fatalf("%q: got status %d, want 200: an answer over HTTP/1.1", protocol, resp.StatusCode)
		}
		if got := <-f.last; got.headers.Get("Upgrade") != "" || got.headers.Get("Connection") != "" || got.headers.Get("HTTP2-Settings") != "" {
			t.Errorf("%q: the application sees %v", protocol, got.headers)
		}
	}
}

func TestInlineApplicationIsDown(t *testing.T) {
	gone, _ := url.Parse("http://127.0.0.1:1")
	f := newInline(t, Config{Inline: Inline{Upstream: gone}})
	resp := f.send("GET /x", []string{f.sign("GET", "/x")}, "")
	if resp.StatusCode != http.StatusBadGateway || resp.Header.Get("Remote-User") != "" {
		t.Errorf("got %d %v, want 502", resp.StatusCode, resp.Header)
	}
}
