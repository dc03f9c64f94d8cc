package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

func answering(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func TestOIDCRefusesForgedTokens(t *testing.T) {
	says := func(name string, value any) func(*hostile) {
		return func(h *hostile) { h.idToken[name] = value }
	}
	rows := []struct {
		name   string
		change func(h *hostile)
		code   string
	}{
		{"as it should be", func(*hostile) {}, ""},
		{"without a hash of the access token, which is optional", says("at_hash", nil), ""},
		{"for us and another, at our request", func(h *hostile) { h.idToken["aud"], h.idToken["azp"] = []string{"photos", "x"}, "photos" }, ""},
		{"of another sign-in", says("nonce", "n"), "signin_answer_invalid"},
		{"of no sign-in", says("nonce", nil), "signin_answer_invalid"},
		{"for another", says("aud", "x"), "signin_answer_invalid"},
		{"for nobody", says("aud", nil), "signin_answer_invalid"},
		{"for us and another, at nobody's request", says("aud", []string{"photos", "x"}), "signin_answer_invalid"},
		{"for us, at another's request", says("azp", "x"), "signin_answer_invalid"},
		{"of another issuer", says("iss", "https://evil.test"), "signin_answer_invalid"},
		{"of nobody", says("sub", nil), "signin_answer_invalid"},
		{"expired", says("exp", time.Now().Add(-time.Minute).Unix()), "signin_answer_invalid"},
		{"that never expires", says("exp", nil), "signin_answer_invalid"},
		{"of tomorrow", says("nbf", time.Now().Add(time.Hour).Unix()), "signin_answer_invalid"},
		{"with another access token", says("at_hash", "AAAAAAAAAAAAAAAAAAAAAA"), "signin_answer_invalid"},
		{"not signed", func(h *hostile) { h.sign = signNone }, "signin_answer_invalid"},
		{"signed with the public key as a secret", func(h *hostile) { h.sign = signHS256 }, "signin_answer_invalid"},
		{"signed with the client secret", func(h *hostile) { h.sign = signHS256WithSecret }, "signin_answer_invalid"},
		{"signed by a stranger under the provider's key id", func(h *hostile) { h.sign = signByStranger }, "signin_answer_invalid"},
		{"with a signature cut off", func(h *hostile) {
			h.sign = func(t *testing.T, h *hostile, payload []byte) string {
				text := signRS256(t, h, payload)
				return text[:strings.LastIndex(text, ".")+1]
			}
		}, "signin_answer_invalid"},
		{"that is none", func(h *hostile) { h.sign = func(*testing.T, *hostile, []byte) string { return "x" } }, "signin_answer_invalid"},
		{"left out", func(h *hostile) { h.sign = nil }, "signin_answer_invalid"},
		{"without groups, and userinfo about another person", func(h *hostile) { h.idToken["groups"], h.userInfo["sub"] = nil, "sub-bob" }, "signin_answer_invalid"},
		{"without groups, and userinfo about nobody", func(h *hostile) { h.idToken["groups"], h.userInfo["sub"] = nil, nil }, "signin_answer_invalid"},
		{"without groups, and userinfo without a name, which is then not missed", func(h *hostile) { h.idToken["groups"] = nil }, ""},
		{"with a name, and userinfo with another", func(h *hostile) { h.idToken["groups"], h.userInfo["preferred_username"] = nil, "root" }, ""},
		{"without groups, and no userinfo", func(h *hostile) {
			h.idToken["groups"], h.serve["/me"] = nil, answering(401, "text/plain", "no")
		}, "signin_unavailable"},
	}
	for _, row := range rows {
		h := startHostile(t)
		row.change(h)
		got, err := h.finish(t, h.client(t, nil))
		if code := codeOf(err); code != row.code || (err == nil) != (got.User == "ada") {
			t.Errorf("an ID token %s: got user %q and code %q (%v), want %q", row.name, got.User, code, err, row.code)
		}
	}
}

// An address and whether it is verified are said in one place, or not at all.
func TestOIDCJoinsNoAddressWithAnothersVerification(t *testing.T) {
	h := startHostile(t)
	h.idToken["email"], h.userInfo["email_verified"] = "root@example.org", true
	got, err := h.finish(t, h.client(t, func(c *OIDCConfig) { c.UserClaim = "email" }))
	if codeOf(err) != "signin_account_unusable" {
		t.Errorf("an address of one place and a verification of the other: got %q and %v", got.User, err)
	}
	h.userInfo["email"] = "ada@example.org"
	got, err = h.finish(t, h.client(t, func(c *OIDCConfig) { c.UserClaim = "email" }))
	if err != nil || got.User != "ada@example.org" {
		t.Errorf("an address that is verified in one of the places: got %q and %v", got.User, err)
	}
}

func TestOIDCFollowsNewKeys(t *testing.T) {
	h := startHostile(t)
	o := h.client(t, nil)
	for _, id := range []string{"k1", "k2"} {
		h.keyID = id
		if _, err := h.finish(t, o); err != nil {
			t.Errorf("with key %s: %v", id, err)
		}
	}
}

// What the provider says when it has nothing to say. Nobody is signed in, and
// nobody is taken for gone.
func TestOIDCSurvivesNonsense(t *testing.T) {
	huge := `{"x":"` + strings.Repeat("x", maxAnswer) + `"}`
	elsewhere := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect led to another host") }))
	defer elsewhere.Close()
	answers := map[string]http.HandlerFunc{
		"a page":                     answering(200, "text/html", "<p>Welcome</p>"),
		"nothing":                    answering(200, "application/json", ""),
		"null":                       answering(200, "application/json", "null"),
		"a list":                     answering(200, "application/json", "[]"),
		"too much":                   answering(200, "application/json", huge),
		"too much in a form":         answering(200, "application/x-www-form-urlencoded", "access_token="+strings.Repeat("x", maxAnswer)),
		"too many requests":          answering(429, "text/plain", "later"),
		"a fault":                    answering(500, "text/plain", clientSecret),
		"a fault, with an OAuth one": answering(503, "application/json", `{"error":"invalid_grant"}`),
		"our secret, in a refusal":   answering(400, "text/plain", clientSecret),
		"that it does not know us":   answering(401, "application/json", `{"error":"invalid_client"}`),
		"a redirect to another host": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, elsewhere.URL, http.StatusTemporaryRedirect)
		},
		"a redirect to itself": func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, r.URL.Path, http.StatusTemporaryRedirect)
		},
		"half of it": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, `{"iss`)
		},
	}
	for name, answer := range answers {
		for _, path := range []string{"/.well-known/openid-configuration", "/token", "/keys", "/me"} {
			h := startHostile(t)
			h.idToken["groups"] = nil // so that userinfo is asked for them
			h.serve[path] = answer
			got, err := h.finish(t, h.client(t, nil))
			if !refusedSilently(path, err) || got.User != "" {
				t.Errorf("%s from %s: got user %q and %v", name, path, got.User, err)
			}
			if err != nil && (strings.Contains(err.Error(), clientSecret) || len(err.Error()) > 1000) {
				t.Errorf("%s from %s: the log would get %.1500s", name, path, err)
			}
			got, err = h.client(t, nil).LookUp(t.Context(), "ada", store.Secret("rt1"))
			if !refusedSilently(path, err) || errors.Is(err, ErrGone) || got.User != "" {
				t.Errorf("%s from %s, when looking up: got user %q and %v", name, path, got.User, err)
			}
			if answered := path == "/me" || path == "/keys"; answered != (got.Refresh.Reveal() == "rt2") {
				t.Errorf("%s from %s, when looking up: got a new refresh token of %d bytes", name, path, len(got.Refresh))
			}
		}
	}
}

// refusedSilently says whether an error means that the provider said nothing. An
// empty set of keys is an answer, though: the signature is by none of them.
func refusedSilently(path string, err error) bool {
	code := codeOf(err)
	return code == "signin_unavailable" || (path == "/keys" || path == "/me") && code == "signin_answer_invalid"
}

func TestOIDCRefusesConfigurations(t *testing.T) {
	rows := []struct {
		name string
		key  string
		say  any
	}{
		{"of another issuer", "issuer", "https://evil.test"},
		{"without an authorization endpoint", "authorization_endpoint", nil},
		{"with a script for people to run", "authorization_endpoint", "javascript:alert(1)"},
		{"that has secrets sent in the clear", "token_endpoint", "http://provider.test/token"},
		{"that has keys fetched in the clear", "jwks_uri", "http://provider.test/keys"},
		{"that has keys in a file", "jwks_uri", "file:///etc/passwd"},
		{"that has tokens sent in the clear", "userinfo_endpoint", "http://provider.test/me"},
		{"with no algorithm but those that forge", "id_token_signing_alg_values_supported", []string{"none", "HS256"}},
		{"that takes no secret of ours", "token_endpoint_auth_methods_supported", []string{"private_key_jwt"}},
	}
	for _, row := range rows {
		h := startHostile(t)
		h.discovery[row.key] = row.say
		if _, err := h.client(t, nil).Begin(t.Context(), callback, ""); codeOf(err) != "signin_unavailable" {
			t.Errorf("a configuration %s: got %v", row.name, err)
		}
	}
	for _, methods := range [][]string{nil, {"client_secret_post"}, {"client_secret_post", "client_secret_basic"}} {
		h := startHostile(t)
		h.discovery["token_endpoint_auth_methods_supported"] = methods
		h.discovery["userinfo_endpoint"], h.idToken["groups"] = nil, nil
		if got, err := h.finish(t, h.client(t, nil)); err != nil || len(got.Groups) != 0 {
			t.Errorf("methods %q and no userinfo: got groups %q and %v", methods, got.Groups, err)
		}
	}
}
