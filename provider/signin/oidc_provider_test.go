package signin

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

const (
	callback     = "https://photos.test/oauth/signin/return"
	clientSecret = "a secret & 100% of it"
)

// A realProvider is panva's oidc-provider in a process of its own.
type realProvider struct {
	issuer string
	roots  *x509.CertPool
	in     io.Writer
	out    *bufio.Scanner
}

// An account is one at the provider.
type account struct {
	Password string         `json:"password"`
	Claims   map[string]any `json:"claims"`
}

func resident(name string, more map[string]any) account {
	c := map[string]any{"preferred_username": name}
	for k, v := range more {
		c[k] = v
	}
	return account{Password: password, Claims: c}
}

// startProvider starts one that knows these accounts, by subject. The claims are
// in the ID token, or else at the userinfo endpoint only.
func startProvider(t *testing.T, inIDToken bool, accounts map[string]account) *realProvider {
	t.Helper()
	const dir = "../../cmd/journey/testdata/node"
	if _, err := os.Stat(filepath.Join(dir, "node_modules/oidc-provider")); err != nil {
		t.Fatalf("oidc-provider is missing; make deps installs it: %v", err)
	}
	p := &realProvider{}
	cert, key := loopbackCertificate(t)
	p.roots = x509.NewCertPool()
	p.roots.AppendCertsFromPEM(cert)
	cmd := exec.Command("node", "oidc_provider.mjs")
	var complaints strings.Builder
	cmd.Dir, cmd.Stderr = dir, &complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatalf("starting the provider: %v", err)
	}
	t.Cleanup(func() {
		in.Close() // which ends it
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Logf("the provider ended with %v and said:\n%s", err, complaints.String())
		}
	})
	p.in, p.out = in, bufio.NewScanner(out)
	client := func(id, alg, auth string) map[string]any {
		c := map[string]any{
			"client_id": id, "redirect_uris": []string{callback}, "grant_types": []string{"authorization_code", "refresh_token"},
			"id_token_signed_response_alg": alg, "token_endpoint_auth_method": auth,
		}
		if auth != "none" {
			c["client_secret"] = clientSecret
		}
		return c
	}
	p.issuer, _ = p.tell(t, map[string]any{
		"cert": string(cert), "key": string(key), "accounts": accounts, "claims_in_id_token": inIDToken,
		"clients": []any{client("rsa", "RS256", "client_secret_basic"), client("ec", "ES256", "client_secret_basic"), client("public", "RS256", "none")},
	})["issuer"].(string)
	return p
}

// tell sends a line to the provider and returns its answer.
func (p *realProvider) tell(t *testing.T, line map[string]any) map[string]any {
	t.Helper()
	b, err := json.Marshal(line)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.in.Write(append(b, '\n')); err != nil {
		t.Fatalf("telling the provider: %v", err)
	}
	if !p.out.Scan() {
		t.Fatalf("the provider does not answer: %v", p.out.Err())
	}
	answer := map[string]any{}
	if err := json.Unmarshal(p.out.Bytes(), &answer); err != nil {
		t.Fatalf("the provider answers %q: %v", p.out.Text(), err)
	}
	return answer
}

// client returns a way to sign in at the provider, as one of its clients.
func (p *realProvider) client(t *testing.T, id string, change func(*OIDCConfig)) *OIDC {
	t.Helper()
	c := OIDCConfig{
		Issuer: p.issuer, ClientID: id, ClientSecret: store.Secret(clientSecret), GroupsClaim: "groups",
		Scopes: []string{"openid", "profile", "email", "groups", "offline_access"}, Roots: p.roots,
	}
	if id == "public" {
		c.ClientSecret = nil
	}
	if change != nil {
		change(&c)
	}
	return newTestOIDC(t, c)
}

func newTestOIDC(t *testing.T, c OIDCConfig) *OIDC {
	t.Helper()
	o, err := NewOIDC(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.client.CloseIdleConnections)
	return o
}

func begin(t *testing.T, o *OIDC) Start {
	t.Helper()
	s, err := o.Begin(t.Context(), callback, "")
	if err != nil {
		t.Fatalf("beginning: %v", err)
	}
	return s
}

// A walker is somebody's browser at the provider.
type walker struct {
	client *http.Client
	asked  []string // the prompts so far
}

func (p *realProvider) walker() *walker {
	jar, _ := cookiejar.New(nil) // fails never
	transport := newOIDCClient(p.roots, 10*time.Second).Transport
	return &walker{client: &http.Client{Jar: jar, Transport: transport, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if strings.HasPrefix(r.URL.String(), callback) {
			return http.ErrUseLastResponse
		}
		return nil
	}}}
}

var (
	promptOf = regexp.MustCompile(`data-prompt="(\w+)"`)
	actionOf = regexp.MustCompile(`action="([^"]+)"`)
	hiddenOf = regexp.MustCompile(`type="hidden" name="([^"]+)" value="([^"]+)"`)
)

// walk follows the provider's pages from an address on until they send the
// browser back to us, and returns that request. Whoever is to deny, denies when
// asked with that prompt.
func (w *walker) walk(t *testing.T, to, name, denyAt string) *http.Request {
	t.Helper()
	res, err := w.client.Get(to)
	for range 10 {
		if err != nil {
			t.Fatalf("walking at the provider: %v", err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if back := res.Header.Get("Location"); back != "" {
			return httptest.NewRequest(http.MethodGet, back, nil)
		}
		if leave := actionOf.FindSubmatch(body); leave != nil {
			// Somebody else was signed in there, whom a browser with JavaScript
			// would sign out without asking.
			fields := url.Values{}
			for _, hidden := range hiddenOf.FindAllSubmatch(body, -1) {
				fields.Set(string(hidden[1]), string(hidden[2]))
			}
			res, err = w.client.PostForm(string(leave[1]), fields)
			continue
		}
		prompt := promptOf.FindSubmatch(body)
		if res.StatusCode != http.StatusOK || prompt == nil {
			t.Fatalf("the provider shows status %d at %s:\n%s", res.StatusCode, res.Request.URL, body)
		}
		w.asked = append(w.asked, string(prompt[1]))
		answer := url.Values{"name": {name}, "password": {password}}
		if string(prompt[1]) == denyAt {
			answer.Set("deny", "1")
		}
		res, err = w.client.PostForm(res.Request.URL.String(), answer)
	}
	t.Fatalf("the provider goes round in circles: %q", w.asked)
	return nil
}

// loopbackCertificate returns a certificate for 127.0.0.1, its own authority.
func loopbackCertificate(t *testing.T) (cert, key []byte) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}
