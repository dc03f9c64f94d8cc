package journey

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// A front is nginx with the files of deploy/nginx, the daemon that it asks and
// the application behind both. Consumer c has a token of user ada.
type front struct {
	t     *testing.T
	addr  string // nginx
	base  string // its URL, which is the daemon's public URL too
	d     *daemon
	app   *app
	asks  *relay // between nginx and listen.private
	posts *relay // between nginx and listen.public
	c     *consumer
	dir   string // of nginx's configuration
	admit int    // requests that the application must have seen
}

// A frontConfig says what differs from the example that operators paste.
type frontConfig struct {
	yaml string                   // added to the daemon's configuration; %s is the application's address, PORT nginx's port
	host string                   // the daemon's name for browsers; default: nginx's address
	site func(site string) string // changes the example's text; default: as it is
	http string                   // added to nginx's http context
	php  string                   // address of a FastCGI application

	prepare func(d *daemon) // writes files before the daemon starts
}

// inlineMode lets form posts through the daemon.
const inlineMode = "upstream: {url: \"http://%s\"}\n"

func startFront(t *testing.T, c frontConfig) *front {
	t.Helper()
	program := need(t, "nginx")
	f := &front{t: t, addr: steadyAddr(t), app: startApp(t), dir: t.TempDir()}
	f.base = "http://" + f.addr
	_, port, _ := net.SplitHostPort(f.addr) // it was a listener's
	c.yaml = strings.ReplaceAll(c.yaml, "PORT", port)
	if strings.Contains(c.yaml, "%s") {
		c.yaml = fmt.Sprintf(c.yaml, f.app.addr)
	}
	f.d = newDaemon(t, f.base, c.yaml)
	f.d.public, f.d.private = steadyAddr(t), steadyAddr(t)
	if c.host != "" {
		f.base = "http://" + c.host + ":" + port
		f.d.base, f.d.env = f.base, []string{"OAUTH1D_PUBLIC_URL=" + f.base, "OAUTH1D_UNSAFE_HTTP_PUBLIC_URL=true"}
		f.d.reach = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, f.addr)
		}}
	}
	if c.prepare != nil {
		c.prepare(f.d)
	}
	f.d.start()
	f.asks, f.posts = startRelay(t, f.d.private), startRelay(t, f.d.public)
	f.d.addUser("ada", "correct horse battery")
	f.c = f.d.addConsumer("--name", "Printer", "--callback", "https://printer.example.test/ready")
	f.d.issueToken(f.c, "ada")
	f.install(c)
	f.startNginx(program)
	return f
}

// install does what an operator does: copies the files and changes addresses.
func (f *front) install(c frontConfig) {
	f.t.Helper()
	if err := os.Mkdir(filepath.Join(f.dir, "oauth1d"), 0o755); err != nil {
		f.t.Fatal(err)
	}
	files, _ := filepath.Glob("../../deploy/nginx/*.conf")
	if len(files) == 0 {
		f.t.Fatal("deploy/nginx is empty")
	}
	for _, from := range files {
		f.write(filepath.Join("oauth1d", filepath.Base(from)), f.read(from))
	}
	f.change("oauth1d/oauth1d.conf", "127.0.0.1:5850", f.asks.addr)
	f.change("oauth1d/oauth1d.conf", "127.0.0.1:5849", f.posts.addr)
	f.change("oauth1d/example.conf", "127.0.0.1:8080", f.app.addr)
	f.change("oauth1d/example.conf", "listen 80;", "listen "+f.addr+";")
	f.change("oauth1d/example.conf", "/srv/php.example.com", filepath.Join(f.dir, "php"))
	if c.php == "" {
		c.php = "127.0.0.1:9"
	}
	f.change("oauth1d/example.conf", "unix:/run/php/php-fpm.sock", c.php)
	if c.site != nil {
		f.write("oauth1d/example.conf", c.site(f.read(filepath.Join(f.dir, "oauth1d/example.conf"))))
	}
	f.write("fastcgi_params", f.read("/etc/nginx/fastcgi_params"))
	f.write("nginx.conf", `pid nginx.pid;
daemon off;
worker_processes 1;
`+asRoot()+`events { worker_connections 512; }
http {
  access_log off;
  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;
  `+c.http+`
  include oauth1d/oauth1d.conf;
  include oauth1d/example.conf;
}
`)
}

// asRoot keeps a worker of nginx able to read a test's own directory.
func asRoot() string {
	if os.Getuid() == 0 {
		return "user root;\n"
	}
	return ""
}

func (f *front) read(name string) string {
	f.t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		f.t.Fatal(err)
	}
	return string(b)
}

func (f *front) write(name, text string) {
	f.t.Helper()
	if err := os.WriteFile(filepath.Join(f.dir, name), []byte(text), 0o644); err != nil {
		f.t.Fatal(err)
	}
}

// change replaces text that must be there.
func (f *front) change(name, from, to string) {
	f.t.Helper()
	f.write(name, replace(f.t, f.read(filepath.Join(f.dir, name)), from, to))
}

func replace(t *testing.T, text, from, to string) string {
	t.Helper()
	if !strings.Contains(text, from) {
		t.Fatalf("%q is not in deploy/nginx any more", from)
	}
	return strings.ReplaceAll(text, from, to)
}

func (f *front) startNginx(program string) {
	f.t.Helper()
	log := &buffer{}
	cmd := exec.Command(program, "-p", f.dir+"/", "-c", filepath.Join(f.dir, "nginx.conf"), "-e", "stderr")
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		f.t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	f.t.Cleanup(func() {
		cmd.Process.Signal(syscall.SIGTERM) // the master ends its worker
		<-done
		if f.t.Failed() {
			f.t.Logf("nginx:\n%s\ndaemon:\n%s", log, f.d.log)
		}
	})
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-done:
			done <- err
			f.t.Fatalf("nginx ended at its start: %v\n%s", err, log)
		default:
		}
		if c, err := net.Dial("tcp", f.addr); err == nil {
			c.Close()
			return
		}
	}
	f.t.Fatalf("nginx does not listen after 10 seconds:\n%s", log)
}

// get sends a signed GET through nginx, with further headers.
func (f *front) get(target string, headers ...string) *http.Response {
	f.t.Helper()
	return f.send(raw{target: target, headers: append(headers, "Authorization: "+f.c.get(f.t, f.base+target))})
}

// send sends r through nginx as it stands, with a Host unless it has one.
func (f *front) send(r raw) *http.Response {
	f.t.Helper()
	if !slices.ContainsFunc(r.headers, func(h string) bool { return strings.HasPrefix(h, "Host:") }) {
		r.headers = append([]string{"Host: " + f.addr}, r.headers...)
	}
	return r.send(f.t, f.addr)
}

// passed checks that the application answered, and returns what it had received.
func (f *front) passed(resp *http.Response) received {
	f.t.Helper()
	body, _ := io.ReadAll(resp.Body)
	var r received
	if err := json.Unmarshal(body, &r); resp.StatusCode != http.StatusOK || err != nil {
		f.t.Fatalf("not passed: %s, %v\n%s", resp.Status, resp.Header, body)
	}
	f.admit++
	return r
}

// refused checks a refusal and that its reason reaches the consumer's developer.
func (f *front) refused(resp *http.Response, status int, problem string) {
	f.t.Helper()
	body, _ := io.ReadAll(resp.Body)
	form, err := url.ParseQuery(string(body))
	if err != nil || resp.StatusCode != status || form.Get("oauth_problem") != problem {
		f.t.Errorf("got %s %q, want %d %s", resp.Status, body, status, problem)
	}
	if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		f.t.Errorf("a refusal's type is %q", resp.Header.Get("Content-Type"))
	}
	if challenge := resp.Header.Get("WWW-Authenticate"); !strings.HasPrefix(challenge, "OAuth ") ||
		problem != "" && !strings.Contains(challenge, `oauth_problem="`+problem+`"`) {
		f.t.Errorf("challenge of %s is %q", problem, challenge)
	}
	if ids := resp.Header.Values("X-Request-Id"); len(ids) != 1 || ids[0] == "" {
		f.t.Errorf("request ids of a refusal: %q", ids)
	}
	for name := range resp.Header {
		if strings.HasPrefix(name, "X-Oauth-") || strings.HasPrefix(name, "Remote-") {
			f.t.Errorf("a refusal carries %s", name)
		}
	}
}

// onlyPassed checks that the application saw the requests that passed, each once
// and no other. What it saw is reported in order, so a last one ends the wait.
func (f *front) onlyPassed() {
	f.t.Helper()
	f.passed(f.get("/last"))
	var seen []received
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if seen = f.app.requests(); len(seen) > 0 && strings.Contains(seen[len(seen)-1].Line, " /last") {
			break
		}
	}
	if len(seen) != f.admit {
		f.t.Errorf("the application saw %d requests, want the %d that passed", len(seen), f.admit)
		for _, r := range seen {
			f.t.Log(r.Line)
		}
	}
}

// A relay passes connections on and counts them.
type relay struct {
	addr  string
	to    atomic.Pointer[string] // where new connections lead
	count atomic.Int32
}

func startRelay(t *testing.T, to string) *relay {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	r := &relay{addr: l.Addr().String()}
	r.to.Store(&to)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			r.count.Add(1)
			go join(c, *r.to.Load())
		}
	}()
	return r
}

func join(c net.Conn, to string) {
	defer c.Close()
	up, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer up.Close()
	go func() {
		io.Copy(up, c)
		up.(*net.TCPConn).CloseWrite()
	}()
	io.Copy(c, up)
}

// certificate makes one for 127.0.0.1 and returns its files.
func certificate(t *testing.T) (cert, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	for name, block := range map[string]*pem.Block{cert: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return cert, key
}
