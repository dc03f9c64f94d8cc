package config

import (
	"errors"
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

var backends = []string{"local", "application", "handover", "header", "oidc", "ldap"}

var languages = []string{"en", "de", "fr", "es", "ja", "ar"}

func language(text string) (string, error) { return text, optionOf(text, languages) }

// keys is the table, in the order of Config.
var keys = []key{
	{"listen.public", listenAddress, "127.0.0.1:5849", "consumers and browsers: /oauth/...; host:port, :port or unix:PATH", true},
	{"listen.private", listenAddress, "127.0.0.1:5850", "auth subrequests, admin API, /metrics, /healthz, /readyz", true},

	{"admin.socket", filePath, "admin.sock", "used by the command line; whoever may open it is an administrator", true},
	{"admin.token_file", filePath, "", "bearer token for /api/v1 on listen.private; empty = 401 for everyone there", false},
	{"admin.introspection_token_file", filePath, "", "bearer token for /api/v1/introspect alone, for the application", false},
	{"admin.pages", boolean, "true", "/admin/ on listen.private", false},
	{"admin.handover_token_file", filePath, "", "bearer token for POST /api/v1/signins/{challenge} alone, for the application", false},

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
	{"endpoints.account", endpoint, "/oauth/account", "a user sees what it has allowed", false},
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
	{"verify.headers.groups", headerName, "Remote-Groups", "", false},
	{"verify.headers.token_id", headerName, "X-OAuth-Token-Id", "", false},

	{"upstream.url", webURL, "", "set = inline mode: verified, then passed on; scheme and host only", false},
	{"upstream.pass_authorization", boolean, "false", "true = the application sees the OAuth header too", false},
	{"upstream.timeout", duration(time.Millisecond, time.Hour), "60s", "until the answer begins", false},

	{"store.path", filePath, "oauth1d.db", "made by oauth1d init", true},
	{"store.nonces", filePath, "nonces", "directory of the nonce log", true},
	{"store.master_key_file", filePath, "master.key", "seals the secrets in the database; not into the backup", true},
	{"store.open_timeout", duration(time.Millisecond, time.Minute), "1s", "wait for another process that holds the database", true},

	{"signin.backend", oneOf(backends...), "local", strings.Join(backends, " | "), false},
	{"signin.recheck", duration(0, noLimit), "5m", "how often the backend is asked whether users of live tokens are still there; 0s = never", false},
	{"signin.recheck_grace", duration(0, noLimit), "24h", "users count as there while it cannot be asked", false},
	{"signin.user_url", userURL, "", `"https://app.example.com/internal/users/{user}": 200 there, 404 or 410 gone; not for local and ldap`, false},
	{"signin.user_token_file", filePath, "", "bearer token for user_url", false},
	{"signin.session_ttl", duration(time.Second, 30*24*time.Hour), "12h", "", false},
	{"signin.session_idle_ttl", duration(time.Second, 30*24*time.Hour), "30m", "", false},
	{"signin.attempts_per_user", integer(1, 1000), "5", "wrong passwords within attempts_window", false},
	{"signin.attempts_window", duration(time.Second, 24*time.Hour), "15m", "", false},
	{"signin.application.url", pageURL, "", "asked with the browser's cookies who is signed in", false},
	{"signin.application.login_url", pageURL, "", "where a browser without a session goes", false},
	{"signin.application.return_parameter", parameter, "return_to", "of login_url", false},
	{"signin.application.user_header", backendHeader, "", "of the answer; either this or user_path", false},
	{"signin.application.user_path", jsonPath, "", `in the answer's JSON, e.g. "data.user.name"`, false},
	{"signin.application.groups_header", backendHeader, "", "at most one of this and groups_path", false},
	{"signin.application.groups_path", jsonPath, "", "", false},
	{"signin.application.cookies", words(`["session"]`, cookie), "", "sent on to the application; [] = all but our own", false},
	{"signin.application.timeout", duration(time.Millisecond, time.Minute), "5s", "", false},
	{"signin.handover.login_url", pageURL, "", "answers through POST /api/v1/signins/{challenge}", false},
	{"signin.handover.parameter", parameter, "challenge", "of login_url", false},
	{"signin.handover.ttl", duration(time.Second, time.Hour), "10m", "", false},
	{"signin.header.user", backendHeader, "Remote-User", "believed of proxy.trusted only", false},
	{"signin.header.groups", backendHeader, "Remote-Groups", "", false},
	{"signin.oidc.issuer", issuer, "", "exactly as the provider calls itself", false},
	{"signin.oidc.client_id", line, "", "", false},
	{"signin.oidc.client_secret_file", filePath, "", "", false},
	{"signin.oidc.user_claim", line, "preferred_username", "", false},
	{"signin.oidc.groups_claim", line, "groups", "", false},
	{"signin.oidc.scopes", words(`["openid"]`, scopeName), "openid,profile", "offline_access = users can be rechecked there", false},
	{"signin.oidc.ca_file", filePath, "", "empty = the system's", false},
	{"signin.ldap.url", ldapURL, "", "ldaps://host, or ldap://host with start_tls", false},
	{"signin.ldap.start_tls", boolean, "false", "", false},
	{"signin.ldap.ca_file", filePath, "", "empty = the system's", false},
	{"signin.ldap.bind_dn", line, "", "the daemon searches as; empty = anonymously", false},
	{"signin.ldap.bind_password_file", filePath, "", "", false},
	{"signin.ldap.base_dn", baseDN, "", "below which users are", false},
	{"signin.ldap.user_filter", ldapFilter, "(uid={user})", "", false},
	{"signin.ldap.user_attribute", attribute, "uid", "the user's name from then on", false},
	{"signin.ldap.group_base_dn", baseDN, "", "below which groups are; empty = none are read", false},
	{"signin.ldap.group_filter", ldapFilter, "(member={dn})", "{dn} or {user}", false},
	{"signin.ldap.group_attribute", attribute, "cn", "", false},
	{"signin.ldap.timeout", duration(time.Millisecond, time.Minute), "5s", "", false},

	{"consent.site_name", line, "", "how the pages call this site; empty = host of public_url", false},
	{"consent.support_url", link, "", "where a user with a question goes", false},
	{"consent.languages", words(`["en"]`, language), strings.Join(languages, ","), "of the pages; the first is for browsers that want none of them", false},
	{"consent.templates_dir", filePath, "", "templates that replace ours, by name", false},
	{"consent.logo_file", filePath, "", ".svg or .png, at most 64 KiB", false},
	{"consent.stylesheet_file", filePath, "", "loaded after ours", false},

	{"policy.scopes", scopes, "", `[{name: "photos", title: "See your photos", allow: ["GET /photos/**"]}]; [] = not limited`, false},
	{"policy.routes", routes, "", `[{match: "/feeds/**", accept: ["two-legged"], anonymous: "pass"}]`, false},
	{"policy.unscoped_tokens", words(`["photos"]`, scopeName), "", "scopes of tokens from before there were scopes; [] = refused", false},
	{"policy.ignore_case", boolean, "false", "compare paths without regard to case, if the application does", false},

	{"registry.proposals", oneOf("off", "users"), "off", "off | users may propose a consumer, which gets nothing until approved", false},

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
	{"unsafe.plain_ldap", boolean, "false", "passwords in the clear to a directory that is not on loopback", false},
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

// Aliases are the providers that endpoints.aliases may name.
func Aliases() []string { return slices.Clone(providers) }
