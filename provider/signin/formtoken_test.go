package signin

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestTheFormIsTiedToTheSession(t *testing.T) {
	h := build(t, Config{})
	form := func(token ...string) url.Values {
		return url.Values{"username": {"ada"}, "password": {password}, "form_token": token}
	}
	tests := []struct {
		name string
		do   func(p *person, page answer) answer
		want int
	}{
		{"no form token", func(p *person, _ answer) answer { return p.post("/oauth/signin", form()) }, http.StatusForbidden},
		{"an empty one", func(p *person, _ answer) answer { return p.post("/oauth/signin", form("")) }, http.StatusForbidden},
		{"another session's", func(p *person, _ answer) answer {
			return p.post("/oauth/signin", form(h.visitor(t).get("/oauth/signin").field(t, "form_token")))
		}, http.StatusForbidden},
		{"one changed", func(p *person, page answer) answer {
			return p.post("/oauth/signin", form("A"+page.field(t, "form_token")[1:]+"A"))
		}, http.StatusForbidden},
		{"without the cookie", func(_ *person, page answer) answer {
			return h.visitor(t).post("/oauth/signin", form(page.field(t, "form_token")))
		}, http.StatusForbidden},
		{"when the session has ended", func(p *person, page answer) answer {
			h.clock.pass(strangerTTL + time.Second)
			return p.post("/oauth/signin", form(page.field(t, "form_token")))
		}, http.StatusForbidden},
		{"two user names", func(p *person, page answer) answer {
			f := form(page.field(t, "form_token"))
			f.Add("username", "bob")
			return p.post("/oauth/signin", f)
		}, http.StatusBadRequest},
		{"no password", func(p *person, page answer) answer {
			f := form(page.field(t, "form_token"))
			f.Del("password")
			return p.post("/oauth/signin", f)
		}, http.StatusBadRequest},
		{"a megabyte", func(p *person, page answer) answer {
			f := form(page.field(t, "form_token"))
			f.Set("password", strings.Repeat("a", 1<<20))
			return p.post("/oauth/signin", f)
		}, http.StatusRequestEntityTooLarge},
		{"all in the query", func(p *person, page answer) answer {
			return p.post("/oauth/signin?"+form(page.field(t, "form_token")).Encode(), nil)
		}, http.StatusBadRequest},
		{"by GET", func(p *person, page answer) answer {
			return p.get("/oauth/signin?" + form(page.field(t, "form_token")).Encode())
		}, http.StatusOK},
		{"as it should be", func(p *person, page answer) answer {
			return p.post("/oauth/signin", form(page.field(t, "form_token")))
		}, http.StatusSeeOther},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := h.visitor(t)
			got := test.do(p, p.get("/oauth/signin"))
			if got.status != test.want {
				t.Errorf("got status %d, want %d", got.status, test.want)
			}
			if in := p.here() != ""; in != (test.want == http.StatusSeeOther) {
				t.Errorf("signed in afterwards: got %v", in)
			}
		})
	}
}

func TestAnotherOriginsFormIsRefused(t *testing.T) {
	h := build(t, Config{})
	p := h.visitor(t)
	page := p.get("/oauth/signin")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.server.URL+"/oauth/signin", strings.NewReader(url.Values{
		"username": {"ada"}, "password": {password}, "form_token": {page.field(t, "form_token")},
	}.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://evil.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if got := p.do(r); got.status != http.StatusForbidden || p.here() != "" {
		t.Errorf("got status %d, want 403", got.status)
	}
}

func TestFormTokensAreForOnePurposeInOneSession(t *testing.T) {
	h := build(t, Config{})
	p, q := h.visitor(t), h.visitor(t)
	before := p.get("/oauth/signin")
	p.signIn(before, "ada", password)
	q.arrive("ada")
	token := p.get("/oauth/authorize?oauth_token=one").field(t, "form_token")
	check := func(p *person, oauthToken, formToken string) string {
		return p.post("/oauth/authorize", url.Values{"oauth_token": {oauthToken}, "form_token": {formToken}}).body
	}
	if got := check(p, "one", token); got != "checked true" {
		t.Errorf("its own: got %q", got)
	}
	if got := check(p, "two", token); got != "checked false" {
		t.Errorf("for another request token: got %q", got)
	}
	if got := check(q, "one", token); got != "checked false" {
		t.Errorf("in another session of the same user: got %q", got)
	}
	if got := check(p, "one", ""); got != "checked false" {
		t.Errorf("none: got %q", got)
	}
	if got := p.signIn(before, "ada", password); got.status != http.StatusForbidden {
		t.Errorf("the form from before sign-in: got status %d, want 403", got.status)
	}
}
