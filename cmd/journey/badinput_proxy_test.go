package journey

import (
	"slices"
	"strings"
	"testing"
)

// proxy is FWD-01 to FWD-14: what only the reverse proxy may say, and how it may
// not be said.
func (s *siege) proxy(t *testing.T) {
	s.run(t, conveyanceAttacks())
	s.run(t, hostAttacks())
	s.run(t, schemeAttacks())
	s.run(t, targetAttacks)
	s.run(t, strayRequests())
	s.counting(t, func() {
		t.Run("FWD-01, 10, 12: headers that decide nothing", s.idleHeaders)
		t.Run("FWD-13: the Host header is nobody's word", s.oddHosts)
	})
}

// conveyance are the fields with which each dialect describes a request.
var conveyance = map[string][]string{
	"nginx":     {"X-Original-Method", "X-Original-URI", "X-Forwarded-Proto", "X-Forwarded-Host"},
	"nginx-url": {"X-Original-Method", "X-Original-URL"},
	"forward":   {"X-Forwarded-Method", "X-Forwarded-Uri", "X-Forwarded-Proto", "X-Forwarded-Host"},
	"envoy":     {"X-Forwarded-Proto"},
}

func named(line, name string) bool {
	return strings.HasPrefix(strings.ToLower(line), strings.ToLower(name)+":")
}

// telling changes what a proxy conveys.
func telling(change func(convey []string) []string) func(*call) {
	return func(c *call) { c.tell = change }
}

func without(name string) func([]string) []string {
	return func(convey []string) []string {
		return slices.DeleteFunc(convey, func(line string) bool { return named(line, name) })
	}
}

func with(lines ...string) func([]string) []string {
	return func(convey []string) []string { return append(convey, lines...) }
}

func conveyanceAttacks() (all []attack) {
	for _, style := range subrequests {
		at := []string{style}
		for _, name := range conveyance[style] {
			respelled := func(spelling string) func([]string) []string {
				return func(convey []string) []string {
					for i, line := range convey {
						if named(line, name) {
							convey[i] = spelling + line[len(name):]
						}
					}
					return convey
				}
			}
			all = append(all,
				attack{id: "FWD-02", name: name + " twice, equal", at: at, after: telling(func(convey []string) []string {
					return append(convey, convey[slices.IndexFunc(convey, func(line string) bool { return named(line, name) })])
				}), want: "forwarded_url_missing"},
				attack{id: "FWD-02", name: name + " twice, the client's last", at: at, after: telling(with(name + ": x")), want: "forwarded_url_missing"},
				attack{id: "FWD-02", name: name + " twice, the client's first", at: at, after: telling(func(convey []string) []string {
					return append([]string{name + ": x"}, convey...)
				}), want: "forwarded_url_missing"},
				attack{id: "FWD-04", name: name + " left out", at: at, after: telling(without(name)), want: "forwarded_url_missing"},
				attack{id: "FWD-04", name: name + " empty", at: at, after: telling(func(convey []string) []string { return append(without(name)(convey), name+":") }), want: "forwarded_url_missing"},
				attack{id: "FWD-12", name: name + " with underscores", at: at, after: telling(respelled(strings.ReplaceAll(name, "-", "_"))), want: "forwarded_url_missing"},
				attack{id: "FWD-12", name: name + " with dots", at: at, after: telling(respelled(strings.ReplaceAll(name, "-", "."))), want: "forwarded_url_missing"})
		}
		// No other family, no query and no header of the standard stands in.
		others := []string{"Forwarded: for=1.2.3.4;host=app.example.test;proto=http", "X-Original-Host: app.example.test", "X-Rewrite-URL: /photos/7", "X-Forwarded-Scheme: http"}
		for _, other := range subrequests {
			if other == style || style == "envoy" {
				continue
			}
			all = append(all, attack{id: "FWD-03", name: style + " described only in the words of " + other, at: at, after: func(c *call) {
				_, foreign := conveyed(other, c, c.target)
				for _, mine := range conveyance[style] {
					foreign = without(mine)(foreign)
				}
				c.tell = func([]string) []string { return append(foreign, others...) }
			}, want: "forwarded_url_missing"})
		}
	}
	return append(all,
		attack{id: "FWD-02", name: "the scheme twice, inline", at: []string{"inline"}, after: telling(with("X-Forwarded-Proto: http", "X-Forwarded-Proto: http")), want: "forwarded_url_missing"},
		attack{id: "FWD-02", name: "the host twice, inline", at: []string{"inline"}, after: telling(with("X-Forwarded-Host: a", "X-Forwarded-Host: a")), want: "forwarded_url_missing"},
		attack{id: "FWD-08", name: "no URL but an address", at: []string{"nginx-url"}, after: telling(with("X-Original-URI: /photos/7")), alone: true, want: "signature_invalid", before: keyedBy("x")},
		attack{id: "FWD-08", name: "a URL without a scheme", at: []string{"nginx-url"}, after: telling(func(convey []string) []string {
			return append(without("X-Original-URL")(convey), "X-Original-URL: app.example.test/photos/7")
		}), want: "forwarded_url_missing"},
		attack{id: "FWD-08", name: "a URL that is a path", at: []string{"nginx-url"}, after: telling(func(convey []string) []string {
			return append(without("X-Original-URL")(convey), "X-Original-URL: /photos/7")
		}), want: "forwarded_url_missing"})
}

func hostAttacks() (all []attack) {
	split := []string{"forward", "nginx"}
	for _, host := range []string{"app.example.test, evil.example", "app.example.test,evil.example", "app.example.test evil.example", "app.example.test\tx", " "} {
		all = append(all, attack{id: "FWD-05", name: "the host " + host, at: split, before: func(c *call) { c.host = host }, want: "forwarded_url_missing"})
	}
	for _, host := range []string{
		"user@app.example.test", "a:b@app.example.test", "app.example.test:", "app.example.test:0", "app.example.test:65536", "app.example.test:abc", "app.example.test:-1",
		"app.example.test:80:80", "app.example.test:080", ":80", "[::1", "::1", "[::1]x", "[::1%25eth0]", "[app.example.test]", "app%2eexample.test", "app.example.test%00", `app.example.test\evil.example`,
		"app.example.test;x", "*", "'", `"`, "<" + mark + ">", "\u00e4pp.example.test", "app.example.test\u3002",
	} {
		all = append(all, attack{id: "FWD-05", name: "the host " + host, at: append(split, "nginx-url"), before: func(c *call) { c.host = host }, want: "parameter_rejected"})
	}
	for _, host := range []string{"app.example.test/x", "app.example.test?x", "app.example.test#x", "http://app.example.test"} {
		all = append(all, attack{id: "FWD-05", name: "the host " + host, at: split, before: func(c *call) { c.host = host }, want: "parameter_rejected"})
	}
	return append(all,
		attack{id: "FWD-05", name: "no host in the URL", at: []string{"nginx-url"}, before: func(c *call) { c.host = "" }, want: "parameter_rejected"},
		attack{id: "FWD-05", name: "a list in the URL", at: []string{"nginx-url"}, before: func(c *call) { c.host = "app.example.test, evil.example" }, want: "parameter_rejected"},
		attack{id: "FWD-05", name: "a list, inline", at: []string{"inline"}, after: telling(with("X-Forwarded-Host: app.example.test, evil.example")), want: "forwarded_url_missing"},
		attack{id: "FWD-05", name: "userinfo, inline", at: []string{"inline"}, after: telling(with("X-Forwarded-Host: user@app.example.test")), want: "parameter_rejected"},
		attack{id: "FWD-05", name: "an empty one, inline", at: []string{"inline"}, after: telling(with("X-Forwarded-Host:")), want: "forwarded_url_missing"})
}

func schemeAttacks() (all []attack) {
	for _, scheme := range []string{"ftp", "javascript", "HTTP", "Https", "http,https", "http, http", "https http", "http:", "http%00", "on", "1", "htt", "httpss"} {
		all = append(all, attack{id: "FWD-06", name: "the scheme " + scheme, at: gates, before: func(c *call) { c.scheme = scheme }, want: "forwarded_url_missing"})
	}
	return append(all, attack{id: "FWD-06", name: "an empty scheme", at: []string{"forward", "nginx", "envoy"}, before: func(c *call) { c.scheme = "" }, want: "forwarded_url_missing"})
}

var targetAttacks = []attack{
	{id: "FWD-07", name: "an absolute URI, signed", at: []string{"forward", "nginx"}, before: func(c *call) { c.target = "http://app.example.test/photos/7" }, want: "forwarded_url_missing"},
	{id: "FWD-07", name: "an absolute URI of somebody else", at: []string{"forward", "nginx"}, after: func(c *call) { c.target = "http://evil.example/photos/7" }, want: "forwarded_url_missing"},
	{id: "FWD-07", name: "no slash", at: []string{"forward", "nginx"}, before: func(c *call) { c.target = "photos/7" }, want: "forwarded_url_missing"},
	{id: "FWD-07", name: "a star", at: []string{"forward", "nginx"}, before: func(c *call) { c.target = "*" }, want: "forwarded_url_missing"},
	{id: "FWD-07", name: "a query only", at: []string{"forward", "nginx"}, before: func(c *call) { c.target = "?size=full" }, want: "forwarded_url_missing"},
	{id: "FWD-07", name: "a backslash first", at: []string{"forward", "nginx"}, before: func(c *call) { c.target = `\photos\7` }, want: "forwarded_url_missing"},
	{id: "FWD-07", name: "a fragment, signed", at: gates, before: func(c *call) { c.target = "/photos/7#x" }, want: "parameter_rejected"},
	{id: "FWD-07", name: "a fragment added", at: gates, after: func(c *call) { c.target += "#/public" }, want: "parameter_rejected"},
	{id: "FWD-07", name: "a fragment before the query", at: gates, after: altered("/photos/7", "/photos/7#"), want: "parameter_rejected"},
	{id: "FWD-07", name: "a blank", at: []string{"forward", "nginx", "nginx-url"}, before: func(c *call) { c.target = "/photos/7 x" }, want: "parameter_rejected"},
	{id: "FWD-07", name: "a tab", at: []string{"forward", "nginx", "nginx-url"}, before: func(c *call) { c.target = "/photos/7\tx" }, want: "parameter_rejected"},
	{id: "FWD-07", name: "a request line", at: []string{"forward", "nginx", "nginx-url"}, before: func(c *call) { c.target = "/photos/7 HTTP/1.1" }, want: "parameter_rejected"},
	{id: "FWD-07", name: "a control byte", at: gates, before: func(c *call) { c.target = "/photos/7\x01x" }, byHTTP: gates},
	{id: "FWD-07", name: "a NUL", at: gates, before: func(c *call) { c.target = "/photos/7\x00" }, byHTTP: gates},
	{id: "FWD-07", name: "a line break", at: []string{"forward", "nginx", "nginx-url"}, before: func(c *call) { c.target = "/photos/7\r\nX-Forwarded-Host evil" }, byHTTP: subrequests},
	{id: "FWD-07", name: "somebody's own path in front", at: []string{"envoy"}, after: altered("/photos/7", "/../auth/forward"), want: "parameter_rejected"},
}

// strayRequests have nothing to show. None of it may pass.
func strayRequests() (all []attack) {
	for name, headers := range map[string][]string{
		"nothing":                 nil,
		"a junk cookie":           {"Cookie: session=%%%;;=;\"\xff"},
		"somebody's cookie":       {"Cookie: __Host-oauth1d=x; session=admin"},
		"a preflight":             {"Origin: https://evil.example", "Access-Control-Request-Method: POST", "Access-Control-Request-Headers: authorization"},
		"method overrides":        {"X-HTTP-Method-Override: OPTIONS", "X-Method-Override: HEAD", "X-HTTP-Method: GET"},
		"URL overrides":           {"X-Rewrite-URL: /oauth/static/style.css", "X-Original-Host: x", "X-Override-URL: /healthz"},
		"a health checker":        {"User-Agent: ELB-HealthChecker/2.0"},
		"an upgrade":              {"Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="},
		"conditions":              {"If-None-Match: *", "If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT", "Range: bytes=0-0"},
		"an expectation":          {"Expect: 100-continue"},
		"a name":                  {"Remote-User: root", "X-OAuth-Consumer: root", "X-Forwarded-User: root", "X-Auth-Request-User: root"},
		"another's secret header": {"X-OAuth1d-Secret: x"},
		"a claim to be loopback":  {"X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1"},
		"an internal redirect":    {"X-Request-ID: x", "X-Original-Status: 200"},
		"credentials in cookies":  {"Cookie: oauth_token=x; oauth_signature=y"},
	} {
		for _, method := range []string{"GET", "OPTIONS", "POST"} {
			all = append(all, attack{id: "FWD-09", name: method + " with " + name, at: gates, shape: func(c *call) { c.method = method },
				after: func(c *call) { c.authorization, c.headers = []string{}, append(c.headers, headers...) }, want: "no_credentials"})
		}
	}
	return append(all,
		attack{id: "FWD-09", name: "a path that is public elsewhere", at: gates, after: func(c *call) { c.authorization, c.target = []string{}, "/favicon.ico" }, want: "no_credentials"},
		attack{id: "FWD-09", name: "a path of the daemon's own", at: subrequests, after: func(c *call) { c.authorization, c.target = []string{}, "/oauth/static/style.css" }, want: "no_credentials"},
		attack{id: "FWD-09", name: "the daemon's private paths, in public", at: []string{"inline"}, after: func(c *call) { c.authorization, c.target = []string{}, "/metrics" }, want: "no_credentials"},
		attack{id: "FWD-09", name: "the daemon's subrequests, in public", at: []string{"inline"}, after: func(c *call) { c.authorization, c.target = []string{}, "/auth/forward" }, want: "no_credentials"},
		attack{id: "FWD-09", name: "the daemon's API, in public", at: []string{"inline"}, after: func(c *call) { c.authorization, c.target = []string{}, "/api/v1/consumers" }, want: "no_credentials"})
}

// idleHeaders send a good request and a bad one with headers that mean nothing.
func (s *siege) idleHeaders(t *testing.T) {
	for name, headers := range map[string][]string{
		"identity":                      {"Remote-User: root", "X-OAuth-Consumer: root", "X-OAuth-Scopes: all", "X-OAuth-Token-Id: root"},
		"identity in other letters":     {"REMOTE-USER: root", "remote-user: root", "x-oauth-consumer: root"},
		"identity with underscores":     {"Remote_User: root", "X_OAuth_Consumer: root", "X-OAuth_Scopes: all", "REMOTE_USER: root"},
		"identity with dots":            {"Remote.User: root", "X.OAuth.Consumer: root"},
		"a Connection that names them":  {"Connection: Remote-User, X-OAuth-Consumer, X-OAuth-Scopes, X-OAuth-Token-Id"},
		"a Connection that names it":    {"Connection: Authorization, X-Original-URI, X-Forwarded-Host, X-Forwarded-Proto, X-Forwarded-Method"},
		"a Keep-Alive and a Trailer":    {"Keep-Alive: timeout=5", "Trailer: Remote-User", "TE: trailers"},
		"conveyance with underscores":   {"X_Original_URI: /x", "X_Forwarded_Host: evil.example", "X_Forwarded_Proto: gopher"},
		"forwarding that is not ours":   {"Forwarded: host=evil.example;proto=gopher", "X-Forwarded-Port: 1", "X-Forwarded-Prefix: /x", "X-Forwarded-Ssl: on", "Front-End-Https: on"},
		"another's method and address":  {"X-HTTP-Method-Override: DELETE", "X-Rewrite-URL: /admin"},
		"conditions that make it a 304": {"If-None-Match: *", "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT"},
	} {
		for _, style := range gates {
			c := newCall(s.who["hmac"])
			c.headers = headers
			bad := c.clone()
			bad.by.secret = "wrong"
			t.Run(style+": "+name, func(t *testing.T) {
				s.refused(t, style, bad.sign(), "signature_invalid")
				s.accepted(t, style, c.sign())
			})
			if style != "inline" {
				continue
			}
			seen := s.seen(t)
			if len(seen) == 0 {
				t.Fatalf("%s: the request did not reach the application", name)
			}
			onlyOurIdentity(t, name, seen[len(seen)-1])
		}
	}
	// The other dialects' headers decide nothing, whatever they say.
	for _, style := range subrequests {
		c := newCall(s.who["hmac"])
		foreign := []string{}
		for _, name := range []string{"X-Original-Method: DELETE", "X-Original-URI: /evil", "X-Original-URL: http://evil.example/evil", "X-Forwarded-Method: DELETE", "X-Forwarded-Uri: /evil"} {
			if field, _, _ := strings.Cut(name, ":"); !slices.Contains(conveyance[style], field) {
				foreign = append(foreign, name)
			}
		}
		c.tell = with(foreign...)
		s.accepted(t, style, c.sign())
		c = newCall(s.who["hmac"])
		c.tell = with(foreign...)
		good := c.target
		c.target = "/evil"
		c.sign()
		c.target = good
		s.refused(t, style, c, "signature_invalid")
	}
	// The auth URL's own query is the client's, with some proxies.
	for _, style := range []string{"forward", "nginx", "nginx-url"} {
		c := newCall(s.who["hmac"]).sign()
		s.remember(c)
		query := s.exchange(t, "", s.d.private, strings.Replace(s.wire(style, c), "/auth/"+style, "/auth/"+style+"?uri=/evil&oauth_token=x&method=DELETE", 1))
		if query.status != 200 || query.header.Get("Remote-User") != "ada" {
			t.Errorf("%s with a query: got %d %s", style, query.status, query.problem())
		}
		s.count(style, "ok")
		c.authorization = []string{}
		moved := strings.Replace(s.wire(style, c), "/auth/"+style, "/auth/"+style+"?"+c.encoded(), 1)
		if r := s.exchange(t, "", s.d.private, moved); r.status != 401 || r.problem() != "parameter_absent" {
			t.Errorf("%s with the credentials in its own query: got %d %s, want 401", style, r.status, r.problem())
		}
		s.count(style, "no_credentials")
	}
}

// oddHosts looks for the Host header in links, realms and redirects.
func (s *siege) oddHosts(t *testing.T) {
	p := s.pending(t, "hmac")
	for _, target := range []string{"/oauth/authorize?oauth_token=" + p.token, "/oauth/authorize", "/oauth/signin", "/oauth/request-token", "/oauth/static/none", "/oauth/static/../../photos", "/oauth/static/%2e%2e/%2e%2e/photos", "/photos"} {
		for _, method := range []string{"GET", "POST"} {
			r := s.exchange(t, "", s.d.public, method+" "+target+" HTTP/1.1\r\nHost: "+mark+".example\r\nX-Forwarded-Proto: https\r\nAccept: text/html\r\nConnection: close\r\n\r\n")
			if strings.Contains(r.all, mark) {
				t.Errorf("%s %s: the answer repeats the Host header:\n%s", method, target, r.all)
			}
			if to := r.header.Get("Location"); to != "" && !strings.HasPrefix(to, "/") {
				t.Errorf("%s %s: sent to %q", method, target, to)
			}
			switch {
			case target == "/photos":
				s.count("inline", "no_credentials")
			case target == "/oauth/request-token" && method == "POST":
				s.count("request-token", "no_credentials")
			}
		}
	}
	for _, style := range endpoints {
		c := s.call(t, style, "hmac").sign()
		c.host = "evil.example"
		c.headers = append(c.headers, "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: gopher")
		s.accepted(t, style, c)
	}
}

// strangers is FWD-11: the same words from an address that nobody trusts.
func (s *siege) strangers(t *testing.T) {
	s.counting(t, func() {
		for _, style := range subrequests {
			c := newCall(s.who["hmac"])
			c.from = "127.0.0.2"
			s.refused(t, style, c.sign(), "untrusted_peer")
			claims := newCall(s.who["hmac"])
			claims.from = "127.0.0.2"
			claims.headers = []string{"X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1", "Forwarded: for=127.0.0.1"}
			s.refused(t, style, claims.sign(), "untrusted_peer")
			c.from = ""
			s.accepted(t, style, c)
		}
		// Inline, a stranger's own socket describes the request.
		c := newCall(s.who["hmac"])
		c.from = "127.0.0.2"
		c.tell = with("X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example")
		s.accepted(t, "inline", c.sign())
		lied := newCall(s.who["hmac"])
		lied.from = "127.0.0.2"
		overHTTPS(lied)
		s.refused(t, "inline", lied.sign(), "signature_invalid")
		plain := newCall(s.who["plain"])
		plain.from = "127.0.0.2"
		overHTTPS(plain)
		s.refused(t, "inline", plain.sign(), "signature_method_rejected")
	})
}

// strict is FWD-03 where the operator wants it so, and FWD-05 with a map of
// hosts.
func (s *siege) strict(t *testing.T) {
	u := newSiege(t, "proxy:\n  strict_dialect: true\n  hosts: [{host: app.example.test, url: \"https://signed.example.test/base\", also_accept: [\"http://old.example.test\"]}]\nlog: {format: json}")
	var all []attack
	signedUnder := func(scheme, host, prefix string) (before, after func(*call)) {
		return func(c *call) { c.scheme, c.host, c.target = scheme, host, prefix+c.target },
			func(c *call) {
				c.scheme, c.host = "http", "app.example.test"
				c.target = strings.TrimPrefix(c.target, prefix)
			}
	}
	for _, style := range subrequests {
		for _, line := range []string{"X-Original-Method: GET", "X-Original-URI: /x", "X-Original-URL: http://a/x", "X-Forwarded-Method: GET", "X-Forwarded-Uri: /x"} {
			if field, _, _ := strings.Cut(line, ":"); !slices.Contains(conveyance[style], field) {
				before, after := signedUnder("https", "signed.example.test", "/base")
				all = append(all, attack{id: "FWD-03", name: style + " with " + line, at: []string{style}, before: before,
					after: inTurn(after, telling(with(line))), want: "forwarded_url_missing", alone: true})
			}
		}
	}
	for _, base := range [][3]string{{"http", "app.example.test", ""}, {"https", "signed.example.test", ""}, {"http", "signed.example.test", "/base"}, {"https", "old.example.test", ""}, {"http", "old.example.test", "/base"}} {
		before, after := signedUnder(base[0], base[1], base[2])
		all = append(all, attack{id: "FWD-05", name: "signed under " + base[0] + "://" + base[1] + base[2], at: subrequests, before: before, after: after, want: "signature_invalid", alone: true})
	}
	all = append(all, attack{id: "FWD-05", name: "a host that is not in the map", at: subrequests, before: func(c *call) { c.host = "evil.example.test" }, want: "forwarded_url_missing", alone: true})
	u.run(t, all)
	for _, base := range [][3]string{{"https", "signed.example.test", "/base"}, {"http", "old.example.test", ""}} {
		for _, style := range subrequests {
			before, after := signedUnder(base[0], base[1], base[2])
			c := newCall(u.who["hmac"])
			before(c)
			c.sign()
			after(c)
			u.accepted(t, style, c)
		}
	}
	u.checkApp(t)
}
