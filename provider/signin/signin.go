package signin

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/store"
)

// Audit takes down what was done before it is answered.
type Audit interface {
	Append(ctx context.Context, e audit.Event) error
}

// Config is what may be set about a SignIn.
type Config struct {
	// Backend is the way people sign in. Default: as built-in users.
	Backend Backend

	// Administrators lets nobody in but built-in users who are administrators,
	// and whoever brings AdminToken.
	Administrators bool
	AdminToken     store.Secret

	// SessionTTL ends a session however much it is used. Default: 12 hours.
	SessionTTL time.Duration

	// IdleTTL ends a session that is not used. Default: 30 minutes.
	IdleTTL time.Duration

	// AttemptsPerUser is how many wrong passwords an account bears at once;
	// one address bears ten times as many. Default: 5.
	AttemptsPerUser int

	// AttemptsWindow is the time after which all of them are granted again.
	// Default: 15 minutes.
	AttemptsWindow time.Duration

	// Recheck is how often a Directory is asked about the users who have live
	// access tokens. Default: 5 minutes.
	Recheck time.Duration

	// Secure says that browsers come by https, whatever the last proxy does.
	Secure bool

	// Pages draws what people see.
	Pages *pages.Set

	// Origin is scheme and host as the browser sees them, where other systems
	// send people back to.
	Origin string

	// SignInPath is where ServeSignIn is found, as the browser sees it.
	// Default: /oauth/signin.
	SignInPath string

	// AuthorizePath is where a user who was not the right one goes back to after
	// signing out, as the browser sees it. Default: nowhere; a page says goodbye.
	AuthorizePath string

	// HomePath is where somebody goes who signed in for no other reason.
	// Default: a page that says what this place is.
	HomePath string

	// Address says where a request comes from, for throttling and the audit
	// log. Behind a proxy it must name the proxy's peer, or all users share one
	// address and its limits. Default: the peer's address.
	Address func(*http.Request) netip.Addr

	// Audit is told of sign-ins. Default: nobody is.
	Audit Audit

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Metrics counts sign-ins. Default: nothing is counted.
	Metrics prometheus.Registerer
}

// Store is what a SignIn asks of the store.
type Store interface {
	UserStore
	SessionStore
	SeeUser(ctx context.Context, u store.User) (store.User, error)
	Attempt(ctx context.Context, now int64, gauges ...store.Gauge) (wait time.Duration, err error)
	Forgive(ctx context.Context, gauges ...store.Gauge) error
	ListAccessTokens(ctx context.Context, f store.TokenFilter) ([]store.AccessToken, error)
}

// A SignIn knows who sits at the browser.
type SignIn struct {
	store     Store
	keys      *store.Keyring
	sessions  *scs.SessionManager
	throttle  *throttle
	strangers *buckets // new sessions of nobody yet, by address
	config    Config
	metrics   *metrics
}

// How many new sessions an address may begin. People behind one address are
// many; their browsers keep the cookie.
const (
	strangersPerSecond = 20
	strangersAtOnce    = 1000
)

// New returns a SignIn that keeps sessions in s, sealed by k, and asks the
// built-in users u unless the configuration names another backend.
func New(s Store, k *store.Keyring, u *Users, c Config) (*SignIn, error) {
	c = c.withDefaults()
	if c.IdleTTL < 0 || c.SessionTTL < 0 || c.AttemptsPerUser < 0 || c.AttemptsWindow < 0 {
		return nil, errors.New("making sign-in: a negative limit")
	}
	for _, path := range []string{c.SignInPath, c.AuthorizePath, c.HomePath} {
		if path != "" && !isPath(path) {
			return nil, fmt.Errorf("making sign-in: %q must be a path", path)
		}
	}
	if c.Backend.Name == "" {
		c.Backend = Backend{Name: BuiltIn, Passwords: builtIn{users: u, administrators: c.Administrators}}
	}
	return &SignIn{
		store: s, keys: k, sessions: newSessions(sealed{s, k}, c), throttle: newThrottle(s, c),
		strangers: newBuckets(rate.Limit(strangersPerSecond), strangersAtOnce), config: c, metrics: newMetrics(c.Metrics, c.Backend.Name),
	}, nil
}

func (c Config) withDefaults() Config {
	if c.SessionTTL == 0 {
		c.SessionTTL = 12 * time.Hour
	}
	if c.IdleTTL == 0 {
		c.IdleTTL = 30 * time.Minute
	}
	if c.AttemptsPerUser == 0 {
		c.AttemptsPerUser = 5
	}
	if c.AttemptsWindow == 0 {
		c.AttemptsWindow = 15 * time.Minute
	}
	if c.Recheck == 0 {
		c.Recheck = 5 * time.Minute
	}
	if c.SignInPath == "" {
		c.SignInPath = "/oauth/signin"
	}
	if c.Address == nil {
		c.Address = peerOf
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return c
}

// User returns who is signed in: a user who still exists, is not disabled and
// has the same password as then, and whom the backend still recognises, where it
// can. When that cannot be found out, nobody is, and Ask then says why.
func (s *SignIn) User(r *http.Request) (name string, ok bool) {
	u, ok := s.Person(r)
	return u.Name, ok
}

// Person is User with all that is known about the user.
func (s *SignIn) Person(r *http.Request) (store.User, bool) {
	b, ctx := browserOf(r), r.Context()
	if b.err != nil {
		return store.User{}, false
	}
	name := s.sessions.GetString(ctx, userField)
	if name == "" {
		return store.User{}, false
	}
	user, err := s.store.User(ctx, name)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			b.err = fmt.Errorf("looking up who is signed in: %w", err)
		}
		return store.User{}, false
	}
	if user.Disabled || user.Gone || s.config.Administrators && !user.Admin || !sameText(stamp(user), s.sessions.GetString(ctx, stampField)) {
		return store.User{}, false
	}
	if !s.stillThere(r, &user) {
		return store.User{}, false
	}
	return user, true
}

// Actor names who is signed in as the audit log does, "user:ada", or "" for
// nobody.
func (s *SignIn) Actor(r *http.Request) string {
	if name, ok := s.User(r); ok {
		return actor(name)
	}
	if browserOf(r).err == nil && s.byToken(r.Context()) {
		return tokenActor
	}
	return ""
}

// provedFor is how long somebody who has signed in need not do so again before
// an act that wants it.
const provedFor = 10 * time.Minute

// Fresh says whether whoever is signed in has just shown that it is they.
func (s *SignIn) Fresh(r *http.Request) bool {
	proved := time.Unix(s.sessions.GetInt64(r.Context(), provedField), 0)
	return s.Actor(r) != "" && s.config.Now().Sub(proved) < provedFor
}

// stamp changes with the password. A user who was removed and made again has
// another one, too, because of the salt, or of the time.
func stamp(u store.User) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d", u.Source, u.Password, u.Created))
	return hex.EncodeToString(sum[:16])
}

// sameText compares what must not be guessed.
func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

func (s *SignIn) audit(ctx context.Context, e audit.Event) error {
	if s.config.Audit == nil {
		return nil
	}
	if err := s.config.Audit.Append(ctx, e); err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	return nil
}
