package verify

import (
	"context"
	"slices"
	"strings"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/policy"
	"oauth1d/store"
)

// Store is what a Verifier asks of the store.
type Store interface {
	Credentials(ctx context.Context, consumerKey, tokenID string) (store.Credentials, error)
	Consumer(ctx context.Context, key string) (store.Consumer, error)
	RequestToken(ctx context.Context, id string) (store.RequestToken, error)
	UseNonce(ctx context.Context, n store.Nonce) (repeat bool, err error)
	User(ctx context.Context, name string) (store.User, error)
}

// Config is what may be set about a Verifier.
type Config struct {
	// Window is how far a timestamp may lie from our clock, either way.
	// Default: 5 minutes.
	Window time.Duration

	// Policy says what scopes allow, and which requests are accepted where.
	// Default: everything is allowed.
	Policy *policy.Policy

	// UserGrace is for how long a user of another system counts as there after
	// that system has last confirmed it. Default: for ever.
	UserGrace time.Duration

	// Limits bound what is parsed. The zero value takes oauth1's defaults.
	Limits oauth1.Limits

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Metrics counts what is decided. Default: nothing is counted.
	Metrics *Metrics

	// Uses takes down what was used when. Default: nothing is.
	Uses *Uses

	// Refusals keeps refused requests. Default: nothing is kept.
	Refusals Refusals
}

// A Verifier is the one door. It is safe for concurrent use.
type Verifier struct {
	store   Store
	keys    *keys
	window  time.Duration
	limits  oauth1.Limits
	now     func() time.Time
	metrics *Metrics
	uses    *Uses

	policy    *policy.Policy
	userGrace time.Duration
	refusals  Refusals
}

// New returns a Verifier that looks credentials up in s and opens their secrets
// with k.
func New(s Store, k *store.Keyring, c Config) *Verifier {
	if c.Window == 0 {
		c.Window = 5 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	return &Verifier{store: s, keys: newKeys(k), window: c.Window, limits: c.Limits, now: c.Now, metrics: c.Metrics, uses: c.Uses,
		policy: c.Policy, userGrace: c.UserGrace, refusals: c.Refusals}
}

// Metrics returns what counts this Verifier's decisions.
func (v *Verifier) Metrics() *Metrics { return v.metrics }

// Verify answers q. The error is an *oauth1.Problem, or ours.
func (v *Verifier) Verify(ctx context.Context, q Question) (Grant, error) {
	r := q.Request
	if r == nil {
		r = new(oauth1.Request)
	}
	g := Grant{Request: r}
	var f found
	if err := v.decide(ctx, q, &g, &f); err != nil {
		return Grant{}, v.refused(ctx, q, r, f, err)
	}
	return g, nil
}

// decide fills in g and f, or says why not.
func (v *Verifier) decide(ctx context.Context, q Question, g *Grant, f *found) error {
	r := g.Request
	if err := v.parse(ctx, q, r); err != nil {
		return err
	}
	q.Kind = q.kind(r)
	if err := v.admissible(q, r); err != nil {
		return err
	}
	var err error
	if *f, err = v.lookUp(ctx, q.Kind, r); err != nil {
		return err
	}
	key, err := v.signature(q, r, f)
	if err != nil {
		return err
	}
	if err := f.state(); err != nil {
		return err
	}
	g.Consumer, g.RequestToken, g.AccessToken = f.consumer, f.requestToken, f.accessToken
	if err := v.actor(ctx, g, f); err != nil {
		return err
	}
	if err := v.allowed(&q, g, f); err != nil {
		return err
	}
	if err := v.timestamp(r); err != nil {
		return err
	}
	if err := bodyHash(q, r, &f.consumer); err != nil {
		return err
	}
	if g.Repeat, err = v.nonce(ctx, q, r); err != nil {
		return err
	}
	v.uses.mark(f, key, v.now().Unix())
	return nil
}

// admissible refuses what needs no record to be refused.
func (v *Verifier) admissible(q Question, r *oauth1.Request) error {
	switch {
	case strings.ToUpper(q.Message.Method) != q.Message.Method:
		// The base string has the method in upper case (§3.4.1.1), so "get"
		// would pass with the signature of GET; an application need not take
		// them for the same.
		return oauth1.Refuse(oauth1.ProblemParameterRejected, "HTTP methods are case-sensitive; send this one in upper case")
	case q.Kind == NoToken && r.Token != "":
		p := oauth1.Rejected("oauth_token")
		p.Advice = "a request token is asked for without an oauth_token"
		return p
	case q.Kind != NoToken && q.Kind != AccessToken && r.Token == "":
		return oauth1.Absent("oauth_token")
	}
	if r.SignatureMethod != oauth1.Plaintext {
		return nil
	}
	// RFC 5849 lets PLAINTEXT go without a nonce and leaves TLS to the reader
	// (§3.4.4). A request that can be repeated by whoever saw it is no request
	// of ours (CONFORMANCE.md, PLAINTEXT).
	if q.Message.Scheme != "https" {
		return oauth1.Refuse(oauth1.ProblemSignatureMethodRejected, "PLAINTEXT sends the secret itself and is accepted over https only")
	}
	var absent []string
	if r.Timestamp == 0 {
		absent = append(absent, "oauth_timestamp")
	}
	if r.Nonce == "" {
		absent = append(absent, "oauth_nonce")
	}
	if absent != nil {
		return oauth1.Absent(absent...)
	}
	return nil
}

// signature checks the signature against the consumer's and the token's
// secrets, and returns which of the consumer's keys has made it. What was not
// found is checked against secrets that nobody has, so that the answer takes as
// long, and is refused whatever comes out.
func (v *Verifier) signature(q Question, r *oauth1.Request, f *found) (keyID, error) {
	if f.unknown == nil && !slices.Contains(f.consumer.Methods, r.SignatureMethod) {
		return 0, oauth1.Refuse(oauth1.ProblemSignatureMethodRejected,
			"this consumer may sign with "+list(f.consumer.Methods)+"; the request used another method")
	}
	k, err := v.keys.of(f, v.now().Unix())
	if err != nil {
		return 0, err
	}
	key, ok := v.signed(q, r, k)
	if !ok && f.unknown == nil && len(f.consumer.Lenient) > 0 {
		key, ok = v.signedLeniently(q, r, f, k)
	}
	if f.unknown != nil {
		return 0, f.unknown
	}
	v.metrics.signature(r.SignatureMethod, ok)
	if !ok {
		return 0, oauth1.Refuse(oauth1.ProblemSignatureInvalid,
			"the signature does not match; check both secrets, then compare your base string with the method, the parameters and the URL as they were sent, its scheme and host being those of the public address")
	}
	return key, nil
}

// signed tries the consumer's key, and the one of before a rotation, under the
// request's own URL and under the further ones of the question. A base URL is
// parsed once, whatever the keys: a form may be long.
func (v *Verifier) signed(q Question, r *oauth1.Request, k requestKeys) (keyID, bool) {
	if key, ok := k.check(r); ok {
		return key, true
	}
	for _, b := range q.Also {
		m := *q.Message
		m.Scheme, m.Host, m.Target = b.Scheme, b.Host, b.Prefix+strings.TrimPrefix(m.Target, q.Prefix)
		var other oauth1.Request
		if other.ParseLenient(&m, v.limits, r.Accepts()) != nil {
			continue
		}
		if key, ok := k.check(&other); ok {
			return key, true
		}
	}
	return 0, false
}

// unavailable refuses because we could not find out: an error is never a yes.
func unavailable(err error) error {
	p := oauth1.Refuse(oauth1.ProblemStoreError, "the service cannot check requests at the moment; try again later")
	p.Err = err
	return p
}
