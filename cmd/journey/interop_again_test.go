package journey

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// changed sends the request with one byte changed in its path, and in its form.
func (i *interop) changed(t *testing.T, method string, sent received) {
	t.Helper()
	want := oauth1.ProblemSignatureInvalid
	if method == oauth1.Plaintext {
		want = oauth1.ProblemNonceUsed // it signs nothing; TLS has to
	}
	other := sent
	path, query, found := strings.Cut(sent.target(), "?")
	if path != "/" {
		target := otherLetter(path)
		if found {
			target += "?" + query
		}
		other.Line = strings.Replace(sent.Line, " "+sent.target()+" ", " "+target+" ", 1)
		i.again(t, other, want)
	}
	form := slices.ContainsFunc(sent.header("Content-Type"), func(v string) bool { return strings.Contains(v, "form") })
	if form && len(sent.Body) > 0 && !bytes.HasPrefix(sent.Body, []byte("oauth_")) {
		other = sent
		other.Body = []byte(otherLetter(string(sent.Body[:bytes.IndexByte(sent.Body, '=')]))) // the first name
		other.Body = append(other.Body, sent.Body[len(other.Body):]...)
		i.again(t, other, want)
	}
}

// otherLetter changes the last letter of s that is not part of an escape.
func otherLetter(s string) string {
	b := []byte(s)
	for n := len(b) - 1; n >= 0; n-- {
		letter := 'a' <= b[n]|0x20 && b[n]|0x20 <= 'z'
		if letter && !(n > 0 && b[n-1] == '%') && !(n > 1 && b[n-2] == '%') {
			b[n] ^= 1
			if !('a' <= b[n]|0x20 && b[n]|0x20 <= 'z') {
				b[n] ^= 1 ^ 2
			}
			return string(b)
		}
	}
	return s + "x"
}

// again sends a request as it stands to the daemon, which refuses it.
func (i *interop) again(t *testing.T, sent received, problem string) {
	t.Helper()
	resp := sent.again().send(t, i.d.public)
	if got := resp.Header.Get("X-OAuth1-Problem"); got != problem || resp.StatusCode != http.StatusUnauthorized {
		t.Errorf("%s was answered %s %s, want 401 %s", sent.Line, resp.Status, got, problem)
	}
}

func (r received) again() raw {
	s := raw{method: r.method(), target: r.target(), body: string(r.Body)}
	for _, h := range r.Headers {
		if !strings.EqualFold(h[0], "Connection") && !strings.EqualFold(h[0], "Content-Length") {
			s.headers = append(s.headers, h[0]+": "+h[1])
		}
	}
	return s
}

// atTheGate asks about a fresh request as nginx does, without its body, and
// finds it spent afterwards.
func (i *interop) atTheGate(t *testing.T, sent received) {
	t.Helper()
	ask := raw{target: "/auth/nginx", headers: []string{
		"Host: gate", "X-Original-Method: " + sent.method(), "X-Original-URI: " + sent.target(),
		"X-Forwarded-Proto: https", "X-Forwarded-Host: " + sent.header("Host")[0],
	}}
	form := false
	for _, name := range []string{"Authorization", "Content-Type"} {
		for _, v := range sent.header(name) {
			ask.headers = append(ask.headers, name+": "+v)
			form = form || strings.HasPrefix(v, "application/x-www-form-urlencoded")
		}
	}
	resp := ask.send(t, i.d.private)
	problem := resp.Header.Get("X-OAuth1-Problem")
	if form {
		// npm's oauth calls every request a form, GET and DELETE as well.
		if problem != oauth1.ProblemFormBodyUnavailable {
			t.Errorf("nginx asking about a form: %s %s, want form_body_unavailable", resp.Status, problem)
		}
		return
	}
	if user := resp.Header.Get("Remote-User"); resp.StatusCode != http.StatusOK || user != "ada" {
		t.Errorf("nginx asking about %s: %s %s, user %q", sent.Line, resp.Status, problem, user)
		return
	}
	i.again(t, sent, oauth1.ProblemNonceUsed)
}
