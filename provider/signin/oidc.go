package signin

import (
	"context"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"oauth1d/store"
)

// OIDCConfig says which OpenID Connect provider signs people in.
type OIDCConfig struct {
	// Issuer is the provider's name for itself, letter by letter: an https URL,
	// or an http one on loopback.
	Issuer string

	// ClientID is what the provider calls us.
	ClientID string

	// ClientSecret proves that to it. Default: none, we are a public client.
	ClientSecret store.Secret

	// UserClaim holds the user's name. Two people must never have the same one,
	// and nobody may choose it: names are all that users are known by here. An
	// "email" counts if the provider has verified it. Default:
	// "preferred_username".
	UserClaim string

	// GroupsClaim holds the user's groups, as a list or as one string. Groups
	// that could not stand in a header are left out. Default: none, nobody has
	// groups.
	GroupsClaim string

	// Scopes are what we ask for. With "offline_access" the provider gives out
	// what it can later be asked with whether a user is still there. Default:
	// "openid" and "profile".
	Scopes []string

	// Roots are the authorities that the provider's certificate may be of.
	// Default: the system's.
	Roots *x509.CertPool

	// Timeout is how long anybody waits for the provider. Default: 10 seconds.
	Timeout time.Duration

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// OIDC signs people in at an OpenID Connect provider: authorization code, PKCE,
// state and nonce. It is an Elsewhere and, with refresh tokens, a Directory. It
// signs nobody out there: the session at the provider is not ours to end.
type OIDC struct {
	config OIDCConfig
	client *http.Client

	mu    sync.Mutex
	known *discovery // nil until somebody needs it, and after a failure
}

var (
	_ Elsewhere = (*OIDC)(nil)
	_ Again     = (*OIDC)(nil)
	_ Directory = (*OIDC)(nil)
)

// NewOIDC returns a way to sign in that asks nothing yet: the provider may be
// down when we start.
func NewOIDC(c OIDCConfig) (*OIDC, error) {
	if c.UserClaim == "" {
		c.UserClaim = "preferred_username"
	}
	if c.Scopes == nil {
		c.Scopes = []string{oidc.ScopeOpenID, oidc.ScopeProfile}
	}
	if c.Timeout <= 0 {
		c.Timeout = 10 * time.Second
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if err := checkOIDC(c); err != nil {
		return nil, err
	}
	return &OIDC{config: c, client: newOIDCClient(c.Roots, c.Timeout)}, nil
}

func checkOIDC(c OIDCConfig) error {
	var wrong []error
	u, err := url.Parse(c.Issuer)
	if err != nil || !isSafe(u) || u.RawQuery != "" {
		wrong = append(wrong, fmt.Errorf("issuer %q is no https URL without a query", c.Issuer))
	}
	if c.ClientID == "" {
		wrong = append(wrong, errors.New("the client id is missing"))
	}
	if !slices.Contains(c.Scopes, oidc.ScopeOpenID) {
		wrong = append(wrong, errors.New(`the scopes lack "openid"`))
	}
	for _, scope := range c.Scopes {
		if scope == "" || strings.ContainsFunc(scope, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' }) {
			wrong = append(wrong, fmt.Errorf("scope %q is none", scope))
		}
	}
	return errors.Join(wrong...)
}

// isSafe says whether what is sent to u can be read by nobody on the way.
func isSafe(u *url.URL) bool {
	if u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	host, err := netip.ParseAddr(u.Hostname())
	loopback := u.Hostname() == "localhost" || err == nil && host.IsLoopback()
	return u.Scheme == "https" || u.Scheme == "http" && loopback
}

// Format keeps the client secret out of what is printed.
func (o *OIDC) Format(f fmt.State, _ rune) { fmt.Fprintf(f, "OpenID Connect at %s", o.config.Issuer) }

// A visit is what we keep while somebody is at the provider.
type visit struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"` // of PKCE
	Callback string `json:"callback"`
}

// Format keeps what it holds out of what is printed.
func (visit) Format(f fmt.State, _ rune) { fmt.Fprint(f, "[redacted]") }

// Begin says where at the provider to send the browser.
func (o *OIDC) Begin(ctx context.Context, callback, _ string) (Start, error) {
	p, err := o.provider(ctx)
	if err != nil {
		return Start{}, err
	}
	v := visit{State: store.NewToken(), Nonce: store.NewToken(), Verifier: oauth2.GenerateVerifier(), Callback: callback}
	kept, err := json.Marshal(v)
	if err != nil {
		return Start{}, fmt.Errorf("keeping what belongs to a sign-in: %w", err)
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(v.Nonce), oauth2.S256ChallengeOption(v.Verifier)}
	if slices.Contains(o.config.Scopes, oidc.ScopeOfflineAccess) {
		// Without it a provider has to leave the scope out (OpenID Connect Core §11).
		options = append(options, oauth2.SetAuthURLParam("prompt", "consent"))
	}
	return Start{URL: o.oauth(p, callback).AuthCodeURL(v.State, options...), State: v.State, Pending: kept}, nil
}

// Another makes the provider ask who it is, even if it knows.
func (o *OIDC) Another(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	q.Set("prompt", strings.TrimSpace("login "+q.Get("prompt")))
	u.RawQuery = q.Encode()
	return u.String()
}

// oauth is the provider as package oauth2 wants it.
func (o *OIDC) oauth(p *provider, callback string) *oauth2.Config {
	endpoint := p.Endpoint()
	endpoint.AuthStyle = p.style
	return &oauth2.Config{
		ClientID: o.config.ClientID, ClientSecret: o.config.ClientSecret.Reveal(),
		Endpoint: endpoint, RedirectURL: callback, Scopes: o.config.Scopes,
	}
}
