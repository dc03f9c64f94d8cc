package journey

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// The user's leg of DAN: decisions, links to the authorize page, callbacks.

func (s *siege) denial(t *testing.T) {
	p := s.pending(t, "hmac")
	a := s.visit(t, s.visitor, p.token, "deny")
	if want := callback + "?oauth_token=" + p.token + "&oauth_problem=user_refused"; a.location != want {
		t.Errorf("after a denial the user goes to %q, want %q", a.location, want)
	}
	for _, verifier := range []string{"any", "denied", strings.Repeat("\x00", 32)} {
		s.declined(t, "access-token", s.exchanging(p, verifier).sign(), "permission_denied")
	}
	for _, style := range gates {
		s.refused(t, style, newCall(&p.consumer).sign(), "token_rejected")
	}
}

func (s *siege) oddLinks(t *testing.T) {
	used, denied := s.pending(t, "hmac"), s.pending(t, "hmac")
	s.redeem(t, used, s.allow(t, used))
	s.visit(t, s.visitor, denied.token, "deny")
	p := s.pending(t, "hmac")
	for name, query := range map[string]string{
		"none": "", "empty": "?oauth_token=", "unknown": "?oauth_token=" + mark, "markup": "?oauth_token=" + url.QueryEscape("<script>"+mark+"</script>"),
		"used": "?oauth_token=" + used.token, "denied": "?oauth_token=" + denied.token, "two": "?oauth_token=" + p.token + "&oauth_token=" + mark,
		"a broken escape": "?oauth_token=%zz", "a semicolon": "?oauth_token=" + p.token + ";x=1", "another case": "?oauth_token=" + swapCase(p.token),
		"a NUL behind": "?oauth_token=" + p.token + "%00", "a line break": "?oauth_token=" + p.token + "%0d%0a", "long": "?oauth_token=" + strings.Repeat("a", 10_000),
		"used, with a callback": "?oauth_token=" + used.token + "&oauth_callback=https://evil.example/",
	} {
		a := s.page(t, s.visitor, query)
		if a.status < 400 || a.status > 499 || a.location != "" {
			t.Errorf("%s: got %d %q, want a page with a 4xx", name, a.status, a.location)
		}
		if strings.Contains(a.body, mark) || strings.Contains(a.body, "evil.example") {
			t.Errorf("%s: the page repeats what was sent", name)
		}
	}
	a := s.page(t, s.visitor, "?oauth_token="+p.token+"&oauth_callback=https%3A%2F%2Fevil.example%2F&callback=https://evil.example/&redirect_uri=https://evil.example/")
	if a.status != http.StatusOK || strings.Contains(a.body, "evil.example") {
		t.Errorf("a callback in the link: got %d, or a page that shows it", a.status)
	}
	action, fields, err := mainForm(a.body)
	if err != nil {
		t.Fatal(err)
	}
	fields.Set("oauth_callback", "https://evil.example/")
	answer := s.post(t, s.visitor, s.d.base+action, fields, "allow")
	if !strings.HasPrefix(answer.location, callback+"?oauth_token=") {
		t.Errorf("a callback in the form: the user goes to %q", answer.location)
	}
	s.redeem(t, p, s.verifierOf(t, answer))

	// Without a decision, or with one that is none, nothing happens.
	p = s.pending(t, "hmac")
	for _, word := range []string{"", "ALLOW", "yes", "allow deny"} {
		if a := s.visit(t, s.visitor, p.token, word); a.status != http.StatusBadRequest || a.location != "" {
			t.Errorf("the decision %q: got %d %q, want 400", word, a.status, a.location)
		}
	}
	s.declined(t, "access-token", s.exchanging(p, "any").sign(), "permission_unknown")
}

func (s *siege) secondDecision(t *testing.T) {
	s.d.addUser("cleo", adasPassword)
	cleo := s.signIn(t, "cleo", adasPassword)
	for _, first := range []string{"allow", "deny"} {
		for _, second := range []string{"allow", "deny"} {
			for name, v := range map[string]*visitor{"the same user": s.visitor, "another user": cleo} {
				p := s.pending(t, "hmac")
				action, fields, err := v.open(p.token)
				if err != nil {
					t.Fatal(err)
				}
				answer := s.visit(t, s.visitor, p.token, first)
				if a := s.post(t, v, action, fields, second); a.status != http.StatusConflict || a.location != "" {
					t.Errorf("%s, then %s by %s: got %d %q, want 409", first, second, name, a.status, a.location)
				}
				if first == "deny" {
					s.declined(t, "access-token", s.exchanging(p, "any").sign(), "permission_denied")
					continue
				}
				c := s.redeem(t, p, s.verifierOf(t, answer))
				s.accepted(t, "forward", newCall(c).sign()) // as ada
			}
		}
	}
	// The form of one user is nothing in another's browser.
	p := s.pending(t, "hmac")
	action, fields, err := cleo.open(p.token)
	if err != nil {
		t.Fatal(err)
	}
	if a := s.post(t, s.visitor, action, fields, "allow"); a.status != http.StatusForbidden {
		t.Errorf("another user's form: got %d, want 403", a.status)
	}
	s.declined(t, "access-token", s.exchanging(p, "any").sign(), "permission_unknown")
}

func (s *siege) builtCallback(t *testing.T) {
	for _, registered := range []string{
		"https://printer.example.test/cb?x=a%20b&y=%26", "https://printer.example.test/cb?", "https://printer.example.test", "http://127.0.0.1:8765/a%2Fb", "com.example.app:/ready?a=1",
	} {
		c := s.d.addConsumer("--name", "callback", "--callback", registered)
		s.secret(c.secret, "a consumer secret")
		p := s.pendingFor(t, c, registered)
		a := s.visit(t, s.visitor, p.token, "allow")
		verifier := s.verifierOf(t, a)
		separator := "?"
		if strings.HasSuffix(registered, "?") {
			separator = ""
		} else if strings.Contains(registered, "?") {
			separator = "&"
		}
		if want := registered + separator + "oauth_token=" + p.token + "&oauth_verifier=" + verifier; a.location != want || a.status != http.StatusSeeOther {
			t.Errorf("got %d %q, want %q", a.status, a.location, want)
		}
		if strings.Contains(a.location+a.body, p.tokenSecret) {
			t.Errorf("the callback holds the token's secret")
		}
	}
}
