package journey

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

const (
	readyCallback   = "https://printer.example.test/ready?x=1"
	escapedCallback = "https://printer.example.test/ready?from=d%20a&x=1"
)

// An interop is a daemon in inline mode behind an edge that ends TLS, and a
// consumer of it.
type interop struct {
	app  *app
	edge *edge
	d    *daemon
	base job // what is the same in every job
}

// TestConsumerLibraries lets libraries that nobody here wrote walk the dance and
// sign requests. What they do alike is in the rows; where one of them departs
// from RFC 5849, its request is refused and the row says so.
func TestConsumerLibraries(t *testing.T) {
	i := startInterop(t)
	for _, l := range libraries() {
		t.Run(l.name, func(t *testing.T) {
			do := l.start(t, i.edge.caFile)
			for _, method := range l.methods {
				t.Run("dance with "+method, func(t *testing.T) { i.dance(t, do, method, "header") })
			}
			for _, via := range l.dances[1:] {
				t.Run("dance with the protocol parameters in the "+via, func(t *testing.T) { i.dance(t, do, l.methods[0], via) })
			}
			t.Run("a callback with an escape", func(t *testing.T) { i.escaped(t, l, do) })
			t.Run("denied", func(t *testing.T) { i.denied(t, do, l.methods[0]) })
			i.rows(t, l, do)
		})
	}
}

func startInterop(t *testing.T) *interop {
	i := &interop{app: startApp(t), edge: startEdge(t)}
	i.d = startDaemon(t, i.edge.url, "upstream: {url: \"http://"+i.app.addr+"\"}")
	i.d.reach, i.edge.to = i.edge.reach, i.d.public
	i.d.addUser("ada", "correct horse battery")
	private, public := writeKeyPair(t)
	args := []string{"--name", "Photo Printer", "--callback", readyCallback, "--callback", escapedCallback, "--callback", "oob", "--public-key", public}
	for _, m := range oauth1.Methods() {
		args = append(args, "--method", m)
	}
	c := i.d.addConsumer(args...)
	i.base = job{
		Key: c.key, Secret: c.secret, PrivateKey: private, CA: i.edge.caFile,
		RequestTokenURL: i.edge.url + "/oauth/request-token",
		AuthorizeURL:    i.edge.url + "/oauth/authorize",
		AccessTokenURL:  i.edge.url + "/oauth/access-token",
	}
	return i
}

// writeKeyPair makes an RSA key. It returns the private half as PEM and the file
// with the public one.
func writeKeyPair(t *testing.T) (private, publicFile string) {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pub, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	publicFile = filepath.Join(t.TempDir(), "public.pem")
	if err := os.WriteFile(publicFile, pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pub}), 0o600); err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})), publicFile
}

func (i *interop) job(do, method, via string) job {
	j := i.base
	j.Do, j.SignatureMethod, j.Via = do, method, via
	return j
}

// dance gets an access token with the callback and with the PIN, and uses each.
func (i *interop) dance(t *testing.T, do func(*testing.T, job) outcome, method, via string) {
	for _, callback := range []string{readyCallback, "oob"} {
		j := i.job("request_token", method, via)
		j.Callback = callback
		asked := do(t, j)
		if asked.Error != "" {
			t.Fatalf("asking for a request token with callback %s: %s", callback, asked.Error)
		}
		j = i.job("access_token", method, via)
		j.Token, j.TokenSecret = asked.Token, asked.Secret
		if callback == "oob" {
			pin := i.d.pin(t, "ada", "correct horse battery", asked.URL)
			j.Verifier = &pin
		} else {
			j.CallbackURL = i.d.allow(t, "ada", "correct horse battery", asked.URL)
			if !strings.HasPrefix(j.CallbackURL, readyCallback+"&oauth_token="+url.QueryEscape(asked.Token)+"&oauth_verifier=") {
				t.Errorf("the user came back to %s", j.CallbackURL)
			}
		}
		got := do(t, j)
		if got.Error != "" || got.Token == "" || got.Secret == "" {
			t.Fatalf("exchanging with callback %s: %s", callback, got.Error)
		}
		if again := do(t, j); again.Error == "" {
			t.Errorf("a second exchange with callback %s gave a token", callback)
		}
		i.use(t, do, method, got)
	}
}

// use calls the application with an access token, before and after it is
// revoked.
func (i *interop) use(t *testing.T, do func(*testing.T, job) outcome, method string, token outcome) {
	t.Helper()
	j := i.job("call", method, "header")
	j.Token, j.TokenSecret, j.Method, j.URL = token.Token, token.Secret, "GET", i.edge.url+"/after/the/dance"
	x := i.edge.during(false, func() {
		if r := do(t, j); r.Status != 200 {
			t.Errorf("with its access token: %+v", r)
		}
	})
	i.reached(t, x)
	i.d.cli("", "token", "revoke", token.Token)
	if r := do(t, j); r.Status != 401 || r.Problem != oauth1.ProblemTokenRevoked {
		t.Errorf("with a revoked token: %+v, want 401 token_revoked", r)
	}
}

// escaped asks for a request token with a callback that is escaped once more on
// the wire.
func (i *interop) escaped(t *testing.T, l library, do func(*testing.T, job) outcome) {
	for _, via := range l.dances {
		j := i.job("request_token", l.methods[0], via)
		j.Callback = escapedCallback
		var r outcome
		x := i.edge.during(false, func() { r = do(t, j) })
		if !slices.Contains(l.unescapes, via) {
			if back := i.d.allow(t, "ada", "correct horse battery", r.URL); !strings.HasPrefix(back, escapedCallback+"&oauth_token=") {
				t.Errorf("the user came back to %s", back)
			}
			continue
		}
		t.Run("it unescapes it twice in the "+via+" before it signs (§3.4.1.3.1)", func(t *testing.T) {
			if !strings.HasPrefix(string(x.body), "oauth_problem="+oauth1.ProblemSignatureInvalid) {
				t.Errorf("answered %d %s, want signature_invalid", x.status, x.body)
			}
		})
	}
}

// denied shows that a user's no reaches the consumer and ends there.
func (i *interop) denied(t *testing.T, do func(*testing.T, job) outcome, method string) {
	j := i.job("request_token", method, "header")
	j.Callback = readyCallback
	asked := do(t, j)
	j = i.job("access_token", method, "header")
	j.Token, j.TokenSecret = asked.Token, asked.Secret
	j.CallbackURL = i.d.deny(t, "ada", "correct horse battery", asked.URL)
	if want := readyCallback + "&oauth_token=" + url.QueryEscape(asked.Token) + "&oauth_problem=user_refused"; j.CallbackURL != want {
		t.Errorf("the user came back to %s, want %s", j.CallbackURL, want)
	}
	if r := do(t, j); r.Error == "" {
		t.Error("the library found a verifier in a refusal and got a token")
	}
	guess := "0"
	j.CallbackURL, j.Verifier = "", &guess
	x := i.edge.during(false, func() {
		if r := do(t, j); r.Error == "" {
			t.Error("a denied request token gave an access token")
		}
	})
	if !strings.HasPrefix(string(x.body), "oauth_problem="+oauth1.ProblemPermissionDenied) {
		t.Errorf("exchanging a denied request token: %d %s, want permission_denied", x.status, x.body)
	}
}
