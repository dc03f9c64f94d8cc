package journey

import (
	"bufio"
	"encoding/json"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

// inline is PRX-02 to PRX-07: what the application gets to see. That it sees no
// refused request is asked after each group.
func (s *siege) inline(t *testing.T) {
	s.counting(t, func() {
		t.Run("PRX-02, 03: identity, and no credentials", s.identityInline)
		t.Run("PRX-04: targets byte for byte", s.targetsInline)
		t.Run("PRX-06: bodies byte for byte", s.bodiesInline)
	})
	t.Run("PRX-07: no second delivery", deliveredOnce)
}

// onlyOurIdentity looks at what the application was told about the caller.
func onlyOurIdentity(t *testing.T, what string, r received) {
	t.Helper()
	want := map[string]bool{}
	for _, name := range identityHeaders {
		if v := r.header(name); len(v) != 1 || v[0] == "root" || v[0] == "all" {
			t.Errorf("%s: the application got %s %q", what, name, v)
		}
		want[strings.ToLower(name)] = true
	}
	if v := r.header("Remote-User"); len(v) == 1 && v[0] != "ada" {
		t.Errorf("%s: the application got the user %q, want ada", what, v[0])
	}
	for _, h := range r.Headers {
		name := strings.ToLower(h[0])
		folded := strings.NewReplacer("_", "-", ".", "-").Replace(name)
		if want[folded] && !want[name] || strings.Contains(h[1], "root") {
			t.Errorf("%s: the application got %s: %s", what, h[0], h[1])
		}
		if strings.HasPrefix(folded, "authorization") || strings.Contains(h[1], "oauth_") {
			t.Errorf("%s: the application got the credentials in %s", what, h[0])
		}
	}
}

// last returns the request that the application saw last.
func (s *siege) last(t *testing.T) received {
	t.Helper()
	seen := s.seen(t)
	if len(seen) == 0 {
		t.Fatal("no request reached the application")
	}
	return seen[len(seen)-1]
}

func (s *siege) identityInline(t *testing.T) {
	c := newCall(s.who["hmac"])
	for _, name := range identityHeaders {
		for _, spelling := range []string{name, strings.ToUpper(name), strings.ToLower(name), strings.ReplaceAll(name, "-", "_"), strings.ReplaceAll(name, "-", "."), strings.Replace(strings.ToLower(name), "-", "_", 1)} {
			c.headers = append(c.headers, spelling+": root")
		}
	}
	c.headers = append(c.headers, "X-OAuth1d-Secret: root", "X-Forwarded-User: root", "X-Original-URI: root", "Forwarded: for=root", "X-Real-IP: root",
		"Remote-Groups: root", "X-OAuth-Admin: root", "Proxy: root", "Proxy-Authorization: Basic root", "Connection: Remote-User, X-OAuth-Consumer, Host, X-Forwarded-For")
	s.accepted(t, "inline", c.sign())
	r := s.last(t)
	onlyOurIdentity(t, "spoofed", r)
	if v := r.header("X-OAuth-Consumer"); len(v) != 1 || v[0] != s.who["hmac"].key {
		t.Errorf("X-OAuth-Consumer: got %q, want %q", v, s.who["hmac"].key)
	}
	for _, name := range []string{"Trailer", "Te"} {
		c := newCall(s.who["hmac"])
		c.headers = []string{name + ": Remote-User"}
		s.accepted(t, "inline", c.sign())
		onlyOurIdentity(t, name, s.last(t))
	}
}

func (s *siege) targetsInline(t *testing.T) {
	for _, target := range []string{
		"/", "/?", "/??", "/?a", "/?a=", "/?&&a=1&", "/?a;b=c;d", "/?a=b+c%20d", "/?a=%2B%2b", "/a%2Fb", "/a%2fb", "/a//b", "//a//b", "///", "/a/", "/a;v=1/b",
		"/%7Eada/~ada", "/%61", "/a%20b", "/a+b", "/a%00", "/%ff%FE", "/\xc3\xa9", "/\xff", `/a\b`, "/a|b^c`d{e}", `/a"b<c>d`, "/a:b@c", "/[x]", "/!$&'()*,=", "/.../..a/a..", "/.a",
		"/a%25", "/a%252Fb", "/?a=%25zz", "/?url=http://x/y?z", "/?a[]=1&a[]=2", "/?a=1&a=1&a=2", "/?\xe9=\xe9", "/*", "/?*",
	} {
		c := newCall(s.who["hmac"])
		c.target = target
		s.accepted(t, "inline", c.sign())
		if got := s.last(t).target(); got != told(target) {
			t.Errorf("the application got %q, want %q", got, target)
		}
	}
}

// told is how the application's report, which is JSON, spells a text.
func told(text string) (spelled string) {
	b, _ := json.Marshal(text)
	_ = json.Unmarshal(b, &spelled)
	return spelled
}

func (s *siege) bodiesInline(t *testing.T) {
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	for name, x := range map[string]struct{ contentType, body string }{
		"a form":          {formMedia, "a=1&b=%20+%2B&;c&&d=%C3%A9&a=2"},
		"a form of UTF-8": {formMedia, "a=\xc3\xa9&b=\xff"},
		"octets":          {"application/octet-stream", string(binary)},
		"JSON":            {"application/json", `{"a": "b&c=d"}`},
		"no type":         {"", "a=1"},
		"large":           {"text/plain", strings.Repeat("0123456789abcdef", 200_000)},
	} {
		for _, chunked := range []bool{false, true} {
			c := newCall(s.who["hmac"])
			c.method, c.body = "POST", x.body
			if x.contentType != "" {
				c.headers = []string{"Content-Type: " + x.contentType}
			}
			c.sign()
			if chunked {
				c.headers = append(c.headers, "Transfer-Encoding: chunked")
				c.body = chunks(x.body)
			}
			s.accepted(t, "inline", c)
			r := s.last(t)
			if string(r.Body) != x.body {
				t.Errorf("%s, chunked %t: the application got %d other bytes, want %d", name, chunked, len(r.Body), len(x.body))
			}
			if v := r.header("Content-Type"); strings.Join(v, "") != x.contentType {
				t.Errorf("%s: the application got the type %q, want %q", name, v, x.contentType)
			}
		}
	}
	altered := newCall(s.who["hmac"])
	altered.form("a=1&b=2")
	altered.sign()
	altered.headers = append(altered.headers, "Transfer-Encoding: chunked")
	altered.body = chunks("a=1&b=3")
	s.refused(t, "inline", altered, "signature_invalid")
}

// chunks cuts a body into chunks of odd sizes.
func chunks(body string) string {
	var b strings.Builder
	for n := 1; body != ""; n = n*3 + 1 {
		n = min(n, len(body))
		b.WriteString(strconv.FormatInt(int64(n), 16) + "\r\n" + body[:n] + "\r\n")
		body = body[n:]
	}
	return b.String() + "0\r\n\r\n"
}

// deliveredOnce has an application that takes requests and hangs up.
func deliveredOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	var delivered atomic.Int32
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go hangUp(c, &delivered)
		}
	}()
	s := newSiege(t, "log: {format: json}\nupstream: {url: \"http://"+l.Addr().String()+"\"}")
	for i, shape := range []func(*call){formOf("a=1"), inTurn(func(c *call) { c.method, c.body = "POST", "text" }, typedAs("text/plain")), func(c *call) { c.method = "POST" }, func(c *call) { c.method = "PATCH" }} {
		first := newCall(s.who["hmac"]) // so that the connection is used again
		first.target = "/stay"
		s.accepted(t, "inline", first.sign())
		delivered.Store(0)
		c := newCall(s.who["hmac"])
		shape(c)
		c.target = "/hang-up"
		c.sign()
		if r := s.send(t, "inline", c); r.status != http.StatusBadGateway {
			t.Errorf("%d: an application that hangs up: got %d, want 502", i, r.status)
		}
		if n := delivered.Load(); n != 1 {
			t.Errorf("%d: the application got the request %d times, want once", i, n)
		}
		s.refused(t, "inline", c, "nonce_used")
	}
}

func hangUp(c net.Conn, delivered *atomic.Int32) {
	defer c.Close()
	for in := bufio.NewReader(c); ; {
		r, err := readRaw(in)
		if err != nil {
			return
		}
		delivered.Add(1)
		if r.target() == "/hang-up" {
			return
		}
		if _, err := c.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")); err != nil {
			return
		}
	}
}
