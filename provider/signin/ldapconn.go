package signin

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/go-ldap/ldap/v3"

	"oauth1d/store"
)

// maxFromDirectory is how much is read of a connection, in bytes. A thousand
// groups with long names are a third of it.
const maxFromDirectory = 1 << 20

// connect opens a connection on which nothing takes longer than ctx, and nothing
// is said before it is as secret as the configuration wants it.
//
// One question, one connection: a directory that was restarted, or a firewall
// that forgot, is no case of its own, and no bind is left over for the next.
func (d *LDAP) connect(ctx context.Context) (*ldap.Conn, error) {
	raw, err := new(net.Dialer).DialContext(ctx, "tcp", d.address)
	if err != nil {
		return nil, err
	}
	// Whatever waits on the connection gives up when the time is over, and when
	// the caller goes before.
	context.AfterFunc(ctx, func() { raw.SetDeadline(time.Unix(1, 0)) })
	line := net.Conn(&boundedConn{Conn: raw, left: maxFromDirectory})
	if d.implicitTLS {
		secret := tls.Client(line, d.tls)
		if err := secret.HandshakeContext(ctx); err != nil {
			raw.Close()
			return nil, fmt.Errorf("TLS: %w", legible(err))
		}
		line = secret
	}
	conn := ldap.NewConn(line, d.implicitTLS)
	conn.SetTimeout(d.config.Timeout)
	conn.Start()
	if !d.config.StartTLS {
		return conn, nil
	}
	if err := conn.StartTLS(d.tls); err != nil {
		conn.Close()
		return nil, fmt.Errorf("StartTLS: %w", legible(err))
	}
	return conn, nil
}

// A boundedConn ends when more came than anybody has asked for: the library reads
// what a server sends whole, up to 2 GiB.
type boundedConn struct {
	net.Conn
	left int
}

func (c *boundedConn) Read(p []byte) (int, error) {
	if c.left <= 0 {
		return 0, fmt.Errorf("more than %d bytes came", maxFromDirectory)
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// bindService makes the connection that of the account that may search, or of
// nobody again.
func (d *LDAP) bindService(conn *ldap.Conn) error {
	var err error
	if d.config.BindDN == "" {
		err = conn.UnauthenticatedBind("")
	} else {
		err = conn.Bind(d.config.BindDN, d.config.BindPassword.Reveal())
	}
	if err != nil {
		return fmt.Errorf("binding as the account that searches: %w", legible(err))
	}
	return nil
}

// tryPassword says whether password is that of the entry. The connection is nobody's, or
// the user's, afterwards.
//
// A bind with an empty password succeeds for every entry, as nobody (RFC 4513
// §5.1.2); neither we nor the library send one.
func tryPassword(conn *ldap.Conn, dn string, password store.Secret) (bool, error) {
	if dn == "" || len(password) == 0 {
		return false, nil
	}
	switch err := conn.Bind(dn, password.Reveal()); {
	case err == nil:
		return true, nil
	case ldap.IsErrorAnyOf(err, refusals...):
		return false, nil
	default:
		return false, fmt.Errorf("trying the password: %w", legible(err))
	}
}

// refusals are with what directories answer a bind that they understand and do
// not want: wrong, no password at all, too many tries, locked, just deleted.
var refusals = []uint16{
	ldap.LDAPResultInvalidCredentials, ldap.LDAPResultInappropriateAuthentication, ldap.LDAPResultConstraintViolation,
	ldap.LDAPResultUnwillingToPerform, ldap.LDAPResultInsufficientAccessRights, ldap.LDAPResultNoSuchObject,
}

// search returns what filter finds below base, and errSeveral when that is more
// than limit. Referrals are not followed: where they lead nobody has configured.
func (d *LDAP) search(conn *ldap.Conn, base, filter string, limit int, attributes []string) ([]*ldap.Entry, error) {
	seconds := int((d.config.Timeout + time.Second - 1) / time.Second)
	request := ldap.NewSearchRequest(base, ldap.ScopeWholeSubtree, ldap.NeverDerefAliases, limit, seconds, false, filter, attributes, nil)
	request.EnforceSizeLimit = true
	found, err := conn.Search(request)
	switch {
	case errors.Is(err, ldap.ErrSizeLimitExceeded), ldap.IsErrorWithCode(err, ldap.LDAPResultSizeLimitExceeded):
		return nil, errSeveral
	case err != nil:
		return nil, legible(err)
	}
	return found.Entries, nil
}

// legible is err as the log may have it: what a server says can have line breaks
// in it, or be very long.
func legible(err error) error {
	const most = 300
	text := strings.Map(func(c rune) rune {
		if invisible(c) {
			return '?'
		}
		return c
	}, err.Error())
	return errors.New(strings.ToValidUTF8(text[:min(len(text), most)], ""))
}
