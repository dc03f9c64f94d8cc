package journey

import (
	"bufio"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
)

// Answers without a body let nginx keep its connections to the daemon, on
// refusals too.
func TestNginxKeepsItsConnections(t *testing.T) {
	f := startFront(t, frontConfig{site: func(site string) string {
		return strings.Replace(site, "include oauth1d/forms.conf;", "", 1) // for refusals that are 403 to nginx
	}})
	for i := range 200 {
		f.passed(f.get(fmt.Sprintf("/photos/%d", i)))
		switch i % 3 {
		case 0:
			f.refused(f.send(raw{target: "/"}), 401, "parameter_absent")
		case 1:
			f.refused(f.send(raw{target: "/", headers: []string{"Authorization: " + f.c.get(t, f.base+"/x")}}), 401, "signature_invalid")
		case 2:
			f.refused(f.send(f.form("/", "a=1", formType)), 400, "form_body_unavailable")
		}
	}
	if n := f.asks.count.Load(); n > 4 {
		t.Errorf("nginx asked 400 times over %d connections, want 4 at most", n)
	}
	f.onlyPassed()
}

// tryFiles is a server of which every location is gated, in front of an
// application that sees what was signed although nginx redirects internally.
func tryFiles(site string) string {
	upstream, rest, _ := strings.Cut(site, "server {\n  listen")
	listen, _, _ := strings.Cut(rest, ";")
	return upstream + "server {\n  listen" + listen + `;
  include oauth1d/gate.conf;
  include oauth1d/location.conf;
  include oauth1d/forms.conf;
  location / { try_files $uri /index.php; }
  location = /index.php { proxy_pass http://app$request_uri; }
}
`
}

const repeats = `oauth1d_nonce_idempotent_hits_total{dialect="nginx"}`

func TestNginxAsksTwiceAboutOneRequest(t *testing.T) {
	f := startFront(t, frontConfig{site: tryFiles, yaml: inlineMode})
	before := f.d.metric(repeats)
	for i, target := range []string{"/photos/1?size=full", "/a%2Fb;c?x;y", "//a//b?"} {
		request := raw{target: target, headers: []string{"Authorization: " + f.c.get(t, f.base+target)}}
		r := f.passed(f.send(request))
		f.checkIdentity(r)
		if r.target() != target {
			t.Errorf("signed %q, the application saw %q", target, r.target())
		}
		f.refused(f.send(request), 401, "nonce_used")
		if got, want := f.d.metric(repeats), fmt.Sprint(i+1); got != want {
			t.Errorf("nginx asked again about one request %s times, want %s (%s before)", got, want, before)
		}
	}
	// The server's gate is not in the way of the dance, nor of form posts.
	f.checkIdentity(f.passed(f.send(f.form("/photos", "a=1", formType))))
	consumer := *f.c
	consumer.token, consumer.tokenSecret = "", ""
	f.token(&consumer, "/oauth/request-token", oauth1.Pair{Name: "oauth_callback", Value: "https://printer.example.test/ready"})
	f.onlyPassed()
}

// php is an application that speaks FastCGI.
type php struct {
	mu   sync.Mutex
	seen []string
}

func startPHP(t *testing.T) (p *php, addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	p = &php{}
	go fcgi.Serve(l, p)
	return p, l.Addr().String()
}

func (p *php) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	line := fmt.Sprintf("%s %s user=%s header=%q groups=%q consumer=%q scopes=%q token=%d authorization=%q", r.Method, r.URL.RequestURI(), fcgi.ProcessEnv(r)["REMOTE_USER"],
		r.Header["Remote-User"], r.Header["Remote-Groups"], r.Header["X-Oauth-Consumer"], r.Header["X-Oauth-Scopes"],
		len(r.Header.Get("X-Oauth-Token-Id")), r.Header["Authorization"])
	p.mu.Lock()
	p.seen = append(p.seen, line)
	p.mu.Unlock()
	io.WriteString(w, line)
}

func TestNginxInFrontOfPHP(t *testing.T) {
	p, addr := startPHP(t)
	f := startFront(t, frontConfig{php: addr})
	if err := os.Mkdir(filepath.Join(f.dir, "php"), 0o755); err != nil {
		t.Fatal(err)
	}
	f.write("php/index.php", "<?php")
	f.write("php/photo.jpg", "a photo")
	ask := func(target string, signed bool, headers ...string) (int, string) {
		t.Helper()
		headers = append(headers, "Host: php.example.com")
		if signed {
			headers = append(headers, "Authorization: "+f.c.get(t, "http://php.example.com"+target))
		}
		resp := f.send(raw{target: target, headers: headers})
		body, _ := io.ReadAll(resp.Body)
		return resp.StatusCode, string(body)
	}
	id := f.passed(f.get("/")).header("X-OAuth-Token-Id")[0]
	status, body := ask("/album/1%2F2?a=1;b", true, "Remote-User: eve", "Remote-Groups: wheel", "X-OAuth-Scopes: admin", "X-OAuth-Token-Id: 1", "Remote_User: eve")
	want := fmt.Sprintf(`GET /album/1%%2F2?a=1;b user=ada header=["ada"] groups=["-"] consumer=[%q] scopes=["-"] token=%d authorization=[]`, f.c.key, len(id))
	if status != http.StatusOK || body != want {
		t.Errorf("php got %d %s\nwant %s", status, body, want)
	}
	if status, body := ask("/photo.jpg", true); status != http.StatusOK || body != "a photo" {
		t.Errorf("a file of the server: %d %s", status, body)
	}
	if status, _ := ask("/photo.jpg/x.php", true); status != http.StatusNotFound {
		t.Errorf("a file as a program: %d", status)
	}
	for _, target := range []string{"/photo.jpg", "/index.php", "/album", "/nothing.php"} {
		if status, body := ask(target, false); status != http.StatusUnauthorized || !strings.HasPrefix(body, "oauth_problem=parameter_absent") {
			t.Errorf("unsigned %s: %d %s", target, status, body)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.seen) != 1 {
		t.Errorf("php saw %q", p.seen)
	}
}

// Without the daemon nothing passes, whatever pages the operator has for errors.
func TestNginxWithoutTheDaemon(t *testing.T) {
	for name, site := range map[string]func(string) string{
		"example": nil,
		"error pages of the operator's": func(site string) string {
			return strings.ReplaceAll(site, "include oauth1d/gate.conf;", `include oauth1d/gate.conf;
  proxy_intercept_errors on;
  error_page 400 401 403 404 500 502 503 504 =200 /sorry.html;
  location = /sorry.html { auth_request off; return 200 "sorry"; }`)
		},
		"error pages, gated as a server": func(site string) string {
			return strings.ReplaceAll(tryFiles(site), "include oauth1d/gate.conf;", `include oauth1d/gate.conf;
  proxy_intercept_errors on;
  error_page 500 502 503 504 =200 /sorry.html;
  location = /sorry.html { auth_request off; return 200 "sorry"; }`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			f := startFront(t, frontConfig{site: site})
			f.passed(f.get("/before"))
			f.refused(f.send(raw{target: "/"}), 401, "parameter_absent")
			f.d.kill()
			for _, r := range []raw{
				{target: "/"},
				{target: "/down", headers: []string{"Authorization: " + f.c.get(t, f.base+"/down")}},
				f.form("/down", "a=1", formType),
			} {
				resp := f.send(r)
				body, _ := io.ReadAll(resp.Body)
				sorry := site != nil && string(body) == "sorry"
				if resp.StatusCode < 500 && !sorry {
					t.Errorf("%s %s without the daemon: %s %s", r.method, r.target, resp.Status, body)
				}
				if name == "example" && r.method == "" && resp.StatusCode != http.StatusInternalServerError {
					t.Errorf("%s without the daemon: %s, want 500", r.target, resp.Status)
				}
			}
			f.d.start()
			f.onlyPassed()
		})
	}
}

// A daemon that hangs refuses, and soon.
func TestNginxAndADaemonThatHangs(t *testing.T) {
	f := startFront(t, frontConfig{})
	silent, err := net.Listen("tcp", "127.0.0.1:0") // the system accepts, nobody answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	daemon, hanging := f.d.private, silent.Addr().String()
	f.asks.to.Store(&hanging)
	began := time.Now()
	if resp := f.get("/hangs"); resp.StatusCode != http.StatusInternalServerError {
		t.Errorf("with a daemon that hangs: %s", resp.Status)
	}
	if took := time.Since(began); took > 12*time.Second {
		t.Errorf("nginx waited %v for the daemon", took)
	}
	f.asks.to.Store(&daemon)
	f.onlyPassed()
}

// An operator's cache must not remember a yes, whatever he caches.
func TestNginxCachesNoVerdict(t *testing.T) {
	f := startFront(t, frontConfig{http: `proxy_cache_path cache keys_zone=c:1m; proxy_cache c; proxy_cache_valid any 1m;
  proxy_cache_key $request_uri; proxy_ignore_headers Cache-Control Expires;`})
	request := raw{target: "/cached", headers: []string{"Authorization: " + f.c.get(t, f.base+"/cached")}}
	f.passed(f.send(request))
	f.refused(f.send(request), 401, "nonce_used")
	f.refused(f.send(raw{target: "/cached"}), 401, "parameter_absent")
	f.onlyPassed()
}

// nginx knows 401 and 403 only; the true status comes beside them.
func TestNginxAnswersTheTrueStatus(t *testing.T) {
	f := startFront(t, frontConfig{})
	daemon := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("X-OAuth1-Problem", "rate_limited")
		h.Set("X-OAuth1-Status", "429")
		h.Set("WWW-Authenticate", `OAuth realm="x", oauth_problem="rate_limited"`)
		h.Set("Retry-After", "7")
		h.Set("X-Request-Id", "ABC")
		h.Set("Remote-User", "ada")
		w.WriteHeader(http.StatusForbidden)
	}))
	defer daemon.Close()
	addr := daemon.Listener.Addr().String()
	f.asks.to.Store(&addr)
	resp := f.get("/")
	if got := resp.Header.Get("Retry-After"); got != "7" {
		t.Errorf("Retry-After is %q", got)
	}
	f.refused(resp, 429, "rate_limited")
	if seen := f.app.requests(); len(seen) > 0 {
		t.Errorf("the application saw %v", seen)
	}
}

func TestNginxWithTLS(t *testing.T) {
	addr := steadyAddr(t)
	cert, key := certificate(t)
	f := startFront(t, frontConfig{site: func(site string) string {
		for from, to := range map[string]string{
			"# listen 443 ssl;":      "listen " + addr + " ssl http2;",
			"# ssl_certificate     ": "ssl_certificate     ", "# ssl_certificate_key ": "ssl_certificate_key ",
			"/etc/ssl/certs/app.example.com.pem": cert, "/etc/ssl/private/app.example.com.key": key,
		} {
			site = replace(t, site, from, to)
		}
		return site
	}})
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	for _, target := range []string{"/photos?a=1;b", "/a%2Fb//c", "/q?"} {
		r, err := http.NewRequest("GET", "https://"+addr+target, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.URL.Opaque = "//" + addr + strings.Split(target, "?")[0]
		r.Header.Set("Authorization", f.c.get(t, "https://"+addr+target))
		resp, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		var got received
		err = json.NewDecoder(resp.Body).Decode(&got)
		resp.Body.Close()
		if err != nil || resp.ProtoMajor != 2 || got.target() != target {
			t.Errorf("signed %s, %s: the application saw %q, %v", target, resp.Proto, got.Line, err)
			continue
		}
		f.checkIdentity(got)
	}
	f.admit = 3
	f.onlyPassed()
}

// A location that is not gated tells the application of nobody.
func TestNginxPublicLocation(t *testing.T) {
	f := startFront(t, frontConfig{yaml: inlineMode})
	r := f.passed(f.send(raw{target: "/assets/a%2Fb.css?", headers: []string{
		"Remote-User: eve", "Remote-Groups: wheel", "remote_user: eve", "X-OAuth-Consumer: eve", "X-OAuth-Scopes: admin", "X-OAuth-Token-Id: 1", "Authorization: Basic eDp5"}}))
	if got := identityOf(r); len(got) > 0 || r.target() != "/assets/a%2Fb.css?" || len(r.header("Authorization")) != 1 {
		t.Errorf("%s: the application was told %v", r.Line, got)
	}
	if resp := f.get("/_oauth1d"); resp.StatusCode != http.StatusNotFound {
		t.Errorf("the question itself: %s", resp.Status)
	}
	for _, target := range []string{"/assets/../photos", "/assets/%2e%2e/photos", "/assets/..%2fphotos"} {
		if resp := f.send(raw{target: target}); resp.StatusCode == http.StatusOK {
			t.Errorf("%s unsigned: %s", target, resp.Status)
		}
	}
	f.onlyPassed()
}

// Websockets need two lines more, which the README of deploy/ names.
func TestNginxAndWebsockets(t *testing.T) {
	f := startFront(t, frontConfig{
		http: `map $http_upgrade $connection_upgrade { default upgrade; "" ""; }`,
		site: func(site string) string {
			return replace(t, site, "include oauth1d/location.conf;\n    include", `include oauth1d/location.conf;
    proxy_set_header Upgrade    $http_upgrade;
    proxy_set_header Connection $connection_upgrade;
    include`)
		}})
	c, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(10 * time.Second))
	fmt.Fprintf(c, "GET /ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nAuthorization: %s\r\n\r\n", f.addr, f.c.get(t, f.base+"/ws"))
	in := bufio.NewReader(c)
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("upgrade: %v %v", resp, err)
	}
	f.admit++
	io.WriteString(c, "hello\n")
	if line, err := in.ReadString('\n'); line != "echo hello\n" {
		t.Errorf("got %q, %v", line, err)
	}
	f.onlyPassed()
}
