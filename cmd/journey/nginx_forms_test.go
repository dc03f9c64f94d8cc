package journey

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

const formType = "application/x-www-form-urlencoded"

// form signs a form post and returns it.
func (f *front) form(target, body, contentType string) raw {
	f.t.Helper()
	m := messageFor(f.t, "POST", f.base+target)
	m.ContentType, m.Body = []string{formType}, []byte(body)
	return raw{method: "POST", target: target, body: body, headers: []string{"Content-Type: " + contentType, "Authorization: " + f.c.sign(f.t, m)}}
}

func TestNginxSendsFormPostsThroughTheDaemon(t *testing.T) {
	f := startFront(t, frontConfig{yaml: inlineMode})
	for _, contentType := range []string{formType, "APPLICATION/X-WWW-Form-urlencoded", formType + "; charset=UTF-8", formType + " ;charset=utf-8"} {
		for _, target := range []string{"/photos", "/a%2Fb//c;d?x=1;y=2&z", "//twice", "/q?", "/a+b?c+d=e", "/%7Ea%2fb"} {
			body := "title=caf%C3%A9+au+lait&title=2;3&empty=&a%5B%5D=1"
			r := f.passed(f.send(f.form(target, body, contentType)))
			f.checkIdentity(r)
			if r.Line != "POST "+target+" HTTP/1.1" || string(r.Body) != body {
				t.Errorf("%s %s: the application saw %q with %q", contentType, target, r.Line, r.Body)
			}
			if got := r.header("Host"); len(got) != 1 || got[0] != f.addr {
				t.Errorf("%s: the application saw the hosts %q", target, got)
			}
		}
	}
	if n := f.posts.count.Load(); n > 4 {
		t.Errorf("%d form posts took %d connections to the daemon, want 4 at most", f.admit, n)
	}
	// What is no form is asked about, and passes by the daemon.
	asked := f.d.metric(`oauth1d_verify_requests_total{dialect="nginx",listener="private",outcome="ok"}`)
	f.passed(f.get("/photos"))
	if now := f.d.metric(`oauth1d_verify_requests_total{dialect="nginx",listener="private",outcome="ok"}`); now == asked {
		t.Errorf("a GET was not asked about: still %s", now)
	}
	f.onlyPassed()
}

func TestNginxRefusesFormsThatWereChanged(t *testing.T) {
	f := startFront(t, frontConfig{yaml: inlineMode})
	good := f.form("/photos", "title=a", formType)
	changed := good
	changed.body = "title=a&admin=1"
	f.refused(f.send(changed), 401, "signature_invalid")
	f.passed(f.send(good))
	f.refused(f.send(good), 401, "nonce_used")

	// A form that is added to what was signed without one.
	added := raw{method: "POST", target: "/photos", body: "admin=1", headers: []string{
		"Content-Type: " + formType, "Authorization: " + f.c.sign(t, messageFor(t, "POST", f.base+"/photos"))}}
	f.refused(f.send(added), 401, "signature_invalid")

	unsigned := raw{method: "POST", target: "/photos", body: "a=1", headers: []string{"Content-Type: " + formType}}
	f.refused(f.send(unsigned), 401, "parameter_absent")

	wrongHost := f.form("/photos", "title=a", formType)
	wrongHost.headers = append(wrongHost.headers, "Host: other.example", "X-Forwarded-Host: "+f.addr)
	f.refused(f.send(wrongHost), 401, "signature_invalid")

	for _, lie := range []string{"Remote-User: eve", "remote_user: eve", "X-Forwarded-Proto: https", "X-Forwarded-Host: evil.example",
		"X-OAuth-Scopes: admin", "X.OAuth.Scopes: admin", "Connection: Remote-User"} {
		r := f.form("/photos", "title=a", formType)
		r.headers = append(r.headers, lie)
		f.checkIdentity(f.passed(f.send(r)))
	}
	f.onlyPassed()
}

func TestNginxRefusesFormsWithoutInlineMode(t *testing.T) {
	f := startFront(t, frontConfig{site: func(site string) string {
		return strings.Replace(site, "include oauth1d/forms.conf;", "", 1)
	}})
	f.refused(f.send(f.form("/photos", "title=a", formType)), 400, "form_body_unavailable")
	f.refused(f.send(f.form("/photos", "title=a", formType+";x=y")), 400, "form_body_unavailable")
	f.onlyPassed()
}

// With forms.conf pasted and upstream.url forgotten no form passes either.
func TestNginxWithFormsAndNoInlineMode(t *testing.T) {
	f := startFront(t, frontConfig{})
	if resp := f.send(f.form("/photos", "title=a", formType)); resp.StatusCode != http.StatusNotFound {
		t.Errorf("forms.conf without upstream.url: %s", resp.Status)
	}
	f.onlyPassed()
}

// The whole dance through nginx, whose address is the public URL, and then a
// request with what it gave.
func TestDanceThroughNginx(t *testing.T) {
	for name, yaml := range map[string]string{"by subrequest": "", "with inline mode": inlineMode} {
		t.Run(name, func(t *testing.T) {
			f := startFront(t, frontConfig{yaml: yaml})
			c := f.d.addConsumer("--name", "Album", "--callback", "https://album.example.test/ready")

			c.token, c.tokenSecret = f.token(c, "/oauth/request-token", oauth1.Pair{Name: "oauth_callback", Value: "https://album.example.test/ready"})
			verifier := f.consent(c.token)
			c.token, c.tokenSecret = f.token(c, "/oauth/access-token", oauth1.Pair{Name: "oauth_verifier", Value: verifier})

			r := f.passed(f.send(raw{target: "/photos", headers: []string{"Authorization: " + c.get(t, f.base+"/photos")}}))
			if got := identityOf(r); got["remote-user"] != "[ada]" || got["x-oauth-consumer"] != "["+c.key+"]" {
				t.Errorf("the application was told %v", got)
			}
			f.onlyPassed()
		})
	}
}

// token asks for a token through nginx.
func (f *front) token(c *consumer, path string, extra oauth1.Pair) (token, secret string) {
	f.t.Helper()
	resp := f.send(raw{method: "POST", target: path, headers: []string{
		"Content-Length: 0", "Authorization: " + c.sign(f.t, messageFor(f.t, "POST", f.base+path), extra)}})
	body, _ := io.ReadAll(resp.Body)
	form, err := url.ParseQuery(string(body))
	if err != nil || resp.StatusCode != http.StatusOK || form.Get("oauth_token") == "" {
		f.t.Fatalf("%s: %s %s", path, resp.Status, body)
	}
	return form.Get("oauth_token"), form.Get("oauth_token_secret")
}

// consent signs ada in through nginx and allows, and returns the verifier.
func (f *front) consent(requestToken string) string {
	f.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		f.t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), f.base+"/") {
			return http.ErrUseLastResponse
		}
		return nil
	}}
	resp, err := browser.Get(f.base + "/oauth/authorize?oauth_token=" + url.QueryEscape(requestToken))
	for _, fill := range []url.Values{{"username": {"ada"}, "password": {"correct horse battery"}}, {"decision": {"allow"}}} {
		if err != nil {
			f.t.Fatal(err)
		}
		page, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		action, fields, err2 := mainForm(string(page))
		if err2 != nil {
			f.t.Fatalf("%s %s: %v\n%s", resp.Request.URL, resp.Status, err2, page)
		}
		for name := range fill {
			fields.Set(name, fill.Get(name))
		}
		to, err2 := resp.Request.URL.Parse(action)
		if err2 != nil {
			f.t.Fatal(err2)
		}
		resp, err = browser.PostForm(to.String(), fields)
	}
	if err != nil {
		f.t.Fatal(err)
	}
	defer resp.Body.Close()
	to, err := resp.Location()
	if err != nil || to.Host != "album.example.test" || to.Query().Get("oauth_verifier") == "" {
		f.t.Fatalf("consent led to %s, %v", resp.Status, to)
	}
	return to.Query().Get("oauth_verifier")
}
