package config

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
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
	for _, path := range paths(c) {
		*path = l.resolve(*path)
	}
	l.checkDistinct(c)
	l.checkTLS(c)
	for _, f := range secretFiles(c) {
		l.secret(f)
	}
	l.readAuthorities(c)
}

// paths are all that are relative to the configuration file.
func paths(c *Config) []*string {
	all := []*string{&c.Admin.Socket, &c.Store.Path, &c.Store.Nonces, &c.Store.MasterKeyFile, &c.Audit.File, &c.TLS.CertFile, &c.TLS.KeyFile,
		&c.Signin.OIDC.CAFile, &c.Signin.LDAP.CAFile, &c.Consent.TemplatesDir, &c.Consent.LogoFile, &c.Consent.StylesheetFile}
	for _, f := range secretFiles(c) {
		all = append(all, f.path)
	}
	return all
}

// A secretFile is a key that names a file with a secret, which goes into a
// field.
type secretFile struct {
	name   string
	path   *string
	into   *Secret
	unused bool // by the backend that is chosen
	theirs bool // comes from somebody else, who may put a space into it
}

func secretFiles(c *Config) []secretFile {
	s := &c.Signin
	backend := s.Backend
	return []secretFile{
		{name: "admin.token_file", path: &c.Admin.TokenFile, into: &c.Admin.Token},
		{name: "admin.introspection_token_file", path: &c.Admin.IntrospectionTokenFile, into: &c.Admin.IntrospectionToken},
		{name: "admin.handover_token_file", path: &c.Admin.HandoverTokenFile, into: &c.Admin.HandoverToken},
		{name: "proxy.secret_file", path: &c.Proxy.SecretFile, into: &c.Proxy.Secret},
		{name: "signin.user_token_file", path: &s.UserTokenFile, into: &s.UserToken, unused: backend == "local" || backend == "ldap"},
		{name: "signin.oidc.client_secret_file", path: &s.OIDC.ClientSecretFile, into: &s.OIDC.ClientSecret, unused: backend != "oidc", theirs: true},
		{name: "signin.ldap.bind_password_file", path: &s.LDAP.BindPasswordFile, into: &s.LDAP.BindPassword, unused: backend != "ldap", theirs: true},
	}
}

// checkDistinct refuses one path for two things that overwrite each other.
func (l *loader) checkDistinct(c *Config) {
	taken := map[string]string{}
	type named struct{ name, path string }
	all := []named{
		{"store.path", c.Store.Path}, {"store.nonces", c.Store.Nonces}, {"store.master_key_file", c.Store.MasterKeyFile},
		{"audit.file", c.Audit.File}, {"admin.socket", c.Admin.Socket},
	}
	for _, f := range secretFiles(c) {
		all = append(all, named{f.name, *f.path})
	}
	for _, p := range all {
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

// readAuthorities reads the certificates that the chosen backend's is checked
// against.
func (l *loader) readAuthorities(c *Config) {
	name, path, roots := "signin.oidc.ca_file", c.Signin.OIDC.CAFile, &c.Signin.OIDC.Roots
	switch c.Signin.Backend {
	case "oidc":
	case "ldap":
		name, path, roots = "signin.ldap.ca_file", c.Signin.LDAP.CAFile, &c.Signin.LDAP.Roots
	default:
		return
	}
	l.readable(name, path, func() error {
		text, err := readRegular(path, maxAuthorities)
		if err != nil {
			return err
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(text) {
			return fmt.Errorf("%s has no certificate in it; it must be PEM", path)
		}
		*roots = pool
		return nil
	})
}

// maxAuthorities is more than all authorities that browsers know.
const maxAuthorities = 4 << 20

// secret reads what a *_file key names.
func (l *loader) secret(f secretFile) {
	path := *f.path
	if path == "" || f.unused || !l.fine(f.name) {
		return
	}
	read, advice := readHeaderSecret, "make it with: (umask 077; openssl rand -hex 32 >"+path+")"
	if f.theirs {
		read, advice = ReadSecret, "put into it what you were given, with: (umask 077; cat >"+path+")"
	}
	s, err := read(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		l.wrong(f.name, "%s does not exist; %s", path, advice)
	case err != nil:
		l.wrong(f.name, "%v", err)
	}
	*f.into = s
}

func (l *loader) resolve(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(l.dir, path)
}
