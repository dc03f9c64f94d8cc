package journey

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// An explained is what request explain says, as scripts read it.
type explained struct {
	ID, Problem, Cause, Advice, Consumer string
	Certain                              bool
	BaseString                           string `json:"base_string"`
}

func (d *daemon) explain(id string, args ...string) explained {
	d.t.Helper()
	var e explained
	d.json(&e, append([]string{"request", "explain", id, "--format", "json"}, args...)...)
	return e
}

// askAs asks the dialect's endpoint about a GET of target at https://app.example.test.
func (d *daemon) askAs(authorization, target string) *http.Response {
	d.t.Helper()
	r, err := http.NewRequest("GET", "http://"+d.private+"/auth/forward", nil)
	if err != nil {
		d.t.Fatal(err)
	}
	r.Header = http.Header{"Authorization": {authorization}, "X-Forwarded-Method": {"GET"}, "X-Forwarded-Uri": {target},
		"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"app.example.test"}}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	return resp
}

// A consumer signs http where the proxy shows https: the daemon refuses, says
// why to the operator who has the id, and to the consumer's developer while the
// debug window is open.
func TestARefusalIsExplained(t *testing.T) {
	d := startDaemon(t, "https://auth.example.test", "")
	d.addUser("ada", "correct horse battery")
	c := d.addConsumer("--name", "Printer", "--callback", "oob", "--method", "HMAC-SHA1")
	d.issueToken(c, "ada")
	const cause = `oauth1d_signature_mismatch_total{cause="scheme"}`
	if got := d.metric(cause); got != "0" {
		t.Errorf("before: %s is %q, want 0", cause, got)
	}
	wrong := func() *http.Response {
		return d.askAs(c.get(t, "http://app.example.test/photos?size=full"), "/photos?size=full")
	}
	resp := wrong()
	id := resp.Header.Get("X-Request-Id")
	if resp.StatusCode != http.StatusUnauthorized || id == "" {
		t.Fatalf("got %s, request id %q, want a refusal with an id", resp.Status, id)
	}
	if got := resp.Header.Get("WWW-Authenticate"); strings.Contains(got, "base_string") {
		t.Errorf("outside of a debug window the consumer is told %s", got)
	}
	e := d.explain(id)
	if e.ID != id || e.Problem != "signature_invalid" || e.Cause != "scheme" || !e.Certain || e.Advice == "" || e.Consumer != c.key {
		t.Errorf("got %+v, want the cause scheme with certainty", e)
	}
	if !strings.HasPrefix(e.BaseString, "GET&https%3A%2F%2Fapp.example.test%2Fphotos&") {
		t.Errorf("got the base string %q", e.BaseString)
	}
	eventually(t, cause+" counts", func() bool { return d.metric(cause) == "1" })
	for _, args := range [][]string{{"NEVERWAS"}, {id, "--consumer", "somebody-else"}} {
		if _, words, code := d.try("", append([]string{"request", "explain"}, args...)...); code != 4 || !strings.Contains(words, "there is no refused request") {
			t.Errorf("%v: exit %d, %s, want 4 and a sentence", args, code, words)
		}
	}
	if line, reloaded := d.hangup(), d.explain(id); reloaded.Cause != "scheme" {
		t.Errorf("after a reload (%s): got %+v", line, reloaded)
	}

	d.cli("", "consumer", "set", c.key, "--debug-for", "10m")
	challenge := wrong().Header.Get("WWW-Authenticate")
	_, base, found := strings.Cut(challenge, `oauth_signature_base_string="`)
	base, _, _ = strings.Cut(base, `"`)
	if plain, err := url.PathUnescape(base); err != nil || !found || !strings.HasPrefix(plain, "GET&https%3A%2F%2Fapp.example.test%2Fphotos&") {
		t.Errorf("in the debug window the challenge is %s", challenge)
	}
	if !strings.Contains(challenge, `oauth_problem_cause="scheme"`) || !strings.Contains(challenge, "oauth_problem_fix=") {
		t.Errorf("the challenge has no explanation: %s", challenge)
	}
	if all, err := json.Marshal(e); err != nil || strings.Contains(string(all)+challenge+d.log.String(), c.secret) || strings.Contains(string(all)+challenge+d.log.String(), c.tokenSecret) {
		t.Errorf("a secret shows (%v)", err)
	}
}
