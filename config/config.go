package config

import (
	"log/slog"
	"time"
)

// A Config is the whole configuration, valid and with every default filled in.
// It is never changed after Load: a reload makes another one.
//
// Relative paths are taken from the directory of the configuration file and are
// resolved here. In the environment a key is OAUTH1D_ and its name in capitals
// with underscores for dots, as in OAUTH1D_LISTEN_PUBLIC; lists are separated by
// commas there.
type Config struct {
	Listen Listen `mapstructure:"listen"`
	Admin  Admin  `mapstructure:"admin"`

	// PublicURL is the address that consumers sign against and browsers open:
	// scheme, host, port if it is not the scheme's own, and a prefix if a proxy
	// takes one off. Required. A wrong one is the usual cause of
	// signature_invalid. Plain http is for loopback hosts only, unless
	// unsafe.http_public_url says otherwise. Default: "".
	PublicURL URL `mapstructure:"public_url"`

	TLS       TLS       `mapstructure:"tls"`
	Proxy     Proxy     `mapstructure:"proxy"`
	Endpoints Endpoints `mapstructure:"endpoints"`

	// Realm is named in WWW-Authenticate (RFC 5849 §3.5.1). When empty it is
	// public_url. Default: "".
	Realm string `mapstructure:"realm"`

	Signature Signature `mapstructure:"signature"`
	Tokens    Tokens    `mapstructure:"tokens"`
	Verify    Verify    `mapstructure:"verify"`
	Upstream  Upstream  `mapstructure:"upstream"`
	Store     Store     `mapstructure:"store"`
	Signin    Signin    `mapstructure:"signin"`
	Consent   Consent   `mapstructure:"consent"`
	Policy    Policy    `mapstructure:"policy"`
	Registry  Registry  `mapstructure:"registry"`
	Limits    Limits    `mapstructure:"limits"`
	Log       Log       `mapstructure:"log"`
	Audit     Audit     `mapstructure:"audit"`
	Metrics   Metrics   `mapstructure:"metrics"`
	Shutdown  Shutdown  `mapstructure:"shutdown"`
	Unsafe    Unsafe    `mapstructure:"unsafe"`

	origins map[string]place // of every key
}

// Listen says where the daemon listens. Both take host:port, :port for every
// address of the machine, or unix:PATH. They must differ, and take effect after
// a restart.
type Listen struct {
	// Public serves consumers and browsers: /oauth/…, and in inline mode the
	// application. Default: 127.0.0.1:5849.
	Public Address `mapstructure:"public"`

	// Private serves auth subrequests, administrators and metrics. Whoever
	// reaches it can ask about requests, so it does not belong on a public
	// address. Default: 127.0.0.1:5850.
	Private Address `mapstructure:"private"`
}

// Admin says how administrators reach the daemon.
type Admin struct {
	// Socket is the unix socket that the command line uses. Whoever may open
	// it is an administrator. Takes effect after a restart. Default: admin.sock.
	Socket string `mapstructure:"socket"`

	// TokenFile holds the bearer token for /api/v1 on the private listener;
	// make one with `openssl rand -hex 32`, mode 0600. When empty, that API
	// answers 401 to everyone there. Default: "".
	TokenFile string `mapstructure:"token_file"`

	// Token is what TokenFile holds.
	Token Secret

	// IntrospectionTokenFile holds a bearer token that opens nothing but
	// /api/v1/introspect on the private listener: the application asks there
	// whether an access token is live. Default: "".
	IntrospectionTokenFile string `mapstructure:"introspection_token_file"`

	// IntrospectionToken is what IntrospectionTokenFile holds.
	IntrospectionToken Secret

	// Pages serves the administrator's pages, /admin/, on the private listener.
	// Administrators are always built-in users, whatever signin.backend is.
	// Default: true.
	Pages bool `mapstructure:"pages"`

	// HandoverTokenFile holds a bearer token that opens nothing but POST
	// /api/v1/signins/{challenge}, by which the application says who has signed
	// in there. Needed by the backend handover. Default: "".
	HandoverTokenFile string `mapstructure:"handover_token_file"`

	// HandoverToken is what HandoverTokenFile holds.
	HandoverToken Secret
}

// TLS is for a public listener that no proxy stands in front of. Both or none.
type TLS struct {
	// CertFile is the certificate and its chain, PEM. Default: "".
	CertFile string `mapstructure:"cert_file"`

	// KeyFile is its private key, PEM. Default: "".
	KeyFile string `mapstructure:"key_file"`
}

// Endpoints are the paths of the daemon's own pages on the public listener.
// They must be absolute, clean and all different.
type Endpoints struct {
	// RequestToken is the first leg (§2.1). Default: /oauth/request-token.
	RequestToken string `mapstructure:"request_token"`

	// Authorize is the page of the second leg (§2.2). Default: /oauth/authorize.
	Authorize string `mapstructure:"authorize"`

	// AccessToken is the third leg (§2.3). Default: /oauth/access-token.
	AccessToken string `mapstructure:"access_token"`

	// RevokeToken is where a consumer ends its own access token, with a request
	// that the token signs. Default: /oauth/revoke-token.
	RevokeToken string `mapstructure:"revoke_token"`

	// Identify is where a consumer asks who the user of its access token is; the
	// answer is a JWT, signed with the consumer secret. Default: /oauth/identify.
	Identify string `mapstructure:"identify"`

	// Aliases are the providers whose paths are served as well, so that their
	// consumers move by changing the base URL: atlassian, mediawiki, wordpress,
	// magento, twitter, yahoo. Default: "".
	Aliases []string `mapstructure:"aliases"`

	// Signin is where a user signs in. Default: /oauth/signin.
	Signin string `mapstructure:"signin"`

	// Signout is where a user signs out. Default: /oauth/signout.
	Signout string `mapstructure:"signout"`

	// Account is where a user sees what it has allowed, and takes it back.
	// Default: /oauth/account.
	Account string `mapstructure:"account"`

	// Static is the folder of the pages' stylesheet and ends in a slash. No
	// other endpoint may lie in it. Default: /oauth/static/.
	Static string `mapstructure:"static"`
}

// Store says where the embedded store lives. It takes effect after a restart.
type Store struct {
	// Path is the database. `oauth1d init` makes it, nothing else does.
	// Default: oauth1d.db.
	Path string `mapstructure:"path"`

	// Nonces is the directory of the nonce log. Losing it makes replays of the
	// last minutes possible. Default: nonces.
	Nonces string `mapstructure:"nonces"`

	// MasterKeyFile seals the secrets in the database; without it the database
	// is useless. Keep it out of the backup. Default: master.key.
	MasterKeyFile string `mapstructure:"master_key_file"`

	// OpenTimeout is how long to wait for another process that holds the
	// database. Default: 1s.
	OpenTimeout time.Duration `mapstructure:"open_timeout"`
}

// Registry is about how consumers come to be.
type Registry struct {
	// Proposals says who but an administrator may fill in a consumer: nobody
	// (off), or every user (users). A proposed consumer gets nothing until an
	// administrator has approved it. Default: off.
	Proposals string `mapstructure:"proposals"`
}

// Limits bound what a stranger can make the daemon read.
type Limits struct {
	// Header is the largest request head. Takes effect after a restart.
	// Default: 32KiB.
	Header Size `mapstructure:"header"`

	// Target is the longest request target, at most limits.header, which it
	// follows when unset. Default: 16KiB.
	Target Size `mapstructure:"target"`

	// Form is the largest form body that is read for the application. Our own
	// pages and token endpoints read at most 64 KiB. Default: 1MiB.
	Form Size `mapstructure:"form"`

	// Parameters is how many parameters header, query and form may have
	// together. Default: 1000.
	Parameters int `mapstructure:"parameters"`

	// Connections is how many connections a listener keeps open; 0 is no limit.
	// Takes effect after a restart. Default: 0.
	Connections int `mapstructure:"connections"`
}

// Log configures the log on stderr.
type Log struct {
	// Level is debug, info, warn or error. Default: info.
	Level slog.Level `mapstructure:"level"`

	// Format is text, json, or auto: text on a terminal, else JSON. Takes
	// effect after a restart. Default: auto.
	Format string `mapstructure:"format"`

	// Access writes one line a request. Default: true.
	Access bool `mapstructure:"access"`
}

// Audit configures the log of administrative and credential events.
type Audit struct {
	// File is appended to and synced before a credential leaves. Takes effect
	// after a restart. Default: audit.log.
	File string `mapstructure:"file"`
}

// Metrics configures /metrics on the private listener.
type Metrics struct {
	// Enabled serves them. Default: true.
	Enabled bool `mapstructure:"enabled"`
}

// Shutdown says how the daemon ends. It takes effect after a restart.
type Shutdown struct {
	// Drain is how long it is not ready but still serves, for load balancers
	// that look at /readyz. Default: 0s.
	Drain time.Duration `mapstructure:"drain"`

	// Timeout is how long requests under way may take after that. Default: 20s.
	Timeout time.Duration `mapstructure:"timeout"`
}

// Unsafe holds what must be said aloud. Nothing here belongs in production.
type Unsafe struct {
	// HTTPPublicURL accepts a public_url of plain http on a host that is not
	// loopback: secrets and sessions then travel in the clear. Default: false.
	HTTPPublicURL bool `mapstructure:"http_public_url"`

	// SmallRSAKeys accepts RSA keys from 1024 bits. Default: false.
	SmallRSAKeys bool `mapstructure:"small_rsa_keys"`

	// PlainLDAP accepts a signin.ldap.url of ldap:// without start_tls on a host
	// that is not loopback: passwords then travel in the clear. Default: false.
	PlainLDAP bool `mapstructure:"plain_ldap"`
}
