package journey

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// An identityProvider is panva's oidc-provider in a process of its own.
type identityProvider struct {
	t   *testing.T
	in  io.Writer
	out *bufio.Scanner
}

const oidcSecret = "a secret & 100% of it"

// startIdentityProvider starts one at that port, which knows mia and lets this
// daemon ask.
func startIdentityProvider(t *testing.T, d *daemon, port, cert, key string) *identityProvider {
	t.Helper()
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(need(t, "node"), "oidc_provider.mjs")
	cmd.Dir = "testdata/node"
	var complaints buffer
	cmd.Stderr = &complaints
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		in.Close() // which ends it
		if err := cmd.Wait(); err != nil || t.Failed() {
			t.Logf("the provider ended with %v and said:\n%s", err, complaints.String())
		}
	})
	p := &identityProvider{t, in, bufio.NewScanner(out)}
	p.tell(map[string]any{
		"cert": cert, "key": key, "port": n, "claims_in_id_token": true,
		"accounts": map[string]any{"sub-1": map[string]any{"password": "correct horse battery", "claims": claimsOf("staff")}},
		"clients": []any{map[string]any{
			"client_id": "oauth1d", "client_secret": oidcSecret, "redirect_uris": []string{d.base + "/oauth/signin/return"},
			"grant_types": []string{"authorization_code", "refresh_token"}, "id_token_signed_response_alg": "RS256", "token_endpoint_auth_method": "client_secret_basic",
		}},
	})
	return p
}

func claimsOf(groups ...string) map[string]any {
	return map[string]any{"preferred_username": "mia", "groups": groups}
}

// tell sends a line to the provider and waits for its answer.
func (p *identityProvider) tell(line map[string]any) {
	p.t.Helper()
	if err := json.NewEncoder(p.in).Encode(line); err != nil {
		p.t.Fatal(err)
	}
	if !p.out.Scan() {
		p.t.Fatalf("the provider does not answer: %v", p.out.Err())
	}
}

// through answers the provider's pages until the browser is back here.
func (g *guest) through(p page) page {
	g.t.Helper()
	for range 5 {
		if !strings.Contains(p.body, "data-prompt=") {
			return p
		}
		resp, err := g.http.PostForm(p.at.String(), url.Values{"name": {"mia"}, "password": {"correct horse battery"}})
		p = g.arrive(resp, err)
	}
	g.t.Fatalf("the provider goes round in circles, at last at %s", p.at)
	return p
}

func TestSignInByOIDC(t *testing.T) {
	if _, err := os.Stat("testdata/node/node_modules/oidc-provider"); err != nil {
		missing(t, "the npm package oidc-provider")
	}
	cert, key := authority(t)
	addr := freeAddr(t)
	_, port, _ := net.SplitHostPort(addr) // it was a listener's
	ca := filepath.Join(t.TempDir(), "ca.pem")
	d := newSteadyDaemon(t, fmt.Sprintf(`signin:
  backend: oidc
  recheck: 1s
  oidc: {issuer: "https://%s", client_id: oauth1d, client_secret_file: oidc.secret, ca_file: %q, scopes: [openid, profile, groups, offline_access]}
`, addr, ca))
	d.must(os.WriteFile(ca, []byte(cert), 0o600))
	d.overwrite("oidc.secret", oidcSecret)
	d.start()
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM([]byte(cert))
	c := d.addConsumer("--name", "Album", "--callback", guestCallback)
	guestOf := func() *guest {
		g := newGuest(t, d, c)
		g.http.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
		return g
	}

	// Without the provider nobody signs in; the dance goes on when it is there.
	mia := guestOf()
	with, link := mia.start()
	mia.isPage(link, 503, "signin_unavailable")
	p := startIdentityProvider(t, d, port, cert, key)
	token := mia.finish(with, mia.through(mia.open(link)))
	if got := d.judged(t, token); got != "mia staff" {
		t.Fatalf("the gate says %q, want mia of staff", got)
	}

	// Each refresh token is used once; twice shows that the next one was kept.
	p.tell(map[string]any{"change": "sub-1", "claims": claimsOf("board")})
	d.becomes(t, "other groups", token, "mia board")
	p.tell(map[string]any{"change": "sub-1", "claims": claimsOf("board", "staff")})
	d.becomes(t, "both groups", token, "mia board,staff")

	p.tell(map[string]any{"remove": "sub-1"})
	d.becomes(t, "removed", token, "permission_denied")
	_, link = mia.start()
	if status, body := mia.status(link); status == 200 && strings.Contains(body, `name="decision"`) {
		t.Errorf("the session of somebody who is gone still shows a consent page")
	}
}
