package journey

import (
	"io"
	"net/http"
	"net/url"
	"testing"
)

// The steps of a dance that goes well, or up to where an attack begins.

// A pendingToken is a request token and who may exchange it.
type pendingToken struct{ consumer }

// pending asks for a request token.
func (s *siege) pending(t *testing.T, by string) pendingToken {
	t.Helper()
	to := callback
	if by == "oob" {
		to = "oob"
	}
	return s.pendingFor(t, s.who[by], to)
}

func (s *siege) pendingFor(t *testing.T, by *consumer, to string) pendingToken {
	t.Helper()
	c := s.endpointCall(*by, "request-token")
	c.add("oauth_callback", to)
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
	return s.verifierOf(t, s.visit(t, s.visitor, p.token, "allow"))
}

func (s *siege) verifierOf(t *testing.T, a decided) string {
	t.Helper()
	to, err := url.Parse(a.location)
	if err != nil || to.Query().Get("oauth_verifier") == "" {
		t.Fatalf("a verifier is missing from %d %q", a.status, a.location)
	}
	s.secret(to.Query().Get("oauth_verifier"), "a verifier")
	return to.Query().Get("oauth_verifier")
}

// A decided is the answer to a decision, or a page.
type decided struct {
	status         int
	location, body string
}

// visit opens the consent page and decides.
func (s *siege) visit(t *testing.T, v *visitor, token, decision string) decided {
	t.Helper()
	action, fields, err := v.open(token)
	if err != nil {
		t.Fatalf("opening the consent page: %v", err)
	}
	return s.post(t, v, action, fields, decision)
}

func (s *siege) post(t *testing.T, v *visitor, action string, fields url.Values, decision string) decided {
	t.Helper()
	fields.Set("decision", decision)
	resp, err := v.http.PostForm(action, fields)
	return arrived(t, resp, err)
}

func (s *siege) page(t *testing.T, v *visitor, query string) decided {
	t.Helper()
	resp, err := v.http.Get(s.d.base + "/oauth/authorize" + query)
	return arrived(t, resp, err)
}

func arrived(t *testing.T, resp *http.Response, err error) decided {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return decided{resp.StatusCode, resp.Header.Get("Location"), string(body)}
}

// exchanging is the third leg, signed by the holder of p unless changed.
func (s *siege) exchanging(p pendingToken, verifier string) *call {
	c := s.endpointCall(p.consumer, "access-token")
	c.add("oauth_verifier", verifier)
	return c
}

// redeem must get an access token.
func (s *siege) redeem(t *testing.T, p pendingToken, verifier string) *consumer {
	t.Helper()
	form := formValues(s.accepted(t, "access-token", s.exchanging(p, verifier).sign()))
	c := p.consumer
	c.token, c.tokenSecret = form.Get("oauth_token"), form.Get("oauth_token_secret")
	return &c
}
