package dance

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

var registered = oauth1.Pair{Name: "oauth_callback", Value: callback}

// as gives the printer a profile.
func (f *fixture) as(profile string, edit func(*store.Consumer)) {
	f.t.Helper()
	_, err := f.store.ChangeConsumer(f.t.Context(), "printer", func(c *store.Consumer) error {
		c.Profile, c.Callbacks = profile, []string{callback, "oob"}
		if edit != nil {
			edit(c)
		}
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

// granted walks a dance and returns the access token and all that came with it.
func (f *fixture) granted() (call, map[string]string) {
	f.t.Helper()
	c := f.begin(true, allowed())
	status, got := f.accessToken(with(c, "right"))
	if status != 200 {
		f.t.Fatalf("access token: got %d %v", status, got)
	}
	return call{token: got["oauth_token"], secret: got["oauth_token_secret"]}, got
}

func TestEachProfileAnswersInItsOwnWords(t *testing.T) {
	f := newFixture(t, Config{})
	tests := []struct {
		profile, contentType string
		request, access      string // what must be there beside the token: name=value, or name=*
	}{
		{"rfc5849", "application/x-www-form-urlencoded", "oauth_callback_confirmed=true", ""},
		{"atlassian", "text/plain; charset=utf-8", "oauth_callback_confirmed=true",
			"oauth_expires_in=157680000 oauth_session_handle=* oauth_authorization_expires_in=160272000"},
		{"mediawiki", "text/plain; charset=utf-8", "oauth_callback_confirmed=true", "oauth_callback_confirmed=true"},
		{"wordpress", "application/x-www-form-urlencoded; charset=utf-8", "oauth_callback_confirmed=true", ""},
		{"magento", "application/x-www-form-urlencoded", "", ""},
		{"twitter", "application/x-www-form-urlencoded; charset=utf-8", "oauth_callback_confirmed=true", "user_id=* screen_name=ada"},
		{"yahoo", "application/x-www-form-urlencoded", "oauth_callback_confirmed=true oauth_expires_in=600 xoauth_request_auth_url=*",
			"oauth_expires_in=3600 oauth_session_handle=* oauth_authorization_expires_in=315363600 xoauth_yahoo_guid=*"},
	}
	has := func(name string, got map[string]string, want string) {
		t.Helper()
		fields := strings.Fields(want)
		if len(got) != len(fields)+2 {
			t.Errorf("%s: got %v, want the token, its secret and %q", name, got, want)
		}
		for _, field := range fields {
			n, v, _ := strings.Cut(field, "=")
			if got[n] != v && (v != "*" || got[n] == "") {
				t.Errorf("%s: %s is %q, want %q", name, n, got[n], v)
			}
		}
	}
	for _, tt := range tests {
		f.as(tt.profile, nil)
		status, header, got := f.requestToken("printer", registered)
		if status != 200 || header.Get("Content-Type") != tt.contentType || header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d, %v", tt.profile, status, header)
		}
		has(tt.profile+", request token", got, tt.request)
		_, got = f.granted()
		has(tt.profile+", access token", got, tt.access)
	}
	f.as("lti11", nil)
	if status, _, got := f.requestToken("printer", registered); status != 401 || got["oauth_problem"] != "permission_denied" {
		t.Errorf("lti11: got %d %v", status, got)
	}
}

func TestWhereNoCallbackMeansTheRegisteredOne(t *testing.T) {
	f := newFixture(t, Config{})
	absent, oob := []oauth1.Pair(nil), []oauth1.Pair{{Name: "oauth_callback", Value: "oob"}}
	for _, tt := range []struct {
		name, profile string
		callbacks     []string
		sent          []oauth1.Pair
		status        int
	}{
		{"twitter, absent", "twitter", []string{callback}, absent, 200},
		{"twitter, absent, and oob is registered too", "twitter", []string{callback, "oob"}, absent, 200},
		{"twitter, absent, of two", "twitter", []string{callback, callback + "2"}, absent, 400},
		{"twitter, absent, of none", "twitter", []string{"oob"}, absent, 400},
		{"magento, absent", "magento", []string{callback}, absent, 200},
		{"mediawiki, oob", "mediawiki", []string{callback}, oob, 200},
		{"mediawiki, absent", "mediawiki", []string{callback}, absent, 400},
		{"wordpress, absent", "wordpress", []string{callback}, absent, 400},
		{"rfc5849, absent", "rfc5849", []string{callback}, absent, 400},
		{"rfc5849, oob that is not registered", "rfc5849", []string{callback}, oob, 400},
	} {
		f.as(tt.profile, func(c *store.Consumer) { c.Callbacks = tt.callbacks })
		status, _, got := f.requestToken("printer", tt.sent...)
		if status != tt.status {
			t.Errorf("%s: got %d %v, want %d", tt.name, status, got, tt.status)
		}
		if status != 200 {
			continue
		}
		r, err := f.store.RequestToken(t.Context(), store.TokenID(got["oauth_token"]))
		if err != nil || r.Callback != callback {
			t.Errorf("%s: the user goes to %q (%v)", tt.name, r.Callback, err)
		}
	}
}

func TestEachProfileHasItsOwnNo(t *testing.T) {
	for profile, want := range map[string]string{
		"rfc5849":   callback + "?oauth_token=T&oauth_problem=user_refused",
		"atlassian": callback + "?oauth_token=T&oauth_verifier=denied",
		"twitter":   callback + "?denied=T",
	} {
		if got := addToQuery(callback, profileOf(store.Consumer{Profile: profile}).denial("T")...); got != want {
			t.Errorf("%s: got %s, want %s", profile, got, want)
		}
	}
}

func renewal(c call, handle string) call {
	c.extra = []oauth1.Pair{{Name: "oauth_session_handle", Value: handle}}
	return c
}

func TestRenewal(t *testing.T) {
	f := newFixture(t, Config{})
	f.as("yahoo", nil)
	c, got := f.granted()
	handle := got["oauth_session_handle"]
	f.turn(2 * time.Hour) // the token has expired, its session has not
	if status, got := f.accessToken(renewal(c, "wrong")); status != 400 || got["oauth_problem"] != "parameter_rejected" {
		t.Errorf("a wrong handle: got %d %v", status, got)
	}
	status, got := f.accessToken(renewal(c, handle))
	if status != 200 || got["oauth_session_handle"] != handle || got["oauth_expires_in"] != "3600" || got["oauth_token"] == c.token {
		t.Fatalf("got %d %v", status, got)
	}
	if status, got := f.accessToken(renewal(c, handle)); status != 401 || got["oauth_problem"] != "token_revoked" {
		t.Errorf("the old token again: got %d %v", status, got)
	}
	renewed := call{token: got["oauth_token"], secret: got["oauth_token_secret"]}
	f.turn(10*365*24*time.Hour + time.Hour)
	if status, got := f.accessToken(renewal(renewed, handle)); status != 401 || got["oauth_problem"] != "permission_denied" {
		t.Errorf("after the session: got %d %v", status, got)
	}
	f.as("rfc5849", nil)
	plain, _ := f.granted()
	if status, got := f.accessToken(renewal(plain, handle)); status != 400 || got["oauth_problem"] != "parameter_rejected" {
		t.Errorf("a token without a session: got %d %v", status, got)
	}
}

func TestADisabledUsersTokenIsNotRenewed(t *testing.T) {
	f := newFixture(t, Config{})
	if err := f.store.AddUser(t.Context(), store.User{Name: "ada"}); err != nil {
		t.Fatal(err)
	}
	f.as("yahoo", nil)
	c, got := f.granted()
	if _, err := f.store.ChangeUser(t.Context(), "ada", func(u *store.User) error { u.Disabled = true; return nil }); err != nil {
		t.Fatal(err)
	}
	for range 2 { // live, then expired
		if status, got := f.accessToken(renewal(c, got["oauth_session_handle"])); status != 401 || got["oauth_problem"] != "permission_denied" {
			t.Errorf("got %d %v", status, got)
		}
		f.turn(2 * time.Hour)
	}
}

func TestATokenThatLayIdleIsNotRenewed(t *testing.T) {
	f := newFixture(t, Config{IdleTTL: 10 * time.Minute})
	f.as("atlassian", nil)
	c, got := f.granted()
	if got["oauth_expires_in"] != "600" {
		t.Errorf("got %v, want what idleness leaves", got)
	}
	f.turn(time.Hour)
	if status, got := f.accessToken(renewal(c, got["oauth_session_handle"])); status != 401 || got["oauth_problem"] != "permission_denied" {
		t.Errorf("got %d %v", status, got)
	}
}

func TestLifeOfAToken(t *testing.T) {
	f := newFixture(t, Config{AccessTTL: time.Hour})
	for _, tt := range []struct {
		profile string
		own     int64
		want    int64
	}{{"rfc5849", 0, 3600}, {"rfc5849", 60, 60}, {"atlassian", 0, 3600}} {
		f.as(tt.profile, func(c *store.Consumer) { c.AccessTTL = tt.own })
		c, _ := f.granted()
		a, err := f.store.AccessToken(t.Context(), store.TokenID(c.token))
		if err != nil || a.Expires-a.Issued != tt.want {
			t.Errorf("%s, %d of its own: got %d seconds, %v, want %d", tt.profile, tt.own, a.Expires-a.Issued, err, tt.want)
		}
	}
}

func TestAConsumerRevokesItsToken(t *testing.T) {
	f := newFixture(t, Config{})
	f.as("rfc5849", nil)
	c, _ := f.granted()
	stolen := c
	stolen.secret = "wrong"
	if status, _, _ := f.post("/oauth/revoke-token", f.dance.ServeRevokeToken, stolen); status != 401 {
		t.Errorf("signed wrong: got %d", status)
	}
	if status, _, got := f.post("/oauth/revoke-token", f.dance.ServeRevokeToken, c); status != 200 || len(got) != 0 {
		t.Errorf("got %d %v", status, got)
	}
	if status, _, got := f.post("/oauth/revoke-token", f.dance.ServeRevokeToken, c); status != 401 || got["oauth_problem"] != "token_revoked" {
		t.Errorf("again: got %d %v", status, got)
	}
}

func TestIdentify(t *testing.T) {
	f := newFixture(t, Config{})
	if err := f.store.AddUser(t.Context(), store.User{Name: "ada", Groups: []string{"staff"}}); err != nil {
		t.Fatal(err)
	}
	f.as("mediawiki", nil)
	c, _ := f.granted()
	if status, _, got := f.post("/oauth/identify", f.dance.ServeIdentify, c); status != 401 || !strings.Contains(got["oauth_problem_advice"], "32 bytes") {
		t.Errorf("a short secret: got %d %v", status, got)
	}
	const secret = "a printer's secret of 32 bytes and more"
	sealed, err := f.dance.keys.Seal(store.Secret(secret), store.ConsumerSecretPlace("printer"))
	if err != nil {
		t.Fatal(err)
	}
	f.as("mediawiki", func(c *store.Consumer) { c.Secret = sealed })
	s := oauth1.Signer{ConsumerKey: "printer", ConsumerSecret: []byte(secret), Token: c.token, TokenSecret: []byte(c.secret), Method: oauth1.HMACSHA1,
		Now: f.now, Nonce: func() string { return "the question" }}
	header, err := s.Authorization(&oauth1.Message{Method: "GET", Scheme: "https", Host: "auth.example.net", Target: "/oauth/identify"})
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("GET", "/oauth/identify", nil)
	r.Header.Set("Authorization", header)
	w := httptest.NewRecorder()
	f.web.Protocol("identify", f.dance.ServeIdentify).ServeHTTP(w, r)
	if w.Code != 200 || w.Header().Get("Content-Type") != "application/jwt" {
		t.Fatalf("got %d %v %s", w.Code, w.Header(), w.Body)
	}
	token, err := jwt.ParseSigned(w.Body.String(), []jose.SignatureAlgorithm{jose.HS256})
	if err != nil {
		t.Fatal(err)
	}
	var id identity
	if err := token.Claims([]byte("another secret, which is long enough"), &id); err == nil {
		t.Error("it is signed with another secret as well")
	}
	if err := token.Claims([]byte(secret), &id); err != nil {
		t.Fatal(err)
	}
	if id.Username != "ada" || id.Subject != "ada" || id.Audience != "printer" || id.Issuer != "https://auth.example.net" || id.Nonce != "the question" ||
		id.Expiry.Time().Sub(id.IssuedAt.Time()) != 100*time.Second || len(id.Groups) != 1 {
		t.Errorf("got %+v", id)
	}
}
