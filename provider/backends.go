package provider

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"oauth1d/provider/admin"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/signin"
	"oauth1d/store"
)

// The ways to sign in, as the configuration names them.
const (
	byApplication = "application"
	byHandOver    = "handover"
	byHeader      = "header"
	byOIDC        = "oidc"
	byLDAP        = "ldap"
)

// SignIn says by which way people sign in, and what that way needs to know. Only
// the part of the backend that is named is looked at.
type SignIn struct {
	Backend string // "local" or one of the names above

	Application signin.ApplicationConfig
	HandOver    signin.HandOverConfig
	Header      signin.Header
	OIDC        signin.OIDCConfig
	LDAP        signin.LDAPConfig

	// UserURL is asked, with UserToken, whether a user is still there, for
	// backends that cannot be asked. Empty: nothing is.
	UserURL   string
	UserToken store.Secret

	// Recheck is how often it, or the backend, is asked. 0: never.
	Recheck time.Duration

	// Grace is for how long a user counts as there that could not be asked about.
	Grace time.Duration
}

// userTimeout bounds one question about a user.
const userTimeout = 5 * time.Second

// backend builds the way to sign in. Its zero value stands for the built-in users.
func (p *Provider) backend() (signin.Backend, error) {
	c := p.config.SignIn
	p.watch = signin.NewWatch(p.parts.Now)
	b := signin.Backend{Name: c.Backend}
	if c.UserURL != "" {
		b.Directory = signin.NewUserURL(c.UserURL, c.UserToken, userTimeout)
	}
	var err error
	switch c.Backend {
	case "", signin.BuiltIn:
		return signin.Backend{}, nil
	case byApplication:
		b.Recogniser, err = signin.NewApplication(c.Application)
	case byHeader:
		h := c.Header
		h.Trusted = func(r *http.Request) bool { return p.gate.Trusted(r) }
		b.Recogniser = h
	case byHandOver:
		c.HandOver.Now = p.parts.Now
		p.handOver, err = signin.NewHandOver(p.parts.Store, p.parts.Keys, c.HandOver)
		b.Elsewhere = p.handOver
	case byOIDC:
		var o *signin.OIDC
		c.OIDC.Now = p.parts.Now
		if o, err = signin.NewOIDC(c.OIDC); err == nil && b.Directory == nil {
			b.Directory = o
		}
		b.Elsewhere = o
	case byLDAP:
		var l *signin.LDAP
		l, err = signin.NewLDAP(c.LDAP)
		b.Passwords, b.Directory = l, l
	default:
		return b, fmt.Errorf("building sign-in: there is no backend %q", c.Backend)
	}
	if err != nil {
		return b, fmt.Errorf("building sign-in by %s: %w", c.Backend, err)
	}
	if c.Recheck == 0 {
		b.Directory = nil
	}
	return p.watch.Around(b), nil
}

// grace is for how long users of the backend count as there. Where nobody can be
// asked about them, nothing is learnt by waiting.
func (c SignIn) grace(b signin.Backend) time.Duration {
	if b.Directory == nil {
		return 0
	}
	return c.Grace
}

// Recheck asks the backend about users who have not been confirmed for a while,
// see signin.SignIn.Recheck.
func (p *Provider) Recheck(ctx context.Context) (asked, gone int, err error) {
	return p.signin.Recheck(ctx)
}

// RecheckEvery is how often Recheck is to be called, so that nobody who is due
// waits for long. 0: never.
func (p *Provider) RecheckEvery() time.Duration { return p.config.SignIn.Recheck / 4 }

// challenges answers the admin API's questions about sign-ins that are handed over.
type challenges struct{ *signin.HandOver }

// Challenge says what a challenge is about.
func (c challenges) Challenge(ctx context.Context, text string) (adminapi.Challenge, error) {
	name, expires, err := c.HandOver.Challenge(ctx, text)
	return adminapi.Challenge{Name: name, Expires: expires.UTC()}, err
}

// signIns is nil when sign-in is not handed over.
func (p *Provider) signIns() admin.SignIns {
	if p.handOver == nil {
		return nil
	}
	return challenges{p.handOver}
}
