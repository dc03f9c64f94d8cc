package main

import (
	"log"
	"log/slog"
	"net"
	"os"

	"golang.org/x/term"

	"oauth1d/config"
	"oauth1d/provider"
	"oauth1d/provider/gate"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/signin"
	"oauth1d/provider/verify"
	"oauth1d/store"
)

// providerConfig says in the provider's words what the configuration says in
// the operator's.
func providerConfig(c *config.Config) (provider.Config, error) {
	rules, err := newPolicy(c)
	if err != nil {
		return provider.Config{}, err
	}
	site := c.Consent.SiteName
	if site == "" {
		site = c.PublicURL.Hostname()
	}
	return provider.Config{
		PublicURL: c.PublicURL.String(), Realm: c.Realm, SiteName: site, Support: c.Consent.SupportURL,
		Pages: pagesConfig(c.Consent),
		Endpoints: provider.Endpoints{
			RequestToken: c.Endpoints.RequestToken, Authorize: c.Endpoints.Authorize, AccessToken: c.Endpoints.AccessToken,
			RevokeToken: c.Endpoints.RevokeToken, Identify: c.Endpoints.Identify, Aliases: c.Endpoints.Aliases,
			SignIn: c.Endpoints.Signin, SignOut: c.Endpoints.Signout, Account: c.Endpoints.Account, Static: c.Endpoints.Static,
		},
		Window: c.Signature.TimestampWindow, Methods: c.Signature.Methods, MinRSABits: c.Signature.MinRSABits,
		Limits:     oauth1.Limits{Header: int(c.Limits.Header), Target: int(c.Limits.Target), Form: int(c.Limits.Form), Params: c.Limits.Parameters},
		RequestTTL: c.Tokens.RequestTTL, AccessTTL: c.Tokens.AccessTTL, IdleTTL: c.Tokens.IdleTTL, Pending: c.Tokens.PendingPerConsumer,
		SessionTTL: c.Signin.SessionTTL, SessionIdleTTL: c.Signin.SessionIdleTTL,
		SignInAttempts: c.Signin.AttemptsPerUser, SignInWindow: c.Signin.AttemptsWindow,
		Dialects: c.Verify.Dialects, Gate: gateConfig(c),
		AdminToken: store.Secret(c.Admin.Token.Bytes()), IntrospectionToken: store.Secret(c.Admin.IntrospectionToken.Bytes()),
		HandoverToken: store.Secret(c.Admin.HandoverToken.Bytes()), AccessLog: c.Log.Access, MetricsOff: !c.Metrics.Enabled,
		SignIn: signInConfig(c), Policy: rules, AdminPages: c.Admin.Pages, Proposals: c.Registry.Proposals != "off",
	}, nil
}

// pagesConfig leaves out what the provider knows of its own site.
func pagesConfig(c config.Consent) pages.Config {
	return pages.Config{Languages: c.Languages, TemplatesDir: c.TemplatesDir, LogoFile: c.LogoFile, StylesheetFile: c.StylesheetFile}
}

func gateConfig(c *config.Config) gate.Config {
	g := gate.Config{
		Trusted: c.Proxy.Trusted.Networks, TrustUnix: c.Proxy.Trusted.Unix, Secret: store.Secret(c.Proxy.Secret.Bytes()),
		StrictDialect: c.Proxy.StrictDialect, ReadForms: c.Verify.Forms == "body", Anonymous: c.Verify.Anonymous == "pass",
		Headers: gate.Headers{User: c.Verify.Headers.User, Consumer: c.Verify.Headers.Consumer, Scopes: c.Verify.Headers.Scopes, TokenID: c.Verify.Headers.TokenID, Groups: c.Verify.Headers.Groups},
		Inline:  gate.Inline{Upstream: c.Upstream.URL.URL(), PassAuthorization: c.Upstream.PassAuthorization, Timeout: c.Upstream.Timeout},
	}
	for _, h := range c.Proxy.Hosts {
		host := gate.Host{Host: h.Host, URL: base(h.URL)}
		for _, also := range h.AlsoAccept {
			host.Also = append(host.Also, base(also))
		}
		g.Hosts = append(g.Hosts, host)
	}
	return g
}

func signInConfig(c *config.Config) provider.SignIn {
	a, l, o := c.Signin.Application, c.Signin.LDAP, c.Signin.OIDC
	return provider.SignIn{
		Backend: c.Signin.Backend, Recheck: c.Signin.Recheck, Grace: c.Signin.RecheckGrace,
		UserURL: c.Signin.UserURL, UserToken: store.Secret(c.Signin.UserToken.Bytes()),
		Application: signin.ApplicationConfig{
			URL: a.URL, LoginURL: a.LoginURL, ReturnParameter: a.ReturnParameter, UserHeader: a.UserHeader, UserPath: a.UserPath,
			GroupsHeader: a.GroupsHeader, GroupsPath: a.GroupsPath, Cookies: a.Cookies, Timeout: a.Timeout,
		},
		HandOver: signin.HandOverConfig{LoginURL: c.Signin.Handover.LoginURL, Parameter: c.Signin.Handover.Parameter, TTL: c.Signin.Handover.TTL},
		Header:   signin.Header{User: c.Signin.Header.User, Groups: c.Signin.Header.Groups},
		OIDC: signin.OIDCConfig{
			Issuer: o.Issuer, ClientID: o.ClientID, ClientSecret: store.Secret(o.ClientSecret.Bytes()),
			UserClaim: o.UserClaim, GroupsClaim: o.GroupsClaim, Scopes: o.Scopes, Roots: o.Roots,
		},
		LDAP: signin.LDAPConfig{
			URL: l.URL, StartTLS: l.StartTLS, Roots: l.Roots, BindDN: l.BindDN, BindPassword: store.Secret(l.BindPassword.Bytes()),
			BaseDN: l.BaseDN, UserFilter: l.UserFilter, UserAttribute: l.UserAttribute,
			GroupBaseDN: l.GroupBaseDN, GroupFilter: l.GroupFilter, GroupAttribute: l.GroupAttribute, Timeout: l.Timeout,
		},
	}
}

func base(u config.URL) verify.Base {
	return verify.Base{Scheme: u.Scheme, Host: u.Host, Prefix: u.Prefix}
}

// newLogger logs to stderr: text for a person at a terminal, else JSON.
func newLogger(c config.Log, level *slog.LevelVar) *slog.Logger {
	level.Set(c.Level)
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" || c.Format == "auto" && term.IsTerminal(int(os.Stderr.Fd())) {
		return slog.New(slog.NewTextHandler(os.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, o))
}

// serverLog takes what net/http has to say about broken connections.
func serverLog(l *slog.Logger) *log.Logger {
	return slog.NewLogLogger(l.Handler(), slog.LevelDebug)
}

// notifySystemd tells the service manager that started us, if one did, how far
// we are (sd_notify(3)).
func notifySystemd(state string) {
	path := os.Getenv("NOTIFY_SOCKET")
	if path == "" {
		return
	}
	if path[0] == '@' {
		path = "\x00" + path[1:]
	}
	c, err := net.Dial("unixgram", path)
	if err != nil {
		return // whoever listened there has gone
	}
	defer c.Close()
	_, _ = c.Write([]byte(state))
}
