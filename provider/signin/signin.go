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

	// Secure says that browsers come by https, whatever the last proxy does.
	Secure bool

	// Site is named on the pages.
	Site pages.Site

	// SignInPath is where ServeSignIn is found, as the browser sees it.
	// Default: /oauth/signin.
	SignInPath string

	// AuthorizePath is where a user who was not the right one goes back to after
	// signing out, as the browser sees it. Default: nowhere; a page says goodbye.
	AuthorizePath string

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

// A SignIn knows who sits at the browser.
type SignIn struct {
	users     *Users
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

// New returns a SignIn for the users u that keeps sessions in s.
func New(u *Users, s SessionStore, c Config) (*SignIn, error) {
	c = c.withDefaults()
	if c.IdleTTL < 0 || c.SessionTTL < 0 || c.AttemptsPerUser < 0 || c.AttemptsWindow < 0 {
		return nil, errors.New("making sign-in: a negative limit")
	}
	if !isPath(c.SignInPath) || c.AuthorizePath != "" && !isPath(c.AuthorizePath) {
		return nil, fmt.Errorf("making sign-in: %q and %q must be paths", c.SignInPath, c.AuthorizePath)
	}
	return &SignIn{
		users: u, sessions: newSessions(s, c), throttle: newThrottle(c.AttemptsPerUser, c.AttemptsWindow),
		strangers: newBuckets(rate.Limit(strangersPerSecond), strangersAtOnce), config: c, metrics: newMetrics(c.Metrics),
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
// has the same password as then. When that cannot be found out, nobody is, and
// Ask then says why.
func (s *SignIn) User(r *http.Request) (name string, ok bool) {
	b, ctx := browserOf(r), r.Context()
	if b.err != nil {
		return "", false
	}
	name = s.sessions.GetString(ctx, userField)
	if name == "" {
		return "", false
	}
	user, err := s.users.store.User(ctx, name)
	if err != nil {
		if !errors.Is(err, store.ErrNotFound) {
			b.err = fmt.Errorf("looking up who is signed in: %w", err)
		}
		return "", false
	}
	same := subtle.ConstantTimeCompare([]byte(stamp(user)), []byte(s.sessions.GetString(ctx, stampField))) == 1
	if user.Disabled || !same {
		return "", false
	}
	return name, true
}

// stamp changes with the password. A user who was removed and made again has
// another one, too, because of the salt.
func stamp(u store.User) string {
	sum := sha256.Sum256([]byte(u.Password))
	return hex.EncodeToString(sum[:16])
}

func (s *SignIn) audit(ctx context.Context, e audit.Event) error {
	if s.config.Audit == nil {
		return nil
	}
	if err := s.config.Audit.Append(ctx, e); err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	return nil
}
