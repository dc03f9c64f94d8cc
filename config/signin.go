package config

import (
	"crypto/x509"
	"time"
)

// Signin says who knows the users, and how long their sessions last.
//
// The sections of backends that are not chosen may stay in the file: what is
// written in them is read, what is missing is not missed.
type Signin struct {
	// Backend is who says who is at the browser:
	//
	//   local        users of our own store, with passwords (oauth1d user add)
	//   application  the session that the browser has with the application
	//   handover     the application, after a challenge that it answers
	//   header       a trusted proxy that has already signed the user in
	//   oidc         an OpenID provider
	//   ldap         a directory, with the password that the user types here
	//
	// Administrators are built-in users with every backend. Default: local.
	Backend string `mapstructure:"backend"`

	// Recheck is how often the backend is asked whether the users of live tokens
	// are still there. It bounds how long a user who was removed there gets
	// through here. 0s is never. Default: 5m.
	Recheck time.Duration `mapstructure:"recheck"`

	// RecheckGrace is for how long users count as there while the backend cannot
	// be asked. At least recheck, which it follows when unset. Default: 24h.
	RecheckGrace time.Duration `mapstructure:"recheck_grace"`

	// UserURL is where the application is asked about a single user, with {user}
	// in its path, as in https://app.example.com/internal/users/{user}. It
	// answers 200 for a user who is there, with JSON that may have the groups,
	// and 404 or 410 for one who is gone. For application, handover and header,
	// which have no other way to find out, and for oidc in place of its refresh
	// tokens. Default: "".
	UserURL string `mapstructure:"user_url"`

	// UserTokenFile holds a bearer token that is sent to user_url. Default: "".
	UserTokenFile string `mapstructure:"user_token_file"`

	// UserToken is what UserTokenFile holds.
	UserToken Secret

	// SessionTTL is the longest life of a session. Default: 12h.
	SessionTTL time.Duration `mapstructure:"session_ttl"`

	// SessionIdleTTL ends a session that nobody uses. At most session_ttl, which
	// it follows when unset. Default: 30m.
	SessionIdleTTL time.Duration `mapstructure:"session_idle_ttl"`

	// AttemptsPerUser is how many wrong passwords one user name may collect
	// within attempts_window; one address may collect ten times as many.
	// Default: 5.
	AttemptsPerUser int `mapstructure:"attempts_per_user"`

	// AttemptsWindow is the time in which attempts are counted. Default: 15m.
	AttemptsWindow time.Duration `mapstructure:"attempts_window"`

	Application Application `mapstructure:"application"`
	Handover    Handover    `mapstructure:"handover"`
	Header      Header      `mapstructure:"header"`
	OIDC        OIDC        `mapstructure:"oidc"`
	LDAP        LDAP        `mapstructure:"ldap"`
}

// Application asks the application whose session the browser has. Nothing in
// the application changes.
type Application struct {
	// URL is asked with the browser's cookies and answers who is signed in.
	// It may be an internal address. Required. Default: "".
	URL string `mapstructure:"url"`

	// LoginURL is where a browser without a session goes. Required. Default: "".
	LoginURL string `mapstructure:"login_url"`

	// ReturnParameter is the parameter of login_url in which the application
	// takes the address to return to. Default: return_to.
	ReturnParameter string `mapstructure:"return_parameter"`

	// UserHeader is the header of the answer that has the user. Either this or
	// user_path. Default: "".
	UserHeader string `mapstructure:"user_header"`

	// UserPath is where the JSON of the answer has the user: names with dots in
	// between, as in data.user.name. Default: "".
	UserPath string `mapstructure:"user_path"`

	// GroupsHeader is the header of the answer that has the groups, separated by
	// commas. At most one of this and groups_path. Default: "".
	GroupsHeader string `mapstructure:"groups_header"`

	// GroupsPath is where the JSON of the answer has the list of groups.
	// Default: "".
	GroupsPath string `mapstructure:"groups_path"`

	// Cookies names the cookies that are sent on to the application. Empty:
	// all of the browser's, but our own. Default: "".
	Cookies []string `mapstructure:"cookies"`

	// Timeout bounds one question. Default: 5s.
	Timeout time.Duration `mapstructure:"timeout"`
}

// Handover sends the browser to the application with a challenge, which the
// application accepts through POST /api/v1/signins/{challenge} with the token of
// admin.handover_token_file.
type Handover struct {
	// LoginURL is where the browser goes. Required. Default: "".
	LoginURL string `mapstructure:"login_url"`

	// Parameter is the parameter of login_url that carries the challenge.
	// Default: challenge.
	Parameter string `mapstructure:"parameter"`

	// TTL is how long a challenge can be answered. Default: 10m.
	TTL time.Duration `mapstructure:"ttl"`
}

// Header believes a proxy of proxy.trusted about who is at the browser. From
// anybody else these headers are nothing.
type Header struct {
	// User is the header with the user's name. Default: Remote-User.
	User string `mapstructure:"user"`

	// Groups is the header with the groups, separated by commas. Empty: there is
	// none. Default: Remote-Groups.
	Groups string `mapstructure:"groups"`
}

// OIDC signs users in at an OpenID provider.
type OIDC struct {
	// Issuer is the provider's, exactly as it calls itself. https, or http on
	// loopback. Required. Default: "".
	Issuer string `mapstructure:"issuer"`

	// ClientID is what the provider calls this daemon. Required. Default: "".
	ClientID string `mapstructure:"client_id"`

	// ClientSecretFile holds the secret that the provider gave with it, mode
	// 0600. Required. Default: "".
	ClientSecretFile string `mapstructure:"client_secret_file"`

	// ClientSecret is what ClientSecretFile holds.
	ClientSecret Secret

	// UserClaim is the claim that names the user. It must be one that the
	// provider never gives to another person. Default: preferred_username.
	UserClaim string `mapstructure:"user_claim"`

	// GroupsClaim is the claim with the list of groups. Empty: there is none.
	// Default: groups.
	GroupsClaim string `mapstructure:"groups_claim"`

	// Scopes are asked for; openid must be among them. With offline_access the
	// provider can be asked again whether a user is still there. Default:
	// openid,profile.
	Scopes []string `mapstructure:"scopes"`

	// CAFile holds the certificates that the provider's is checked against, PEM.
	// Empty: those of the system. Default: "".
	CAFile string `mapstructure:"ca_file"`

	// Roots is what CAFile holds, nil when it is empty.
	Roots *x509.CertPool
}

// LDAP looks a user up in a directory and tries the password there.
type LDAP struct {
	// URL is the directory: ldaps://host, or ldap://host with start_tls. Plain
	// ldap:// is for loopback hosts only, unless unsafe.plain_ldap says
	// otherwise. Required. Default: "".
	URL string `mapstructure:"url"`

	// StartTLS makes a connection to ldap:// secret before anything is said on
	// it. Default: false.
	StartTLS bool `mapstructure:"start_tls"`

	// CAFile holds the certificates that the directory's is checked against,
	// PEM. Empty: those of the system. Default: "".
	CAFile string `mapstructure:"ca_file"`

	// Roots is what CAFile holds, nil when it is empty.
	Roots *x509.CertPool

	// BindDN is whom the daemon searches as. Empty: nobody in particular, if the
	// directory lets strangers search. Default: "".
	BindDN string `mapstructure:"bind_dn"`

	// BindPasswordFile holds bind_dn's password, mode 0600. Both or none.
	// Default: "".
	BindPasswordFile string `mapstructure:"bind_password_file"`

	// BindPassword is what BindPasswordFile holds.
	BindPassword Secret

	// BaseDN is below which users are searched. Required. Default: "".
	BaseDN string `mapstructure:"base_dn"`

	// UserFilter finds one user; {user} is what was typed, escaped. Default:
	// (uid={user}).
	UserFilter string `mapstructure:"user_filter"`

	// UserAttribute has the user's name as it is used from then on, so that
	// "Ada" and "ada" are one user. Default: uid.
	UserAttribute string `mapstructure:"user_attribute"`

	// GroupBaseDN is below which groups are searched. Empty: groups are not
	// read. Default: "".
	GroupBaseDN string `mapstructure:"group_base_dn"`

	// GroupFilter finds the groups of a user; {dn} is the user's entry, {user}
	// its name, both escaped. Default: (member={dn}).
	GroupFilter string `mapstructure:"group_filter"`

	// GroupAttribute has the group's name. Default: cn.
	GroupAttribute string `mapstructure:"group_attribute"`

	// Timeout bounds one sign-in or one question. Default: 5s.
	Timeout time.Duration `mapstructure:"timeout"`
}
