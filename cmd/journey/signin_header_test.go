package journey

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// asking makes nginx ask for a password where people are, and name them to the
// daemon. The consumers' endpoints are left as they are: they sign.
func asking(file string) func(string) string {
	return func(site string) string {
		var b strings.Builder
		for _, at := range []string{"= /oauth/authorize", "= /oauth/signin", "= /oauth/signout", "^~ /oauth/account"} {
			fmt.Fprintf(&b, `
  location %s {
    auth_request off;
    auth_basic "Lighthouse";
    auth_basic_user_file %s;
    include oauth1d/daemon.conf;
    proxy_set_header Remote-User $remote_user;
  }
`, at, file)
		}
		return strings.Replace(site, "include oauth1d/gate.conf;", "include oauth1d/gate.conf;\n"+b.String(), 1)
	}
}

// A badge is a browser's transport with a name and a password, and lies.
type badge struct{ name, lie string }

func (b badge) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	if b.name != "" {
		r.SetBasicAuth(b.name, "correct horse battery")
	}
	if b.lie != "" {
		r.Header.Set("Remote-User", b.lie)
		r.Header.Set("Remote-Groups", "wheel")
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestSignInByHeader(t *testing.T) {
	// The peer of the daemon is nginx, at 127.0.0.1, and nobody else is believed.
	passwords := filepath.Join(t.TempDir(), "passwords")
	f := startFront(t, frontConfig{site: asking(passwords), yaml: "signin: {backend: header}\nproxy: {trusted: [\"127.0.0.1\"]}\n",
		prepare: func(d *daemon) {
			d.must(os.WriteFile(passwords, []byte("mia:{PLAIN}correct horse battery\nbob:{PLAIN}correct horse battery\n"), 0o644))
		}})
	c := f.d.addConsumer("--name", "Album", "--callback", guestCallback)
	as := func(name, lie string) *guest {
		g := newGuest(t, f.d, c)
		g.http.Transport = badge{name, lie}
		return g
	}
	mia := as("mia", "")
	with, link := mia.start()
	token := mia.finish(with, mia.open(link))
	if got := f.d.judged(t, token); got != "mia -" {
		t.Errorf("the gate says %q, want mia", got)
	}
	liar := as("bob", "mia")
	with, link = liar.start()
	if got := f.d.judged(t, liar.finish(with, liar.open(link))); got != "bob -" {
		t.Errorf("a browser that says it is another: the gate says %q, want bob", got)
	}
	if status, _ := as("", "mia").status(link); status != http.StatusUnauthorized {
		t.Errorf("without a password: %d, want 401", status)
	}
	if status, body := as("", "mia").status(f.base + "/oauth/signin/return?state=x"); status < 400 || strings.Contains(body, ">mia<") {
		t.Errorf("where nobody is asked for a password: %d", status)
	}

	// Straight to the daemon from somewhere else.
	_, link = mia.start()
	for _, from := range []string{"127.0.0.9", "127.77.0.1"} {
		target := strings.TrimPrefix(link, f.base)
		for _, path := range []string{target, "/oauth/signin", "/oauth/account"} {
			status, location, body := directly(t, from, f.d.public, path, "Host: "+f.addr, "Remote-User: mia", "X-Forwarded-For: 127.0.0.1")
			if status == http.StatusOK || strings.Contains(body, "mia") {
				t.Errorf("%s from %s: %d to %s\n%s", path, from, status, location, body)
			}
		}
	}
	f.onlyPassed()
}

// directly sends a request from that address and returns how it was answered.
func directly(t *testing.T, from, to, target string, headers ...string) (status int, location, body string) {
	t.Helper()
	c, err := (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(from)}}).Dial("tcp", to)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	fmt.Fprintf(c, "GET %s HTTP/1.1\r\n%s\r\nConnection: close\r\n\r\n", target, strings.Join(headers, "\r\n"))
	resp, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var b strings.Builder
	if err := resp.Write(&b); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("Location"), b.String()
}
