package provider

import (
	"net/http"
	"net/url"

	"github.com/gorilla/mux"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"oauth1d/provider/admin"
	"oauth1d/provider/gate"
	"oauth1d/provider/signin"
	"oauth1d/provider/web"
)

// This file is the route table, and the only one that knows the router.

// newRouter returns a router that cleans no path and decodes none: a cleaned
// path is a broken signature, and a redirect to it a way around the gate.
func (p *Provider) newRouter() *mux.Router {
	m := mux.NewRouter().SkipClean(true).UseEncodedPath()
	m.NotFoundHandler = p.web.NotFound()
	return m
}

// publicRoutes are for consumers and browsers.
func (p *Provider) publicRoutes() http.Handler {
	m, e := p.newRouter(), p.config.Endpoints

	// Consumers.
	consumers := map[endpoint]http.Handler{
		requestToken: p.web.Protocol("request_token", p.dance.ServeRequestToken),
		accessToken:  p.web.Protocol("access_token", p.dance.ServeAccessToken),
		revokeToken:  p.web.Protocol("revoke_token", p.dance.ServeRevokeToken),
		identify:     p.web.Protocol("identify", p.dance.ServeIdentify),
		authorize:    p.people("authorize", p.dance.ServeAuthorize),
	}
	p.route(m, e.RequestToken, on("POST", consumers[requestToken]))
	p.route(m, e.AccessToken, on("POST", consumers[accessToken]))
	p.route(m, e.RevokeToken, on("POST", consumers[revokeToken]))
	p.route(m, e.Identify, on("GET", consumers[identify]), on("POST", consumers[identify]))

	// People.
	p.route(m, e.Authorize, on("GET", consumers[authorize]), on("POST", consumers[authorize]))
	signIn := p.people("signin", p.signin.ServeSignIn)
	p.route(m, e.SignIn, on("GET", signIn), on("POST", signIn))
	p.route(m, e.SignIn+signin.ReturnPath, on("GET", p.people("signin_return", p.signin.ServeReturn)))
	p.route(m, e.SignOut, on("POST", p.people("signout", p.signin.ServeSignOut)))
	if e.Account != "" {
		p.pageRoutes(m, e.Account, p.account.Routes(), p.people)
	}
	m.PathPrefix(e.Static).Handler(p.web.Named("static", http.StripPrefix(e.Static, p.pages.Static())))

	// Consumers and people who know other providers' paths.
	p.aliasRoutes(m, consumers)

	// Everything else is the application's, in inline mode.
	if p.config.Gate.Inline.Upstream != nil {
		m.PathPrefix("/").Handler(p.web.Gate(web.Inline, p.gate.ServeInline))
		m.NotFoundHandler = p.web.Gate(web.Inline, p.gate.ServeInline)
	} else {
		p.route(m, "/", on("GET", p.people("home", p.serveHome)))
	}
	return p.web.Outer(m)
}

// aliasRoutes adds the paths of the providers that the operator has named.
func (p *Provider) aliasRoutes(m *mux.Router, handlers map[endpoint]http.Handler) {
	for _, provider := range p.config.Endpoints.Aliases {
		for _, a := range aliases[provider] {
			h := handlers[a.does]
			routes := []route{on("POST", h)}
			if a.anyMethod || a.does == authorize {
				routes = append(routes, on("GET", h))
			}
			p.routeAt(func() *mux.Route {
				r := m.Path(a.path)
				if a.title != "" {
					r = r.Queries("title", a.title)
				}
				return r
			}, routes...)
		}
	}
}

// privateRoutes are for reverse proxies, operators and, with a token,
// administrators.
func (p *Provider) privateRoutes() http.Handler {
	m := p.newRouter()

	// Reverse proxies.
	for _, dialect := range p.config.Dialects {
		switch dialect {
		case web.Nginx:
			m.Path("/auth/nginx").Handler(p.web.Gate(web.Nginx, p.gate.ServeNginx))
		case web.NginxURL:
			m.Path("/auth/nginx-url").Handler(p.web.Gate(web.NginxURL, p.gate.ServeNginxURL))
		case web.Forward:
			m.Path("/auth/forward").Handler(p.web.Gate(web.Forward, p.gate.ServeForward))
		case web.Envoy:
			m.PathPrefix(gate.EnvoyPrefix + "/").Handler(p.web.Gate(web.Envoy, p.gate.ServeEnvoy))
		}
	}

	// Operators.
	p.operatorRoutes(m)

	// Administrators.
	admins := admin.Bearer{Actor: "admin:token", Token: p.config.AdminToken, Key: "admin.token_file"}
	application := admin.Bearer{Actor: "application", Token: p.config.IntrospectionToken, Key: "admin.introspection_token_file"}
	login := admin.Bearer{Actor: "application", Token: p.config.HandoverToken, Key: "admin.handover_token_file"}
	p.introspectionRoute(m, p.admin.RequireToken(admins, application))
	p.signInRoutes(m, p.admin.RequireToken(admins, login))
	p.apiRoutes(m, p.admin.RequireToken(admins))
	if p.config.AdminPages {
		p.consoleRoutes(m)
	}
	return p.web.Outer(m)
}

// consoleRoutes are the administration's pages.
func (p *Provider) consoleRoutes(m *mux.Router) {
	entrance := func(name string, h web.Handler) http.Handler {
		return p.administrators.Load(p.adminWeb.People(name, h))
	}
	p.pageRoutes(m, "", p.console.Routes(), entrance)
	signIn := entrance("admin_signin", p.administrators.ServeSignIn)
	p.route(m, "/admin/signin", on("GET", signIn), on("POST", signIn))
	p.route(m, "/admin/signout", on("POST", entrance("admin_signout", p.administrators.ServeSignOut)))
	m.PathPrefix(adminStatic).Handler(p.adminWeb.Named("admin_static", http.StripPrefix(adminStatic, p.adminPages.Static())))
	m.Path("/admin").Handler(http.RedirectHandler("/admin/", http.StatusSeeOther))
	m.PathPrefix("/admin/").Handler(p.adminWeb.NotFound())
}

// adminRoutes are for whoever may open the admin socket: its mode is the lock.
func (p *Provider) adminRoutes() http.Handler {
	m := p.newRouter()
	p.operatorRoutes(m)
	everyone := func(h web.Handler) web.Handler { return h }
	p.introspectionRoute(m, everyone)
	p.signInRoutes(m, everyone)
	p.apiRoutes(m, everyone)
	return p.web.Outer(m)
}

func (p *Provider) operatorRoutes(m *mux.Router) {
	p.route(m, "/healthz", on("GET", p.web.API("healthz", serveHealth)))
	p.route(m, "/readyz", on("GET", p.web.API("readyz", p.serveReady)))
	if !p.config.MetricsOff {
		p.route(m, "/metrics", on("GET", p.web.Named("metrics", promhttp.HandlerFor(p.parts.Registry, promhttp.HandlerOpts{}))))
	}
}

// introspectionRoute is for the application, and for administrators.
func (p *Provider) introspectionRoute(m *mux.Router, guard func(web.Handler) web.Handler) {
	p.route(m, "/api/v1/introspect", on("POST", p.web.API("introspect", guard(p.admin.ServeIntrospect))))
}

// signInRoutes are for the application's login page, and for administrators.
func (p *Provider) signInRoutes(m *mux.Router, guard func(web.Handler) web.Handler) {
	api := func(method string, h web.Handler) route { return on(method, p.web.API("signin_challenge", guard(h))) }
	p.route(m, "/api/v1/signins/{challenge}", api("GET", p.admin.ServeShowSignIn), api("POST", p.admin.ServeAcceptSignIn),
		api("DELETE", p.admin.ServeRefuseSignIn))
}

// apiRoutes are the admin API behind a guard.
func (p *Provider) apiRoutes(m *mux.Router, guard func(web.Handler) web.Handler) {
	api := func(method, name string, h web.Handler) route { return on(method, p.web.API(name, guard(h))) }
	a := p.admin
	p.route(m, "/api/v1/consumers", api("GET", "consumers", a.ServeListConsumers), api("POST", "consumers", a.ServeAddConsumer))
	p.route(m, "/api/v1/consumers/{key}", api("GET", "consumer", a.ServeShowConsumer),
		api("PATCH", "consumer", a.ServeChangeConsumer), api("DELETE", "consumer", a.ServeRemoveConsumer))
	p.route(m, "/api/v1/consumers/{key}/rotate", api("POST", "consumer", a.ServeRotateConsumer))
	p.route(m, "/api/v1/consumers/{key}/enable", api("POST", "consumer", a.ServeEnableConsumer))
	p.route(m, "/api/v1/consumers/{key}/approve", api("POST", "consumer", a.ServeApproveConsumer))
	p.route(m, "/api/v1/consumers/{key}/disable", api("POST", "consumer", a.ServeDisableConsumer))

	p.route(m, "/api/v1/users", api("GET", "users", a.ServeListUsers), api("POST", "users", a.ServeAddUser))
	p.route(m, "/api/v1/users/{name}", api("GET", "user", a.ServeShowUser), api("DELETE", "user", a.ServeRemoveUser))
	p.route(m, "/api/v1/users/{name}/password", api("POST", "user", a.ServeSetPassword))
	p.route(m, "/api/v1/users/{name}/groups", api("PUT", "user", a.ServeSetGroups))
	p.route(m, "/api/v1/users/{name}/enable", api("POST", "user", a.ServeEnableUser))
	p.route(m, "/api/v1/users/{name}/disable", api("POST", "user", a.ServeDisableUser))

	p.route(m, "/api/v1/tokens", api("GET", "tokens", a.ServeListTokens),
		api("POST", "tokens", a.ServeIssueToken), api("DELETE", "tokens", a.ServeRevokeTokens))
	p.route(m, "/api/v1/tokens/count", api("GET", "tokens", a.ServeCountTokens))
	p.route(m, "/api/v1/tokens/{id}", api("GET", "token", a.ServeShowToken), api("DELETE", "token", a.ServeRevokeToken))

	p.route(m, "/api/v1/refusals", api("GET", "refusals", a.ServeListRefusals))
	p.route(m, "/api/v1/refusals/{id}/explanation", api("GET", "explanation", a.ServeExplainRefusal), api("POST", "explanation", a.ServeExplainRefusal))
	p.route(m, "/api/v1/explain", api("POST", "explain", a.ServeExplain))

	p.route(m, "/api/v1/audit", api("GET", "audit", a.ServeListAudit))
	p.route(m, "/api/v1/audit/export", api("GET", "audit", a.ServeExportAudit))
	p.route(m, "/api/v1/config", api("GET", "config", a.ServeSettings))
	p.route(m, "/api/v1/openapi.yaml", api("GET", "openapi", a.ServeOpenAPI))
	p.route(m, "/api/v1/overview", api("GET", "overview", a.ServeOverview))
	p.route(m, "/api/v1/status", api("GET", "status", a.ServeStatus))
	p.route(m, "/api/v1/backup", api("POST", "backup", a.ServeBackup))
	p.route(m, "/api/v1/check", api("POST", "check", a.ServeCheck))
	p.route(m, "/api/v1/reload", api("POST", "reload", a.ServeReload))
	m.PathPrefix("/api/").Handler(p.web.API("api", guard(p.admin.ServeUnknown)))
}

// adminStatic is where the administration's pages find what they load.
const adminStatic = "/admin/static/"

// people makes an entrance for browsers, with their session.
func (p *Provider) people(name string, h web.Handler) http.Handler {
	return p.signin.Load(p.web.People(name, h))
}

// pageRoutes adds the pages of a package below prefix, in their order.
func (p *Provider) pageRoutes(m *mux.Router, prefix string, all []web.Route, entrance func(string, web.Handler) http.Handler) {
	byPath, order := map[string][]route{}, []string{}
	for _, r := range all {
		if byPath[r.Path] == nil {
			order = append(order, r.Path)
		}
		byPath[r.Path] = append(byPath[r.Path], on(r.Method, entrance(r.Name, r.Handler)))
	}
	for _, path := range order {
		p.route(m, prefix+path, byPath[path]...)
	}
}

// A route is what one method of a path does.
type route struct {
	method  string
	handler http.Handler
}

func on(method string, h http.Handler) route { return route{method, h} }

// route adds a path with its methods; others are answered 405 with what is
// allowed.
func (p *Provider) route(m *mux.Router, path string, routes ...route) {
	if path != "" { // nor does one that is not configured exist
		p.routeAt(func() *mux.Route { return m.Path(path) }, routes...)
	}
}

// routeAt is route for whatever match begins.
func (p *Provider) routeAt(match func() *mux.Route, routes ...route) {
	var allow []string
	for _, r := range routes {
		methods := []string{r.method}
		if r.method == http.MethodGet {
			methods = append(methods, http.MethodHead)
		}
		match().Methods(methods...).Handler(pathValues(r.handler))
		allow = append(allow, methods...)
	}
	match().Handler(p.web.MethodNotAllowed(allow...))
}

// pathValues hands the router's variables on as path values, decoded, so that no
// handler knows the router.
func pathValues(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for name, value := range mux.Vars(r) {
			if plain, err := url.PathUnescape(value); err == nil {
				r.SetPathValue(name, plain)
			}
		}
		next.ServeHTTP(w, r)
	})
}
