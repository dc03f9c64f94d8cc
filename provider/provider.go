package provider

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"oauth1d/provider/account"
	"oauth1d/provider/admin"
	"oauth1d/provider/dance"
	"oauth1d/provider/explain"
	"oauth1d/provider/gate"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/signin"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
)

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

// baseOf cuts a public URL into what consumers sign.
func baseOf(publicURL string) (verify.Base, error) {
	scheme, host, target, err := oauth1.SplitURL(publicURL)
	if err != nil {
		return verify.Base{}, fmt.Errorf("public URL: %w", err)
	}
	return verify.Base{Scheme: scheme, Host: host, Prefix: strings.TrimSuffix(target, "/")}, nil
}
