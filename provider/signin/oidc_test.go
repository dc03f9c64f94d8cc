package signin

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/web"
)

// codeOf returns the code of the page that an error becomes.
func codeOf(err error) string {
	var e *web.Error
	switch {
	case err == nil:
		return ""
	case errors.As(err, &e):
		return e.Code
	}
	return "no page: " + err.Error()
}

var groupsOfAda = map[string]any{"groups": []string{"editors", "staff"}}

func TestOIDCSignsIn(t *testing.T) {
	for name, inIDToken := range map[string]bool{"claims in the ID token": true, "claims at the userinfo endpoint": false} {
		t.Run(name, func(t *testing.T) {
			p := startProvider(t, inIDToken, map[string]account{"sub-ada": resident("ada", groupsOfAda)})
			for _, client := range []string{"rsa", "ec", "public"} {
				o := p.client(t, client, nil)
				start := begin(t, o)
				w := p.walker()
				got, err := o.Finish(t.Context(), w.walk(t, start.URL, "ada", ""), start.Pending)
				if err != nil {
					t.Fatalf("client %s: %v", client, err)
				}
				if got.User != "ada" || !slices.Equal(got.Groups, []string{"editors", "staff"}) || len(got.Refresh) == 0 {
					t.Errorf("client %s: got %v of %v with a refresh token of %d bytes", client, got.User, got.Groups, len(got.Refresh))
				}
				if diff := cmp.Diff(w.asked, []string{"login", "consent"}); diff != "" {
					t.Errorf("client %s: what the person was asked (-got +want):\n%s", client, diff)
				}
			}
		})
	}
}

func TestOIDCReadsClaims(t *testing.T) {
	claims := map[string]map[string]any{
		"list":       {"groups": []string{"a", "b"}, "email": "ada@example.org", "email_verified": true},
		"string":     {"groups": "a b", "email": "ada@example.org", "email_verified": false},
		"none":       {"email": "ada@example.org"},
		"said":       {"email": "ada@example.org", "email_verified": "true"},
		"numbers":    {"groups": []int{1}},
		" spaced":    {},
		"bell\u0007": {},
	}
	accounts := map[string]account{}
	for name, c := range claims {
		accounts["sub-"+name] = resident(name, c)
	}
	rows := []struct {
		name, account, claim string
		want                 Identity
		code                 string
	}{
		{"groups may be a list", "list", "", Identity{User: "list", Groups: []string{"a", "b"}}, ""},
		{"groups may be one string, which is one group", "string", "", Identity{User: "string", Groups: []string{"a b"}}, ""},
		{"groups may be missing", "none", "", Identity{User: "none"}, ""},
		{"groups that are numbers are nonsense", "numbers", "", Identity{}, "signin_answer_invalid"},
		{"the subject may be the user", "list", "sub", Identity{User: "sub-list", Groups: []string{"a", "b"}}, ""},
		{"a verified address may be the user", "list", "email", Identity{User: "ada@example.org", Groups: []string{"a", "b"}}, ""},
		{"a provider may say verified in a string", "said", "email", Identity{User: "ada@example.org"}, ""},
		{"an address that is not verified is nobody's", "string", "email", Identity{}, "signin_account_unusable"},
		{"an address that may be verified is nobody's", "none", "email", Identity{}, "signin_account_unusable"},
		{"no address is no user", "numbers", "email", Identity{}, "signin_account_unusable"},
		{"a claim that is missing is no user", "list", "nickname", Identity{}, "signin_account_unusable"},
		{"a claim that is a list is no user", "list", "groups", Identity{}, "signin_account_unusable"},
		{"a name with a blank in front is no user's", " spaced", "", Identity{}, "signin_account_unusable"},
		{"a name that does not show is no user's", "bell\u0007", "", Identity{}, "signin_account_unusable"},
	}
	for _, inIDToken := range []bool{true, false} {
		p := startProvider(t, inIDToken, accounts)
		for _, row := range rows {
			o := p.client(t, "ec", func(c *OIDCConfig) {
				c.UserClaim, c.Scopes = row.claim, []string{"openid", "profile", "email", "groups"}
			})
			start := begin(t, o)
			got, err := o.Finish(t.Context(), p.walker().walk(t, start.URL, row.account, ""), start.Pending)
			if code := codeOf(err); code != row.code {
				t.Errorf("%s (in the ID token: %v): got code %q (%v), want %q", row.name, inIDToken, code, err, row.code)
			}
			if row.code == "" {
				row.want.Subject = "sub-" + row.account
			}
			if diff := cmp.Diff(got, row.want); diff != "" {
				t.Errorf("%s (in the ID token: %v) (-got +want):\n%s", row.name, inIDToken, diff)
			}
		}
	}
}

// All of these are at one provider, because starting it takes most of the time.
func TestOIDCAtOneProvider(t *testing.T) {
	p := startProvider(t, true, map[string]account{"sub-ada": resident("ada", nil), "sub-bob": resident("bob", nil)})
	for name, test := range map[string]func(*testing.T, *realProvider){
		"a person may cancel, which is nobody":             oidcDenied,
		"another person may sign in":                       oidcAsksForAnother,
		"a callback is a request that anybody can make":    oidcRefusesCallbacks,
		"a callback counts once":                           oidcTakesACallbackOnce,
		"each sign-in has its own secrets":                 oidcBeginsAnew,
		"a certificate of an unknown authority is refused": oidcUnknownAuthority,
		"what was kept of a sign-in is not taken on trust": oidcReadsItsOwnRecordsOnly,
	} {
		t.Run(name, func(t *testing.T) { test(t, p) })
	}
}

func oidcDenied(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", nil)
	for _, at := range []string{"login", "consent"} {
		start := begin(t, o)
		_, err := o.Finish(t.Context(), p.walker().walk(t, start.URL, "ada", at), start.Pending)
		if !errors.Is(err, ErrNobody) || codeOf(err) != "signin_refused" {
			t.Errorf("cancelled at %s: got %v with code %q", at, err, codeOf(err))
		}
	}
}

func oidcAsksForAnother(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", func(c *OIDCConfig) { c.Scopes = nil })
	w := p.walker()
	signIn := func(change func(string) string, as, want string) {
		t.Helper()
		w.asked = nil
		start := begin(t, o)
		got, err := o.Finish(t.Context(), w.walk(t, change(start.URL), as, ""), start.Pending)
		if err != nil || got.User != want {
			t.Errorf("got user %q and error %v, want %q", got.User, err, want)
		}
	}
	signIn(func(to string) string { return to }, "ada", "ada")
	signIn(func(to string) string { return to }, "nobody asks", "ada")
	if len(w.asked) != 0 {
		t.Errorf("the provider, which knew, asked %q", w.asked)
	}
	signIn(o.Another, "bob", "bob")
	if !slices.Contains(w.asked, "login") {
		t.Errorf("the provider was to ask who it is and asked %q", w.asked)
	}
}

func oidcRefusesCallbacks(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", nil)
	mallory := begin(t, o)
	theirs := p.walker().walk(t, mallory.URL, "bob", "").URL.Query()
	rows := []struct {
		name   string
		change func(q url.Values)
		code   string
	}{
		{"as it came", func(url.Values) {}, ""},
		{"another state", func(q url.Values) { q.Set("state", mallory.State) }, "signin_return_unknown"},
		{"no state", func(q url.Values) { q.Del("state") }, "signin_return_unknown"},
		{"an empty state", func(q url.Values) { q.Set("state", "") }, "signin_return_unknown"},
		{"two states", func(q url.Values) { q.Add("state", mallory.State) }, "signin_return_unknown"},
		{"the code of another sign-in, which has another PKCE challenge", func(q url.Values) { q.Set("code", theirs.Get("code")) }, "signin_return_unknown"},
		{"a code that is none", func(q url.Values) { q.Set("code", "x") }, "signin_return_unknown"},
		{"no code", func(q url.Values) { q.Del("code") }, "signin_answer_invalid"},
		{"two codes", func(q url.Values) { q.Add("code", theirs.Get("code")) }, "signin_answer_invalid"},
		{"another issuer", func(q url.Values) { q.Set("iss", "https://evil.test") }, "signin_answer_invalid"},
		{"no issuer, though the provider says that it sends one", func(q url.Values) { q.Del("iss") }, "signin_answer_invalid"},
		{"an error that we are to blame for", func(q url.Values) { q.Set("error", "invalid_scope") }, "signin_refused"},
		{"an error of the provider's", func(q url.Values) { q.Set("error", "server_error") }, "signin_unavailable"},
		{"a refusal of another issuer", func(q url.Values) { q.Set("error", "access_denied"); q.Set("iss", "x") }, "signin_answer_invalid"},
	}
	for _, row := range rows {
		start := begin(t, o)
		r := p.walker().walk(t, start.URL, "ada", "")
		q := r.URL.Query()
		row.change(q)
		r.URL.RawQuery = q.Encode()
		got, err := o.Finish(t.Context(), r, start.Pending)
		if code := codeOf(err); code != row.code || (err == nil) != (got.User == "ada") {
			t.Errorf("%s: got user %q and code %q (%v), want %q", row.name, got.User, code, err, row.code)
		}
	}
}

func oidcTakesACallbackOnce(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", nil)
	start := begin(t, o)
	r := p.walker().walk(t, start.URL, "ada", "")
	if _, err := o.Finish(t.Context(), r, start.Pending); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Finish(t.Context(), r, start.Pending); codeOf(err) != "signin_return_unknown" {
		t.Errorf("a replayed callback: got code %q (%v)", codeOf(err), err)
	}
}

func oidcBeginsAnew(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", nil)
	a, b := begin(t, o), begin(t, o)
	if a.State == b.State || bytes.Equal(a.Pending, b.Pending) || len(a.State) < 32 {
		t.Errorf("two sign-ins have something in common, or too short a state %q", a.State)
	}
	u, err := url.Parse(a.URL)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if q.Get("code_challenge_method") != "S256" || q.Get("redirect_uri") != callback || q.Get("state") != a.State || q.Get("nonce") == q.Get("state") || q.Get("nonce") == "" {
		t.Errorf("the browser is sent to %s", a.URL)
	}
	if verifier := o.visitOf(t, a).Verifier; strings.Contains(a.URL, verifier) || q.Get("client_secret") != "" {
		t.Error("the browser is given what it must not have")
	}
}

func oidcUnknownAuthority(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", func(c *OIDCConfig) { c.Roots = nil })
	if _, err := o.Begin(t.Context(), callback, ""); codeOf(err) != "signin_unavailable" {
		t.Errorf("a provider with a certificate of nobody's: got %v", err)
	}
}

func oidcReadsItsOwnRecordsOnly(t *testing.T, p *realProvider) {
	o := p.client(t, "ec", nil)
	for _, pending := range []string{"", "null", "{}", "[]", `{"state":"","nonce":"n","verifier":"v"}`} {
		r := httptest.NewRequest(http.MethodGet, callback+"?state=&code=x", nil)
		if _, err := o.Finish(context.Background(), r, []byte(pending)); err == nil {
			t.Errorf("%q finished a sign-in", pending)
		}
	}
}
