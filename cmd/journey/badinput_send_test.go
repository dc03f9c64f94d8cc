package journey

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// The ways in which a call reaches the daemon, by the name of their dialect; the
// token endpoints are two more.
var (
	subrequests = []string{"forward", "nginx", "nginx-url", "envoy"}
	gates       = append(slices.Clone(subrequests), "inline")
	endpoints   = []string{"request-token", "access-token"}
	everywhere  = append(slices.Clone(gates), endpoints...)
)

// A reply is what came back.
type reply struct {
	status int // 0: the connection was closed without an answer
	header http.Header
	body   string
	all    string // as it came
}

// problem is what the reply calls the refusal.
func (r reply) problem() string { return r.header.Get("X-Oauth1-Problem") }

// send makes c and sends it in a style.
func (s *siege) send(t *testing.T, style string, c *call) reply {
	t.Helper()
	s.remember(c)
	return s.exchange(t, c.from, s.address(style), s.wire(style, c))
}

// address is the listener of a style.
func (s *siege) address(style string) string {
	if slices.Contains(subrequests, style) {
		return s.d.private
	}
	return s.d.public
}

// remember keeps what must not appear in a log.
func (s *siege) remember(c *call) {
	s.secret(c.get("oauth_signature"), "a signature")
	s.secret(escape(c.get("oauth_signature")), "a signature, encoded")
	s.secret(c.get("oauth_verifier"), "a verifier")
}

// wire returns the request as it is sent.
func (s *siege) wire(style string, c *call) string {
	client := slices.Clone(c.headers)
	target, body := c.target, c.body
	switch c.in {
	case "query":
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + c.encoded()
	case "form":
		body = strings.TrimPrefix(body+"&"+c.encoded(), "&")
	default:
		if c.authorization == nil {
			client = append(client, "Authorization: "+c.header())
		}
	}
	target += c.moreTarget
	for _, a := range c.authorization {
		client = append(client, "Authorization: "+a)
	}
	line, convey := conveyed(style, c, target)
	if c.tell != nil {
		convey = c.tell(convey)
	}
	if body != "" && !strings.Contains(strings.Join(client, "\n"), "Transfer-Encoding:") {
		client = append(client, fmt.Sprintf("Content-Length: %d", len(body)))
	}
	all := append([]string{line}, append(convey, client...)...)
	return strings.Join(append(all, "Connection: close"), "\r\n") + "\r\n\r\n" + body
}

// conveyed is how a proxy describes a call: the request line of its question and
// the fields that it adds.
func conveyed(style string, c *call, target string) (line string, fields []string) {
	origin := []string{"X-Forwarded-Proto: " + c.scheme, "X-Forwarded-Host: " + c.host}
	switch style {
	case "forward":
		return "GET /auth/forward HTTP/1.1", append([]string{"Host: oauth1d", "X-Forwarded-Method: " + c.method, "X-Forwarded-Uri: " + target}, origin...)
	case "nginx":
		return "GET /auth/nginx HTTP/1.1", append([]string{"Host: oauth1d", "X-Original-Method: " + c.method, "X-Original-URI: " + target}, origin...)
	case "nginx-url":
		return "GET /auth/nginx-url HTTP/1.1", []string{"Host: oauth1d", "X-Original-Method: " + c.method, "X-Original-URL: " + c.scheme + "://" + c.host + target}
	case "envoy":
		return c.method + " /auth/envoy" + target + " HTTP/1.1", []string{"Host: " + c.host, origin[0]}
	}
	fields = []string{"Host: " + c.host}
	if c.scheme != "http" {
		fields = append(fields, origin[0])
	}
	return c.method + " " + target + " HTTP/1.1", fields
}

// exchange sends bytes from an address to another and reads one answer.
func (s *siege) exchange(t *testing.T, from, addr, request string) reply {
	t.Helper()
	d := net.Dialer{Timeout: 5 * time.Second}
	if from != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(from)}
	}
	c, err := d.Dial("tcp", addr)
	if err != nil {
		t.Error(err)
		return reply{header: http.Header{}}
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(15 * time.Second))
	// Writing fails when the daemon has refused before it has read all of it.
	_, _ = io.WriteString(c, request)
	return readReply(t, c)
}

func readReply(t *testing.T, c net.Conn) (r reply) {
	t.Helper()
	var all bytes.Buffer
	resp, err := http.ReadResponse(bufio.NewReader(io.TeeReader(c, &all)), nil)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Errorf("no answer after 15 seconds")
	}
	if err != nil {
		return reply{header: http.Header{}, all: all.String()}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil && !strings.Contains(err.Error(), "reset") {
		t.Errorf("reading the answer's body: %v", err)
	}
	return reply{status: resp.StatusCode, header: resp.Header, body: string(body), all: all.String()}
}
