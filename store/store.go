package store

import (
	"context"
	"io"
	"time"
)

// A Store keeps the records of one service provider. Every method may be called
// from many goroutines at once. An error that is none of this package's
// sentinels means that the outcome is unknown: the caller refuses, and what it
// asked for may or may not have happened.
type Store interface {
	Consumers
	Users
	RequestTokens
	AccessTokens
	Sessions
	Gauges
	Nonces

	// Identity tells which store this is.
	Identity() Identity

	// Sweep deletes what has expired, at most limit records at a time, and
	// says how many it deleted. Nothing but disk space depends on it.
	Sweep(ctx context.Context, limit int) (deleted int, err error)

	// Stats counts what is in the store.
	Stats(ctx context.Context) (Stats, error)

	// Backup writes a consistent copy of everything but nonces to w while the
	// store goes on working. It holds all that was acknowledged before the call.
	Backup(ctx context.Context, w io.Writer) error

	// Check reads everything once and describes each thing that is wrong.
	Check(ctx context.Context) (problems []string, err error)

	// Close waits for what is under way and lets the store go.
	Close() error
}

// Consumers is the registry's part of a Store.
type Consumers interface {
	// AddConsumer adds c. ErrExists when its key is taken.
	AddConsumer(ctx context.Context, c Consumer) error

	// AddProposal adds c, which Proposed and Owner say is proposed and by whom.
	// ErrNotFound when there is no such user: what a user has proposed goes with
	// the user (see RemoveUser). ErrExists when its key is taken, ErrTooMany when its owner has ofOwner
	// proposed consumers already, or all owners together inAll. Of concurrent
	// calls no more succeed than there is room for.
	AddProposal(ctx context.Context, c Consumer, ofOwner, inAll int) error

	// RemoveProposal deletes a consumer that owner has proposed. ErrNotFound when
	// there is none of that owner, ErrSpent when it has been approved; nothing has
	// changed then.
	RemoveProposal(ctx context.Context, key, owner string) error

	// Consumer returns the consumer with that key, byte for byte, or ErrNotFound.
	Consumer(ctx context.Context, key string) (Consumer, error)

	// ListConsumers returns all consumers in the order of their keys.
	ListConsumers(ctx context.Context) ([]Consumer, error)

	// ChangeConsumer lets change edit the consumer and keeps the result, in one
	// step: of two concurrent changes neither is lost. change may be called more
	// than once and must not keep anything between calls; when it returns an
	// error nothing is kept and that error is returned. Key and Created stay,
	// Revision grows by one.
	ChangeConsumer(ctx context.Context, key string, change func(*Consumer) error) (Consumer, error)

	// RemoveConsumer deletes the consumer together with its request and access
	// tokens, in one step, and says how many access tokens that ended.
	RemoveConsumer(ctx context.Context, key string) (ended int, err error)
}

// Users are those who sign in with a password kept here, and those whom another
// source has been seen to know.
type Users interface {
	// AddUser adds u. ErrExists when its name is taken.
	AddUser(ctx context.Context, u User) error

	// User returns the user with that name, byte for byte, or ErrNotFound.
	User(ctx context.Context, name string) (User, error)

	// ListUsers returns the users that match f in the order of their names, at
	// most f.Limit of them.
	ListUsers(ctx context.Context, f UserFilter) ([]User, error)

	// SeeUser takes down that u.Source knows the user now, and returns the record.
	// A user who is not there is added, enabled and no administrator. Of one who
	// is, Groups are replaced, Checked moves forward, Refresh is replaced unless
	// u.Refresh is empty, and Gone is taken back; Disabled and Created stay. Of
	// concurrent calls none is lost.
	//
	// When both Subjects are known and differ, the name has been given to somebody
	// else: what it stood for goes as by RemoveUser, and the user is added anew.
	//
	// A user of another source moves to u.Source, as when the operator has changed
	// the way people sign in; the old Refresh is gone then. ErrExists when the user
	// is built in, and always when u.Source is "": no backend takes over a built-in
	// account, or makes one. Nothing has changed then.
	SeeUser(ctx context.Context, u User) (User, error)

	// ChangeUser is to users what ChangeConsumer is to consumers. Name, Source and
	// Created stay.
	ChangeUser(ctx context.Context, name string, change func(*User) error) (User, error)

	// RemoveUser deletes the user and revokes every access token that acts for
	// it, in one step, and says how many. A request token that the user has
	// decided about is gone with the user: redeemed later, it would be a live
	// token of a user who is not there, or of the next one with that name. No
	// consumer may act as the user any more without a token. The consumers that
	// the user has proposed are gone too; those approved since have no owner.
	RemoveUser(ctx context.Context, name string) (revoked int, err error)
}

// RequestTokens holds temporary credentials (§2.1) between the legs of a dance.
type RequestTokens interface {
	// CreateRequestToken adds t, undecided. ErrNotFound when its consumer does
	// not exist, ErrTooMany when that consumer already has maxPending live
	// request tokens.
	CreateRequestToken(ctx context.Context, t RequestToken, maxPending int) error

	// RequestToken returns the request token. ErrNotFound when it is unknown or
	// was redeemed; ErrExpired, together with the record, while an expired one
	// has not been swept.
	RequestToken(ctx context.Context, id string) (RequestToken, error)

	// Decide records the user's decision. The first decision is final: of any
	// number of concurrent calls exactly one returns nil, the others ErrSpent.
	// ErrNotFound or ErrExpired as RequestToken.
	Decide(ctx context.Context, id string, d Decision) error

	// Redeem deletes the request token and creates the access token t in one
	// step. Of any number of concurrent calls with one request token exactly
	// one returns nil; the others return ErrNotFound.
	//
	// verifier is the hash (see VerifierHash) of what the consumer presented;
	// it is compared in constant time. ErrWrongVerifier counts one wrong try,
	// and after MaxVerifierTries the request token is dead: every later call
	// returns ErrSpent, the right verifier included. ErrUndecided before a
	// decision, ErrDenied after a denial (neither counts a try). The request
	// token must be t.Consumer's, else ErrNotFound. t.User and t.Scopes are
	// taken from the decision, whatever t says, and the created token is
	// returned. ErrExists when t.ID is taken; nothing has changed then.
	Redeem(ctx context.Context, id string, verifier [32]byte, t AccessToken) (AccessToken, error)
}

// MaxVerifierTries is how many wrong verifiers a request token survives.
const MaxVerifierTries = 5

// AccessTokens holds token credentials (§2.3).
type AccessTokens interface {
	// IssueAccessToken adds t without a dance. ErrNotFound when its consumer
	// does not exist, ErrExists when its ID is taken.
	IssueAccessToken(ctx context.Context, t AccessToken) error

	// AccessToken returns the access token. Both ErrExpired and ErrRevoked come
	// together with the record, for as long as it is kept.
	AccessToken(ctx context.Context, id string) (AccessToken, error)

	// Credentials looks up in one snapshot everything that a signed request for
	// a resource names: the hot path's only question. ErrNotFound when the
	// consumer does not exist. A token that is unknown, another consumer's or
	// empty is no error: TokenErr is ErrNotFound then.
	Credentials(ctx context.Context, consumerKey, tokenID string) (Credentials, error)

	// ListAccessTokens returns the tokens that match f and are live, or have expired
	// and can be renewed, in the order of their IDs, at most f.Limit of them.
	ListAccessTokens(ctx context.Context, f TokenFilter) ([]AccessToken, error)

	// Renew revokes the access token and adds t in its place, in one step. Of any
	// number of concurrent calls with one token exactly one returns nil; the
	// others return ErrRevoked.
	//
	// handle is the VerifierHash of the session handle that the consumer
	// presented; it is compared in constant time, and ErrWrongVerifier when it
	// is another. The token must be t.Consumer's and renewable, else
	// ErrNotFound. It may have expired, but ErrExpired when its session has.
	// t.User, t.Scopes and the session are taken from the old token, and no
	// expiry of t goes beyond the session's. ErrExists when t.ID is taken;
	// nothing has changed then.
	Renew(ctx context.Context, id string, handle [32]byte, t AccessToken) (AccessToken, error)

	// MarkUsed takes down what was used when. Marks only move forward; what
	// does not exist any more is passed over.
	MarkUsed(ctx context.Context, m Marks) error

	// Revoke ends the access token. After it returned nil, no Credentials or
	// AccessToken call that begins later sees it live. Revoking a revoked token
	// is nil. One that has expired and can be renewed is ended as well. ErrNotFound
	// when it is unknown or expired for good.
	Revoke(ctx context.Context, id string) error

	// RevokeAll ends all tokens that ListAccessTokens would list for f (f.After and f.Limit are not
	// looked at; an f that names neither consumer nor user matches nothing) in
	// one step and says how many.
	RevokeAll(ctx context.Context, f TokenFilter) (revoked int, err error)
}

// Sessions holds who is signed in at which browser. id is a hash of the cookie's
// value; data belongs to the caller.
type Sessions interface {
	// Session returns the session's data, or ErrNotFound.
	Session(ctx context.Context, id string) (data []byte, err error)

	// KeepSession creates or replaces the session.
	KeepSession(ctx context.Context, id string, data []byte, expires int64) error

	// RenewSession replaces a session that is there, and is ErrNotFound when it
	// has ended or expired: a request that began before a sign-out must not
	// bring the session back.
	RenewSession(ctx context.Context, id string, data []byte, expires int64) error

	// TakeSession returns the session's data and deletes it, in one step: of any
	// number of concurrent calls with one id exactly one gets the data, the others
	// ErrNotFound, which is also the answer for one that has expired.
	TakeSession(ctx context.Context, id string) (data []byte, err error)

	// EndSession deletes the session; one that does not exist is no error.
	EndSession(ctx context.Context, id string) error
}

// Gauges hold how often something was tried.
type Gauges interface {
	// Attempt counts one try at each of the gauges, in one step, and returns zero
	// when it is durable. When one of them is full, nothing is counted, and wait is
	// how long until all of them have room. Of any number of concurrent calls at
	// one instant a gauge lets no more than its Limit through, whatever else they
	// count at.
	//
	// now is in Unix seconds. A clock set back makes nobody wait for longer than
	// the gauge's Window. An error other than of ctx for a Limit or Window that is
	// not positive; like every error it counts as refused.
	Attempt(ctx context.Context, now int64, gauges ...Gauge) (wait time.Duration, err error)

	// Forgive takes one try back at each of the gauges, in one step. A gauge at
	// which nothing was tried stays as it is: nobody has more tries than Limit.
	Forgive(ctx context.Context, gauges ...Gauge) error
}

// Nonces is the replay protection (§3.3).
type Nonces interface {
	// UseNonce records n. It returns nil only after n is durable, and for one
	// combination of consumer, token, timestamp and nonce it says so once, as
	// long as the timestamp can be accepted, crashes and a clock set back
	// included. Any later call returns ErrNonceUsed, except that a call with
	// the same non-zero n.Repeat within 10 seconds returns repeat true and a
	// nil error: a reverse proxy that asks twice about one request.
	//
	// A *TooOldError when the timestamp lies where nonces were already
	// forgotten, ErrFull when no more can be kept.
	UseNonce(ctx context.Context, n Nonce) (repeat bool, err error)
}
