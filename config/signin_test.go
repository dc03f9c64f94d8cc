package config

import (
	"crypto/subtle"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// fileWithSecrets writes a configuration and what may lie next to it.
func fileWithSecrets(t *testing.T, text string) string {
	t.Helper()
	path := file(t, text)
	for name, secret := range map[string]string{"app.token": "for-the-application", "their.secret": "a b c\n", "handover.token": "hand\n"} {
		beside(t, path, name, secret, 0o600)
	}
	cert, _ := certificate(t)
	beside(t, path, "ca.pem", cert, 0o644)
	return path
}

const (
	ofApplication = "  backend: application\n  application:\n    url: http://app.internal/me?format=json\n    login_url: http://app.example.test/login\n"
	ofLDAP        = "  backend: ldap\n  ldap:\n    base_dn: dc=example,dc=test\n"
	ofOIDC        = "  backend: oidc\n  oidc:\n    client_id: gate\n    client_secret_file: their.secret\n"
)

func TestEachBackendHasEnoughWith(t *testing.T) {
	for name, text := range map[string]string{
		"the application's header":            ofApplication + "    user_header: X-Forwarded-User\n    groups_path: groups\n",
		"the application's JSON":              ofApplication + "    user_path: user.name\n    groups_header: X-Groups\n",
		"the application asked about users":   ofApplication + "    user_path: user\n  user_url: http://app.internal/users/{user}.json?groups=1\n  user_token_file: app.token\n",
		"a challenge and its token":           "  backend: handover\n  handover:\n    login_url: https://app.example.test/login?a=b\nadmin:\n  handover_token_file: handover.token\n",
		"a header of loopback":                "  backend: header\n",
		"a header without groups":             "  backend: header\n  header:\n    groups: \"\"\n",
		"a provider":                          ofOIDC + "    issuer: https://id.example.test/realms/a/\n    ca_file: ca.pem\n",
		"a provider on loopback":              ofOIDC + "    issuer: http://127.0.0.1:5556/dex\n    scopes: [openid, \"https://www.example.test/auth/groups\"]\n",
		"a directory over TLS":                ofLDAP + "    url: ldaps://ldap.example.test:636\n    ca_file: ca.pem\n",
		"a directory with StartTLS":           ofLDAP + "    url: ldap://ldap.example.test\n    start_tls: true\n    bind_dn: cn=gate\n    bind_password_file: their.secret\n",
		"a directory on loopback":             ofLDAP + "    url: ldap://[::1]:3389\n",
		"a directory in the clear, said so":   ofLDAP + "    url: ldap://ldap.example.test\nunsafe:\n  plain_ldap: true\n",
		"a filter with parentheses in it":     ofLDAP + "    url: ldap://localhost\n    user_filter: (&(|(objectClass=a)(objectClass=b))(!(uid={user})))\n",
		"nothing, when the users are our own": "  backend: local\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := Load(fileWithSecrets(t, enough+"signin:\n"+text), nil, nil); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestABackendThatIsNotChosenIsNotMissed(t *testing.T) {
	c := load(t, enough+`signin:
  user_url: https://app.example.test/users/{user}
  user_token_file: none.token
  application: {url: "https://app.example.test/me", user_header: X-User, user_path: user}
  oidc: {client_id: gate, client_secret_file: none.secret, ca_file: none.pem, scopes: []}
  ldap: {url: "ldap://ldap.example.test", bind_dn: cn=gate, ca_file: none.pem, group_filter: (a=b)}
`, nil, nil)
	if got, want := c.Signin.LDAP.URL, "ldap://ldap.example.test"; got != want {
		t.Errorf("signin.ldap.url: got %q, want %q", got, want)
	}
	if got := filepath.Base(c.Signin.OIDC.ClientSecretFile); got != "none.secret" {
		t.Errorf("signin.oidc.client_secret_file: got %q", got)
	}
}

func TestSecretsOfTheChosenBackendAreRead(t *testing.T) {
	for _, row := range []struct {
		name, text string
		of         func(*Config) Secret
		want       string
	}{
		{"the token for user_url", ofApplication + "    user_path: user\n  user_token_file: app.token\n",
			func(c *Config) Secret { return c.Signin.UserToken }, "for-the-application"},
		{"the token of the hand-over", "  backend: handover\n  handover:\n    login_url: https://app.example.test/\nadmin:\n  handover_token_file: handover.token\n",
			func(c *Config) Secret { return c.Admin.HandoverToken }, "hand"},
		{"the provider's, which may have spaces", ofOIDC + "    issuer: https://id.example.test\n",
			func(c *Config) Secret { return c.Signin.OIDC.ClientSecret }, "a b c"},
		{"the directory's, which may have spaces", ofLDAP + "    url: ldaps://ldap.example.test\n    bind_dn: cn=gate\n    bind_password_file: their.secret\n",
			func(c *Config) Secret { return c.Signin.LDAP.BindPassword }, "a b c"},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := fileWithSecrets(t, enough+"signin:\n"+row.text)
			c, err := Load(path, nil, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got := row.of(c).Bytes(); subtle.ConstantTimeCompare(got, []byte(row.want)) != 1 {
				t.Errorf("got another secret, of %d bytes, want %q", len(got), row.want)
			}
			var shown strings.Builder
			if err := c.Show(&shown, true); err != nil {
				t.Fatal(err)
			}
			if strings.Contains(shown.String(), row.want+"\"") {
				t.Errorf("a secret is shown:\n%s", &shown)
			}
		})
	}
}

func TestABackendsSecretIsOneOfItsOwner(t *testing.T) {
	path := fileWithSecrets(t, enough+"signin:\n"+ofOIDC+"    issuer: https://id.example.test\n")
	if err := os.Chmod(filepath.Join(filepath.Dir(path), "their.secret"), 0o644); err != nil {
		t.Fatal(err)
	}
	_, err := Load(path, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "signin.oidc.client_secret_file") || !strings.Contains(err.Error(), "mode 0644") {
		t.Errorf("got %v, want that signin.oidc.client_secret_file has mode 0644", err)
	}
}

func TestAuthoritiesAreCertificates(t *testing.T) {
	path := fileWithSecrets(t, enough+"signin:\n"+ofLDAP+"    url: ldaps://ldap.example.test\n    ca_file: ca.pem\n")
	c, err := Load(path, nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if c.Signin.LDAP.Roots == nil || c.Signin.OIDC.Roots != nil {
		t.Errorf("got authorities %v of the directory and %v of the provider, want the first alone", c.Signin.LDAP.Roots, c.Signin.OIDC.Roots)
	}
	path = fileWithSecrets(t, enough+"signin:\n"+ofLDAP+"    url: ldaps://ldap.example.test\n    ca_file: their.secret\n")
	_, err = Load(path, nil, nil)
	if err == nil || !strings.Contains(err.Error(), "signin.ldap.ca_file") || !strings.Contains(err.Error(), "no certificate") {
		t.Errorf("got %v, want that signin.ldap.ca_file has no certificate in it", err)
	}
}

func TestUnsetGraceFollowsALongerRecheck(t *testing.T) {
	if got := load(t, enough+"signin:\n  recheck: 48h\n", nil, nil).Signin.RecheckGrace; got != 48*time.Hour {
		t.Errorf("signin.recheck_grace: got %s, want 48h", got)
	}
	if got := load(t, enough+"signin:\n  recheck: 0s\n", nil, nil).Signin.RecheckGrace; got != 24*time.Hour {
		t.Errorf("signin.recheck_grace: got %s, want 24h", got)
	}
}
