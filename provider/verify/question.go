package verify

import (
	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// Kind is which token a request must be signed with.
type Kind int

const (
	NoToken      Kind = iota // asking for a request token (§2.1)
	RequestToken             // exchanging a request token (§2.3)
	AccessToken              // asking for a resource (§3)
	Renewal                  // replacing an access token, which may have expired
	Holder                   // about the access token itself: no request goes without
)

// A Question is one request to be verified.
type Question struct {
	Kind    Kind
	Message *oauth1.Message

	// KindOf tells the kind by the request, once it is read, where it depends on
	// that. Default: Kind.
	KindOf func(*oauth1.Request) Kind

	// Prefix is what the operator's map put before the target in Message: a
	// path that a proxy takes off.
	Prefix string

	// Also are further base URLs under which the consumer may have signed,
	// because the operator said so: an old address, or what an old load
	// balancer showed. They are tried in order after Message's own.
	Also []Base

	// Anonymous says that the request passes if it has no credentials at all. The
	// error says that it has none, and is no refusal that is kept.
	Anonymous bool

	// Request is filled in by Verify. A caller that keeps one for reuse saves
	// allocations; nil makes a new one.
	Request *oauth1.Request

	// Body returns the body of the request, for oauth_body_hash. It is asked
	// only when the request is right in every other way, and reports false when
	// the body cannot be seen here. Default: it is Message's.
	Body func() (body []byte, seen bool, err error)

	// RequestID is the reverse proxy's own name for the client's request. The
	// same request id and signature within 10 seconds is one request about
	// which the proxy asks twice. Empty: every second time is a replay. It must
	// never come from the client.
	RequestID string
}

// A Base is what stands before the request target in a URL that a consumer
// signs.
type Base struct {
	Scheme, Host string
	Prefix       string // a path that a proxy takes off, "" or "/photos"
}

// A Grant is what a genuine request stands for.
type Grant struct {
	Consumer     store.Consumer
	RequestToken store.RequestToken // Kind RequestToken
	AccessToken  store.AccessToken  // of the other kinds; none of a two-legged request
	User         string             // as whom the request acts at a resource; "" for nobody
	Groups       []string           // of User, as far as they are known
	Scopes       []string           // what the request may use
	Impersonated bool               // User was named by the consumer in xoauth_requestor_id
	Request      *oauth1.Request
	Repeat       bool // the proxy asked again about one request
}

func (q *Question) kind(r *oauth1.Request) Kind {
	if q.KindOf == nil {
		return q.Kind
	}
	return q.KindOf(r)
}
