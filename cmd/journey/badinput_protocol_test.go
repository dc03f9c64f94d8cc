package journey

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

// protocol is PAR-17 to PAR-21: too much, and what is hardly HTTP.
func (s *siege) protocol(t *testing.T) {
	t.Run("PAR-17: each limit from below and above", s.limits)
	t.Run("SIG-19: the largest requests are cheap", s.largeRequests)
	t.Run("PAR-20: garbage", s.garbage)
	t.Run("PAR-21: smuggling", s.smuggling)
}

// pad brings the target to n bytes.
func pad(n int) func(*call) {
	return func(c *call) { c.target += "&p=" + strings.Repeat("a", n-len(c.target)-3) }
}

// params adds query parameters until there are n of all kinds, the signature
// included.
func params(n int) func(*call) {
	return func(c *call) {
		have := len(c.pairs) + 1 + strings.Count(c.target, "&") + 1
		c.target += strings.Repeat("&a=", n-have)
	}
}

// authorization brings the Authorization value to n bytes: one more parameter.
func authorization(n int) func(*call) {
	return func(c *call) {
		c.add("xoauth_pad", "")
		sized := c.clone()
		sized.add("oauth_signature", strings.Repeat("a", 27)+"=") // the length that it will have
		missing := n - len(sized.header())
		c.set("xoauth_pad", strings.Repeat("a", missing))
		// What is encoded in the signature makes it longer than that.
		for range 50 {
			probe := c.clone()
			probe.set("oauth_nonce", rand.Text())
			if probe.sign(); len(probe.header()) == n {
				c.set("oauth_nonce", probe.get("oauth_nonce"))
				return
			}
		}
	}
}

func (s *siege) limits(t *testing.T) {
	s.counting(t, func() {
		for _, style := range everywhere {
			for name, fits := range map[string]func(*call){
				"a target of 16 KiB":       pad(16 << 10),
				"1000 parameters":          params(1000),
				"a form of 1 MiB":          formOf("a=" + strings.Repeat("b", 1<<20-2)),
				"a header of 15,000 bytes": authorization(15_000),
			} {
				if strings.HasPrefix(name, "a form") && slices.Contains(endpoints, style) {
					continue // they read less
				}
				t.Run(style+": "+name, func(t *testing.T) {
					c := s.call(t, style, "hmac")
					fits(c)
					s.accepted(t, style, c.sign())
				})
			}
		}
	})
	s.run(t, []attack{
		{id: "PAR-17", name: "a target one byte over 16 KiB", before: pad(16<<10 + 1), want: "parameter_rejected"},
		{id: "PAR-17", name: "1001 parameters", before: params(1001), want: "parameter_rejected"},
		{id: "PAR-17", name: "1001 parameters, those in the query", shape: func(c *call) { c.in = "query" }, before: params(1001), want: "parameter_rejected"},
		{id: "PAR-18", name: "1000 parameters and one that nobody signed", shape: params(1000), after: moreQuery("&evil=1"), want: "parameter_rejected"},
		{id: "PAR-18", name: "thousands of parameters that nobody signed", after: moreQuery(strings.Repeat("&b=", 4000)), want: "parameter_rejected"},
		{id: "PAR-18", name: "1001 parameters in a form", before: formOf(strings.Repeat("a&", 1001)), want: "parameter_rejected"},
		{id: "PAR-18", name: "a form of 300,000 names", at: gates, before: formOf(strings.Repeat("a&", 300_000)), want: "parameter_rejected"},
		{id: "PAR-18", name: "2000 parameters in the header", before: func(c *call) {
			for range 2000 {
				c.add("a", "")
			}
		}, want: "parameter_rejected"},
	})
	s.tooLarge(t)
}

// tooLarge is what has a status of its own.
func (s *siege) tooLarge(t *testing.T) {
	for _, style := range everywhere {
		for _, size := range []int{1<<20 + 1, 3 << 20} {
			c := s.call(t, style, "hmac")
			c.form("a=" + strings.Repeat("b", size-2))
			c.sign()
			r := s.send(t, style, c)
			want := http.StatusRequestEntityTooLarge
			if strings.HasPrefix(style, "nginx") {
				want = http.StatusForbidden
			}
			if r.status != want || !strings.Contains(r.header.Get("WWW-Authenticate")+r.body, "parameter_rejected") {
				t.Errorf("%s: a form of %d bytes: got %d %q, want %d parameter_rejected", style, size, r.status, r.body, want)
			}
			s.clean(t, style, c, r)
		}
		c := s.call(t, style, "hmac").sign()
		c.headers = append(c.headers, "X-Pad: "+strings.Repeat("a", 64<<10))
		if r := s.send(t, style, c); r.status != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("%s: 64 KiB of headers: got %d, want 431", style, r.status)
		}
		c = s.call(t, style, "hmac")
		c.form("a=1")
		c.headers = append(c.headers, "Content-Encoding: gzip")
		r := s.send(t, style, c.sign())
		want := http.StatusUnsupportedMediaType
		if strings.HasPrefix(style, "nginx") {
			want = http.StatusForbidden
		}
		if r.status != want {
			t.Errorf("DOS-05: %s: a compressed form: got %d, want %d", style, r.status, want)
		}
		s.clean(t, style, c, r)
	}
}

// largeRequests bounds the time for what a quadratic parser would sweat over.
// Absolute and generous: the machine may be busy.
func (s *siege) largeRequests(t *testing.T) {
	for name, large := range map[string]func(*call){
		"1000 parameters in falling order": func(c *call) {
			for i := 999; i > 20; i-- {
				c.target += fmt.Sprintf("&%03d=%d", i, i)
			}
		},
		"equal names":         params(1000),
		"escapes only":        func(c *call) { c.target += "&p=" + strings.Repeat("%00", 5000) },
		"percent signs":       func(c *call) { c.target += "&" + strings.Repeat("%25", 5000) },
		"slashes":             atPath("/" + strings.Repeat("/", 15_000)),
		"dots, but no dots":   atPath("/" + strings.Repeat(".../", 3000)),
		"commas in a realm":   withRealm(`realm="` + strings.Repeat(", ", 7000) + `"`),
		"backslashes":         withRealm(`realm="` + strings.Repeat(`\"`, 7000) + `"`),
		"a form of 1 MiB":     formOf("a=" + strings.Repeat("%41", 1<<20/3-1)),
		"ampersands in forms": formOf(strings.Repeat("&", 1<<20)),
	} {
		best := time.Hour
		for range 3 {
			c := newCall(s.who["hmac"])
			large(c)
			c.sign()
			began := time.Now()
			if r := s.send(t, "forward", c); r.status != http.StatusOK {
				t.Errorf("%s: got %d %s %s", name, r.status, r.problem(), r.body)
			}
			best = min(best, time.Since(began))
		}
		if best > 500*time.Millisecond {
			t.Errorf("%s: the answer took %s", name, best)
		}
	}
}

// garbage is sent as it stands. The HTTP server may say 501 to an encoding and
// 505 to a version that it does not know, as RFC 9110 wants it; nothing else
// above 499 is right.
func (s *siege) garbage(t *testing.T) {
	noise := make([]byte, 4096)
	rand.Read(noise)
	good := newCall(s.who["hmac"]).sign()
	s.remember(good)
	inline := s.wire("inline", good)
	for name, text := range map[string]string{
		"noise":                    string(noise),
		"NULs":                     strings.Repeat("\x00", 1000),
		"blank lines":              strings.Repeat("\r\n", 100),
		"a TLS hello":              "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + strings.Repeat("a", 512),
		"HTTP/0.9":                 "GET /\r\n\r\n",
		"HTTP/2's preface":         "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"HTTP/9.9":                 "GET / HTTP/9.9\r\nHost: x\r\n\r\n",
		"no version":               "GET / HTTP/\r\nHost: x\r\n\r\n",
		"no host":                  "GET / HTTP/1.1\r\n\r\n",
		"two hosts":                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
		"a NUL in the path":        "GET /\x00 HTTP/1.1\r\nHost: x\r\n\r\n",
		"a NUL in a header":        "GET / HTTP/1.1\r\nHost: x\r\nA: \x00\r\n\r\n",
		"a header without a colon": "GET / HTTP/1.1\r\nHost: x\r\nA\r\n\r\n",
		"a header without a name":  "GET / HTTP/1.1\r\nHost: x\r\n: a\r\n\r\n",
		"a blank before the colon": strings.Replace(inline, "Authorization:", "Authorization :", 1),
		"a method with a NUL":      "G\x00T / HTTP/1.1\r\nHost: x\r\n\r\n",
		"no target":                "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
		"a star":                   "OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		"CONNECT":                  "CONNECT app:80 HTTP/1.1\r\nHost: app:80\r\n\r\n",
		"an absolute target":       strings.Replace(inline, "GET /", "GET http://app.example.test/", 1),
		"an endless line":          strings.Repeat("a", 100_000),
		"an endless header":        "GET / HTTP/1.1\r\nHost: x\r\nA: " + strings.Repeat("a", 100_000),
		"endless headers":          "GET / HTTP/1.1\r\nHost: x\r\n" + strings.Repeat("A: b\r\n", 20_000),
		"half a request":           inline[:len(inline)/2],
		"all but the last byte":    inline[:len(inline)-1],
	} {
		for _, addr := range []string{s.d.public, s.d.private} {
			for _, status := range s.pour(t, addr, text) {
				if status < 400 || status > 499 && status != 501 && status != 505 {
					t.Errorf("%s: got %d", name, status)
				}
			}
		}
	}
}

// pour sends text, closes its half, and returns the status of each answer.
func (s *siege) pour(t *testing.T, addr, text string) (statuses []int) {
	t.Helper()
	c, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(8 * time.Second))
	_, _ = io.WriteString(c, text) // who is refused early stops reading
	_ = c.(*net.TCPConn).CloseWrite()
	all, err := io.ReadAll(c)
	if timeout, ok := err.(net.Error); ok && timeout.Timeout() {
		t.Errorf("the connection hangs after %.40q", text)
	}
	for _, part := range bytes.Split(all, []byte("HTTP/1."))[1:] {
		var minor, status int
		if n, _ := fmt.Sscanf(string(part), "%d %d", &minor, &status); n == 2 {
			statuses = append(statuses, status)
		}
	}
	return statuses
}

// smuggling puts a second request where two readers may see one or two. Whoever
// sees two finds the second without a signature.
func (s *siege) smuggling(t *testing.T) {
	const hidden = "GET /smuggled HTTP/1.1\r\nHost: app.example.test\r\n\r\n"
	for name, x := range map[string]struct {
		framing, body string
		refused       bool // the HTTP server must refuse the first request itself
	}{
		"length and chunked":            {"Content-Length: 4\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + hidden, false},
		"chunked and length":            {"Transfer-Encoding: chunked\r\nContent-Length: 5", "0\r\n\r\n" + hidden, false},
		"two lengths":                   {"Content-Length: 0\r\nContent-Length: 53", hidden, true},
		"a list of lengths":             {"Content-Length: 0, 53", hidden, true},
		"a negative length":             {"Content-Length: -1", hidden, true},
		"a length with a sign":          {"Content-Length: +5", "abcde" + hidden, true},
		"a length in hex":               {"Content-Length: 0x5", "abcde" + hidden, true},
		"a length too large":            {"Content-Length: 99999999999999999999", hidden, true},
		"an encoding twice":             {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", "0\r\n\r\n" + hidden, true},
		"an encoding that nobody knows": {"Transfer-Encoding: xchunked", "0\r\n\r\n" + hidden, true},
		"chunked, identity":             {"Transfer-Encoding: chunked, identity", "0\r\n\r\n" + hidden, true},
		"a tab before chunked":          {"Transfer-Encoding: \x0bchunked", "0\r\n\r\n" + hidden, true},
		"a folded encoding":             {"Transfer-Encoding:\r\n chunked", "0\r\n\r\n" + hidden, false},
		"a blank before the colon":      {"Transfer-Encoding : chunked", "0\r\n\r\n" + hidden, true},
		"a chunk that is no number":     {"Transfer-Encoding: chunked", "zz\r\n\r\n" + hidden, false},
		"a huge chunk":                  {"Transfer-Encoding: chunked", "fffffffffffffffff\r\n" + hidden, false},
		"a bare line feed":              {"Transfer-Encoding: chunked", "0\n\n" + hidden, false},
		"a chunk without its end":       {"Transfer-Encoding: chunked", "1\r\na0\r\n\r\n" + hidden, false},
		"a body on a GET":               {"Content-Length: 53", hidden, false},
	} {
		s.seen(t)
		c := newCall(s.who["hmac"])
		c.method = "POST"
		if strings.Contains(name, "GET") {
			c.method = "GET"
		}
		c.sign()
		s.remember(c)
		c.headers = strings.Split(x.framing, "\r\n")
		text := strings.Replace(s.wire("inline", c), "\r\nConnection: close\r\n\r\n", "\r\n\r\n", 1) + x.body
		statuses := s.pour(t, s.d.public, text)
		if x.refused && (len(statuses) != 1 || statuses[0] != 400 && statuses[0] != 501) {
			t.Errorf("%s: got %d, want one refusal and a closed connection", name, statuses)
		}
		for i, status := range statuses {
			if i > 0 && status < 400 {
				t.Errorf("%s: the hidden request was answered %d", name, status)
			}
		}
		seen := s.seen(t)
		if slices.ContainsFunc(seen, func(r received) bool { return strings.Contains(r.Line, "smuggled") }) {
			t.Errorf("%s: the hidden request reached the application", name)
		}
		if x.refused && len(seen) > 0 || len(seen) > 1 {
			t.Errorf("%s: the application saw %d requests", name, len(seen))
		}
		s.passed += len(seen)
	}
}

// seen returns what has reached the application since it was called last. What
// it has seen before it answers a request, it has told by then.
func (s *siege) seen(t *testing.T) []received {
	t.Helper()
	c := newCall(s.who["hmac"])
	c.target = "/landmark/" + rand.Text()
	s.accepted(t, "inline", c.sign())
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		all := s.app.requests()
		if i := slices.IndexFunc(all, func(r received) bool { return strings.Contains(r.Line, c.target) }); i >= 0 {
			since := all[s.landmark:i]
			s.landmark = i + 1
			return since
		}
	}
	t.Fatalf("a good request did not reach the application")
	return nil
}
