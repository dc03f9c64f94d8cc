package config

import (
	"log/slog"
	"net/netip"
	"time"
)

var everything = &Config{
	Listen:    Listen{Address{"tcp", ":8443"}, Address{"unix", "testdata/good/private.sock"}},
	Admin:     Admin{Socket: "/run/oauth1d/admin.sock", Pages: false},
	PublicURL: URL{"https", "auth.example.test", "/photos"},
	Proxy: Proxy{
		Trusted: Peers{Unix: true, Networks: []netip.Prefix{
			netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("192.0.2.7/32"), netip.MustParsePrefix("fd00::/8")}},
		StrictDialect: true,
		Hosts: []Host{
			{"app.example.test", URL{"https", "www.example.test", "/app"}, []URL{{"http", "www.example.test", ""}, {"https", "www.example.test:443", ""}}},
			{"[2001:db8::1]:8080", URL{"http", "[2001:db8::1]:8080", ""}, nil},
		},
	},
	Endpoints: Endpoints{"/plugins/servlet/oauth/request-token", "/plugins/servlet/oauth/authorize", "/plugins/servlet/oauth/access-token", "/revoke", "/identify", []string{"mediawiki", "yahoo"}, "/in", "/out", "/mine", "/s/"},
	Realm:     "Photos",
	Signature: Signature{[]string{"HMAC-SHA256", "RSA-SHA256"}, time.Hour, 1024},
	Tokens:    Tokens{90 * time.Second, 365 * 24 * time.Hour, 24 * time.Hour, 5},
	Verify:    Verify{[]string{"forward"}, "body", "pass", Headers{"X-Auth-User", "X-Auth-Consumer", "X-Auth-Scopes", "X-Auth-Groups", "X-Auth-Token"}},
	Upstream:  Upstream{URL{"http", "[::1]:8080", ""}, true, time.Hour},
	Store:     Store{"testdata/good/data/registry.db", "testdata/good/data/replays", "/run/credentials/master", 250 * time.Millisecond},
	Signin:    signinOfEverything,
	Consent: Consent{"Bücher & Söhne", "mailto:help@example.test", []string{"ar", "de"},
		"testdata/good/pages", "testdata/good/pages/logo.svg", "testdata/good/pages/brand.css"},
	Policy: Policy{
		Scopes: []Scope{
			{Name: "photos:read", Title: "See your photos", Titles: map[string]string{"de": "Ihre Fotos sehen", "ar": "عرض صورك"},
				Detail: "Also those that others share with you.", Risky: true, Default: true, Allow: []string{"GET,HEAD /photos/**", "* /me"}},
			{Name: "upload", Title: "Add photos", Allow: []string{"POST /photos"}},
		},
		Routes: []Route{
			{Match: "/feeds/**", Accept: []string{"two-legged", "three-legged"}, Anonymous: "pass"},
			{Match: "/admin/**", Anonymous: "refuse"},
			{Match: "/jobs/*", Accept: []string{"impersonation"}},
		},
		UnscopedTokens: []string{"upload"},
		IgnoreCase:     true,
	},
	Registry: Registry{"users"},
	Limits:   Limits{64 << 10, 64 << 10, 64 << 20, 16, 512},
	Log:      Log{slog.LevelDebug, "text", false},
	Audit:    Audit{"testdata/good/log/audit"},
	Metrics:  Metrics{false},
	Shutdown: Shutdown{5 * time.Second, time.Minute},
	Unsafe:   Unsafe{true, true, true},
}

var signinOfEverything = Signin{
	Backend: "application", Recheck: time.Minute, RecheckGrace: time.Hour, UserURL: "http://app.internal:8080/users/{user}?fields=groups",
	SessionTTL: time.Hour, SessionIdleTTL: time.Hour, AttemptsPerUser: 3, AttemptsWindow: time.Hour,
	Application: Application{"http://app.internal:8080/me?fields=name", "https://app.example.test/login?by=oauth1d", "next",
		"X-Forwarded-User", "", "", "data.groups", []string{"session", "__Host-app"}, time.Second},
	Handover: Handover{"https://app.example.test/login", "for", time.Minute},
	Header:   Header{"X-Auth-Request-User", ""},
	OIDC: OIDC{Issuer: "https://id.example.test/", ClientID: "gate", ClientSecretFile: "testdata/good/client.secret", UserClaim: "sub",
		Scopes: []string{"openid", "offline_access"}, CAFile: "testdata/good/id.pem"},
	LDAP: LDAP{URL: "ldap://directory.example.test:1389", StartTLS: true, CAFile: "/etc/ssl/directory.pem",
		BindDN: "cn=oauth1d,dc=example,dc=test", BindPasswordFile: "testdata/good/bind.password",
		BaseDN: "ou=people,dc=example,dc=test", UserFilter: "(&(objectClass=person)(sAMAccountName={user}))", UserAttribute: "sAMAccountName",
		GroupBaseDN: "ou=groups,dc=example,dc=test", GroupFilter: "(memberUid={user})", GroupAttribute: "displayName", Timeout: time.Second},
}
