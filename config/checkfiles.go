package config

import (
	"crypto/tls"
	"errors"
	"io/fs"
	"path/filepath"
)

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
		&c.Admin.TokenFile, &c.Admin.IntrospectionTokenFile, &c.TLS.CertFile, &c.TLS.KeyFile, &c.Proxy.SecretFile} {
		*path = l.resolve(*path)
	}
	l.checkDistinct(c)
	l.checkTLS(c)
	c.Admin.Token = l.secret("admin.token_file", c.Admin.TokenFile)
	c.Admin.IntrospectionToken = l.secret("admin.introspection_token_file", c.Admin.IntrospectionTokenFile)
	c.Proxy.Secret = l.secret("proxy.secret_file", c.Proxy.SecretFile)
}

// checkDistinct refuses one path for two things that overwrite each other.
func (l *loader) checkDistinct(c *Config) {
	taken := map[string]string{}
	for _, p := range []struct{ name, path string }{
		{"store.path", c.Store.Path}, {"store.nonces", c.Store.Nonces}, {"store.master_key_file", c.Store.MasterKeyFile},
		{"audit.file", c.Audit.File}, {"admin.socket", c.Admin.Socket},
		{"admin.token_file", c.Admin.TokenFile}, {"admin.introspection_token_file", c.Admin.IntrospectionTokenFile}, {"proxy.secret_file", c.Proxy.SecretFile},
	} {
		if p.path == "" || !l.fine(p.name) {
			continue
		}
		if other, is := taken[p.path]; is {
			l.same(p.name, other, "is the same path as %s; give each its own")
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
		l.wrong("tls.cert_file", "is set and tls.key_file is not; set both or none")
	case cert == "":
		l.wrong("tls.key_file", "is set and tls.cert_file is not; set both or none")
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
