package gate

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/policy"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Config is what may be set about a Gate. The zero value trusts nobody.
type Config struct {
	// Trusted are the peers whose description of a request is believed.
	Trusted []netip.Prefix

	// TrustUnix believes every peer on a unix socket.
	TrustUnix bool

	// Secret, when set, must come in the header X-OAuth1d-Secret as well.
	Secret store.Secret

	// StrictDialect refuses a request that carries headers of another dialect.
	// Otherwise they are counted and not looked at.
	StrictDialect bool

	// Hosts says under which URL each virtual host's requests are signed. When
	// it is not empty, other hosts are refused; when it is, the conveyed scheme
	// and host are taken.
	Hosts []Host

	// ReadForms reads the body of a form post that the proxy forwards. By
	// default a form post is refused, because its unsigned half would pass.
	ReadForms bool

	// Limits bound what is read. Zero values take oauth1's defaults.
	Limits oauth1.Limits

	// Anonymous lets requests without any OAuth parameter pass, as nobody, where
	// no route of the policy decides that.
	Anonymous bool

	// Policy is the verifier's. Only its word on requests without credentials is
	// asked for here.
	Policy *policy.Policy

	// Headers name the identity headers. Empty names take the defaults.
	Headers Headers

	// OwnCookies are the cookies of the daemon's pages, which the application
	// never sees in inline mode: it could answer consents with them.
	OwnCookies []string

	// Inline configures inline mode.
	Inline Inline

	// Audit takes down whom a consumer has impersonated, before the request
	// passes. Without one, impersonation is refused.
	Audit Audit

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Metrics counts strangers and foreign headers. Default: nothing is counted.
	Metrics *Metrics
}

// Audit takes down what was done before it is answered.
type Audit interface {
	Append(ctx context.Context, e audit.Event) error
}

// A Host maps what a proxy conveys to what consumers sign.
type Host struct {
	Host string // as conveyed, lower case, without a default port
	URL  verify.Base
	Also []verify.Base
}

// A Gate answers auth subrequests and proxies requests inline. It is safe for
// concurrent use.
type Gate struct {
	verifier *verify.Verifier
	config   Config
	hosts    map[string]Host
	stranger stranger
	scratch  sync.Pool
	inline   http.Handler
	sources  map[string]*verify.Source
}

// New returns a Gate that lets v decide.
func New(v *verify.Verifier, c Config) *Gate {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Metrics == nil {
		c.Metrics = NewMetrics(nil)
	}
	if c.Limits.Form == 0 {
		c.Limits.Form = 1 << 20
	}
	c.Headers = c.Headers.withDefaults()
	g := &Gate{verifier: v, config: c, hosts: map[string]Host{}, sources: map[string]*verify.Source{}}
	g.scratch.New = func() any { return new(scratch) }
	for _, h := range c.Hosts {
		g.hosts[h.Host] = h
	}
	for dialect := range dialectHeaders {
		g.sources[dialect] = v.Metrics().Source("private", dialect)
	}
	g.sources[web.Inline] = v.Metrics().Source("inline", web.Inline)
	if c.Inline.Upstream != nil {
		g.inline = g.upstream()
	}
	return g
}

// A scratch is what one request needs and the next can use again.
type scratch struct {
	message oauth1.Message
	request oauth1.Request
}

// A dialect reads the client's request out of an auth subrequest.
type dialect struct {
	name     string
	describe func(r *http.Request) (conveyed, error)

	// repeats says that the proxy sets X-Request-ID itself, so that it can be
	// believed when it asks twice about one request.
	repeats bool
}

// conveyed is the client's request as the proxy describes it.
type conveyed struct {
	method, scheme, host, target string
}

// serve answers one auth subrequest.
func (g *Gate) serve(w http.ResponseWriter, r *http.Request, d dialect) error {
	began := time.Now()
	grant, err := g.decide(w, r, d)
	g.sources[d.name].Observe(time.Since(began), grant.Repeat, err)
	if err != nil {
		return err
	}
	g.config.Headers.identify(w.Header(), grant)
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Length", "0") // a body would cost the proxy its connection
	w.WriteHeader(http.StatusOK)
	return nil
}

// decide finds out whether the request that r asks about may pass.
func (g *Gate) decide(w http.ResponseWriter, r *http.Request, d dialect) (verify.Grant, error) {
	if err := g.trust(r, d.name); err != nil {
		return verify.Grant{}, err
	}
	if err := g.foreign(r, d.name); err != nil {
		return verify.Grant{}, err
	}
	c, err := d.describe(r)
	if err != nil {
		return verify.Grant{}, err
	}
	s := g.scratch.Get().(*scratch)
	defer g.scratch.Put(s)
	q, err := g.question(s, c, r.Header)
	if err != nil {
		return verify.Grant{}, err
	}
	if s.message.Body, err = g.form(w, r); err != nil {
		return verify.Grant{}, err
	}
	q.Body = unseen
	if g.config.ReadForms {
		q.Body = func() ([]byte, bool, error) { return g.conveyedBody(w, r, s.message.Body) }
	}
	if d.repeats {
		q.RequestID = one(r.Header, "X-Request-Id")
	}
	return g.ask(r.Context(), q)
}

// question says what is to be verified about a conveyed request.
func (g *Gate) question(s *scratch, c conveyed, h http.Header) (verify.Question, error) {
	if err := checkTarget(c.target); err != nil {
		return verify.Question{}, err
	}
	base, also, err := g.publicURL(c)
	if err != nil {
		return verify.Question{}, err
	}
	s.message = oauth1.Message{
		Method: c.method, Scheme: base.Scheme, Host: base.Host, Target: base.Prefix + c.target,
		Authorization: h["Authorization"], ContentType: h["Content-Type"],
	}
	q := verify.Question{Kind: verify.AccessToken, Message: &s.message, Prefix: base.Prefix, Also: also, Request: &s.request}
	q.Anonymous = !slices.ContainsFunc(h["Authorization"], isOAuth) && g.anonymous(&q)
	return q, nil
}

// ask lets the verifier decide, and notes for the log whom it is about.
func (g *Gate) ask(ctx context.Context, q verify.Question) (verify.Grant, error) {
	grant, err := g.verifier.Verify(ctx, q)
	note := web.Note(ctx)
	if err != nil {
		if q.Anonymous && isAnonymous(err) {
			return verify.Grant{}, nil
		}
		return verify.Grant{}, err
	}
	note.Consumer, note.User, note.TokenID = grant.Consumer.Key, grant.User, grant.AccessToken.ID
	if grant.Impersonated {
		if err := g.impersonated(ctx, grant, q.Message); err != nil {
			return verify.Grant{}, err
		}
	}
	grant.Request = nil // it is the scratch's, and its next user's
	return grant, nil
}

// anonymous says whether a request without credentials passes here.
func (g *Gate) anonymous(q *verify.Question) bool {
	if pass, decided := g.config.Policy.Anonymous(q.Message.Method, q.Path()); decided {
		return pass
	}
	return g.config.Anonymous
}

// impersonated takes down that a consumer acts as a user who has not asked it to.
func (g *Gate) impersonated(ctx context.Context, grant verify.Grant, m *oauth1.Message) error {
	if g.config.Audit == nil {
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "nobody can act for others here: there is no audit log")
	}
	path, _, _ := strings.Cut(m.Target, "?")
	err := g.config.Audit.Append(ctx, audit.Event{
		Action: audit.UserImpersonated, Actor: "consumer:" + grant.Consumer.Key, Object: grant.User,
		Details: map[string]string{"method": m.Method, "path": cut(path)}, RequestID: web.Note(ctx).ID,
	})
	if err != nil {
		return fmt.Errorf("auditing an impersonation: %w", err)
	}
	return nil
}

// cut keeps a path from filling the audit log.
func cut(path string) string {
	const most = 1024
	if len(path) > most {
		return path[:most] + "…"
	}
	return path
}
