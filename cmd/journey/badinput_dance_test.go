package journey

import (
	"testing"
)

// A pendingToken is a request token and who may exchange it.
type pendingToken struct{ consumer }

// pending asks for a request token.
func (s *siege) pending(t *testing.T, by string) pendingToken {
	t.Helper()
	c := s.endpointCall(*s.who[by], "request-token")
	c.add("oauth_callback", callback)
	return s.grantedFor(t, c)
}

// grantedFor asks for a request token in a way of one's own.
func (s *siege) grantedFor(t *testing.T, c *call) pendingToken {
	t.Helper()
	form := formValues(s.accepted(t, "request-token", c.sign()))
	p := pendingToken{c.by}
	p.token, p.tokenSecret = form.Get("oauth_token"), form.Get("oauth_token_secret")
	if p.token == "" || p.tokenSecret == "" || form.Get("oauth_callback_confirmed") != "true" {
		t.Fatalf("DAN-00: the request token's answer lacks something")
	}
	return p
}

// allow lets ada allow p and returns the verifier.
func (s *siege) allow(t *testing.T, p pendingToken) string {
	t.Helper()
	verifier, err := s.visitor.allow(p.token)
	if err != nil {
		t.Fatalf("allowing: %v", err)
	}
	s.secret(verifier, "a verifier")
	return verifier
}
