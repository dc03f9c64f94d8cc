package signin

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"

	"github.com/go-ldap/ldap/v3"

	"oauth1d/store"
)

// LDAP are users of a directory: Passwords and a Directory.
//
// A name is searched for by an account of ours, and the password is tried on the
// one entry that was found. From then on the user is called what that entry says,
// so that "ada", "ADA" and a mail address are one user.
type LDAP struct {
	config      LDAPConfig
	address     string
	implicitTLS bool
	tls         *tls.Config
	nobody      string // an entry that does not exist
	turns       chan struct{}
}

var (
	_ Passwords = (*LDAP)(nil)
	_ Directory = (*LDAP)(nil)
)

const (
	// maxLDAPConnections is how many questions a directory is asked at once. The
	// others wait, for no longer than if they were answered.
	maxLDAPConnections = 16

	maxLDAPGroups = 1000 // of one user
)

// Format keeps the password that is in it from being printed.
func (d *LDAP) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "LDAP at "+d.address) }

// Check returns the user with that name and password, or an error that wraps
// ErrWrong and, for the log, what the directory has instead of one such user.
//
// Whoever does not exist costs a search and a bind, like a wrong password. How
// long the directory takes to refuse a bind is its own affair: OpenLDAP computes
// no hash for an entry that does not exist. To bind as one that does instead
// would lock somebody out.
func (d *LDAP) Check(ctx context.Context, name string, password store.Secret) (Identity, error) {
	if len(password) == 0 || len(password) > maxPassword || bytes.IndexByte(password, 0) >= 0 || checkName(name) != nil {
		return Identity{}, ErrWrong // the same for everybody, and free of charge
	}
	return d.ask(ctx, func(conn *ldap.Conn) (Identity, error) {
		user, unfit, err := d.find(conn, fillFilter(d.config.UserFilter, name, ""))
		if err != nil {
			return Identity{}, err
		}
		dn := cmp.Or(user.dn, d.nobody)
		matches, err := tryPassword(conn, dn, password)
		switch {
		case err != nil:
			return Identity{}, err
		case unfit != nil:
			return Identity{}, fmt.Errorf("%w: %w", ErrWrong, unfit)
		case !matches:
			return Identity{}, ErrWrong
		}
		if err := d.bindService(conn); err != nil {
			return Identity{}, err
		}
		return d.withGroups(conn, user)
	})
}

// LookUp returns the user with that name, letter by letter, or ErrGone. An
// account that the directory has disabled counts as gone.
func (d *LDAP) LookUp(ctx context.Context, name string, _ store.Secret) (Identity, error) {
	if checkName(name) != nil {
		return Identity{}, ErrGone
	}
	return d.ask(ctx, func(conn *ldap.Conn) (Identity, error) {
		user, unfit, err := d.find(conn, findAgain(d.config.UserFilter, d.config.UserAttribute, name))
		switch {
		case err != nil:
			return Identity{}, err
		case errors.Is(unfit, errNoEntry), errors.Is(unfit, errDisabled):
			return Identity{}, fmt.Errorf("%w: %w", ErrGone, unfit)
		case unfit != nil:
			return Identity{}, unfit
		case user.name != name:
			return Identity{}, fmt.Errorf("%w: the entry has another spelling", ErrGone)
		}
		return d.withGroups(conn, user)
	})
}

// find returns the one user that filter finds, or why that is unfit to be one.
func (d *LDAP) find(conn *ldap.Conn, filter string) (user ldapUser, unfit, err error) {
	if err := d.bindService(conn); err != nil {
		return ldapUser{}, nil, err
	}
	entries, err := d.search(conn, d.config.BaseDN, filter, 2, d.userAttributes())
	switch {
	case errors.Is(err, errSeveral):
		return ldapUser{}, err, nil
	case err != nil:
		return ldapUser{}, nil, fmt.Errorf("searching a user: %w", err)
	}
	user, unfit = d.only(entries)
	return user, unfit, nil
}

func (d *LDAP) withGroups(conn *ldap.Conn, user ldapUser) (Identity, error) {
	if d.config.GroupBaseDN == "" {
		return Identity{User: user.name, Subject: user.id}, nil
	}
	filter := fillFilter(d.config.GroupFilter, user.name, user.dn)
	entries, err := d.search(conn, d.config.GroupBaseDN, filter, maxLDAPGroups, []string{d.config.GroupAttribute})
	switch {
	case errors.Is(err, errSeveral):
		// A part of them is not known to be enough, nor the same part next time.
		return Identity{}, fmt.Errorf("searching groups: the user is in more than the directory or we return (%d)", maxLDAPGroups)
	case err != nil:
		return Identity{}, fmt.Errorf("searching groups: %w", err)
	}
	return Identity{User: user.name, Subject: user.id, Groups: d.groupNames(entries)}, nil
}

// ask puts a question to the directory. What it is not answered in time is
// unavailable.
func (d *LDAP) ask(ctx context.Context, question func(*ldap.Conn) (Identity, error)) (Identity, error) {
	limited, cancel := context.WithTimeout(ctx, d.config.Timeout)
	defer cancel()
	identity, err := d.inTurn(limited, question)
	switch {
	case err == nil, errors.Is(err, ErrWrong), errors.Is(err, ErrGone):
		return identity, err
	case errors.Is(ctx.Err(), context.Canceled):
		return Identity{}, fmt.Errorf("asking the directory: %w", ctx.Err()) // nobody waits any more
	case limited.Err() != nil:
		err = fmt.Errorf("no answer within %v: %w", d.config.Timeout, err)
	}
	return Identity{}, unavailable(fmt.Errorf("asking the directory at %s: %w", d.address, err))
}

func (d *LDAP) inTurn(ctx context.Context, question func(*ldap.Conn) (Identity, error)) (Identity, error) {
	select {
	case d.turns <- struct{}{}:
		defer func() { <-d.turns }()
	case <-ctx.Done():
		return Identity{}, fmt.Errorf("waiting for one of %d connections: %w", maxLDAPConnections, ctx.Err())
	}
	conn, err := d.connect(ctx)
	if err != nil {
		return Identity{}, fmt.Errorf("connecting: %w", err)
	}
	defer conn.Close()
	defer conn.Unbind() // a goodbye, if it is still heard
	return question(conn)
}
