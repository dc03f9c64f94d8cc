package provider

import (
	"fmt"
	"net/http"
	"net/netip"

	"oauth1d/provider/account"
	"oauth1d/provider/admin"
	"oauth1d/provider/dance"
	"oauth1d/provider/pages"
	"oauth1d/provider/registry"
	"oauth1d/provider/signin"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
)

// buildPeople builds what users and administrators use.
func (p *Provider) buildPeople(base verify.Base, v *verify.Verifier, backend signin.Backend) error {
	c, parts := p.config, p.parts
	users := signin.NewUsers(parts.Store, signin.UsersConfig{Now: parts.Now})
	if err := p.buildSignIn(base, users, backend); err != nil {
		return err
	}
	reg, err := registry.New(parts.Store, parts.Keys, registry.Config{Methods: c.Methods, MinRSABits: c.MinRSABits, Now: parts.Now})
	if err != nil {
		return fmt.Errorf("building the registry: %w", err)
	}
	p.dance = dance.New(parts.Store, parts.Keys, v, p.signin, parts.Audit, dance.Config{
		Base: base, Pages: p.pages, Policy: c.Policy, AuthorizePath: base.Prefix + c.Endpoints.Authorize, SignOutPath: base.Prefix + c.Endpoints.SignOut,
		RequestTTL: c.RequestTTL, AccessTTL: c.AccessTTL, IdleTTL: c.IdleTTL, Pending: c.Pending, Limits: c.Limits,
		Now: parts.Now, Metrics: parts.Registry,
	})
	p.account = account.New(parts.Store, reg, p.signin, parts.Audit, account.Config{
		Pages: p.pages, Policy: c.Policy, Path: base.Prefix + c.Endpoints.Account, URLs: p.namedURLs(), Proposals: c.Proposals, Now: parts.Now,
	})
	p.admin = admin.New(admin.Config{
		Store: parts.Store, Keys: parts.Keys, Registry: reg, Users: users, Audit: parts.Audit, Explain: p.explain,
		Version: parts.Version, PublicURL: c.PublicURL, Started: parts.Started, AccessTTL: c.AccessTTL, IdleTTL: c.IdleTTL,
		Reload: parts.Reload, Ready: parts.Ready, Now: parts.Now, Metrics: parts.Registry,
		ScopeDefined: func(name string) bool { _, ok := c.Policy.Scope(name); return ok },
		Live:         v.Live,
		Settings:     parts.Settings, Findings: parts.Findings, Endpoints: p.endpointURLs(), SignIns: p.signIns(),
		SignInReachable: p.watch.Reachable,
	})
	return nil
}

// buildSignIn builds the two ways in: people's by the backend, administrators' by
// a built-in account or the admin token.
func (p *Provider) buildSignIn(base verify.Base, users *signin.Users, backend signin.Backend) (err error) {
	c, parts := p.config, p.parts
	common := signin.Config{
		SessionTTL: c.SessionTTL, IdleTTL: c.SessionIdleTTL,
		AttemptsPerUser: c.SignInAttempts, AttemptsWindow: c.SignInWindow,
		Address: func(r *http.Request) netip.Addr { return p.gate.ClientAddress(r) },
		Audit:   parts.Audit, Now: parts.Now, Metrics: parts.Registry,
	}
	people := common
	people.Backend, people.Recheck = backend, c.SignIn.Recheck
	people.Pages, people.Secure, people.Origin = p.pages, base.Scheme == "https", base.Scheme+"://"+base.Host
	people.SignInPath, people.AuthorizePath = base.Prefix+c.Endpoints.SignIn, base.Prefix+c.Endpoints.Authorize
	if c.Endpoints.Account != "" {
		people.HomePath = base.Prefix + c.Endpoints.Account
	}
	if p.signin, err = signin.New(parts.Store, parts.Keys, users, people); err != nil {
		return fmt.Errorf("building sign-in: %w", err)
	}
	administrators := common
	administrators.Administrators, administrators.AdminToken = true, c.AdminToken
	administrators.Pages, administrators.SignInPath, administrators.HomePath = p.adminPages, "/admin/signin", "/admin/"
	if p.administrators, err = signin.New(parts.Store, parts.Keys, users, administrators); err != nil {
		return fmt.Errorf("building the administrators' sign-in: %w", err)
	}
	return nil
}

func (p *Provider) webConfig() web.Config {
	return web.Config{
		PublicURL: p.config.PublicURL, Realm: p.config.Realm, Pages: p.pages, Log: p.parts.Log,
		AccessLog: p.config.AccessLog, Metrics: p.parts.Registry, Now: p.parts.Now,
	}
}

// adminWebConfig is that of the administration's pages, whose address nobody has
// configured.
func (p *Provider) adminWebConfig() web.Config {
	c := p.webConfig()
	c.PublicURL, c.Pages = "", p.adminPages
	return c
}

func (p *Provider) pagesConfig(base verify.Base) pages.Config {
	c := p.config.Pages
	e := p.config.Endpoints
	c.Site = pages.Site{
		Name: p.config.SiteName, SupportURL: p.config.Support,
		StaticPath: base.Prefix + e.Static, SignOutPath: base.Prefix + e.SignOut,
	}
	if e.Account != "" {
		c.Site.AccountPath = base.Prefix + e.Account
		if p.config.Proposals {
			c.Site.ProposalsPath = c.Site.AccountPath + account.ProposalsPath
		}
	}
	return c
}

// adminPagesConfig is that of the private listener, which browsers reach at another
// address.
func (p *Provider) adminPagesConfig() pages.Config {
	c := p.config.Pages
	c.Site = pages.Site{Name: p.config.SiteName, StaticPath: adminStatic, SignOutPath: "/admin/signout", HomePath: "/admin/"}
	return c
}
