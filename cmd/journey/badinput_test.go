package journey

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestBadInput is what an attacker can send, group by group; each group has a
// file of its own. They share one daemon, because at the end everything that it
// has written is searched for what it must not know:
//
//	badinput_call_test.go       a request that may be wrong, and its signature
//	badinput_send_test.go       the ways in which it reaches the daemon
//	badinput_attack_test.go     what is asked of every refusal
//	badinput_control_test.go    CTL: the good requests, before and after each group
//	badinput_signature_test.go  SIG, and TIM-02
//	badinput_nonce_test.go      NON
//	badinput_params_test.go     PAR
//	badinput_protocol_test.go   PAR-17 to PAR-21: sizes, garbage, smuggling
//	badinput_dance_test.go      DAN
//	badinput_consent_test.go    DAN, what the user does
//	badinput_steps_test.go      the steps of a dance
//	badinput_proxy_test.go      FWD
//	badinput_inline_test.go     PRX
//	badinput_traces_test.go     LOG
func TestBadInput(t *testing.T) {
	s := newSiege(t, siegeConfig)
	t.Run("signer", testForgeSignature)
	for _, g := range []struct {
		name string
		test func(*siege, *testing.T)
	}{
		{"signature", (*siege).signatures},
		{"TIM-02: what exists looks like what does not", (*siege).tellingApart},
		{"formsUnseen", (*siege).formsUnseen},
		{"nonce", (*siege).nonces},
		{"params", (*siege).params},
		{"identifiers", (*siege).identifiers},
		{"protocol", (*siege).protocol},
		{"dance", (*siege).dance},
		{"proxy", (*siege).proxy},
		{"strangers", (*siege).strangers},
		{"strict", (*siege).strict},
		{"inline", (*siege).inline},
	} {
		t.Run(g.name, func(t *testing.T) {
			s.controls(t)
			g.test(s, t)
			s.controls(t)
			s.checkApp(t)
		})
	}
	t.Run("traces", s.traces)
}

// A siege is a daemon, the application behind it, and who is registered there.
type siege struct {
	d   *daemon
	app *app

	who     map[string]*consumer // each has an access token of ada's
	visitor *visitor             // ada at her browser

	secrets  map[string]string // text that must appear nowhere, and what it is
	passed   int               // requests that the application must have seen
	landmark int               // how many of them were looked at
	counted  map[string]int    // what oauth1d_verify_requests_total must have counted
}

// siegeConfig reads forms where the proxy forwards them, and trusts one address
// of the machine only, so that a stranger can come from another.
const siegeConfig = `
proxy: {trusted: ["127.0.0.1"]}
verify: {forms: body}
log: {format: json}
upstream: {url: "http://%s"}
tokens: {pending_per_consumer: 10000}
`

const adasPassword = "correct horse battery staple"

func newSiege(t *testing.T, config string) *siege {
	t.Helper()
	s := &siege{app: startApp(t), who: map[string]*consumer{}, secrets: map[string]string{}, counted: map[string]int{}}
	s.d = startDaemon(t, "", strings.Replace(config, "%s", s.app.addr, 1))
	s.d.addUser("ada", adasPassword)
	s.secret(adasPassword, "ada's password")
	private, pemFile := newKeyPair(t)
	for name, args := range map[string][]string{
		"hmac":  nil,
		"other": nil,
		"rsa":   {"--public-key", pemFile, "--method", "RSA-SHA1", "--method", "RSA-SHA256"},
		"plain": {"--method", "PLAINTEXT", "--method", "HMAC-SHA1"},
		"odd":   {"--secret-file", writeFile(t, `a&b%2541+"c" =&&`)},
		"oob":   {"--callback", "oob"},
	} {
		c := s.d.addConsumer(append([]string{"--name", name, "--callback", callback}, args...)...)
		s.who[name] = c
		s.issueToken(c, "ada")
	}
	s.who["rsa"].private, s.who["rsa"].method = private, "RSA-SHA1"
	s.who["plain"].method = "PLAINTEXT"
	s.visitor = s.signIn(t, "ada", adasPassword)
	return s
}

// signIn returns a user who stays signed in.
func (s *siege) signIn(t *testing.T, name, password string) *visitor {
	t.Helper()
	p := s.pending(t, "hmac")
	b := s.d.browser(t)
	at := b.submit(b.open(s.d.base+"/oauth/authorize?oauth_token="+p.token), url.Values{"username": {name}, "password": {password}})
	if at.at.Path != "/oauth/authorize" {
		t.Fatalf("signing in led to %s:\n%s", at.at, at.body)
	}
	return &visitor{base: s.d.base, http: b.http}
}

// issueToken gives c an access token, all of which is secret from then on.
func (s *siege) issueToken(c *consumer, user string) {
	s.d.t.Helper()
	s.d.issueToken(c, user)
	s.secret(c.secret, "a consumer secret")
	s.secret(c.token, "a token")
	s.secret(c.tokenSecret, "a token secret")
}

// secret remembers a text that must not turn up in anything that is written.
// Short ones, and the NULs that some attacks try, are nothing to search for.
func (s *siege) secret(text, what string) {
	if len(text) >= 10 && !strings.Contains(text, "\x00") {
		s.secrets[text] = what
	}
}

func newKeyPair(t *testing.T) (*rsa.PrivateKey, string) {
	t.Helper()
	private, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	return private, writeFile(t, string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})))
}

func writeFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// checkApp counts what reached the application: the good requests, and nothing
// that was refused.
func (s *siege) checkApp(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); len(s.app.requests()) < s.passed && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if got := len(s.app.requests()); got != s.passed {
		t.Errorf("PRX-01: the application saw %d requests, want %d", got, s.passed)
		s.passed = got
	}
}
