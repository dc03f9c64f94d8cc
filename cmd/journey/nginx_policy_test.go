package journey

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// The policy as an operator writes it. Contacts are for those consumers only to
// whom somebody has given them.
const policyYAML = `policy:
  scopes:
    - {name: "photos.read", title: "See your photos", default: true, allow: ["GET,HEAD /photos/**", "GET /last"]}
    - {name: "photos.write", title: "Change your photos", risky: true, default: true, allow: ["POST,PUT,DELETE /photos/**"]}
    - {name: "contacts", title: "See your contacts", allow: ["* /contacts/**"]}
    - {name: "feeds", title: "Fetch feeds", default: true, allow: ["GET /feeds/**"]}
  routes:
    - {match: "/feeds/**", accept: ["two-legged"]}
    - {match: "GET /open/**", anonymous: "pass"}
  unscoped_tokens: ["photos.read"]
`

// tokenAnswer asks for a token through nginx and returns all that came with it.
func (f *front) tokenAnswer(c *consumer, target string, extra ...oauth1.Pair) url.Values {
	f.t.Helper()
	resp := f.send(raw{method: "POST", target: target, headers: []string{
		"Content-Length: 0", "Authorization: " + c.sign(f.t, messageFor(f.t, "POST", f.base+target), extra...)}})
	body, _ := io.ReadAll(resp.Body)
	form, err := url.ParseQuery(string(body))
	if err != nil || resp.StatusCode != http.StatusOK || form.Get("oauth_token") == "" {
		f.t.Fatalf("%s: %s %s", target, resp.Status, body)
	}
	return form
}

// scoped walks a dance through nginx, in which the consumer asks for scopes and
// ada leaves some of them ticked. It returns the consumer with its token, and what
// it was told the scopes of that are.
func (f *front) scoped(c *consumer, ask string, ticked ...string) (*consumer, string) {
	f.t.Helper()
	const callback = "https://printer.example.test/ready"
	with := *c
	with.token, with.tokenSecret = "", ""
	form := f.tokenAnswer(&with, "/oauth/request-token?scope="+url.QueryEscape(ask), oauth1.Pair{Name: "oauth_callback", Value: callback})
	with.token, with.tokenSecret = form.Get("oauth_token"), form.Get("oauth_token_secret")
	b := f.d.browser(f.t)
	p := b.submit(b.open(f.base+"/oauth/authorize?oauth_token="+with.token), url.Values{"username": {"ada"}, "password": {"correct horse battery"}})
	for _, name := range strings.Fields(ask) {
		if !strings.Contains(p.body, `name="scope" value="`+name+`" checked`) {
			f.t.Errorf("no ticked box for %s is on the page:\n%s", name, p.body)
		}
	}
	back, err := url.Parse(f.d.comeBack(f.t, b.submit(p, url.Values{"scope": ticked, "decision": {"allow"}})))
	if err != nil {
		f.t.Fatal(err)
	}
	form = f.tokenAnswer(&with, "/oauth/access-token", oauth1.Pair{Name: "oauth_verifier", Value: back.Query().Get("oauth_verifier")})
	with.token, with.tokenSecret = form.Get("oauth_token"), form.Get("oauth_token_secret")
	return &with, form.Get("scope")
}

// as sends a request of a consumer through nginx.
func (f *front) as(c *consumer, method, target string, headers ...string) *http.Response {
	f.t.Helper()
	return f.send(raw{method: method, target: target, headers: append(headers, "Authorization: "+c.sign(f.t, messageFor(f.t, method, f.base+target)))})
}

// isTold checks what the application was told.
func isTold(t *testing.T, r received, want map[string]string) {
	t.Helper()
	got := identityOf(r)
	for name, value := range want {
		if got[name] != "["+value+"]" {
			t.Errorf("%s: the application was told that %s is %s, want [%s]", r.Line, name, got[name], value)
		}
	}
	if len(got) != 5 {
		t.Errorf("%s: the application was told %v, want five headers", r.Line, got)
	}
}

func TestScopesThroughNginx(t *testing.T) {
	f := startFront(t, frontConfig{yaml: policyYAML})
	f.d.cli("", "user", "groups", "ada", "staff", "friends")
	c, scope := f.scoped(f.c, "photos.read photos.write", "photos.read")
	if scope != "photos.read" {
		t.Errorf("with one of two boxes ticked the token has the scopes %q", scope)
	}
	shown := f.d.cli("", "token", "list", "--consumer", c.key, "--format", "json")
	if !strings.Contains(shown, `"photos.read"`) {
		t.Errorf("the token's scopes are not in the list:\n%s", shown)
	}

	want := map[string]string{"remote-user": "ada", "remote-groups": "friends,staff", "x-oauth-scopes": "photos.read"}
	isTold(t, f.passed(f.as(c, "GET", "/photos/1")), want)
	isTold(t, f.passed(f.as(c, "GET", "/photos/a/b%20c?size=full")), want)
	for _, lie := range []string{"X-OAuth-Scopes: photos.write", "Remote-Groups: wheel", "remote-groups: wheel", "remote_groups: wheel", "Connection: Remote-Groups"} {
		isTold(t, f.passed(f.as(c, "GET", "/photos/1", lie)), want)
	}
	for _, refused := range [][2]string{
		{"DELETE", "/photos/1"}, {"PUT", "/photos/1"}, {"GET", "/contacts/1"}, {"GET", "/"}, {"GET", "/photosx"}, {"GET", "/Photos/1"}, {"PATCH", "/photos/1"},
	} {
		f.refused(f.as(c, refused[0], refused[1]), 401, oauth1.ProblemAdditionalAuthorizationRequired)
	}

	both, scope := f.scoped(f.c, "photos.read photos.write", "photos.read", "photos.write")
	if scope != "photos.read photos.write" {
		t.Errorf("with both boxes ticked the token has the scopes %q", scope)
	}
	isTold(t, f.passed(f.as(both, "DELETE", "/photos/1")), map[string]string{"x-oauth-scopes": "photos.read photos.write"})

	// What the consumer may not have it cannot ask for, and a box that is added to
	// the form is no word of the user's.
	f.refusedToken("/oauth/request-token?scope=contacts", oauth1.ProblemParameterRejected)
	f.refusedToken("/oauth/request-token?scope=nothing", oauth1.ProblemParameterRejected)
	if _, scope = f.scoped(f.c, "photos.read", "photos.read", "photos.write", "contacts"); scope != "photos.read" {
		t.Errorf("with boxes that were not on the page the token has the scopes %q", scope)
	}
	f.onlyPassed()
}

// refusedToken checks that a request token is refused.
func (f *front) refusedToken(target, problem string) {
	f.t.Helper()
	c := *f.c
	c.token, c.tokenSecret = "", ""
	resp := f.send(raw{method: "POST", target: target, headers: []string{"Content-Length: 0", "Authorization: " +
		c.sign(f.t, messageFor(f.t, "POST", f.base+target), oauth1.Pair{Name: "oauth_callback", Value: "https://printer.example.test/ready"})}})
	if got := resp.Header.Get("X-OAuth1-Problem"); resp.StatusCode < 400 || got != problem {
		f.t.Errorf("%s: got %s %s, want %s", target, resp.Status, got, problem)
	}
}

// No scope ticked grants nothing, and the page says so.
func TestNoScopeTicked(t *testing.T) {
	f := startFront(t, frontConfig{yaml: policyYAML})
	c := *f.c
	c.token, c.tokenSecret = "", ""
	form := f.tokenAnswer(&c, "/oauth/request-token?scope=photos.read", oauth1.Pair{Name: "oauth_callback", Value: "https://printer.example.test/ready"})
	b := f.d.browser(t)
	p := b.submit(b.open(f.base+"/oauth/authorize?oauth_token="+form.Get("oauth_token")), url.Values{"username": {"ada"}, "password": {"correct horse battery"}})
	action, fields, err := mainForm(p.body)
	if err != nil {
		t.Fatal(err)
	}
	fields.Del("scope")
	fields.Set("decision", "allow")
	to, err := p.at.Parse(action)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := b.http.PostForm(to.String(), fields)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	page, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusUnprocessableEntity && resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(page), `role="alert"`) {
		t.Errorf("allowing nothing: %s\n%s", resp.Status, page)
	}
	// The decision is still open.
	if back := f.d.comeBack(t, b.submit(p, url.Values{"scope": {"photos.read"}, "decision": {"allow"}})); !strings.Contains(back, "oauth_verifier=") {
		t.Errorf("afterwards the user came back to %s", back)
	}
}

// ambiguous are ways to write a path that some server or other reads as /photos/1
// or /contacts/1.
var ambiguous = []string{
	"//photos/1", "/photos//1", "/open//photos/1", "/photos/%2F1", "/open%2f..%2fphotos/1", "/photos/1;v=2", "/open/..;/photos/1", "/photos/%3B", "/photos/%5C1", `/open\..\photos/1`,
	"/open/../photos/1", "/photos/./1", "/photos/%2e%2E/contacts/1", "/photos/.%2e/contacts/1", "/photos/..", "/photos/%252e%252e/contacts/1",
	"/photos/%00", "/photos/%C0%AF1", "/photos/%EF%BC%8F1",
}

func TestAmbiguousPathsThroughNginx(t *testing.T) {
	f := startFront(t, frontConfig{yaml: policyYAML})
	reasons := 0
	for _, target := range ambiguous {
		for _, headers := range [][]string{nil, {"Authorization: " + f.c.get(t, f.base+target)}} {
			resp := f.send(raw{target: target, headers: headers})
			body, _ := io.ReadAll(resp.Body)
			if resp.StatusCode < 400 {
				t.Errorf("%s (signed: %v): %s", target, headers != nil, resp.Status)
			}
			if headers != nil && string(body) == "oauth_problem=parameter_rejected" {
				reasons++
			}
		}
	}
	// nginx itself refuses those that lead out of the root.
	if reasons < len(ambiguous)-3 {
		t.Errorf("%d of %d were refused by the policy", reasons, len(ambiguous))
	}
	f.onlyPassed()
}

func TestRoutesThroughNginx(t *testing.T) {
	f := startFront(t, frontConfig{yaml: policyYAML})
	crawler := f.d.addConsumer("--name", "Crawler", "--two-legged")
	isTold(t, f.passed(f.as(crawler, "GET", "/feeds/news")), map[string]string{"remote-user": "-", "remote-groups": "-", "x-oauth-consumer": crawler.key})
	isTold(t, f.passed(f.as(crawler, "GET", "/photos/1")), map[string]string{"remote-user": "-"})
	c, _ := f.scoped(f.c, "photos.read feeds", "photos.read", "feeds")
	f.refused(f.as(c, "GET", "/feeds/news"), 403, oauth1.ProblemPermissionDenied)
	f.passed(f.as(c, "GET", "/photos/1"))

	nobody := map[string]string{"remote-user": "-", "remote-groups": "-", "x-oauth-scopes": "-", "x-oauth-consumer": "-", "x-oauth-token-id": "-"}
	isTold(t, f.passed(f.send(raw{target: "/open/map?zoom=3", headers: []string{
		"Remote-User: eve", "Remote-Groups: wheel", "X-OAuth-Scopes: contacts", "X-OAuth-Consumer: eve", "X-OAuth-Token-Id: 1"}})), nobody)
	for _, r := range []raw{{target: "/photos/1"}, {target: "/openly"}, {target: "/OPEN/map"}, {method: "DELETE", target: "/open/map"}} {
		f.refused(f.send(r), 401, oauth1.ProblemParameterAbsent)
	}
	f.refused(f.send(raw{target: "/open/map", headers: []string{"Authorization: " + c.get(t, f.base+"/photos/1")}}), 401, oauth1.ProblemSignatureInvalid)
	f.onlyPassed()
}

// What the administrator takes back is taken back from tokens that are out.
func TestPolicyAndConsumerChange(t *testing.T) {
	f := startFront(t, frontConfig{yaml: policyYAML})
	c, _ := f.scoped(f.c, "photos.read photos.write", "photos.read", "photos.write")
	works := func(method string) bool {
		t.Helper()
		resp := f.as(c, method, "/photos/1")
		if resp.StatusCode == http.StatusOK {
			f.passed(resp)
			return true
		}
		f.refused(resp, 401, oauth1.ProblemAdditionalAuthorizationRequired)
		return false
	}
	check := func(when string, read, write bool) {
		t.Helper()
		if got := []bool{works("GET"), works("DELETE")}; !slices.Equal(got, []bool{read, write}) {
			t.Errorf("%s reading and writing work: %v, want %v", when, got, []bool{read, write})
		}
	}
	check("at first", true, true)

	f.d.cli("", "consumer", "set", c.key, "--scope", "photos.write")
	check("with one scope for the consumer", false, true)
	f.d.cli("", "consumer", "set", c.key, "--scope", "")
	check("with those of every consumer again", true, true)

	yaml, err := os.ReadFile(f.d.file("oauth1d.yaml"))
	f.d.must(err)
	for _, change := range []struct {
		from, to    string
		read, write bool
	}{
		{`"POST,PUT,DELETE /photos/**"`, `"POST /uploads/**"`, true, false},
		{`"GET,HEAD /photos/**", `, "", false, true},
	} {
		f.d.overwrite("oauth1d.yaml", replace(t, string(yaml), change.from, change.to))
		if line := f.d.hangup(); !strings.Contains(line, "configuration reloaded") {
			t.Fatalf("the policy is not taken: %s", line)
		}
		check("without "+change.from, change.read, change.write)
	}
	f.d.overwrite("oauth1d.yaml", replace(t, string(yaml), "GET,HEAD /photos", "GET,HEAD photos"))
	if line := f.d.hangup(); !strings.Contains(line, "not reloaded") {
		t.Errorf("a policy with a mistake: %s", line)
	}
	check("with the policy of before the mistake", false, true)
	f.d.overwrite("oauth1d.yaml", string(yaml))
	f.d.hangup()
	check("at last", true, true)
	f.onlyPassed()
}
