package journey

import (
	"bufio"
	"crypto/rsa"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
)

// A consumer signs what it is told to. Its signatures are checked against other
// people's libraries elsewhere in this package, so that a mistake shared by
// signer and verifier would show.
type consumer struct {
	key, secret        string
	token, tokenSecret string
	method             string // default HMAC-SHA1
	private            *rsa.PrivateKey
	now                func() time.Time
}

// sign returns the Authorization header for a request.
func (c *consumer) sign(t *testing.T, m *oauth1.Message, extra ...oauth1.Pair) string {
	t.Helper()
	method := c.method
	if method == "" {
		method = oauth1.HMACSHA1
	}
	s := oauth1.Signer{
		ConsumerKey: c.key, ConsumerSecret: []byte(c.secret), Token: c.token, TokenSecret: []byte(c.tokenSecret),
		PrivateKey: c.private, Method: method, Now: c.now,
	}
	pairs, err := s.Sign(m, extra...)
	if err != nil {
		t.Fatalf("signing: %v", err)
	}
	return oauth1.AuthorizationHeader("", pairs)
}

// get signs a GET of url, an absolute URL taken byte for byte.
func (c *consumer) get(t *testing.T, url string) string {
	t.Helper()
	return c.sign(t, messageFor(t, "GET", url))
}

func messageFor(t *testing.T, method, url string) *oauth1.Message {
	t.Helper()
	scheme, host, target, err := oauth1.SplitURL(url)
	if err != nil {
		t.Fatal(err)
	}
	return &oauth1.Message{Method: method, Scheme: scheme, Host: host, Target: target}
}

// A raw is a request that is sent as its bytes stand.
type raw struct {
	method, target string
	proto          string   // default HTTP/1.1
	headers        []string // "Name: value"
	body           string
}

// send writes r to addr and returns the answer.
func (r raw) send(t *testing.T, addr string) *http.Response {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(15 * time.Second))
	if r.method == "" {
		r.method = "GET"
	}
	if r.proto == "" {
		r.proto = "HTTP/1.1"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s %s\r\n", r.method, r.target, r.proto)
	for _, h := range r.headers {
		b.WriteString(h + "\r\n")
	}
	if r.body != "" && !strings.Contains(strings.ToLower(b.String()), "transfer-encoding") {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.body))
	}
	b.WriteString("Connection: close\r\n\r\n" + r.body)
	if _, err := io.WriteString(c, b.String()); err != nil {
		t.Fatalf("sending %s %s: %v", r.method, r.target, err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(c), &http.Request{Method: r.method})
	if err != nil {
		t.Fatalf("%s %s: reading the answer: %v", r.method, r.target, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatalf("%s %s: reading the answer's body: %v", r.method, r.target, err)
	}
	resp.Body = io.NopCloser(strings.NewReader(string(body)))
	return resp
}
