package provider

import (
	"context"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/explain"
	"oauth1d/provider/gate"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/policy"
	"oauth1d/provider/verify"
	"oauth1d/store"
)

// Config is what the operator decides.
type Config struct {
	// PublicURL is the address that consumers and browsers use:
	// scheme://host[:port][/prefix]. A prefix is one that a proxy takes off.
	PublicURL string
	Realm     string // default: PublicURL
	Endpoints Endpoints
	SiteName  string
	Support   string // URL of help for people, or empty

	// Pages is how the pages look and which languages they speak. Its Site is
	// filled in from what else stands here.
	Pages pages.Config

	Window     time.Duration
	Limits     oauth1.Limits
	Methods    []string
	MinRSABits int

	RequestTTL, AccessTTL, IdleTTL time.Duration
	Pending                        int

	SignIn                     SignIn
	SessionTTL, SessionIdleTTL time.Duration
	SignInAttempts             int
	SignInWindow               time.Duration

	// Policy says what scopes allow, and what is accepted where. Nil: everything.
	Policy *policy.Policy

	// Dialects are the auth subrequest endpoints that are served.
	Dialects []string
	Gate     gate.Config

	// AdminToken opens the admin API on the private listener. Empty: closed.
	AdminToken store.Secret

	// IntrospectionToken opens the introspection there, and nothing else.
	IntrospectionToken store.Secret

	// HandoverToken opens the challenges of sign-ins there, and nothing else.
	HandoverToken store.Secret

	AccessLog bool

	// Proposals lets users propose consumers.
	Proposals bool

	// AdminPages serves the administration's pages on the private listener.
	AdminPages bool

	// MetricsOff leaves /metrics out.
	MetricsOff bool
}

// Endpoints are the paths of the public listener.
type Endpoints struct {
	RequestToken, Authorize, AccessToken string
	RevokeToken, Identify                string

	// Aliases are the providers whose paths are served as well, some of Aliases.
	Aliases []string

	SignIn, SignOut, Static string
	Account                 string // empty: users have no page of what they have allowed
}

// Parts is what a Provider stands on. It outlives configurations.
type Parts struct {
	Store    store.Store
	Keys     *store.Keyring
	Audit    *audit.Log
	Log      *slog.Logger
	Registry *prometheus.Registry
	Version  string
	Started  time.Time
	Now      func() time.Time // default: time.Now

	// Uses collects what is used when. Nil: nothing is taken down.
	Uses *verify.Uses

	// Refused holds refused requests, to be explained. Default: a new ring.
	Refused *explain.Ring

	// Ready says why the daemon should get no new requests; nil: it is ready.
	Ready func(ctx context.Context) error

	// Reload reads the configuration again.
	Reload func(ctx context.Context) error

	// Settings is the configuration in force, for administrators.
	Settings func() []adminapi.Setting

	// Findings says what is wrong around the daemon, for administrators.
	Findings func(ctx context.Context) []adminapi.Finding
}
