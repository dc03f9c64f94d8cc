package gate

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
	"oauth1d/store/boltstore"
)

// A fixture is a gate on a real store with one consumer and one token, behind
// its entrances.
type fixture struct {
	t      testing.TB
	server http.Handler
}

func newFixture(t testing.TB, c Config) *fixture {
	t.Helper()
	master := store.Secret("0123456789abcdef0123456789abcdef")
	id, err := store.NewIdentity(master, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	bc := boltstore.Config{Path: filepath.Join(dir, "db"), Nonces: filepath.Join(dir, "nonces"), Fatal: func(err error) { t.Errorf("store is lost: %v", err) }}
	if err := boltstore.Create(bc, id); err != nil {
		t.Fatal(err)
	}
	s, err := boltstore.Open(bc)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	keys, err := store.OpenKeyring(master, id)
	if err != nil {
		t.Fatal(err)
	}
	addCredentials(t, s, keys)
	if c.Trusted == nil {
		c.Trusted = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("192.0.2.0/24")}
	}
	w, err := web.New(web.Config{PublicURL: "https://auth.example.net"})
	if err != nil {
		t.Fatal(err)
	}
	g := New(verify.New(s, keys, verify.Config{}), c)
	if c.Inline.Upstream != nil {
		return &fixture{t, w.Gate(web.Inline, g.ServeInline)}
	}
	handlers := map[string]http.Handler{
		"nginx": w.Gate(web.Nginx, g.ServeNginx), "nginx-url": w.Gate(web.NginxURL, g.ServeNginxURL),
		"forward": w.Gate(web.Forward, g.ServeForward), "envoy": w.Gate(web.Envoy, g.ServeEnvoy),
	}
	return &fixture{t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		dialect, _, _ := strings.Cut(strings.TrimPrefix(r.RequestURI, "/auth/"), "/")
		handlers[dialect].ServeHTTP(w, r)
	})}
}

func addCredentials(t testing.TB, s store.Store, keys *store.Keyring) {
	t.Helper()
	sealed, err := keys.Seal(store.Secret("consumer secret"), store.ConsumerSecretPlace("printer"))
	if err != nil {
		t.Fatal(err)
	}
	err = s.AddConsumer(t.Context(), store.Consumer{Key: "printer", Secret: sealed, Methods: oauth1.Methods()})
	if err != nil {
		t.Fatal(err)
	}
	tokenID := store.TokenID("token")
	if sealed, err = keys.Seal(store.Secret("token secret"), store.AccessTokenSecretPlace(tokenID)); err != nil {
		t.Fatal(err)
	}
	err = s.IssueAccessToken(t.Context(), store.AccessToken{ID: tokenID, Secret: sealed, Consumer: "printer", User: "zoë", Issued: 1})
	if err != nil {
		t.Fatal(err)
	}
}

// sign returns the Authorization header for a request.
func sign(t testing.TB, method, address string, pairs ...oauth1.Pair) string {
	t.Helper()
	scheme, host, target, err := oauth1.SplitURL(address)
	if err != nil {
		t.Fatal(err)
	}
	s := oauth1.Signer{ConsumerKey: "printer", ConsumerSecret: []byte("consumer secret"), Token: "token", TokenSecret: []byte("token secret"), Method: oauth1.HMACSHA1}
	header, err := s.Authorization(&oauth1.Message{Method: method, Scheme: scheme, Host: host, Target: target}, pairs...)
	if err != nil {
		t.Fatal(err)
	}
	return header
}

// ask sends one subrequest; headers are "Name: value".
func (f *fixture) ask(path string, headers ...string) *http.Response {
	f.t.Helper()
	r := httptest.NewRequest("GET", path, nil)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Add(name, value)
		if name == "Host" {
			r.Host = value
		}
	}
	w := httptest.NewRecorder()
	f.server.ServeHTTP(w, r)
	return w.Result()
}

const photo = "https://photos.example.net/a%2Fb//c?x=%20&y=a+b&e=1;q=2"

// headersOf describe a GET of a URL in a dialect.
func headersOf(dialect, address string) []string {
	u, _ := url.Parse(address)
	scheme, rest, _ := strings.Cut(address, "://")
	target := rest[strings.IndexByte(rest, '/'):]
	switch dialect {
	case "nginx":
		return []string{"X-Original-Method: GET", "X-Original-URI: " + target, "X-Forwarded-Proto: " + scheme, "X-Forwarded-Host: " + u.Host}
	case "nginx-url":
		return []string{"X-Original-Method: GET", "X-Original-URL: " + address}
	case "forward":
		return []string{"X-Forwarded-Method: GET", "X-Forwarded-Uri: " + target, "X-Forwarded-Proto: " + scheme, "X-Forwarded-Host: " + u.Host}
	}
	return []string{"X-Forwarded-Proto: " + scheme, "Host: " + u.Host}
}

func pathOf(dialect, address string) string {
	if dialect != "envoy" {
		return "/auth/" + dialect
	}
	_, rest, _ := strings.Cut(address, "://")
	return "/auth/envoy" + rest[strings.IndexByte(rest, '/'):]
}

var dialects = []string{"nginx", "nginx-url", "forward", "envoy"}

func TestAllow(t *testing.T) {
	f := newFixture(t, Config{})
	for _, dialect := range dialects {
		headers := append(headersOf(dialect, photo), "Authorization: "+sign(t, "GET", photo), "Remote-User: mallory")
		resp := f.ask(pathOf(dialect, photo), headers...)
		body, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != 200 || len(body) != 0 || resp.Header.Get("Content-Length") != "0" {
			t.Errorf("%s: got %d %v with %d bytes, want 200 without a body", dialect, resp.StatusCode, resp.Header, len(body))
		}
		for name, want := range map[string]string{
			"Remote-User": "zo%C3%AB", "X-OAuth-Consumer": "printer", "X-OAuth-Scopes": "-",
			"X-OAuth-Token-Id": store.TokenID("token"), "Cache-Control": "no-store",
		} {
			if got := resp.Header.Values(name); len(got) != 1 || got[0] != want {
				t.Errorf("%s: %s: got %q, want %q", dialect, name, got, want)
			}
		}
	}
}

func TestRefusalsHaveNoIdentityAndSayWhy(t *testing.T) {
	f := newFixture(t, Config{})
	without := func(headers []string, name string) (rest []string) {
		for _, h := range headers {
			if !strings.HasPrefix(h, name+":") {
				rest = append(rest, h)
			}
		}
		return rest
	}
	type change func(dialect string, headers []string) []string
	add := func(more ...string) change {
		return func(_ string, headers []string) []string { return append(headers, more...) }
	}
	tests := []struct {
		name    string
		only    string // dialects, empty: all
		change  change
		status  map[string]int
		problem string
	}{
		{"no credentials", "", func(_ string, h []string) []string { return without(h, "Authorization") }, nil, "parameter_absent"},
		{"two credentials", "", add("Authorization: OAuth oauth_token=\"x\""), nil, "parameter_rejected"},
		{"another scheme was signed", "nginx forward envoy", func(_ string, h []string) []string {
			return append(without(h, "X-Forwarded-Proto"), "X-Forwarded-Proto: http")
		}, nil, "signature_invalid"},
		{"the scheme is none", "nginx forward envoy", func(_ string, h []string) []string {
			return append(without(h, "X-Forwarded-Proto"), "X-Forwarded-Proto: HTTPS")
		}, nil, "forwarded_url_missing"},
		{"the scheme is a list", "nginx forward envoy", func(_ string, h []string) []string {
			return append(without(h, "X-Forwarded-Proto"), "X-Forwarded-Proto: https,http")
		}, nil, "forwarded_url_missing"},
		{"the scheme is missing", "nginx forward envoy", func(_ string, h []string) []string { return without(h, "X-Forwarded-Proto") }, nil, "forwarded_url_missing"},
		{"the host is missing", "nginx forward", func(_ string, h []string) []string { return without(h, "X-Forwarded-Host") }, nil, "forwarded_url_missing"},
		{"the host comes twice", "nginx forward", add("X-Forwarded-Host: evil.example.net"), nil, "forwarded_url_missing"},
		{"the host has a user", "nginx forward", func(_ string, h []string) []string {
			return append(without(h, "X-Forwarded-Host"), "X-Forwarded-Host: a@photos.example.net")
		}, nil, "parameter_rejected"},
		{"the method is missing", "nginx nginx-url", func(_ string, h []string) []string { return without(h, "X-Original-Method") }, nil, "forwarded_url_missing"},
		{"the target is missing", "nginx", func(_ string, h []string) []string { return without(h, "X-Original-URI") }, nil, "forwarded_url_missing"},
		{"the target comes in another dialect's header", "nginx", func(_ string, h []string) []string {
			return append(without(h, "X-Original-URI"), "X-Forwarded-Uri: /a%2Fb//c?x=%20&y=a+b&e=1;q=2")
		}, nil, "forwarded_url_missing"},
		{"a form without its body", "", add("Content-Type: application/x-www-form-urlencoded; charset=utf-8"), nil, "form_body_unavailable"},
		{"a content type that can be read in two ways", "", add("Content-Type: application/x-www-form-urlencoded, text/plain"), nil, "parameter_rejected"},
	}
	for _, tt := range tests {
		for _, dialect := range dialects {
			if tt.only != "" && !strings.Contains(" "+tt.only+" ", " "+dialect+" ") {
				continue
			}
			headers := append(headersOf(dialect, photo), "Authorization: "+sign(t, "GET", photo), "X-OAuth-Consumer: mallory")
			resp := f.ask(pathOf(dialect, photo), tt.change(dialect, headers)...)
			if got := resp.Header.Get("X-OAuth1-Problem"); got != tt.problem {
				t.Errorf("%s: %s: got problem %q, want %q", tt.name, dialect, got, tt.problem)
			}
			if s := resp.StatusCode; s < 400 || s > 499 || strings.HasPrefix(dialect, "nginx") && s != 401 && s != 403 {
				t.Errorf("%s: %s: got status %d", tt.name, dialect, s)
			}
			if resp.Header.Get("Remote-User") != "" || resp.Header.Get("X-OAuth-Consumer") != "" {
				t.Errorf("%s: %s: a refusal names somebody: %v", tt.name, dialect, resp.Header)
			}
			if !strings.HasPrefix(resp.Header.Get("WWW-Authenticate"), "OAuth realm=") {
				t.Errorf("%s: %s: got challenge %q", tt.name, dialect, resp.Header.Get("WWW-Authenticate"))
			}
		}
	}
}

func TestTargetsThatMeanAnotherPathAreRefused(t *testing.T) {
	for _, target := range []string{"/a/../b", "/a/./b", "/..", "/a/%2e%2E/b", "/.%2e/x", "/%2e", "x", "/a#b"} {
		f := newFixture(t, Config{})
		resp := f.ask("/auth/nginx", "X-Original-Method: GET", "X-Original-URI: "+target,
			"X-Forwarded-Proto: https", "X-Forwarded-Host: photos.example.net", "Authorization: "+sign(t, "GET", "https://photos.example.net/a"))
		if p := resp.Header.Get("X-OAuth1-Problem"); resp.StatusCode == 200 || p == "signature_invalid" {
			t.Errorf("%s: got %d %q, want it refused for itself", target, resp.StatusCode, p)
		}
	}
}

func TestStrangersAreRefused(t *testing.T) {
	for _, tt := range []struct {
		name   string
		config Config
		header string
		want   int
	}{
		{"nobody is trusted", Config{Trusted: []netip.Prefix{}}, "", 403},
		{"a narrow list", Config{Trusted: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}}, "", 403},
		{"no secret", Config{Secret: store.Secret("s3cret")}, "", 403},
		{"a wrong secret", Config{Secret: store.Secret("s3cret")}, "X-OAuth1d-Secret: S3cret", 403},
		{"the secret", Config{Secret: store.Secret("s3cret")}, "X-OAuth1d-Secret: s3cret", 200},
	} {
		f := newFixture(t, tt.config)
		headers := append(headersOf("nginx", photo), "Authorization: "+sign(t, "GET", photo))
		if tt.header != "" {
			headers = append(headers, tt.header)
		}
		if got := f.ask("/auth/nginx", headers...).StatusCode; got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestForeignDialectHeadersNeverDecide(t *testing.T) {
	headers := append(headersOf("nginx", photo), "Authorization: "+sign(t, "GET", photo), "X-Forwarded-Uri: /evil", "X-Forwarded-Method: DELETE")
	if got := newFixture(t, Config{}).ask("/auth/nginx", headers...).StatusCode; got != 200 {
		t.Errorf("by default: got %d, want 200", got)
	}
	if got := newFixture(t, Config{StrictDialect: true}).ask("/auth/nginx", headers...).StatusCode; got != 403 {
		t.Errorf("strict: got %d, want 403", got)
	}
}

func TestPublicURLMapBeatsHeaders(t *testing.T) {
	c := Config{Hosts: []Host{{Host: "internal.example.net",
		URL:  verify.Base{Scheme: "https", Host: "photos.example.net", Prefix: "/app"},
		Also: []verify.Base{{Scheme: "http", Host: "old.example.net"}}}}}
	ask := func(signed, host string) int {
		return newFixture(t, c).ask("/auth/nginx", "X-Original-Method: GET", "X-Original-URI: /x",
			"X-Forwarded-Proto: http", "X-Forwarded-Host: "+host, "Authorization: "+sign(t, "GET", signed)).StatusCode
	}
	for _, tt := range []struct {
		name, signed, host string
		want               int
	}{
		{"the mapped URL", "https://photos.example.net/app/x", "internal.example.net", 200},
		{"the host in another spelling", "https://photos.example.net/app/x", "Internal.Example.Net:80", 200},
		{"an accepted old URL", "http://old.example.net/x", "internal.example.net", 200},
		{"the conveyed URL", "http://internal.example.net/x", "internal.example.net", 401},
		{"a host that is not mapped", "http://elsewhere.example.net/x", "elsewhere.example.net", 403},
	} {
		if got := ask(tt.signed, tt.host); got != tt.want {
			t.Errorf("%s: got %d, want %d", tt.name, got, tt.want)
		}
	}
}

func TestAnonymousMayPass(t *testing.T) {
	f := newFixture(t, Config{Anonymous: true})
	resp := f.ask("/auth/forward", headersOf("forward", photo)...)
	if resp.StatusCode != 200 || resp.Header.Get("Remote-User") != "-" || resp.Header.Get("X-OAuth-Consumer") != "-" {
		t.Errorf("no credentials: got %d %v, want 200 as nobody", resp.StatusCode, resp.Header)
	}
	for _, credentials := range []string{sign(t, "GET", photo+"&z=1"), "OAuth", "oauth realm=\"x\""} {
		bad := append(headersOf("forward", photo), "Authorization: "+credentials)
		if resp := f.ask("/auth/forward", bad...); resp.StatusCode != 401 {
			t.Errorf("bad credentials %q: got %d, want 401", credentials, resp.StatusCode)
		}
	}
}

func TestHeaderValue(t *testing.T) {
	for in, want := range map[string]string{
		"": "-", "-": "%2D", "ada": "ada", "Ada Lovelace": "Ada Lovelace", "zoë": "zo%C3%AB", "a\r\nX: y": "a%0D%0AX: y", "50%": "50%25", " a ": "%20a%20",
	} {
		if got := headerValue(in); got != want {
			t.Errorf("headerValue(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClientAddress(t *testing.T) {
	g := New(verify.New(nil, nil, verify.Config{}), Config{Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}})
	for _, tt := range []struct {
		name, peer, forwarded, want string
	}{
		{"nobody in between", "198.51.100.7:1", "", "198.51.100.7"},
		{"a stranger's word is nothing", "198.51.100.7:1", "203.0.113.9", "198.51.100.7"},
		{"a proxy's word", "192.0.2.1:1", "203.0.113.9", "203.0.113.9"},
		{"what the client said before is nothing", "192.0.2.1:1", "10.0.0.1, 203.0.113.9", "203.0.113.9"},
		{"two proxies", "192.0.2.1:1", "203.0.113.9, 192.0.2.8", "203.0.113.9"},
		{"a proxy that says nonsense", "192.0.2.1:1", "203.0.113.9, unknown", "192.0.2.1"},
		{"a proxy that says nothing", "192.0.2.1:1", "", "192.0.2.1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = tt.peer
		if tt.forwarded != "" {
			r.Header.Set("X-Forwarded-For", tt.forwarded)
		}
		if got := g.ClientAddress(r).String(); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, got, tt.want)
		}
	}
}

// TestPartOfABodyIsNotTakenForAll: what Envoy has cut off would be unsigned.
func TestPartOfABodyIsNotTakenForAll(t *testing.T) {
	f := newFixture(t, Config{ReadForms: true})
	for value, want := range map[string]int{"": 200, "false": 200, "true": 400, "1": 400} {
		m := oauth1.Message{Method: "POST", Scheme: "https", Host: "photos.example.net", Target: "/a", ContentType: []string{"application/x-www-form-urlencoded"}, Body: []byte("a=1")}
		s := oauth1.Signer{ConsumerKey: "printer", ConsumerSecret: []byte("consumer secret"), Token: "token", TokenSecret: []byte("token secret"), Method: oauth1.HMACSHA1}
		header, err := s.Authorization(&m)
		if err != nil {
			t.Fatal(err)
		}
		r := httptest.NewRequest("POST", EnvoyPrefix+"/a", strings.NewReader("a=1"))
		r.Host, r.RequestURI = "photos.example.net", EnvoyPrefix+"/a"
		r.Header = http.Header{"Authorization": {header}, "Content-Type": m.ContentType, "X-Forwarded-Proto": {"https"}}
		if value != "" {
			r.Header.Set("X-Envoy-Auth-Partial-Body", value)
		}
		w := httptest.NewRecorder()
		f.server.ServeHTTP(w, r)
		if w.Code != want {
			t.Errorf("%q: got %d %v, want %d", value, w.Code, w.Header(), want)
		}
	}
}
