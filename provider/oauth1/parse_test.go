package oauth1

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	goodHeader = `OAuth oauth_consumer_key="ck", oauth_token="tk", oauth_signature_method="HMAC-SHA1", ` +
		`oauth_timestamp="137131200", oauth_nonce="n", oauth_signature="c2ln"`
	goodList = "oauth_consumer_key=ck&oauth_token=tk&oauth_signature_method=HMAC-SHA1" +
		"&oauth_timestamp=137131200&oauth_nonce=n&oauth_signature=c2ln"
	formType = "application/x-www-form-urlencoded"
)

// outcome parses m and returns the outcome, or nothing if m is accepted.
func outcome(t *testing.T, m *Message) string {
	t.Helper()
	var r Request
	err := r.Parse(m, Limits{})
	if err == nil {
		return ""
	}
	if r.Check(Keys{ConsumerSecret: []byte("s")}) {
		t.Error("Check returned true after Parse had refused")
	}
	return err.(*Problem).Outcome()
}

func get(target string, authorization ...string) *Message {
	return &Message{Method: "GET", Scheme: "https", Host: "example.com", Target: target, Authorization: authorization}
}

func post(target, body string, authorization ...string) *Message {
	m := get(target, authorization...)
	m.Method, m.ContentType, m.Body = "POST", []string{formType}, []byte(body)
	return m
}

func TestTransmission(t *testing.T) {
	for _, tt := range []struct {
		name string
		m    *Message
		want string
	}{
		{"all in the header", get("/", goodHeader), ""},
		{"all in the query", get("/?" + goodList), ""},
		{"all in the form", post("/", goodList), ""},
		{"parameters of the application elsewhere", post("/?a=1", "b=2", goodHeader), ""},
		{"another scheme beside the query", get("/?"+goodList, "Basic Zm9vOmJhcg=="), ""},
		{"xoauth is no protocol parameter", get("/?xoauth_requestor_id=u&OAUTH_TOKEN=1", goodHeader), ""},

		{"nothing at all", get("/?a=1"), "no_credentials"},
		{"another scheme alone", get("/", "Bearer abc"), "no_credentials"},
		{"a scheme that begins with ours", get("/", "OAuth2 abc"), "no_credentials"},
		{"the scheme alone", get("/", "OAuth"), "no_credentials"},
		{"a realm alone", get("/", `OAuth realm="x"`), "no_credentials"},
		{"a form that is not declared as one", func() *Message { m := post("/", goodList); m.ContentType = nil; return m }(), "no_credentials"},

		{"header and query", get("/?oauth_token=tk", goodHeader), "parameter_rejected"},
		{"header and form", post("/", "oauth_token=tk", goodHeader), "parameter_rejected"},
		{"query and form", post("/?"+goodList, "oauth_x=1"), "parameter_rejected"},
		{"the signature once more in the query", get("/?oauth_signature=c2ln", goodHeader), "parameter_rejected"},
		{"an unknown oauth_ parameter elsewhere", get("/?oauth_x=1", goodHeader), "parameter_rejected"},
		{"an encoded name elsewhere", get("/?o%61uth%5Fsignature=x", goodHeader), "parameter_rejected"},
		{"the scheme in the header, the parameters in the query", get("/?"+goodList, "OAuth"), "parameter_rejected"},
		{"a realm in the header, the parameters in the query", get("/?"+goodList, `OAuth realm="x"`), "parameter_rejected"},
		{"two Authorization headers", get("/", goodHeader, goodHeader), "parameter_rejected"},
		{"two Authorization headers of two schemes", get("/", "Basic x", goodHeader), "parameter_rejected"},

		{"twice in the header", get("/", goodHeader+`, oauth_token="tk"`), "parameter_rejected"},
		{"twice in the query", get("/?" + goodList + "&oauth_token=tk"), "parameter_rejected"},
		{"twice in the form", post("/", goodList+"&oauth_nonce=other"), "parameter_rejected"},
		{"two signatures", get("/?" + goodList + "&oauth_signature=a"), "parameter_rejected"},
		{"twice under two spellings", get("/?" + goodList + "&oauth%5ftoken=tk"), "parameter_rejected"},
		{"an unknown oauth_ parameter twice", get("/?" + goodList + "&oauth_x=1&a=2&oauth_x=3"), "parameter_rejected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(t, tt.m); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestProtocolParameters(t *testing.T) {
	change := func(name, value string) *Message {
		var pieces []string
		for _, p := range strings.Split(goodList, "&") {
			if n, _, _ := strings.Cut(p, "="); n != name {
				pieces = append(pieces, p)
			}
		}
		if value != "absent" {
			pieces = append(pieces, name+"="+value)
		}
		return get("/?" + strings.Join(pieces, "&"))
	}
	plain := "&oauth_signature_method=PLAINTEXT&oauth_consumer_key=ck&oauth_signature=s%26"
	for _, tt := range []struct {
		name string
		m    *Message
		want string
	}{
		{"no version", change("oauth_version", "absent"), ""},
		{"version 1.0", change("oauth_version", "1.0"), ""},
		{"version 1.0a", change("oauth_version", "1.0a"), "version_rejected"},
		{"version 1", change("oauth_version", "1"), "version_rejected"},
		{"empty version", change("oauth_version", ""), "version_rejected"},

		{"no token", change("oauth_token", "absent"), ""},
		{"an empty token", change("oauth_token", ""), ""},

		{"no key", change("oauth_consumer_key", "absent"), "parameter_absent"},
		{"an empty key", change("oauth_consumer_key", ""), "parameter_absent"},
		{"no signature", change("oauth_signature", "absent"), "parameter_absent"},
		{"an empty signature", change("oauth_signature", ""), "parameter_absent"},
		{"no method", change("oauth_signature_method", "absent"), "parameter_absent"},
		{"an empty method", change("oauth_signature_method", ""), "parameter_absent"},
		{"an unknown method", change("oauth_signature_method", "HMAC-MD5"), "signature_method_rejected"},
		{"a method in lower case", change("oauth_signature_method", "hmac-sha1"), "signature_method_rejected"},

		{"no nonce", change("oauth_nonce", "absent"), "parameter_absent"},
		{"an empty nonce", change("oauth_nonce", ""), "parameter_absent"},
		{"a nonce of 256 bytes", change("oauth_nonce", strings.Repeat("%00", 256)), ""},
		{"a nonce of 257 bytes", change("oauth_nonce", strings.Repeat("n", 257)), "parameter_rejected"},

		{"no timestamp", change("oauth_timestamp", "absent"), "parameter_absent"},
		{"an empty timestamp", change("oauth_timestamp", ""), "parameter_absent"},
		{"timestamp 1", change("oauth_timestamp", "1"), ""},
		{"a timestamp of twelve digits", change("oauth_timestamp", "999999999999"), ""},
		{"a timestamp of thirteen digits", change("oauth_timestamp", "1000000000000"), "parameter_rejected"},
		{"timestamp 0", change("oauth_timestamp", "0"), "parameter_rejected"},
		{"a leading zero", change("oauth_timestamp", "0137131200"), "parameter_rejected"},
		{"a plus sign", change("oauth_timestamp", "%2B137131200"), "parameter_rejected"},
		{"a minus sign", change("oauth_timestamp", "-1"), "parameter_rejected"},
		{"a blank", change("oauth_timestamp", "+137131200"), "parameter_rejected"},
		{"a decimal", change("oauth_timestamp", "137131200.0"), "parameter_rejected"},
		{"an exponent", change("oauth_timestamp", "1e9"), "parameter_rejected"},
		{"hex", change("oauth_timestamp", "0x10"), "parameter_rejected"},
		{"digits of another script", change("oauth_timestamp", "%D9%A1%D9%A2"), "parameter_rejected"},

		{"PLAINTEXT needs no timestamp and nonce here", get("/?" + plain), ""},
		{"PLAINTEXT with a bad timestamp", get("/?" + plain + "&oauth_timestamp=x"), "parameter_rejected"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := outcome(t, tt.m); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestParseFields(t *testing.T) {
	m := post("/a?x=1&x=2", "x=3&y", `OAuth realm="R", oauth_consumer_key="c%20k",oauth_token="t%2Bk" ,	oauth_signature_method="HMAC-SHA256",`+
		`oauth_timestamp="137131200",oauth_nonce="n%FF",oauth_signature="c2ln%2B%3D",oauth_callback="",`+
		`oauth_verifier="v",oauth_session_handle="h",oauth_body_hash="b%3D",xoauth_requestor_id="me%40here"`)
	var r Request
	if err := r.Parse(m, Limits{}); err != nil {
		t.Fatal(err)
	}
	got := []string{r.ConsumerKey, r.Token, r.SignatureMethod, r.Signature, r.Nonce, r.Callback, r.Verifier, r.SessionHandle, r.BodyHash, r.In.String()}
	want := []string{"c k", "t+k", "HMAC-SHA256", "c2ln+=", "n\xff", "", "v", "h", "b=", "header"}
	if diff := cmp.Diff(got, want); diff != "" {
		t.Errorf("fields (-got +want):\n%s", diff)
	}
	if r.Timestamp != 137131200 {
		t.Errorf("got timestamp %d", r.Timestamp)
	}
	if !r.Has("oauth_callback") || r.Has("oauth_version") || r.Has("x") {
		t.Error("Has is not about the protocol parameters that are present")
	}
	if v, ok := r.Parameter("xoauth_requestor_id"); v != "me@here" || !ok {
		t.Errorf("got %q, %v", v, ok)
	}
	if v, _ := r.Parameter("x"); v != "1" {
		t.Errorf("got %q, want the first value", v)
	}
	if diff := cmp.Diff(r.Pairs()[len(r.Pairs())-4:], []Pair{{"x", "1"}, {"x", "2"}, {"x", "3"}, {"y", ""}}); diff != "" {
		t.Errorf("pairs (-got +want):\n%s", diff)
	}

	// What was read stays as it was when the Request is used again.
	nonce := r.Nonce
	if err := r.Parse(get("/?"+strings.Replace(goodList, "nonce=n", "nonce=%41%42", 1)), Limits{}); err != nil {
		t.Fatal(err)
	}
	if nonce != "n\xff" || r.Nonce != "AB" || r.Verifier != "" || r.In != InQuery {
		t.Errorf("after reuse: old nonce %q, nonce %q, verifier %q, in %v", nonce, r.Nonce, r.Verifier, r.In)
	}
}

func TestAllAbsentNamedAtOnce(t *testing.T) {
	var r Request
	err := r.Parse(get("/", `OAuth oauth_token="t", oauth_nonce=""`), Limits{})
	p, _ := err.(*Problem)
	if p == nil || p.Status != 400 || p.Outcome() != "parameter_absent" {
		t.Fatalf("got %v", err)
	}
	want := []Pair{{"oauth_parameters_absent", "oauth_consumer_key&oauth_signature_method&oauth_signature&oauth_timestamp&oauth_nonce"}}
	if diff := cmp.Diff(p.Details, want); diff != "" {
		t.Errorf("details (-got +want):\n%s", diff)
	}
}

func TestLimits(t *testing.T) {
	l := Limits{Header: len(goodHeader), Target: 400, Form: 50, Params: 10, Nonce: 5}
	with := func(change func(*Message)) *Message {
		m := post("/?a=1", "b=2", goodHeader)
		change(m)
		return m
	}
	nonce := func(n string) func(*Message) {
		return func(m *Message) {
			m.Authorization = nil
			m.Target = "/?" + strings.Replace(goodList, "nonce=n", "nonce="+n, 1)
		}
	}
	for _, tt := range []struct {
		name, advice string
		m            *Message
	}{
		{"header at the limit", "", with(func(m *Message) {})},
		{"header beyond the limit", "the Authorization header has more than", with(func(m *Message) { m.Authorization[0] += " " })},
		{"target at the limit", "", with(func(m *Message) { m.Target += strings.Repeat("x", 400-len(m.Target)) })},
		{"target beyond the limit", "the request target has more than 400 bytes", with(func(m *Message) { m.Target = "/" + strings.Repeat("x", 400) })},
		{"form at the limit", "", with(func(m *Message) { m.Body = []byte(strings.Repeat("x", 50)) })},
		{"form beyond the limit", "the form body has more than 50 bytes", with(func(m *Message) { m.Body = []byte(strings.Repeat("x", 51)) })},
		{"a body that is no form has no limit here", "", with(func(m *Message) { m.ContentType, m.Body = nil, make([]byte, 100) })},
		{"parameters at the limit", "", with(func(m *Message) { m.Target = "/?a=1&b&c&&&" })},
		{"parameters beyond the limit", "the request has more than 10 parameters", with(func(m *Message) { m.Target = "/?a=1&b&c&d" })},
		{"nonce at the limit", "", with(nonce("12345"))},
		{"nonce beyond the limit", "oauth_nonce is longer than 5 bytes", with(nonce("123456"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var r Request
			err := r.Parse(tt.m, l)
			if tt.advice == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if p, _ := err.(*Problem); p == nil || p.Name != "parameter_rejected" || p.Status != 400 || !strings.HasPrefix(p.Advice, tt.advice) {
				t.Errorf("got %v, want %s", err, tt.advice)
			}
		})
	}
}

// One huge request does not keep its memory for all that follow.
func TestHugeRequestLeavesNothing(t *testing.T) {
	var r Request
	if err := r.Parse(post("/", "a="+strings.Repeat("%20", 300<<10), goodHeader), Limits{}); err != nil {
		t.Fatal(err)
	}
	r.Check(testKeys)
	if err := r.Parse(get("/", goodHeader), Limits{}); err != nil {
		t.Fatal(err)
	}
	if got := cap(r.arena) + cap(r.base); got > keptMemory {
		t.Errorf("%d bytes are kept", got)
	}
	if got := len(r.texts[formText]); got != 0 {
		t.Errorf("a form of %d bytes is kept", got)
	}
}
