package dance

import (
	"context"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/policy"
	"oauth1d/provider/signin"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Store is what the dance asks of the store.
type Store interface {
	Consumer(ctx context.Context, key string) (store.Consumer, error)
	CreateRequestToken(ctx context.Context, t store.RequestToken, maxPending int) error
	RequestToken(ctx context.Context, id string) (store.RequestToken, error)
	Decide(ctx context.Context, id string, d store.Decision) error
	Redeem(ctx context.Context, id string, verifier [32]byte, t store.AccessToken) (store.AccessToken, error)
	Renew(ctx context.Context, id string, handle [32]byte, t store.AccessToken) (store.AccessToken, error)
	Revoke(ctx context.Context, id string) error
	User(ctx context.Context, name string) (store.User, error)
	ListAccessTokens(ctx context.Context, f store.TokenFilter) ([]store.AccessToken, error)
}

// Audit takes down what was done before it is answered.
type Audit interface {
	Append(ctx context.Context, e audit.Event) error
}

// Config is what may be set about a Handler.
type Config struct {
	// Base is the daemon's public URL. Consumers sign the endpoints under it,
	// whatever Host or forwarded header a request carries.
	Base verify.Base

	// Pages draws what people see.
	Pages *pages.Set

	// Policy says which scopes there are. Default: none, and users grant all that
	// they may do themselves.
	Policy *policy.Policy

	// AuthorizePath is where the consent form posts to, as the browser sees it.
	AuthorizePath string

	// SignOutPath is where "not you?" posts to.
	SignOutPath string

	// RequestTTL is how long a request token lives. Default: 10 minutes.
	RequestTTL time.Duration

	// AccessTTL is how long an access token lives. Default: as long as the
	// consumer's profile says, which is mostly until it is revoked.
	AccessTTL time.Duration

	// IdleTTL is how long it lives unused. Default: for ever.
	IdleTTL time.Duration

	// Pending is how many undecided request tokens a consumer may have.
	// Default: 1000.
	Pending int

	// Limits bound what is parsed. Zero values take oauth1's defaults.
	Limits oauth1.Limits

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Metrics counts steps. Default: nothing is counted.
	Metrics prometheus.Registerer
}

// A Handler serves the three endpoints.
type Handler struct {
	store   Store
	keys    *store.Keyring
	verify  *verify.Verifier
	signin  *signin.SignIn
	audit   Audit
	config  Config
	metrics *metrics
	source  *verify.Source
}

// New returns a Handler.
func New(s Store, k *store.Keyring, v *verify.Verifier, u *signin.SignIn, a Audit, c Config) *Handler {
	if c.RequestTTL == 0 {
		c.RequestTTL = 10 * time.Minute
	}
	if c.Pending == 0 {
		c.Pending = 1000
	}
	if c.Limits.Form == 0 {
		c.Limits.Form = 1 << 20
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Handler{
		store: s, keys: k, verify: v, signin: u, audit: a, config: c,
		metrics: newMetrics(c.Metrics), source: v.Metrics().Source("public", "endpoint"),
	}
}

// ask verifies a request to an endpoint of ours.
func (h *Handler) ask(w http.ResponseWriter, r *http.Request, kind verify.Kind) (verify.Grant, error) {
	return h.askOf(w, r, func(*oauth1.Request) verify.Kind { return kind })
}

// askOf is ask where the request itself says which token it is signed with.
func (h *Handler) askOf(w http.ResponseWriter, r *http.Request, kindOf func(*oauth1.Request) verify.Kind) (verify.Grant, error) {
	began := time.Now()
	g, err := h.check(w, r, kindOf)
	h.source.Observe(time.Since(began), g.Repeat, err)
	return g, err
}

func (h *Handler) check(w http.ResponseWriter, r *http.Request, kindOf func(*oauth1.Request) verify.Kind) (verify.Grant, error) {
	body, err := web.ReadBody(w, r, h.config.Limits.Form, 0)
	if err != nil {
		return verify.Grant{}, err
	}
	g, err := h.verify.Verify(r.Context(), verify.Question{KindOf: kindOf, Message: &oauth1.Message{
		Method: r.Method, Scheme: h.config.Base.Scheme, Host: h.config.Base.Host, Target: h.config.Base.Prefix + r.RequestURI,
		Authorization: r.Header["Authorization"], ContentType: r.Header["Content-Type"], Body: body,
	}})
	if err != nil {
		return g, err
	}
	web.Note(r.Context()).Consumer = g.Consumer.Key
	return g, nil
}
