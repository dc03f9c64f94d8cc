package journey

import (
	"net/http"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// identityOf returns the identity headers as the application got them.
func identityOf(r received) map[string]string {
	got := map[string]string{}
	for _, h := range r.Headers {
		name := strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(h[0]))
		if strings.HasPrefix(name, "remote-") || strings.HasPrefix(name, "x-oauth-") {
			got[name] += "[" + h[1] + "]"
		}
	}
	return got
}

// checkIdentity checks that the application was told of ada and c, once.
func (f *front) checkIdentity(r received) {
	f.t.Helper()
	got := identityOf(r)
	if got["remote-user"] != "[ada]" || got["x-oauth-consumer"] != "["+f.c.key+"]" || got["x-oauth-scopes"] == "" ||
		got["x-oauth-token-id"] == "[]" || strings.Contains(got["x-oauth-token-id"], "][") || got["remote-groups"] == "" || len(got) != 5 {
		f.t.Errorf("%s: the application was told %v", r.Line, got)
	}
	if v := r.header("Authorization"); len(v) > 0 {
		f.t.Errorf("%s: the application got the signature too", r.Line)
	}
}

func TestNginxLetsThroughWhatWasSigned(t *testing.T) {
	f := startFront(t, frontConfig{})
	for _, target := range []string{
		"/", "/photos?size=full&file=vacation.jpg",
		"/a%2Fb", "/a%2fb", "/a//b", "//a/b", "/a/b;v=1;w", "/q?a=1;b=2", "/a+b?c+d=e+f", "/q?", "/q?a", "/q?=&&a=", "/%7Ea/~b",
		"/q?a=%2B%20+", "/q?u=http://x.example/?y=z", "/caf\xc3\xa9?n=\xc3\xa9", "/%C3%A9", "/a!$'()*,:@", "/q?a[]=1&a[]=2", "/q?b=2&a=1&b=1",
		"/a%3Fb", "/a%25b", "/x...y/..z",
	} {
		r := f.passed(f.get(target))
		if r.target() != target {
			t.Errorf("signed %q, the application saw %q", target, r.target())
		}
		if got := r.header("Host"); len(got) != 1 || got[0] != f.addr {
			t.Errorf("%s: the application saw the hosts %q", target, got)
		}
		f.checkIdentity(r)
	}
	f.onlyPassed()
}

func TestNginxPassesMethodsAndBodies(t *testing.T) {
	f := startFront(t, frontConfig{})
	for _, method := range []string{"HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"} {
		body := `{"b":1}`
		if method == "HEAD" || method == "OPTIONS" || method == "PROPFIND" {
			body = ""
		}
		authorization := f.c.sign(t, messageFor(t, method, f.base+"/m"))
		resp := f.send(raw{method: method, target: "/m", body: body, headers: []string{"Content-Type: application/json", "Authorization: " + authorization}})
		if method == "HEAD" {
			if resp.StatusCode != http.StatusOK {
				t.Errorf("HEAD: %s", resp.Status)
			}
			f.admit++
			continue
		}
		r := f.passed(resp)
		f.checkIdentity(r)
		if r.Line != method+" /m HTTP/1.1" || string(r.Body) != body {
			t.Errorf("%s: the application saw %q with %q", method, r.Line, r.Body)
		}
	}
	f.refused(f.send(raw{method: "OPTIONS", target: "/m", headers: []string{"Origin: https://x.example", "Access-Control-Request-Method: GET"}}), 401, "parameter_absent")
	f.onlyPassed()
}

// A location that takes large uploads needs no other line than its own.
func TestNginxPassesLargeUploads(t *testing.T) {
	f := startFront(t, frontConfig{site: func(site string) string {
		return replace(t, site, "include oauth1d/location.conf;\n    include", "client_max_body_size 10m; include oauth1d/location.conf;\n    include")
	}})
	body := strings.Repeat("x", 3<<20)
	headers := []string{"Content-Type: image/png", "Authorization: " + f.c.sign(t, messageFor(t, "PUT", f.base+"/large"))}
	if r := f.passed(f.send(raw{method: "PUT", target: "/large", headers: headers, body: body})); len(r.Body) != len(body) {
		t.Errorf("the application saw %d bytes of %d", len(r.Body), len(body))
	}
	f.onlyPassed()
}

func TestNginxRefusesAndSaysWhy(t *testing.T) {
	f := startFront(t, frontConfig{})
	signed := func(url string) string { return "Authorization: " + f.c.get(t, url) }

	once := raw{target: "/once", headers: []string{signed(f.base + "/once")}}
	f.passed(f.send(once))
	f.refused(f.send(once), 401, "nonce_used")

	f.refused(f.send(raw{target: "/"}), 401, "parameter_absent")
	f.refused(f.send(raw{target: "/other", headers: []string{signed(f.base + "/")}}), 401, "signature_invalid")
	f.refused(f.send(raw{target: "/", headers: []string{signed("https://" + f.addr + "/")}}), 401, "signature_invalid")
	f.refused(f.send(raw{target: "/", headers: []string{signed("http://other.example/")}}), 401, "signature_invalid")
	f.refused(f.send(raw{method: "DELETE", target: "/", headers: []string{signed(f.base + "/")}}), 401, "signature_invalid")
	f.refused(f.send(raw{target: "/q?a=1&b=2", headers: []string{signed(f.base + "/q?a=1")}}), 401, "signature_invalid")
	for _, target := range []string{"/a/../b", "/a/./b", "/a/%2e%2e/b", "/a/.%2E", "/%2e/a", "/.."} {
		resp := f.get(target)
		if resp.StatusCode == http.StatusBadRequest && resp.Header.Get("WWW-Authenticate") == "" {
			continue // nginx itself does not take what leads above the root
		}
		f.refused(resp, 401, "parameter_rejected")
	}

	stranger := *f.c
	stranger.key = "nobody"
	f.refused(f.send(raw{target: "/", headers: []string{"Authorization: " + stranger.get(t, f.base+"/")}}), 401, "consumer_key_unknown")
	f.onlyPassed()
}

func TestNginxRefusesWhatIsNoLongerGood(t *testing.T) {
	f := startFront(t, frontConfig{})
	revoked, disabled := *f.c, *f.d.addConsumer("--name", "Disabled", "--callback", "oob")
	f.d.issueToken(&revoked, "ada")
	f.d.issueToken(&disabled, "ada")
	for _, c := range []*consumer{&revoked, &disabled} {
		f.passed(f.send(raw{target: "/", headers: []string{"Authorization: " + c.get(t, f.base+"/")}}))
	}
	f.d.cli("", "token", "revoke", revoked.token)
	f.d.cli("", "consumer", "disable", disabled.key)
	f.refused(f.send(raw{target: "/", headers: []string{"Authorization: " + revoked.get(t, f.base+"/")}}), 401, "token_revoked")
	f.refused(f.send(raw{target: "/", headers: []string{"Authorization: " + disabled.get(t, f.base+"/")}}), 403, "consumer_key_refused")
	f.onlyPassed()
}

// What a client says about itself, or about where its request came from, decides
// nothing.
func TestNginxBelievesNoHeaderOfAClient(t *testing.T) {
	for name, http := range map[string]string{
		"as it is":                  "",
		"with lenient header names": "underscores_in_headers on; ignore_invalid_headers off;",
	} {
		t.Run(name, func(t *testing.T) { believesNoHeader(t, startFront(t, frontConfig{http: http})) })
	}
}

func believesNoHeader(t *testing.T, f *front) {
	lies := []string{
		"Remote-User: eve", "Remote-Groups: wheel", "remote_groups: wheel", "remote_user: eve", "REMOTE_USER: eve", "Remote.User: eve", "Remote-User : eve",
		"X-OAuth-Consumer: eve", "X-OAuth-Scopes: admin", "X_OAuth_Scopes: admin", "x.oauth.token.id: eve", "X-OAuth-Token-Id: eve", "X-OAUTH-CONSUMER: eve",
		"X-Forwarded-Uri: /evil", "X-Forwarded-Method: DELETE", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: https",
		"X-Original-URI: /evil", "X-Original-Method: DELETE", "X-Original-URL: https://evil.example/", "X-Rewrite-URL: /evil", "Forwarded: host=evil.example;proto=https",
		"X-Request-ID: same", "X-OAuth1d-Secret: x", "Connection: Remote-User", "Connection: X-OAuth-Consumer",
	}
	for _, lie := range lies {
		// nginx may refuse a header that is none; it must not let it through.
		resp := f.get("/true", lie)
		if resp.StatusCode == http.StatusBadRequest {
			continue
		}
		r := f.passed(resp)
		f.checkIdentity(r)
		if r.Line != "GET /true HTTP/1.1" {
			t.Errorf("%s: the application saw %s", lie, r.Line)
		}
		name, value, _ := strings.Cut(lie, ": ")
		resp = f.send(raw{target: "/evil", headers: []string{"Authorization: " + f.c.get(t, f.base+"/true"), name + ": " + strings.Replace(value, "/evil", "/true", 1)}})
		f.refused(resp, 401, "signature_invalid")
	}

	if n := f.d.metric(`oauth1d_foreign_dialect_headers_total{dialect="nginx"}`); n != "0" {
		t.Errorf("headers of another dialect reached the daemon: %q", n)
	}

	// The same request id from a client makes no replay of its own into a repeat.
	again := raw{target: "/again", headers: []string{"X-Request-ID: same", "Authorization: " + f.c.get(t, f.base+"/again")}}
	f.passed(f.send(again))
	f.refused(f.send(again), 401, "nonce_used")
	f.onlyPassed()
}

func TestNginxAndHeadersSentTwice(t *testing.T) {
	f := startFront(t, frontConfig{})
	authorization := "Authorization: " + f.c.get(t, f.base+"/")
	host := "Host: " + f.addr
	for _, more := range []string{authorization, "Authorization: Basic eDp5", host, "Host: other.example", "Content-Length: 0\r\nContent-Length: 0"} {
		if resp := f.send(raw{target: "/", headers: []string{host, authorization, more}}); resp.StatusCode != http.StatusBadRequest {
			t.Errorf("with %q: %s", more, resp.Status)
		}
	}
	// Everything else that is doubled: the application sees the very form that
	// the daemon decided about.
	for _, types := range [][]string{{"text/plain", "application/x-www-form-urlencoded"}, {"application/x-www-form-urlencoded", "text/plain"}} {
		resp := f.send(raw{method: "POST", target: "/", body: "admin=1", headers: []string{
			"Authorization: " + f.c.sign(t, messageFor(t, "POST", f.base+"/")), "Content-Type: " + types[0], "Content-Type: " + types[1]}})
		if resp.StatusCode != http.StatusOK {
			continue
		}
		if got := f.passed(resp).header("Content-Type"); len(got) != 1 || got[0] != "text/plain" {
			t.Errorf("%q: the application saw an unsigned form: %q", types, got)
		}
	}
	for _, twice := range []string{"X-Original-URI: /evil", "X-Forwarded-Host: evil.example", "Remote-User: eve", "X-Request-ID: x"} {
		f.checkIdentity(f.passed(f.get("/", twice, twice)))
	}
	f.onlyPassed()
}

func TestNginxAndOldOrOddRequests(t *testing.T) {
	f := startFront(t, frontConfig{})
	r := raw{target: "/old", proto: "HTTP/1.0", headers: []string{"Authorization: " + f.c.get(t, f.base+"/old")}}
	f.refused(r.send(t, f.addr), 400, "forwarded_url_missing")

	r.headers = append(r.headers, "Host: "+f.addr)
	f.checkIdentity(f.passed(r.send(t, f.addr)))

	// A fragment is nothing that a client sends.
	f.refused(f.send(raw{target: "/a#b", headers: []string{"Authorization: " + f.c.get(t, f.base+"/a")}}), 401, "parameter_rejected")
	// The absolute form, as to a forward proxy, is the same request.
	resp := f.send(raw{target: f.base + "/abs?x=1", headers: []string{"Authorization: " + f.c.get(t, f.base+"/abs?x=1")}})
	if r := f.passed(resp); r.target() != "/abs?x=1" {
		t.Errorf("absolute form: the application saw %q", r.target())
	}
	// Parameters in the query, as some consumers send them.
	pairs, err := (&oauth1.Signer{ConsumerKey: f.c.key, ConsumerSecret: []byte(f.c.secret), Token: f.c.token,
		TokenSecret: []byte(f.c.tokenSecret), Method: oauth1.HMACSHA256}).Sign(messageFor(t, "GET", f.base+"/q?a=1"))
	if err != nil {
		t.Fatal(err)
	}
	target := "/q?a=1"
	for _, p := range pairs {
		target += "&" + oauth1.Escape(p.Name) + "=" + oauth1.Escape(p.Value)
	}
	f.checkIdentity(f.passed(f.send(raw{target: target})))
	f.onlyPassed()
}
