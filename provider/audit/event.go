package audit

import "errors"

// An Action names an audited act.
type Action string

// Acts on the store and the daemon.
const (
	StoreCreated   Action = "store.created"
	StoreRestored  Action = "store.restored"
	StoreBackedUp  Action = "store.backed-up"
	DaemonStarted  Action = "daemon.started"
	DaemonStopped  Action = "daemon.stopped"
	ConfigReloaded Action = "config.reloaded"

	ConsumerAdded    Action = "consumer.added"
	ConsumerChanged  Action = "consumer.changed"
	ConsumerRotated  Action = "consumer.rotated"
	ConsumerEnabled  Action = "consumer.enabled"
	ConsumerDisabled Action = "consumer.disabled"
	ConsumerRemoved  Action = "consumer.removed"
	ConsumerProposed Action = "consumer.proposed" // by a user
	ConsumerApproved Action = "consumer.approved"
	ConsumerClaimed  Action = "consumer.claimed" // its owner was given the secret

	UserAdded           Action = "user.added"
	UserPasswordChanged Action = "user.password-changed"
	UserGroupsChanged   Action = "user.groups-changed"
	UserEnabled         Action = "user.enabled"
	UserDisabled        Action = "user.disabled"
	UserRemoved         Action = "user.removed"

	RequestTokenIssued Action = "request-token.issued"
	ConsentAllowed     Action = "consent.allowed"
	ConsentDenied      Action = "consent.denied"
	AccessTokenIssued  Action = "access-token.issued" // in the dance
	AccessTokenRenewed Action = "access-token.renewed"
	TokenIssued        Action = "token.issued" // by an administrator
	TokenRevoked       Action = "token.revoked"
	UserGone           Action = "user.gone"     // the backend knows the user no more
	UserReplaced       Action = "user.replaced" // the name is another person's now, and nothing is left of the first
	UserImpersonated   Action = "user.impersonated"

	SigninOK         Action = "signin.ok"
	SigninFailed     Action = "signin.failed"
	SigninHandedOver Action = "signin.handed-over" // the application has said who is at a browser
	SignedOut        Action = "signin.ended"
)

// What the log says about itself.
const (
	LogContinued Action = "log.continued" // first line of a file after rotation
	LogTorn      Action = "log.torn"      // a crash left part of a line, kept here
)

// Outcomes.
const (
	OK      = "ok"
	Refused = "refused"
	Failed  = "failed"
)

// An Event is one act.
type Event struct {
	Action    Action
	Actor     string            // who, such as "user:ada" or "admin:socket"
	Object    string            // on what, such as a consumer key or a token id
	Outcome   string            // default: OK
	Details   map[string]string // may be nil; never a secret
	RequestID string            // of the request that led to it, may be empty
}

// maxEvent limits the text of an event. Its texts come from validated records;
// this only keeps one mistake elsewhere from filling the disk.
const maxEvent = 32 << 10

var (
	errNoAction = errors.New("audit event without an action")
	errTooLong  = errors.New("audit event is too long")
)

func (e *Event) check() error {
	if e.Action == "" {
		return errNoAction
	}
	n := len(e.Action) + len(e.Actor) + len(e.Object) + len(e.Outcome) + len(e.RequestID)
	for k, v := range e.Details {
		n += len(k) + len(v)
	}
	if n > maxEvent {
		return errTooLong
	}
	return nil
}
