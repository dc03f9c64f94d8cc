package journey

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// Terms of single consumers in inline mode, where the application's own eyes say
// as whom a request acts.

// A passing is what came of a request that was sent through the daemon.
type passing struct {
	status   int
	problem  string
	received // by the application
}

func (p passing) user() string { return strings.Join(p.header("Remote-User"), ",") }

// terms is a daemon in inline mode.
type terms struct {
	*testing.T
	d   *daemon
	app *app
}

func startTerms(t *testing.T) *terms {
	app := startApp(t)
	s := &terms{t, nil, app}
	s.d = newDaemon(t, "", "upstream: {url: \"http://"+app.addr+"\"}\nadmin: {introspection_token_file: asker}")
	if err := os.WriteFile(s.d.file("asker"), []byte("asks-about-tokens-only-0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.d.start()
	return s
}

// send signs a request and sends it.
func (s *terms) send(c *consumer, method, target, contentType, body string, extra ...oauth1.Pair) passing {
	s.Helper()
	m := messageFor(s.T, method, "http://"+s.d.public+target)
	var headers []string
	if contentType != "" {
		m.ContentType = []string{contentType}
		headers = append(headers, "Content-Type: "+contentType)
	}
	m.Body = []byte(body)
	headers = append(headers, "Host: "+s.d.public, "Authorization: "+c.sign(s.T, m, extra...))
	resp := raw{method: method, target: target, headers: headers, body: body}.send(s.T, s.d.public)
	p := passing{status: resp.StatusCode, problem: resp.Header.Get("X-OAuth1-Problem")}
	if resp.StatusCode == http.StatusOK {
		if err := json.NewDecoder(resp.Body).Decode(&p.received); err != nil {
			s.Fatal(err)
		}
	}
	return p
}

func TestRequestsWithoutAToken(t *testing.T) {
	s := startTerms(t)
	s.d.addUser("bob", "correct horse battery")
	s.d.addUser("root", "correct horse battery")
	s.d.cli("correct horse battery", "user", "add", "admin", "--admin", "--password-file", "-")
	s.d.cli("", "user", "groups", "bob", "staff")
	s.d.cli("", "user", "groups", "admin", "staff")
	c := s.d.addConsumer("--name", "Reports")
	if p := s.send(c, "GET", "/reports", "", ""); p.status != 400 || p.problem != oauth1.ProblemParameterAbsent {
		t.Errorf("by default: got %d %s", p.status, p.problem)
	}
	s.d.cli("", "consumer", "set", c.key, "--two-legged")
	if p := s.send(c, "GET", "/reports", "", ""); p.status != 200 || p.user() != "-" || strings.Join(p.header("X-OAuth-Consumer"), ",") != c.key {
		t.Errorf("as nobody: got %d as %q", p.status, p.user())
	}
	// Atlassian's consumers send the token, and leave it empty.
	if p := s.send(c, "GET", "/reports", "", "", oauth1.Pair{Name: "oauth_token"}); p.status != 200 || p.user() != "-" {
		t.Errorf("with an empty token: got %d as %q", p.status, p.user())
	}
	s.d.cli("", "consumer", "set", c.key, "--acts-as", "bob")
	if p := s.send(c, "GET", "/reports", "", ""); p.status != 200 || p.user() != "bob" {
		t.Errorf("as a fixed user: got %d as %q", p.status, p.user())
	}
	if p := s.send(c, "GET", "/reports?xoauth_requestor_id=bob", "", ""); p.problem != oauth1.ProblemPermissionDenied {
		t.Errorf("impersonation by default: got %d %s", p.status, p.problem)
	}
	s.d.cli("", "consumer", "set", c.key, "--acts-as", "", "--impersonate", "@staff")
	if p := s.send(c, "GET", "/reports?xoauth_requestor_id=bob", "", ""); p.status != 200 || p.user() != "bob" {
		t.Errorf("as one of the group: got %d as %q", p.status, p.user())
	}
	for _, name := range []string{"admin", "root", "nobody"} {
		if p := s.send(c, "GET", "/reports?xoauth_requestor_id="+name, "", ""); p.status == 200 || p.problem != oauth1.ProblemPermissionDenied {
			t.Errorf("as %s: got %d %s", name, p.status, p.problem)
		}
	}
	log, err := os.ReadFile(s.d.file("audit.log"))
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(log), `"user.impersonated"`); n != 1 || !strings.Contains(string(log), `"object":"bob"`) {
		t.Errorf("got %d lines about impersonation in the audit log, want one, about bob", n)
	}
}

// TestAFormSignedLaunch sends what a learning management system makes a browser
// post to a tool (LTI 1.1).
func TestAFormSignedLaunch(t *testing.T) {
	s := startTerms(t)
	c := s.d.addConsumer("--name", "Moodle", "--profile", "lti11", "--method", "HMAC-SHA1")
	launch := func(change func(form string) string) passing {
		m := messageFor(t, "POST", "http://"+s.d.public+"/launch?tool=quiz")
		m.ContentType = []string{"application/x-www-form-urlencoded"}
		form := "lti_message_type=basic-lti-launch-request&lti_version=LTI-1p0&resource_link_id=88391-e1919-bb3456&user_id=29&roles=Learner&lis_person_name_full=Ada+L%C3%B6velace"
		m.Body = []byte(form)
		signer := oauth1.Signer{ConsumerKey: c.key, ConsumerSecret: []byte(c.secret), Method: oauth1.HMACSHA1}
		pairs, err := signer.Sign(m, oauth1.Pair{Name: "oauth_callback", Value: "about:blank"})
		if err != nil {
			t.Fatal(err)
		}
		body := change(form + "&" + oauth1.Encode(pairs))
		resp := raw{method: "POST", target: "/launch?tool=quiz", body: body,
			headers: []string{"Host: " + s.d.public, "Content-Type: application/x-www-form-urlencoded"}}.send(t, s.d.public)
		p := passing{status: resp.StatusCode, problem: resp.Header.Get("X-OAuth1-Problem")}
		if resp.StatusCode == 200 {
			if err := json.NewDecoder(resp.Body).Decode(&p.received); err != nil {
				t.Fatal(err)
			}
			if string(p.Body) != body {
				t.Errorf("the tool saw %q, want %q", p.Body, body)
			}
		}
		return p
	}
	if got := providerClients(t)(providerJob{Client: "lti11", Do: "start", Base: "http://" + s.d.public, Key: c.key, Secret: c.secret}); got.Status != 200 {
		t.Errorf("signed by oauthlib: got %+v", got)
	}
	if p := launch(func(form string) string { return form }); p.status != 200 || strings.Join(p.header("X-OAuth-Consumer"), ",") != c.key || p.user() != "-" {
		t.Errorf("got %d %s as %q", p.status, p.problem, p.user())
	}
	if p := launch(func(form string) string { return strings.Replace(form, "Learner", "Instructor", 1) }); p.status != 401 || p.problem != oauth1.ProblemSignatureInvalid {
		t.Errorf("with another role: got %d %s", p.status, p.problem)
	}
}

func TestTheBodyIsComparedWithItsHash(t *testing.T) {
	s := startTerms(t)
	s.d.addUser("ada", "correct horse battery")
	c := s.d.addConsumer("--name", "Outcomes")
	s.d.issueToken(c, "ada")
	const body = `<score>0.9</score>`
	hash := func(of string) oauth1.Pair {
		return oauth1.Pair{Name: "oauth_body_hash", Value: oauth1.BodyHash(oauth1.HMACSHA1, []byte(of))}
	}
	tests := []struct {
		name, mode string
		extra      []oauth1.Pair
		problem    string
	}{
		{"a body without a hash", "if-present", nil, ""},
		{"a body with its hash", "if-present", []oauth1.Pair{hash(body)}, ""},
		{"a body with another's hash", "if-present", []oauth1.Pair{hash("<score>1.0</score>")}, oauth1.ProblemBodyHashMismatch},
		{"a body without a hash where one is needed", "required", nil, oauth1.ProblemParameterAbsent},
		{"a body with its hash where one is needed", "required", []oauth1.Pair{hash(body)}, ""},
		{"a body with another's hash where nobody looks", "off", []oauth1.Pair{hash("<score>1.0</score>")}, ""},
	}
	for _, tt := range tests {
		s.d.cli("", "consumer", "set", c.key, "--body-hash", tt.mode)
		p := s.send(c, "POST", "/outcomes", "application/xml", body, tt.extra...)
		if p.problem != tt.problem || tt.problem == "" && (p.status != 200 || string(p.Body) != body) {
			t.Errorf("%s: got %d %s and %q at the application", tt.name, p.status, p.problem, p.Body)
		}
	}
}

// TestRotationIsNoOutage changes a consumer over from one secret to the next.
func TestRotationIsNoOutage(t *testing.T) {
	s := startTerms(t)
	s.d.addUser("ada", "correct horse battery")
	c := s.d.addConsumer("--name", "Printer")
	s.d.issueToken(c, "ada")
	var rotated struct {
		Secret string
		Old    struct{ Secret bool }
	}
	s.d.json(&rotated, "consumer", "rotate", c.key, "--grace", "1h", "--format", "json")
	replaced := *c
	replaced.secret = rotated.Secret
	if !rotated.Old.Secret {
		t.Error("the answer does not say that there is an old secret")
	}
	for range 3 {
		for name, c := range map[string]*consumer{"old": c, "new": &replaced} {
			if p := s.send(c, "GET", "/", "", ""); p.status != 200 {
				t.Errorf("with the %s secret: got %d %s", name, p.status, p.problem)
			}
		}
	}
	s.d.cli("", "consumer", "rotate", c.key, "--end-grace")
	if p := s.send(c, "GET", "/", "", ""); p.problem != oauth1.ProblemSignatureInvalid {
		t.Errorf("with the old secret after its time: got %d %s", p.status, p.problem)
	}
	if p := s.send(&replaced, "GET", "/", "", ""); p.status != 200 {
		t.Errorf("with the new secret then: got %d %s", p.status, p.problem)
	}
	if err := s.d.stop(); err != nil { // marks are written at the end
		t.Fatal(err)
	}
	s.d.start()
	if shown := s.d.cli("", "consumer", "show", c.key); !strings.Contains(shown, "last used 20") {
		t.Errorf("no mark of the last use in\n%s", shown)
	}
}

func TestTheApplicationAsksAboutATokenItSaw(t *testing.T) {
	s := startTerms(t)
	s.d.addUser("ada", "correct horse battery")
	c := s.d.addConsumer("--name", "Printer")
	s.d.issueToken(c, "ada")
	id := strings.Join(s.send(c, "GET", "/", "", "").header("X-OAuth-Token-Id"), "")
	ask := func() string {
		resp := raw{method: "POST", target: "/api/v1/introspect", body: "token=" + id, headers: []string{"Host: x",
			"Content-Type: application/x-www-form-urlencoded", "Authorization: Bearer asks-about-tokens-only-0123456789"}}.send(t, s.d.private)
		var got struct {
			Active   bool
			Username string
		}
		if err := json.NewDecoder(resp.Body).Decode(&got); err != nil {
			t.Fatal(err)
		}
		if !got.Active {
			return "inactive"
		}
		return got.Username
	}
	if got := ask(); got != "ada" {
		t.Errorf("got %s, want ada", got)
	}
	s.d.cli("", "token", "revoke", c.token)
	if got := ask(); got != "inactive" {
		t.Errorf("a revoked token: got %s", got)
	}
}
