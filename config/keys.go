package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// A key is one line of the table from which everything about it is made. What
// it means at length stands at its field of Config.
type key struct {
	name  string // with dots
	kind  kind
	def   string // as it would be written in the environment
	doc   string // one line, for the sample
	fixed bool   // takes effect after a restart
}

var methods = []string{"HMAC-SHA1", "HMAC-SHA256", "HMAC-SHA512", "RSA-SHA1", "RSA-SHA256", "RSA-SHA512"}

// providers are those whose paths can be served.
var providers = []string{"atlassian", "mediawiki", "wordpress", "magento", "twitter", "yahoo"}

func provider(text string) (string, error) { return text, optionOf(text, providers) }

var dialects = []string{"nginx", "nginx-url", "forward", "envoy"}

// keys is the table, in the order of Config.
var keys = []key{
	{"listen.public", listenAddress, "127.0.0.1:5849", "consumers and browsers: /oauth/...; host:port, :port or unix:PATH", true},
	{"listen.private", listenAddress, "127.0.0.1:5850", "auth subrequests, admin API, /metrics, /healthz, /readyz", true},

	{"admin.socket", filePath, "admin.sock", "used by the command line; whoever may open it is an administrator", true},
	{"admin.token_file", filePath, "", "bearer token for /api/v1 on listen.private; empty = 401 for everyone there", false},
	{"admin.introspection_token_file", filePath, "", "bearer token for /api/v1/introspect alone, for the application", false},

	{"public_url", webURL, "", `required, e.g. "https://auth.example.com"; what consumers sign against`, false},

	{"tls.cert_file", filePath, "", "leave both empty when a proxy ends TLS", false},
	{"tls.key_file", filePath, "", "", false},

	{"proxy.trusted", peers, "127.0.0.0/8,::1/128,unix", "who may use /auth/...; networks, addresses, unix; [] = nobody", false},
	{"proxy.secret_file", filePath, "", "what a proxy must send in X-OAuth1d-Secret as well", false},
	{"proxy.strict_dialect", boolean, "false", "true = refuse headers of another dialect instead of ignoring them", false},
	{"proxy.hosts", hosts, "", `[{host: "app", url: "https://app.example.com", also_accept: []}]; empty = as conveyed`, false},

	{"endpoints.request_token", endpoint, "/oauth/request-token", "", false},
	{"endpoints.authorize", endpoint, "/oauth/authorize", "", false},
	{"endpoints.access_token", endpoint, "/oauth/access-token", "", false},
	{"endpoints.revoke_token", endpoint, "/oauth/revoke-token", "a consumer ends its own token", false},
	{"endpoints.identify", endpoint, "/oauth/identify", "a consumer asks who its token's user is: a JWT", false},
	{"endpoints.aliases", words(`["atlassian"]`, provider), "", strings.Join(providers, " | ") + ": their paths are served as well", false},
	{"endpoints.signin", endpoint, "/oauth/signin", "", false},
	{"endpoints.signout", endpoint, "/oauth/signout", "", false},
	{"endpoints.static", folder, "/oauth/static/", "the pages' stylesheet", false},

	{"realm", line, "", "in WWW-Authenticate; empty = public_url", false},

	{"signature.methods", words(`["HMAC-SHA256"]`, method), strings.Join(methods, ","), "of a new consumer; PLAINTEXT is for single consumers only", false},
	{"signature.timestamp_window", duration(30*time.Second, time.Hour), "5m", "accepted distance from now, both ways; 30s to 1h", true},
	{"signature.min_rsa_bits", integer(1024, 16384), "2048", "", false},

	{"tokens.request_ttl", duration(time.Second, 24*time.Hour), "10m", "from the first leg of the dance to the third", false},
	{"tokens.access_ttl", duration(0, noLimit), "0s", "0s = until revoked", false},
	{"tokens.idle_ttl", duration(0, noLimit), "0s", "unused for that long = expired; 0s = never, else at least 10m", false},
	{"tokens.pending_per_consumer", integer(1, 1_000_000), "1000", "unspent request tokens", false},

	{"verify.dialects", words(`["nginx"]`, dialect), strings.Join(dialects, ","), "/auth/<dialect> on listen.private", false},
	{"verify.forms", oneOf("refuse", "body"), "refuse", "refuse | body; body needs a proxy that forwards bodies", false},
	{"verify.anonymous", oneOf("refuse", "pass"), "refuse", `refuse (401) | pass (200, every identity header "-")`, false},
	{"verify.headers.user", headerName, "Remote-User", "", false},
	{"verify.headers.consumer", headerName, "X-OAuth-Consumer", "", false},
	{"verify.headers.scopes", headerName, "X-OAuth-Scopes", "", false},
	{"verify.headers.token_id", headerName, "X-OAuth-Token-Id", "", false},

	{"upstream.url", webURL, "", "set = inline mode: verified, then passed on; scheme and host only", false},
	{"upstream.pass_authorization", boolean, "false", "true = the application sees the OAuth header too", false},
	{"upstream.timeout", duration(time.Millisecond, time.Hour), "60s", "until the answer begins", false},

	{"store.path", filePath, "oauth1d.db", "made by oauth1d init", true},
	{"store.nonces", filePath, "nonces", "directory of the nonce log", true},
	{"store.master_key_file", filePath, "master.key", "seals the secrets in the database; not into the backup", true},
	{"store.open_timeout", duration(time.Millisecond, time.Minute), "1s", "wait for another process that holds the database", true},

	{"signin.session_ttl", duration(time.Second, 30*24*time.Hour), "12h", "", false},
	{"signin.session_idle_ttl", duration(time.Second, 30*24*time.Hour), "30m", "", false},
	{"signin.attempts_per_user", integer(1, 1000), "5", "wrong passwords within attempts_window", false},
	{"signin.attempts_window", duration(time.Second, 24*time.Hour), "15m", "", false},

	{"consent.site_name", line, "", "how the pages call this site; empty = host of public_url", false},
	{"consent.support_url", link, "", "where a user with a question goes", false},

	{"limits.header", size(4<<10, 1<<20), "32KiB", "request line and headers", true},
	{"limits.target", size(1<<10, 1<<20), "16KiB", "", false},
	{"limits.form", size(1<<10, 64<<20), "1MiB", "", false},
	{"limits.parameters", integer(16, 100_000), "1000", "in header, query and form together", false},
	{"limits.connections", integer(0, 10_000_000), "0", "open at once, each listener; 0 = no limit", true},

	{"log.level", logLevel, "info", "debug | info | warn | error", false},
	{"log.format", oneOf("auto", "text", "json"), "auto", "auto (text on a terminal, else JSON) | text | json", true},
	{"log.access", boolean, "true", "one line a request", false},

	{"audit.file", filePath, "audit.log", "administrative and credential events", true},

	{"metrics.enabled", boolean, "true", "/metrics on listen.private", false},

	{"shutdown.drain", duration(0, time.Hour), "0s", "not ready, still serving", true},
	{"shutdown.timeout", duration(time.Millisecond, time.Hour), "20s", "for requests under way", true},

	{"unsafe.http_public_url", boolean, "false", "plain http on a host that is not loopback", false},
	{"unsafe.small_rsa_keys", boolean, "false", "RSA keys from 1024 bits", false},
}

// byName finds a key.
var byName = func() map[string]*key {
	m := make(map[string]*key, len(keys))
	for i := range keys {
		m[keys[i].name] = &keys[i]
	}
	return m
}()

// children returns the names below a section, "" being the file itself, and
// whether there is such a section.
func children(prefix string) (names []string, exists bool) {
	if prefix != "" {
		prefix += "."
	}
	seen := map[string]bool{}
	for _, k := range keys {
		rest, below := strings.CutPrefix(k.name, prefix)
		name, _, _ := strings.Cut(rest, ".")
		if below && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	return names, len(names) > 0
}

// variable is the name of a key in the environment.
func (k *key) variable() string {
	return variablePrefix + strings.ToUpper(strings.ReplaceAll(k.name, ".", "_"))
}

func method(text string) (string, error) {
	if strings.EqualFold(text, "PLAINTEXT") {
		return "", errors.New("PLAINTEXT is not for every new consumer; remove it and allow it for the one that needs it")
	}
	return text, optionOf(text, methods)
}

func dialect(text string) (string, error) { return text, optionOf(text, dialects) }

// headerName takes a field name of RFC 9110 that does not already mean
// something between a proxy, us and the application.
var headerName = word(`"Remote-User"`, func(text string) (any, error) {
	if text == "" || strings.Trim(strings.ToLower(text), "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
		return text, fmt.Errorf("%q is not a header name; write letters, digits and dashes", text)
	}
	for _, taken := range takenHeaders {
		if folded(text) == folded(taken) || strings.HasPrefix(folded(text), "x-forwarded-") || strings.HasPrefix(folded(text), "x-original-") {
			return text, fmt.Errorf("%q already has a meaning; name a header of its own", text)
		}
	}
	return text, nil
})

var takenHeaders = []string{"Authorization", "Cache-Control", "Connection", "Content-Length", "Content-Type", "Cookie",
	"Date", "Expect", "Forwarded", "Host", "Keep-Alive", "Location", "Proxy-Authorization", "Retry-After", "Set-Cookie", "TE",
	"Trailer", "Transfer-Encoding", "Upgrade", "WWW-Authenticate", "X-OAuth1-Problem", "X-OAuth1-Status", "X-OAuth1d-Secret", "X-Request-Id"}

// folded is a header's name as servers see it that fold underscores into dashes.
func folded(name string) string { return strings.ReplaceAll(strings.ToLower(name), "_", "-") }

// link takes what a page may put into an href.
var link = word(`"https://example.com/help"`, func(text string) (any, error) {
	if err := oneLine(text); err != nil {
		return text, err
	}
	for _, scheme := range []string{"https://", "http://", "mailto:"} {
		if rest, found := strings.CutPrefix(text, scheme); found && rest != "" {
			return text, nil
		}
	}
	if text == "" {
		return text, nil
	}
	return text, fmt.Errorf(`%q is no link; write https://…, http://… or mailto:…`, text)
})

// Aliases are the providers that endpoints.aliases may name.
func Aliases() []string { return slices.Clone(providers) }
