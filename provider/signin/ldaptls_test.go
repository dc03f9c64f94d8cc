package signin

import (
	"crypto/x509"
	"errors"
	"strings"
	"testing"

	"oauth1d/store"
)

func testLDAPSecrecy(t *testing.T, s *slapd) {
	bare := startSlapd(t, false)
	at := func(scheme, host, address string) string {
		return scheme + "://" + host + address[strings.LastIndex(address, ":"):]
	}
	tests := []struct {
		name, url string
		startTLS  bool
		roots     *x509.CertPool
		server    *slapd
		want      string // of the error
	}{
		{"StartTLS", at("ldap", "localhost", s.plain), true, s.roots, s, ""},
		{"ldaps", at("ldaps", "localhost", s.plus), false, s.roots, s, ""},
		{"StartTLS, an authority that nobody knows", at("ldap", "localhost", s.plain), true, nil, s, "unknown authority"},
		{"ldaps, an authority that nobody knows", at("ldaps", "localhost", s.plus), false, nil, s, "unknown authority"},
		{"StartTLS, believing nobody", at("ldap", "localhost", s.plain), true, x509.NewCertPool(), s, "unknown authority"},
		{"ldaps, believing nobody", at("ldaps", "localhost", s.plus), false, x509.NewCertPool(), s, "unknown authority"},
		{"StartTLS, another name", at("ldap", "127.0.0.1", s.plain), true, s.roots, s, "127.0.0.1"},
		{"ldaps, another name", at("ldaps", "127.0.0.1", s.plus), false, s.roots, s, "127.0.0.1"},
		{"StartTLS, which the server has not", at("ldap", "localhost", bare.plain), true, s.roots, bare, "StartTLS"},
		{"ldaps, spoken to the other port", at("ldaps", "localhost", s.plain), false, s.roots, s, "TLS"},
		{"ldap, spoken to the other port", at("ldap", "localhost", s.plus), false, s.roots, s, "binding"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			from := test.server.mark()
			d := s.users(t, func(c *LDAPConfig) { c.URL, c.StartTLS, c.Roots = test.url, test.startTLS, test.roots })
			got, err := d.Check(t.Context(), "ada", store.Secret(adasPassword))
			if test.want == "" {
				if err != nil || got.User != "ada" {
					t.Fatalf("got %v and error %v, want ada", got, err)
				}
				for _, line := range s.wait(t, from, `BIND dn="uid=ada.*mech=`) {
					if strings.Contains(line, "mech=SIMPLE") && strings.Contains(line, " ssf=0") {
						t.Errorf("a password went without TLS: %s", line)
					}
				}
				return
			}
			wantUnavailable(t, err)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got error %v, want one about %s", err, test.want)
			}
			test.server.wait(t, from, " closed")
			if text := test.server.since(from); strings.Contains(text, " BIND ") {
				t.Errorf("a password was sent all the same:\n%s", text)
			}
		})
	}
}

func testLDAPService(t *testing.T, s *slapd) {
	open := "ou=open," + suffix
	tests := []struct {
		name   string
		change func(*LDAPConfig)
		want   string // of the error; "": public is let in
	}{
		{"nobody, where strangers may read", func(c *LDAPConfig) { c.BindDN, c.BindPassword, c.BaseDN, c.GroupBaseDN = "", nil, open, open }, ""},
		{"its password is wrong", func(c *LDAPConfig) { c.BindPassword = store.Secret("wrong horse battery") }, "Invalid Credentials"},
		{"it does not exist", func(c *LDAPConfig) { c.BindDN = "cn=writer," + suffix }, "Invalid Credentials"},
		{"its name is no DN", func(c *LDAPConfig) { c.BindDN = "reader" }, "Invalid DN Syntax"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := s.users(t, test.change)
			got, err := d.Check(t.Context(), "public", store.Secret(adasPassword))
			found, lookUpErr := d.LookUp(t.Context(), "public", nil)
			if test.want == "" {
				if err := errors.Join(err, lookUpErr); err != nil || got.User != "public" || found.User != "public" {
					t.Errorf("got %v and %v and error %v, want public", got, found, err)
				}
				return
			}
			for _, err := range []error{err, lookUpErr} {
				wantUnavailable(t, err)
				if err == nil || !strings.Contains(err.Error(), test.want) {
					t.Errorf("got error %v, want %s", err, test.want)
				}
			}
		})
	}
}

// A mistake in the configuration, or in what the account may read, must not make
// everybody gone.
func testLDAPBase(t *testing.T, s *slapd) {
	tests := []struct {
		name   string
		change func(*LDAPConfig)
	}{
		{"the base does not exist", func(c *LDAPConfig) { c.BaseDN = "ou=nowhere," + suffix }},
		{"the base is another directory's", func(c *LDAPConfig) { c.BaseDN = "dc=example,dc=net" }},
		{"the base is a referral", func(c *LDAPConfig) { c.BaseDN = "ou=elsewhere," + suffix }},
		{"nobody may read the base", func(c *LDAPConfig) { c.BindDN, c.BindPassword = "", nil }},
		{"the groups' base does not exist", func(c *LDAPConfig) { c.GroupBaseDN = "ou=nowhere," + suffix }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := s.users(t, test.change)
			_, err := d.Check(t.Context(), "ada", store.Secret(adasPassword))
			wantUnavailable(t, err)
			_, err = d.LookUp(t.Context(), "ada", nil)
			wantUnavailable(t, err)
		})
	}
}
