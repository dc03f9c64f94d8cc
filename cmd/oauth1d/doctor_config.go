package main

import (
	"context"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"strings"

	"oauth1d/config"
)

// checkConfig looks at what a valid configuration says. That it is valid, and that
// its secrets are in files for their owner only, has been seen by loading it; the
// master key is the one file that loading leaves alone.
func (d *doctor) checkConfig(context.Context) {
	d.ok("the configuration is valid")
	d.publicURL(d.config.PublicURL)
	d.trusted()
	if d.config.Unsafe.SmallRSAKeys {
		d.warn("register keys of 2048 bits and remove unsafe.small_rsa_keys", "unsafe.small_rsa_keys is set")
	}
	if _, err := readMasterKey(d.config.Store.MasterKeyFile); err != nil {
		d.problem("put the master key back from its copy, mode 0600", "%v", err)
	} else {
		d.ok("store.master_key_file: %s is for its owner only", d.config.Store.MasterKeyFile)
	}
	for _, f := range []struct {
		name, path string
		taboo      fs.FileMode
		why        string
	}{
		{"the configuration", d.path, 0o022, "can be changed by others"},
		{"tls.key_file", d.config.TLS.KeyFile, 0o007, "can be reached by everybody"}, // a group for keys is usual
		{"store.path", d.config.Store.Path, 0o077, "can be reached by others"},
		{"audit.file", d.config.Audit.File, 0o022, "can be changed by others"},
		{"admin.socket", d.config.Admin.Socket, 0o007, "is open to everybody, who are administrators then"},
	} {
		if f.path != "" {
			d.mode(f.name, f.path, f.taboo, f.why)
		}
	}
	for _, f := range [][2]string{
		{"admin.token_file", d.config.Admin.TokenFile},
		{"admin.introspection_token_file", d.config.Admin.IntrospectionTokenFile},
		{"proxy.secret_file", d.config.Proxy.SecretFile},
	} {
		if f[1] != "" {
			d.ok("%s: %s is for its owner only", f[0], f[1])
		}
	}
}

// mode says what is wrong with a file's permissions. A file that is not there is
// the business of another check, or of the daemon, which makes it.
func (d *doctor) mode(name, path string, taboo fs.FileMode, why string) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		d.warn("run this as the daemon's user", "%s: %v", name, err)
	case info.Mode().Perm()&taboo != 0:
		d.problem("run chmod on it, as with: chmod go-rwx FILE", "%s: %s has mode %04o and %s", name, path, info.Mode().Perm(), why)
	}
}

func (d *doctor) publicURL(u config.URL) {
	switch {
	case u.Scheme == "https":
		d.ok("public_url is %s", u)
	case loopbackHost(u.Hostname()):
		d.warn("fine for trying; consumers elsewhere need https", "public_url is %s, plain http on this machine only", u)
	default:
		d.problem("use https and remove unsafe.http_public_url", "public_url is %s: plain http shows secrets and sessions to the network", u)
	}
}

func loopbackHost(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.IsLoopback()
}

// trusted looks for networks of more peers than there can be proxies.
func (d *doctor) trusted() {
	p := d.config.Proxy
	if len(p.Trusted.Networks) == 0 && !p.Trusted.Unix {
		d.warn("name the proxies in proxy.trusted, unless the daemon is used inline only", "proxy.trusted is empty: every auth subrequest is refused")
		return
	}
	wide := false
	for _, n := range p.Trusted.Networks {
		if wideNetwork(n) {
			wide = true
			d.warn("name the proxies' own addresses: whoever is trusted says who is calling", "proxy.trusted: %s is wide", n)
		}
	}
	if !wide {
		d.ok("proxy.trusted is not wide")
	}
}

// wideNetwork reports whether n is more than the network of one site: a /16 is
// what container networks usually have.
func wideNetwork(n netip.Prefix) bool {
	if n.Addr().IsLoopback() && n.Bits() >= 8 {
		return false
	}
	if n.Addr().Is4() {
		return n.Bits() < 16
	}
	return n.Bits() < 48
}
