package signin

import (
	"cmp"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"oauth1d/store"
)

// LDAPConfig is what must and may be set about a directory.
type LDAPConfig struct {
	// URL is ldaps://host, or ldap://host. Required.
	URL string

	// StartTLS makes a connection to ldap:// secret before anything else is said
	// on it, or ends it.
	StartTLS bool

	// Roots are whom we believe what the directory's certificate says. Default:
	// those of the system.
	Roots *x509.CertPool

	// BindDN and BindPassword are of the account that searches. Both or none,
	// where the directory lets strangers search.
	BindDN       string
	BindPassword store.Secret

	// BaseDN is below which users are. Required.
	BaseDN string

	// UserFilter finds what somebody typed, which goes where it says {user}.
	// Default: (uid={user}).
	UserFilter string

	// UserAttribute has the name under which we know the user. Default: uid.
	UserAttribute string

	// GroupBaseDN is below which groups are. Empty: nobody is in any.
	GroupBaseDN string

	// GroupFilter finds the groups of the user whose entry is {dn} and whose name
	// is {user}. Default: (member={dn}).
	GroupFilter string

	// GroupAttribute has the name of a group. Default: cn.
	GroupAttribute string

	// Timeout is how long one question may take in all. Default: 5 seconds.
	Timeout time.Duration
}

var attributeName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)

// NewLDAP returns the users of a directory, or everything that is wrong with c.
// It connects to nothing: a directory that is down at start may come later.
func NewLDAP(c LDAPConfig) (*LDAP, error) {
	c.UserFilter, c.UserAttribute = cmp.Or(c.UserFilter, "(uid={user})"), cmp.Or(c.UserAttribute, "uid")
	c.GroupFilter, c.GroupAttribute = cmp.Or(c.GroupFilter, "(member={dn})"), cmp.Or(c.GroupAttribute, "cn")
	c.Timeout = cmp.Or(c.Timeout, 5*time.Second)
	d := &LDAP{config: c, nobody: "cn=oauth1d-nobody," + c.BaseDN, turns: make(chan struct{}, maxLDAPConnections)}
	u, address, err := parseLDAPURL(c.URL)
	if err := errors.Join(underKey("url", err), c.check()); err != nil {
		return nil, err
	}
	d.address, d.implicitTLS = address, u.Scheme == "ldaps"
	if d.implicitTLS && c.StartTLS {
		return nil, errors.New("start_tls: ldaps:// is secret from the start")
	}
	d.tls = &tls.Config{RootCAs: c.Roots, ServerName: u.Hostname(), MinVersion: tls.VersionTLS12}
	return d, nil
}

// check says what is wrong with all but the URL.
func (c LDAPConfig) check() error {
	var errs []error
	say := func(wrong bool, text string) {
		if wrong {
			errs = append(errs, errors.New(text))
		}
	}
	say(c.BaseDN == "", "base_dn: is missing")
	say((c.BindDN == "") != (len(c.BindPassword) == 0), "bind_dn: needs a password, and a password needs it")
	say(!attributeName.MatchString(c.UserAttribute), "user_attribute: is not the name of an attribute")
	say(!attributeName.MatchString(c.GroupAttribute), "group_attribute: is not the name of an attribute")
	say(c.Timeout < 0, "timeout: is negative")
	for key, dn := range map[string]string{"base_dn": c.BaseDN, "group_base_dn": c.GroupBaseDN} {
		if _, err := ldap.ParseDN(dn); err != nil {
			errs = append(errs, underKey(key, err))
		}
	}
	return errors.Join(append(errs, underKey("user_filter", checkUserFilter(c.UserFilter)), underKey("group_filter", checkGroupFilter(c.GroupFilter)))...)
}

func underKey(key string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", key, err)
}

// parseLDAPURL reads "ldaps://host:port".
func parseLDAPURL(text string) (u *url.URL, address string, err error) {
	u, err = url.Parse(text)
	if err != nil {
		return nil, "", err
	}
	ports := map[string]string{"ldap": ldap.DefaultLdapPort, "ldaps": ldap.DefaultLdapsPort}
	port, known := ports[u.Scheme]
	if !known || u.Hostname() == "" || u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, "", fmt.Errorf("%q is not of the form ldap://host:port or ldaps://host:port", u.Redacted())
	}
	if u.Port() != "" {
		port = u.Port()
	}
	return u, net.JoinHostPort(u.Hostname(), port), nil
}
