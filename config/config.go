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
}

// TLS is for a public listener that no proxy stands in front of. Both or none.
type TLS struct {
	// CertFile is the certificate and its chain, PEM. Default: "".
	CertFile string `mapstructure:"cert_file"`

	// KeyFile is its private key, PEM. Default: "".
	KeyFile string `mapstructure:"key_file"`
}

// Proxy says which reverse proxies are believed about other people's requests.
type Proxy struct {
	// Trusted lists the peers that may use /auth/…: networks (10.1.0.0/16),
	// single addresses, or "unix" for every peer on a unix socket. An empty
	// list trusts nobody. Networks that hold nearly everybody are refused unless
	// secret_file is set. Default: 127.0.0.0/8,::1/128,unix.
	Trusted Peers `mapstructure:"trusted"`

	// SecretFile holds what a proxy must send in X-OAuth1d-Secret as well, for
	// networks where an address proves nothing. Default: "".
	SecretFile string `mapstructure:"secret_file"`

	// Secret is what SecretFile holds.
	Secret Secret

	// StrictDialect refuses an auth subrequest that carries the headers of
	// another dialect, instead of counting and ignoring them. Default: false.
	StrictDialect bool `mapstructure:"strict_dialect"`

	// Hosts maps a host as a proxy conveys it to the URL that consumers sign.
	// When it is not empty, other hosts are refused; when it is, the conveyed
	// scheme and host are taken. Only in the file. Default: [].
	Hosts []Host `mapstructure:"hosts"`
}

// A Host is one entry of proxy.hosts.
type Host struct {
	// Host is the name as the proxy conveys it, lower case, without a default
	// port. Required.
	Host string

	// URL is what consumers sign: scheme, host, port if not the default, and
	// the prefix that the proxy takes off. Required.
	URL URL

	// AlsoAccept are further bases that are tried, for consumers that sign what
	// an old load balancer showed them. An explicit default port is kept.
	AlsoAccept []URL
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

	// Static is the folder of the pages' stylesheet and ends in a slash. No
	// other endpoint may lie in it. Default: /oauth/static/.
	Static string `mapstructure:"static"`
}

// Signature says which signatures are good enough.
type Signature struct {
	// Methods are what a new consumer may sign with. PLAINTEXT is not accepted
	// here: it is switched on for single consumers that cannot do better.
	// Default: HMAC-SHA1,HMAC-SHA256,HMAC-SHA512,RSA-SHA1,RSA-SHA256,RSA-SHA512.
	Methods []string `mapstructure:"methods"`

	// TimestampWindow is how far a timestamp may lie from our clock, either way
	// (§3.3). Nonces are remembered for twice as long, by a store that is opened
	// once: a window that grew under it would let old nonces in again. So it
	// takes effect after a restart. 30s to 1h. Default: 5m.
	TimestampWindow time.Duration `mapstructure:"timestamp_window"`

	// MinRSABits is the shortest RSA key that a consumer may register. Less
	// than 2048 needs unsafe.small_rsa_keys. Default: 2048.
	MinRSABits int `mapstructure:"min_rsa_bits"`
}

// Tokens says how long tokens live.
type Tokens struct {
	// RequestTTL is the time from the first leg to the third. Default: 10m.
	RequestTTL time.Duration `mapstructure:"request_ttl"`

	// AccessTTL is the life of an access token; 0s is until it is revoked.
	// Default: 0s.
	AccessTTL time.Duration `mapstructure:"access_ttl"`

	// IdleTTL ends an access token that nobody uses for that long, up to a tenth
	// of it early; 0s is never. 0s or at least 10m. Default: 0s.
	IdleTTL time.Duration `mapstructure:"idle_ttl"`

	// PendingPerConsumer is how many unspent request tokens one consumer may
	// have, so that none can fill the store. Default: 1000.
	PendingPerConsumer int `mapstructure:"pending_per_consumer"`
}

// Verify says how auth subrequests are answered.
type Verify struct {
	// Dialects are the /auth/… endpoints that exist. May be empty in inline
	// mode only. Default: nginx,nginx-url,forward,envoy.
	Dialects []string `mapstructure:"dialects"`

	// Forms says what happens to a form post on an auth subrequest: refuse
	// (form_body_unavailable), or body: read what the proxy forwards, up to
	// limits.form. With body, a proxy that announces a body and does not send it
	// makes requests wait. Default: refuse.
	Forms string `mapstructure:"forms"`

	// Anonymous says what happens to a request without any OAuth parameter:
	// refuse, or pass with every identity header "-". Default: refuse.
	Anonymous string `mapstructure:"anonymous"`

	Headers Headers `mapstructure:"headers"`
}

// Headers name the headers by which the application learns who is calling. They
// must differ in more than case and dashes, because some servers fold both.
type Headers struct {
	// User carries the user's name. Default: Remote-User.
	User string `mapstructure:"user"`

	// Consumer carries the consumer's key. Default: X-OAuth-Consumer.
	Consumer string `mapstructure:"consumer"`

	// Scopes carries the granted scopes. Default: X-OAuth-Scopes.
	Scopes string `mapstructure:"scopes"`

	// TokenID carries the access token's public id. Default: X-OAuth-Token-Id.
	TokenID string `mapstructure:"token_id"`
}

// Upstream configures inline mode: what the public listener does not serve
// itself is verified and passed on to one application.
type Upstream struct {
	// URL is the application, scheme and host only, because the target is
	// passed on byte for byte as it was signed. Empty: no inline mode.
	// Default: "".
	URL URL `mapstructure:"url"`

	// PassAuthorization leaves the OAuth Authorization header in place.
	// Default: false.
	PassAuthorization bool `mapstructure:"pass_authorization"`

	// Timeout bounds the wait for the application's answer to begin.
	// Default: 60s.
	Timeout time.Duration `mapstructure:"timeout"`
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

// Signin configures the built-in users' sessions.
type Signin struct {
	// SessionTTL is the longest life of a session. Default: 12h.
	SessionTTL time.Duration `mapstructure:"session_ttl"`

	// SessionIdleTTL ends a session that nobody uses. At most session_ttl, which
	// it follows when unset. Default: 30m.
	SessionIdleTTL time.Duration `mapstructure:"session_idle_ttl"`

	// AttemptsPerUser is how many wrong passwords one user name may collect
	// within attempts_window. Default: 5.
	AttemptsPerUser int `mapstructure:"attempts_per_user"`

	// AttemptsWindow is the time in which attempts are counted. Default: 15m.
	AttemptsWindow time.Duration `mapstructure:"attempts_window"`
}

// Consent is about the page on which a user says yes or no.
type Consent struct {
	// SiteName is how the pages call this site. When empty it is the host of
	// public_url. Default: "".
	SiteName string `mapstructure:"site_name"`

	// SupportURL is where the pages send a user with a question: http, https or
	// mailto. Default: "".
	SupportURL string `mapstructure:"support_url"`
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
}
