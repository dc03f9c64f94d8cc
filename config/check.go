package config

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// check compares keys with each other and with the world, fills in what depends
// on other keys, and resolves paths. A key that is already known to be wrong is
// left alone.
func (l *loader) check(c *Config) {
	l.checkPublicURL(c)
	l.checkListen(c)
	l.checkFiles(c)
	l.checkProxy(c)
	l.checkEndpoints(c)
	l.checkTokens(c)
	l.checkVerify(c)
	l.checkUpstream(c)
	l.checkSignin(c)
	l.checkConsent(c)
	l.checkPolicy(c)
	l.checkLimits(c)
}

// fine reports whether nothing is wrong with any of the keys so far.
func (l *loader) fine(names ...string) bool {
	for _, name := range names {
		if l.bad[name] {
			return false
		}
	}
	return true
}

// wrong reports a mistake in the value in force.
func (l *loader) wrong(name, format string, args ...any) {
	l.reject(byName[name], l.origins[name], fmt.Sprintf(format, args...))
}

// same reports that two keys have one value. It blames the one that somebody
// wrote: a default has no line to look at.
func (l *loader) same(name, other, text string) {
	if l.origins[name].source == byDefault && l.origins[other].source != byDefault {
		name, other = other, name
	}
	l.wrong(name, text, other)
}

func (l *loader) checkPublicURL(c *Config) {
	if !l.fine("public_url") {
		return
	}
	u := c.PublicURL
	if u.IsZero() {
		l.wrong("public_url", "is empty; consumers sign against it, set e.g. https://auth.example.com")
		return
	}
	if u.Scheme == "http" && !u.isLoopback() && l.fine("unsafe.http_public_url") && !c.Unsafe.HTTPPublicURL {
		l.wrong("public_url", "%s is plain http, which shows secrets and sessions to the network; use https, or set unsafe.http_public_url", u)
	}
	if c.Realm == "" {
		c.Realm = u.String()
	}
	if i := strings.IndexFunc(c.Realm, func(r rune) bool { return r == '"' || r == '\\' || r > '~' }); i >= 0 && l.fine("realm") {
		l.wrong("realm", "%q has a quote, a backslash or a letter beyond ASCII, which clients read differently; leave it out", c.Realm)
	}
	if c.Consent.SiteName == "" {
		c.Consent.SiteName = u.Hostname()
	}
}

func (l *loader) checkListen(c *Config) {
	for _, a := range []*Address{&c.Listen.Public, &c.Listen.Private} {
		if a.Network == "unix" {
			a.Address = l.resolve(a.Address)
		}
	}
	anyPort := strings.HasSuffix(c.Listen.Public.Address, ":0")
	if l.fine("listen.public", "listen.private") && c.Listen.Public == c.Listen.Private && !anyPort {
		l.same("listen.private", "listen.public", "is the same address as %s; the private listener must not be open to everybody")
	}
}

func (l *loader) checkProxy(c *Config) {
	if !l.fine("proxy.trusted") || c.Proxy.SecretFile != "" {
		return
	}
	for _, n := range c.Proxy.Trusted.Networks {
		if holdsNearlyEverybody(n) {
			l.wrong("proxy.trusted", "%s trusts nearly everybody to say who is calling; name your proxies, or set proxy.secret_file", n)
			return
		}
	}
}

// endpointPaths are the paths of single pages, by key.
func endpointPaths(c *Config) [][2]string {
	e := c.Endpoints
	return [][2]string{
		{"endpoints.request_token", e.RequestToken}, {"endpoints.authorize", e.Authorize}, {"endpoints.access_token", e.AccessToken},
		{"endpoints.revoke_token", e.RevokeToken}, {"endpoints.identify", e.Identify},
		{"endpoints.signin", e.Signin}, {"endpoints.signout", e.Signout}, {"endpoints.account", e.Account},
	}
}

func (l *loader) checkEndpoints(c *Config) {
	taken := map[string]string{}
	for _, e := range endpointPaths(c) {
		name, path := e[0], e[1]
		if !l.fine(name) {
			continue
		}
		if other, is := taken[path]; is {
			l.same(name, other, "is the same path as %s; give each endpoint its own")
			continue
		}
		taken[path] = name
		if l.fine("endpoints.static") && strings.HasPrefix(path, c.Endpoints.Static) {
			l.same(name, "endpoints.static", "and %s lie in one another; give each endpoint its own path")
		}
	}
}

func (l *loader) checkTokens(c *Config) {
	s := c.Signature
	if l.fine("signature.methods") && len(s.Methods) == 0 {
		l.wrong("signature.methods", "is empty, so no new consumer could sign; list at least one of %s", strings.Join(methods, ", "))
	}
	if l.fine("signature.min_rsa_bits", "unsafe.small_rsa_keys") && s.MinRSABits < 2048 && !c.Unsafe.SmallRSAKeys {
		l.wrong("signature.min_rsa_bits", "%d is too short to be safe; write at least 2048, or set unsafe.small_rsa_keys", s.MinRSABits)
	}
	if unused := c.Tokens.IdleTTL; l.fine("tokens.idle_ttl") && unused != 0 && unused < 10*time.Minute {
		l.wrong("tokens.idle_ttl", "%s is too little, since uses are taken down once a minute; write 0s or at least 10m", durationText(unused))
	}
}

func (l *loader) checkVerify(c *Config) {
	if l.fine("verify.dialects", "upstream.url") && len(c.Verify.Dialects) == 0 && c.Upstream.URL.IsZero() {
		l.wrong("verify.dialects", "is empty and upstream.url is too, so nothing would be guarded; list a dialect or set upstream.url")
	}
	h := c.Verify.Headers
	taken := map[string]string{}
	for _, e := range [][2]string{{"user", h.User}, {"consumer", h.Consumer}, {"scopes", h.Scopes}, {"groups", h.Groups}, {"token_id", h.TokenID}} {
		name := "verify.headers." + e[0]
		if !l.fine(name) {
			continue
		}
		if other, is := taken[folded(e[1])]; is {
			l.same(name, other, "is the same header as %s, at least to servers that fold case and dashes; name different ones")
			continue
		}
		taken[folded(e[1])] = name
	}
}

func (l *loader) checkUpstream(c *Config) {
	u := c.Upstream.URL
	if u.IsZero() || !l.fine("upstream.url") {
		return
	}
	if u.Prefix != "" {
		l.wrong("upstream.url", "%s has a path, but targets are passed on unchanged; write %s://%s", u, u.Scheme, u.Host)
		return
	}
	for _, own := range []Address{c.Listen.Public, c.Listen.Private} {
		if u.Host == own.Address && l.fine("upstream.url") {
			l.wrong("upstream.url", "%s is this daemon itself; write the address of the application", u)
		}
	}
}

// checkPolicy looks for names that are none.
func (l *loader) checkPolicy(c *Config) {
	if !l.fine("policy.scopes", "policy.unscoped_tokens") {
		return
	}
	names := make([]string, len(c.Policy.Scopes))
	for i, s := range c.Policy.Scopes {
		names[i] = s.Name
	}
	for _, name := range c.Policy.UnscopedTokens {
		if slices.Contains(names, name) {
			continue
		}
		text := "%q is not among policy.scopes; define it there or remove it"
		if near := nearest(name, names); near != "" {
			text = "%q is not among policy.scopes; did you mean \"" + near + "\"?"
		}
		l.wrong("policy.unscoped_tokens", text, name)
	}
}

// checkLimits lets the target's limit follow a smaller head, unless it was set.
func (l *loader) checkLimits(c *Config) {
	limits := &c.Limits
	if l.origins["limits.target"].source == byDefault {
		limits.Target = min(limits.Target, limits.Header)
	}
	if l.fine("limits.target", "limits.header") && limits.Target > limits.Header {
		l.wrong("limits.target", "%s is more than limits.header, %s, in which it must fit; lower one or raise the other", limits.Target, limits.Header)
	}
}
