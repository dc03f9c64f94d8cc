package config

import (
	"net/url"
	"slices"
	"strings"
)

// checkSignin checks sessions, and of the backends the one that is chosen.
func (l *loader) checkSignin(c *Config) {
	l.checkTimes(c)
	if !l.fine("signin.backend") {
		return
	}
	switch c.Signin.Backend {
	case "application":
		l.checkApplication(c)
	case "handover":
		l.need(c, "signin.handover.login_url", "https://app.example.com/login")
		l.need(c, "admin.handover_token_file", "handover.token")
		l.free(c.Signin.Handover.LoginURL, "signin.handover.login_url", c.Signin.Handover.Parameter, "signin.handover.parameter")
	case "header":
		l.checkHeader(c)
	case "oidc":
		l.checkOIDC(c)
	case "ldap":
		l.checkLDAP(c)
	}
}

// checkTimes lets what is unset follow what was set.
func (l *loader) checkTimes(c *Config) {
	s := &c.Signin
	if l.origins["signin.session_idle_ttl"].source == byDefault {
		s.SessionIdleTTL = min(s.SessionIdleTTL, s.SessionTTL)
	}
	if l.fine("signin.session_idle_ttl", "signin.session_ttl") && s.SessionIdleTTL > s.SessionTTL {
		l.wrong("signin.session_idle_ttl", "%s is longer than signin.session_ttl, %s, and would never matter; shorten it",
			durationText(s.SessionIdleTTL), durationText(s.SessionTTL))
	}
	if l.origins["signin.recheck_grace"].source == byDefault {
		s.RecheckGrace = max(s.RecheckGrace, s.Recheck)
	}
	if l.fine("signin.recheck_grace", "signin.recheck") && s.RecheckGrace < s.Recheck {
		l.wrong("signin.recheck_grace", "%s is shorter than signin.recheck, %s, so users would be gone before they are asked about; lengthen it",
			durationText(s.RecheckGrace), durationText(s.Recheck))
	}
}

// need reports that the backend lacks a key and whether it has it.
func (l *loader) need(c *Config, name, example string) bool {
	if c.value(name) != "" {
		return true
	}
	if l.fine(name) {
		l.wrong(name, "is empty, and signin.backend %s needs it; set e.g. %s", c.Signin.Backend, example)
	}
	return false
}

// one reports that two keys that exclude each other are both set.
func (l *loader) one(c *Config, name, other string) {
	if l.fine(name, other) && c.value(name) != "" && c.value(other) != "" {
		l.wrong(name, "is set and %s is too; remove one", other)
	}
}

// free reports that a page already has the parameter that we would add: which
// of two a page takes is anybody's guess.
func (l *loader) free(page, name, parameter, other string) {
	if !l.fine(name, other) || page == "" {
		return
	}
	u, err := url.Parse(page)
	if err == nil && u.Query().Has(parameter) {
		l.wrong(name, "already has the parameter %s, which is %s; remove it there", parameter, other)
	}
}

func (l *loader) checkApplication(c *Config) {
	const at = "signin.application."
	a := c.Signin.Application
	l.need(c, at+"url", "https://app.example.com/me")
	l.need(c, at+"login_url", "https://app.example.com/login")
	l.free(a.LoginURL, at+"login_url", a.ReturnParameter, at+"return_parameter")
	if l.fine(at+"user_header", at+"user_path") && a.UserHeader == "" && a.UserPath == "" {
		l.wrong(at+"user_header", "is empty and %suser_path is too, so no answer could name a user; set one of them", at)
	}
	l.one(c, at+"user_path", at+"user_header")
	l.one(c, at+"groups_path", at+"groups_header")
	u, err := url.Parse(a.URL)
	for _, own := range []Address{c.Listen.Public, c.Listen.Private} {
		if l.fine(at+"url") && err == nil && u.Host == own.Address {
			l.wrong(at+"url", "%s is this daemon itself; write the address of the application", a.URL)
		}
	}
}

func (l *loader) checkHeader(c *Config) {
	if t := c.Proxy.Trusted; l.fine("proxy.trusted") && len(t.Networks) == 0 && !t.Unix {
		l.wrong("proxy.trusted", "is empty, so nobody's signin.header.user would be believed; name the proxy that signs users in")
	}
	if !l.need(c, "signin.header.user", "Remote-User") || !l.fine("signin.header.user", "signin.header.groups") {
		return
	}
	if h := c.Signin.Header; folded(h.User) == folded(h.Groups) {
		l.same("signin.header.groups", "signin.header.user", "is the same header as %s; name two different ones")
	}
}

func (l *loader) checkOIDC(c *Config) {
	l.need(c, "signin.oidc.issuer", "https://id.example.com")
	l.need(c, "signin.oidc.client_id", "oauth1d")
	l.need(c, "signin.oidc.client_secret_file", "client.secret")
	l.need(c, "signin.oidc.user_claim", "preferred_username")
	if l.fine("signin.oidc.scopes") && !slices.Contains(c.Signin.OIDC.Scopes, "openid") {
		l.wrong("signin.oidc.scopes", "lacks openid, without which a provider says nothing about the user; add it")
	}
}

func (l *loader) checkLDAP(c *Config) {
	const at = "signin.ldap."
	d := c.Signin.LDAP
	if l.need(c, at+"url", "ldaps://ldap.example.com") {
		l.checkSecrecy(c)
	}
	l.need(c, at+"base_dn", "dc=example,dc=com")
	if l.fine(at+"user_filter") && (strings.Count(d.UserFilter, "{user}") != 1 || strings.Contains(d.UserFilter, "{dn}")) {
		l.wrong(at+"user_filter", "%q must have {user} exactly once, and no {dn}, which is not known yet", d.UserFilter)
	}
	if l.fine(at+"group_filter") && !strings.Contains(d.GroupFilter, "{dn}") && !strings.Contains(d.GroupFilter, "{user}") {
		l.wrong(at+"group_filter", "%q has neither {dn} nor {user}, so everybody would be in the same groups; write one of them", d.GroupFilter)
	}
	if !l.fine(at+"bind_dn", at+"bind_password_file") {
		return
	}
	switch dn, password := d.BindDN, d.BindPasswordFile; {
	case dn != "" && password == "": // would be an unauthenticated bind, which succeeds (RFC 4513 §5.1.2)
		l.wrong(at+"bind_dn", "is set and %sbind_password_file is not; set both or none", at)
	case dn == "" && password != "":
		l.wrong(at+"bind_password_file", "is set and %sbind_dn is not; set both or none", at)
	}
}

// checkSecrecy refuses to send passwords where others can read them.
func (l *loader) checkSecrecy(c *Config) {
	d := c.Signin.LDAP
	if !l.fine("signin.ldap.url", "signin.ldap.start_tls", "unsafe.plain_ldap") {
		return
	}
	u, err := url.Parse(d.URL)
	switch {
	case err != nil:
	case u.Scheme == "ldaps" && d.StartTLS:
		l.wrong("signin.ldap.start_tls", "is for ldap://, and signin.ldap.url is ldaps:// already; set it to false")
	case u.Scheme == "ldap" && !d.StartTLS && !c.Unsafe.PlainLDAP && !(URL{Host: u.Host}).isLoopback():
		l.wrong("signin.ldap.url", "%s shows passwords to the network; use ldaps://, set signin.ldap.start_tls, or set unsafe.plain_ldap", d.URL)
	}
}
