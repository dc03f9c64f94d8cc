package config

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
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
	if l.fine("limits.target", "limits.header") && c.Limits.Target > c.Limits.Header {
		l.wrong("limits.target", "%s is more than limits.header, %s, in which it must fit; lower one or raise the other", c.Limits.Target, c.Limits.Header)
	}
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
		l.wrong("listen.private", "%q is listen.public as well; the private listener must not be reachable by everybody", c.Listen.Private)
	}
}

// checkFiles resolves every path and reads what must be readable from the start.
func (l *loader) checkFiles(c *Config) {
	for _, p := range []struct {
		name string
		path *string
	}{
		{"admin.socket", &c.Admin.Socket}, {"store.path", &c.Store.Path}, {"store.nonces", &c.Store.Nonces},
		{"store.master_key_file", &c.Store.MasterKeyFile}, {"audit.file", &c.Audit.File},
	} {
		if *p.path == "" && l.fine(p.name) {
			l.wrong(p.name, "is empty; write a path or remove it for the default, %s", byName[p.name].def)
		}
	}
	for _, path := range []*string{&c.Admin.Socket, &c.Store.Path, &c.Store.Nonces, &c.Store.MasterKeyFile, &c.Audit.File,
		&c.Admin.TokenFile, &c.TLS.CertFile, &c.TLS.KeyFile, &c.Proxy.SecretFile} {
		*path = l.resolve(*path)
	}
	l.checkDistinct(c)
	l.checkTLS(c)
	c.Admin.Token = l.secret("admin.token_file", c.Admin.TokenFile)
	c.Proxy.Secret = l.secret("proxy.secret_file", c.Proxy.SecretFile)
}

// checkDistinct refuses one path for two things that overwrite each other.
func (l *loader) checkDistinct(c *Config) {
	taken := map[string]string{}
	for _, p := range []struct{ name, path string }{
		{"store.path", c.Store.Path}, {"store.nonces", c.Store.Nonces}, {"store.master_key_file", c.Store.MasterKeyFile},
		{"audit.file", c.Audit.File}, {"admin.socket", c.Admin.Socket},
		{"admin.token_file", c.Admin.TokenFile}, {"proxy.secret_file", c.Proxy.SecretFile},
	} {
		if p.path == "" || !l.fine(p.name) {
			continue
		}
		if other, is := taken[p.path]; is {
			l.wrong(p.name, "is the same path as %s; give each its own", other)
			continue
		}
		taken[p.path] = p.name
	}
}

func (l *loader) checkTLS(c *Config) {
	if !l.fine("tls.cert_file", "tls.key_file") {
		return
	}
	switch cert, key := c.TLS.CertFile, c.TLS.KeyFile; {
	case cert == "" && key == "":
	case key == "":
		l.wrong("tls.key_file", "is empty although tls.cert_file is set; set both or none")
	case cert == "":
		l.wrong("tls.cert_file", "is empty although tls.key_file is set; set both or none")
	default:
		if _, err := tls.LoadX509KeyPair(cert, key); err != nil {
			l.wrong("tls.cert_file", "cannot be used with tls.key_file: %v; both must be PEM and belong together", err)
		}
	}
}

// secret reads what a *_file key names.
func (l *loader) secret(name, path string) Secret {
	if path == "" || !l.fine(name) {
		return Secret{}
	}
	s, err := readHeaderSecret(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.wrong(name, "%s does not exist; make it with: (umask 077; openssl rand -hex 32 >%s)", path, path)
	case err != nil:
		l.wrong(name, "%v", err)
	}
	return s
}

func (l *loader) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(l.dir, path)
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
		{"endpoints.signin", e.Signin}, {"endpoints.signout", e.Signout},
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
			l.wrong(name, "%q is %s already; give each endpoint its own path", path, other)
			continue
		}
		taken[path] = name
		if l.fine("endpoints.static") && strings.HasPrefix(path, c.Endpoints.Static) {
			l.wrong(name, "%q lies in endpoints.static, %q; give each endpoint its own path", path, c.Endpoints.Static)
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
	if l.fine("signin.session_idle_ttl", "signin.session_ttl") && c.Signin.SessionIdleTTL > c.Signin.SessionTTL {
		l.wrong("signin.session_idle_ttl", "%s is longer than signin.session_ttl, %s, and would never matter; shorten it",
			durationText(c.Signin.SessionIdleTTL), durationText(c.Signin.SessionTTL))
	}
}

func (l *loader) checkVerify(c *Config) {
	if l.fine("verify.dialects", "upstream.url") && len(c.Verify.Dialects) == 0 && c.Upstream.URL.IsZero() {
		l.wrong("verify.dialects", "is empty and upstream.url is too, so nothing would be guarded; list a dialect or set upstream.url")
	}
	h := c.Verify.Headers
	taken := map[string]string{}
	for _, e := range [][2]string{{"user", h.User}, {"consumer", h.Consumer}, {"scopes", h.Scopes}, {"token_id", h.TokenID}} {
		name := "verify.headers." + e[0]
		if !l.fine(name) {
			continue
		}
		if other, is := taken[folded(e[1])]; is {
			l.wrong(name, "%q is the header of %s already; name four different ones", e[1], other)
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
	if l.fine("listen.public") && u.Host == c.Listen.Public.Address {
		l.wrong("upstream.url", "%s is this daemon itself; write the address of the application", u)
	}
}
