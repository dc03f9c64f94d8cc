package config

import "time"

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

	// Groups carries the user's groups as the sign-in backend has them, separated
	// by commas. Default: Remote-Groups.
	Groups string `mapstructure:"groups"`

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
