package admin_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"oauth1d/provider"
	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// A refuser is a house whose gate refuses requests of a consumer "printer".
type refuser struct {
	*house
	gate   http.Handler
	secret string
	now    time.Time
}

// newRefuser builds the provider twice on the same parts, as a reload does: the
// second one refuses, the first one explains.
func newRefuser(t *testing.T) *refuser {
	t.Helper()
	r := &refuser{now: time.Now()}
	var parts provider.Parts
	r.house = build(t, func(p *provider.Parts) {
		p.Now = func() time.Time { return r.now }
		p.Refused = explain.NewRing(explain.RingConfig{Now: p.Now})
		parts = *p
	})
	p, err := provider.New(parts, provider.Config{PublicURL: "https://auth.example.test", Dialects: []string{web.Envoy},
		Endpoints: provider.Endpoints{RequestToken: "/oauth/request-token", Authorize: "/oauth/authorize", AccessToken: "/oauth/access-token",
			SignIn: "/oauth/signin", SignOut: "/oauth/signout", Static: "/oauth/static/"}})
	must(t, err)
	t.Cleanup(parts.Refused.Wait)
	r.gate = p.Public
	r.secret = r.made("POST", "/api/v1/consumers", `{"key":"printer","name":"Printer","callbacks":["oob"],"methods":["HMAC-SHA1"]}`).field("secret")
	r.made("POST", "/api/v1/consumers", `{"key":"other","name":"Other","callbacks":["oob"]}`)
	return r
}

// header signs a request for a request token as if it went there.
func (r *refuser) header(scheme, key string) string {
	r.t.Helper()
	s := oauth1.Signer{ConsumerKey: key, ConsumerSecret: []byte(r.secret), Method: oauth1.HMACSHA1, Now: func() time.Time { return r.now }}
	pairs, err := s.Sign(&oauth1.Message{Method: "POST", Scheme: scheme, Host: "auth.example.test", Target: "/oauth/request-token"},
		oauth1.Pair{Name: "oauth_callback", Value: "oob"})
	must(r.t, err)
	return oauth1.AuthorizationHeader("", pairs)
}

func (r *refuser) ask(header string) answer {
	q := httptest.NewRequest("POST", "/oauth/request-token", nil)
	q.RequestURI = "/oauth/request-token"
	q.Header.Set("Authorization", header)
	return send(r.gate, q)
}

func TestRefusalsAreExplained(t *testing.T) {
	r := newRefuser(t)
	wrong := r.ask(r.header("http", "printer"))
	stranger := r.ask(r.header("https", "nobody\x1b[2J"))
	if wrong.status != 401 || stranger.status != 401 {
		t.Fatalf("got %d and %d, want both refused", wrong.status, stranger.status)
	}
	id, strangers := wrong.header.Get("X-Request-Id"), stranger.header.Get("X-Request-Id")

	e := r.made("GET", "/api/v1/refusals/"+id+"/explanation", "")
	if e.field("cause") != "scheme" || e.fields["certain"] != true || e.field("consumer") != "printer" || e.field("id") != id ||
		!strings.HasPrefix(e.field("base_string"), "POST&https%3A%2F%2Fauth.example.test") || e.field("advice") == "" {
		t.Errorf("got %s", e.text)
	}
	if strings.Contains(e.text, r.secret) {
		t.Errorf("the answer holds the secret: %s", e.text)
	}
	if e := r.made("GET", "/api/v1/refusals/"+strangers+"/explanation", ""); e.field("cause") != "consumer_key_unknown" || strings.Contains(e.text, "\x1b") {
		t.Errorf("of a stranger: got %s", e.text)
	}
	theirs := strings.Replace(e.field("base_string"), "https", "http", 1)
	body, err := json.Marshal(map[string]string{"base_string": theirs})
	must(t, err)
	if e := r.made("POST", "/api/v1/refusals/"+id+"/explanation?consumer=printer", string(body)); e.field("cause") != "scheme" {
		t.Errorf("with the consumer's base string: got %s", e.text)
	}

	var list struct {
		Refusals []struct {
			ID, Consumer, Problem, URL string
			Known                      bool
		}
	}
	must(t, json.Unmarshal([]byte(r.made("GET", "/api/v1/refusals?limit=5", "").text), &list))
	if len(list.Refusals) != 2 || list.Refusals[0].URL != "https://auth.example.test/oauth/request-token" {
		t.Errorf("got the list %+v", list)
	}
	must(t, json.Unmarshal([]byte(r.made("GET", "/api/v1/refusals?consumer=printer", "").text), &list))
	if len(list.Refusals) != 1 || list.Refusals[0].ID != id || !list.Refusals[0].Known || list.Refusals[0].Problem != "signature_invalid" {
		t.Errorf("got the list %+v", list)
	}
}

func TestRefusalsThatAreNotThere(t *testing.T) {
	r := newRefuser(t)
	id := r.ask(r.header("http", "printer")).header.Get("X-Request-Id")
	const explanation = "/explanation"
	tests := []struct {
		name, target string
		status       int
		says         string
	}{
		{"an unknown id", "/api/v1/refusals/NONE" + explanation, 404, `there is no refused request \"NONE\"; the id stands in the X-Request-Id header`},
		{"a very long one", "/api/v1/refusals/" + strings.Repeat("A", 5000) + explanation, 404, "there is no refused request"},
		{"another consumer's", "/api/v1/refusals/" + id + explanation + "?consumer=other", 404, `there is no refused request of consumer \"other\"`},
		{"a parameter that means nothing", "/api/v1/refusals/" + id + explanation + "?user=ada", 400, "expected consumer, at most once"},
		{"a limit that is none", "/api/v1/refusals?limit=x", 400, "limit must be a number from 1 to 1000"},
		{"a list of nothing", "/api/v1/refusals?consumer=other", 200, `{"refusals":[]}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := r.call("GET", tt.target, ""); a.status != tt.status || !strings.Contains(a.text, tt.says) || len(a.text) > 700 {
				t.Errorf("got %d %.700s, want %d and %q", a.status, a.text, tt.status, tt.says)
			}
		})
	}
	r.now = r.now.Add(time.Hour + time.Second)
	if a := r.call("GET", "/api/v1/refusals/"+id+explanation, ""); a.status != 404 || a.code() != "expired" || !strings.Contains(a.text, "expired: refused requests are kept for an hour") {
		t.Errorf("an hour later: got %d %s", a.status, a.text)
	}
	if a := r.call("GET", "/api/v1/refusals/"+id+explanation+"?consumer=other", ""); a.code() != "not_found" {
		t.Errorf("an hour later, another consumer's: got %d %s", a.status, a.text)
	}
}

func TestGivenRequestsAreExplained(t *testing.T) {
	r := newRefuser(t)
	given := func(scheme, extra string) string {
		header, err := json.Marshal([]string{r.header(scheme, "printer")})
		must(t, err)
		return `{"method":"POST","url":"https://auth.example.test/oauth/request-token","authorization":` + string(header) + extra + `}`
	}
	tests := []struct {
		name, body string
		status     int
		says       string
	}{
		{"signed right", given("https", ""), 200, `"valid":true`},
		{"signed for another scheme", given("http", ""), 200, `"cause":"scheme"`},
		{"with a host of its own", given("https", `,"host":"other.example.test"`), 200, `"valid":false`},
		{"without a method", `{"url":"https://auth.example.test/"}`, 400, "method is missing"},
		{"without a URL", `{"method":"GET"}`, 400, "url is missing"},
		{"with a URL that is none", `{"method":"GET","url":"auth.example.test"}`, 400, "it does not begin with http:// or https://"},
		{"with something unknown", given("https", `,"secret":"x"`), 400, "unknown field"},
		{"over the limit", given("https", `,"body":"`+strings.Repeat("a", 1<<20)+`"`), 413, "the body is longer than"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := r.call("POST", "/api/v1/explain", tt.body); a.status != tt.status || !strings.Contains(a.text, tt.says) {
				t.Errorf("got %d %.500s, want %d and %q", a.status, a.text, tt.status, tt.says)
			}
		})
	}
}

// In its debug window a consumer is told more, in challenge and body, and after
// it no more than others.
func TestDebugWindowShowsInTheAnswer(t *testing.T) {
	r := newRefuser(t)
	r.made("PATCH", "/api/v1/consumers/printer", `{"debug_for_seconds":600}`)
	a := r.ask(r.header("http", "printer"))
	body, err := url.ParseQuery(a.text)
	must(t, err)
	if !strings.HasPrefix(body.Get("oauth_signature_base_string"), "POST&https%3A%2F%2Fauth.example.test") || body.Get("oauth_problem_cause") != "scheme" || body.Get("oauth_problem_fix") == "" {
		t.Errorf("got the body %s", a.text)
	}
	challenge := a.header.Get("WWW-Authenticate")
	if !strings.Contains(challenge, `oauth_problem_cause="scheme"`) || slices.ContainsFunc([]byte(challenge), func(c byte) bool { return c < ' ' || c > '~' }) {
		t.Errorf("got the challenge %q", challenge)
	}
	if a := r.ask(r.header("http", "nobody")); strings.Contains(a.text, "base_string") {
		t.Errorf("a stranger is told %s", a.text)
	}
	r.now = r.now.Add(10 * time.Minute)
	if a := r.ask(r.header("http", "printer")); a.status != 401 || strings.Contains(a.text, "base_string") {
		t.Errorf("after the window: got %d %s", a.status, a.text)
	}
}
