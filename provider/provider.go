package provider

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/account"
	"oauth1d/provider/admin"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/dance"
	"oauth1d/provider/explain"
	"oauth1d/provider/gate"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/policy"
	"oauth1d/provider/registry"
	"oauth1d/provider/signin"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Config is what the operator decides.
type Config struct {
	// PublicURL is the address that consumers and browsers use:
	// scheme://host[:port][/prefix]. A prefix is one that a proxy takes off.
	PublicURL string
	Realm     string // default: PublicURL
	Endpoints Endpoints
	SiteName  string
	Support   string // URL of help for people, or empty

	// Pages is how the pages look and which languages they speak. Its Site is
	// filled in from what else stands here.
	Pages pages.Config

	Window     time.Duration
	Limits     oauth1.Limits
	Methods    []string
	MinRSABits int

	RequestTTL, AccessTTL, IdleTTL time.Duration
	Pending                        int

	SignIn                     SignIn
	SessionTTL, SessionIdleTTL time.Duration
	SignInAttempts             int
	SignInWindow               time.Duration

	// Policy says what scopes allow, and what is accepted where. Nil: everything.
	Policy *policy.Policy

	// Dialects are the auth subrequest endpoints that are served.
	Dialects []string
	Gate     gate.Config

	// AdminToken opens the admin API on the private listener. Empty: closed.
	AdminToken store.Secret

	// IntrospectionToken opens the introspection there, and nothing else.
	IntrospectionToken store.Secret

	// HandoverToken opens the challenges of sign-ins there, and nothing else.
	HandoverToken store.Secret

	AccessLog bool

	// Proposals lets users propose consumers.
	Proposals bool

	// AdminPages serves the administration's pages on the private listener.
	AdminPages bool

	// MetricsOff leaves /metrics out.
	MetricsOff bool
}

// Endpoints are the paths of the public listener.
type Endpoints struct {
	RequestToken, Authorize, AccessToken string
	RevokeToken, Identify                string

	// Aliases are the providers whose paths are served as well, some of Aliases.
	Aliases []string

	SignIn, SignOut, Static string
	Account                 string // empty: users have no page of what they have allowed
}

// Parts is what a Provider stands on. It outlives configurations.
type Parts struct {
	Store    store.Store
	Keys     *store.Keyring
	Audit    *audit.Log
	Log      *slog.Logger
	Registry *prometheus.Registry
	Version  string
	Started  time.Time
	Now      func() time.Time // default: time.Now

	// Uses collects what is used when. Nil: nothing is taken down.
	Uses *verify.Uses

	// Refused holds refused requests, to be explained. Default: a new ring.
	Refused *explain.Ring

	// Ready says why the daemon should get no new requests; nil: it is ready.
	Ready func(ctx context.Context) error

	// Reload reads the configuration again.
	Reload func(ctx context.Context) error

	// Settings is the configuration in force, for administrators.
	Settings func() []adminapi.Setting

	// Findings says what is wrong around the daemon, for administrators.
	Findings func(ctx context.Context) []adminapi.Finding
}

// A Provider is the daemon's three sets of routes, ready to be served.
type Provider struct {
	Public  http.Handler // consumers, browsers, and inline mode
	Private http.Handler // proxies, operators
	Admin   http.Handler // the command line, over the admin socket

	config Config
	parts  Parts
	web    *web.Web
	pages  *pages.Set
	dance  *dance.Handler
	signin *signin.SignIn
	watch  *signin.Watch // over its backend
	gate   *gate.Gate
	admin  *admin.Handler

	account        *account.Handler
	console        *admin.Console
	adminWeb       *web.Web
	adminPages     *pages.Set
	administrators *signin.SignIn   // who sits at the administration's pages
	handOver       *signin.HandOver // nil unless people sign in so

	explain *explain.Service
}

// New builds a Provider. Built again from another Config on the same Parts it
// goes on counting in the same metrics.
func New(parts Parts, c Config) (*Provider, error) {
	if parts.Now == nil {
		parts.Now = time.Now
	}
	base, err := baseOf(c.PublicURL)
	if err != nil {
		return nil, err
	}
	p := &Provider{config: c, parts: parts}
	if p.pages, err = pages.New(p.pagesConfig(base)); err != nil {
		return nil, fmt.Errorf("building the pages: %w", err)
	}
	if p.adminPages, err = pages.New(p.adminPagesConfig()); err != nil {
		return nil, fmt.Errorf("building the administration's pages: %w", err)
	}
	if p.web, err = web.New(p.webConfig()); err != nil {
		return nil, fmt.Errorf("building the entrances: %w", err)
	}
	if p.adminWeb, err = web.New(p.adminWebConfig()); err != nil {
		return nil, fmt.Errorf("building the administrators' entrance: %w", err)
	}
	p.explain = p.newExplain(base)
	backend, err := p.backend()
	if err != nil {
		return nil, err
	}
	v := verify.New(parts.Store, parts.Keys, verify.Config{
		Window: c.Window, Limits: c.Limits, Now: parts.Now, Metrics: verify.NewMetrics(parts.Registry),
		Uses: parts.Uses, Refusals: refusals{p.explain}, Policy: c.Policy, UserGrace: c.SignIn.grace(backend),
	})
	if err := p.buildPeople(base, v, backend); err != nil {
		return nil, err
	}
	g := c.Gate
	g.Policy = c.Policy
	g.Limits, g.Now, g.Metrics, g.Audit = c.Limits, parts.Now, gate.NewMetrics(parts.Registry), parts.Audit
	g.OwnCookies = signin.Cookies
	p.gate = gate.New(v, g)
	p.Admin = p.adminRoutes()
	p.console = admin.NewConsole(admin.ConsoleConfig{
		API: p.Admin, SignIn: p.administrators, Pages: p.adminPages, Policy: c.Policy, Methods: c.Methods, Now: parts.Now,
	})
	p.Public, p.Private = p.publicRoutes(), p.privateRoutes()
	return p, nil
}

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

// baseOf cuts a public URL into what consumers sign.
func baseOf(publicURL string) (verify.Base, error) {
	scheme, host, target, err := oauth1.SplitURL(publicURL)
	if err != nil {
		return verify.Base{}, fmt.Errorf("public URL: %w", err)
	}
	return verify.Base{Scheme: scheme, Host: host, Prefix: strings.TrimSuffix(target, "/")}, nil
}
