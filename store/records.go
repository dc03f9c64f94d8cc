package store

import "time"

// A User is somebody who has an account here, or has been seen to have one
// elsewhere.
type User struct {
	Name string

	// Source names who answers for the user: "" for the password kept here, else
	// the backend that has seen the user sign in last.
	Source string

	Password string // an argon2id hash as a PHC string; never the password
	Groups   []string
	Admin    bool
	Disabled bool

	// Subject is what Source calls the person behind the name for good, such as an
	// OpenID subject. Empty: it does not say.
	Subject string

	// Checked is when Source has last confirmed that there is such a user, in Unix
	// seconds. Gone says that Source has since said that there is none: the user is
	// refused like one who is disabled.
	Checked int64
	Gone    bool

	// Refresh is what Source wants to see when it is asked about the user again,
	// or empty.
	Refresh Sealed

	Created  int64
	Revision uint64
}

// Refused reports whether nothing may act for the user now.
func (u User) Refused() bool { return u.Disabled || u.Gone }

// AnotherPerson reports whether now, of the same name, is known to be somebody else:
// one source calls them differently for good.
func (u User) AnotherPerson(now User) bool {
	return u.Source == now.Source && u.Subject != "" && now.Subject != "" && u.Subject != now.Subject
}

// A UserFilter chooses users. Empty fields match everything.
type UserFilter struct {
	Search string  // a part of the name, in any case
	Source *string // the users of one source; "" are the built-in ones
	After  string  // only names greater than this one
	Limit  int     // 0: no limit
}

// A Gauge lets Limit tries through at once, and one more whenever Window/Limit
// has passed, up to Limit again. Who has used it up has it back after Window.
type Gauge struct {
	ID     [32]byte // of what is counted, such as a hash of an address
	Limit  int
	Window time.Duration
}

// A RequestToken is a pair of temporary credentials (§2.1).
type RequestToken struct {
	ID       string // TokenID of the token's text
	Secret   Sealed
	Consumer string
	Callback string   // where the user goes back to, or "oob"
	Scopes   []string // asked for
	Issued   int64
	Expires  int64

	Decided  int64 // when the user decided; 0: not yet
	Decision Decision
	Tries    int // wrong verifiers so far
}

// A Decision is the user's answer on the consent page.
type Decision struct {
	User     string
	Allowed  bool
	Scopes   []string
	Verifier [32]byte // VerifierHash of the verifier; zero on a denial
}

// An AccessToken is a pair of token credentials (§2.3).
type AccessToken struct {
	ID       string // TokenID of the token's text
	Secret   Sealed
	Consumer string
	User     string
	Scopes   []string
	Issued   int64
	Expires  int64 // 0: until revoked
	Revoked  int64 // 0: live

	// Idle is how long the token lives unused, in seconds; 0: for ever.
	Idle int64
	Used int64 // when it was last used, up to a minute late; 0: never

	// Session is the VerifierHash of the handle with which the token can be
	// renewed until SessionExpires. Zero: it cannot.
	Session        [32]byte
	SessionExpires int64
}

// End is when the token expires, in Unix seconds; 0: never.
func (t AccessToken) End() int64 {
	if t.Idle == 0 {
		return t.Expires
	}
	idle := max(t.Issued, t.Used) + t.Idle
	if t.Expires == 0 {
		return idle
	}
	return min(t.Expires, idle)
}

// Unused reports whether the token has lain idle for longer than it may.
func (t AccessToken) Unused(now int64) bool {
	return t.Idle != 0 && max(t.Issued, t.Used)+t.Idle <= now
}

// Marks say what was used when.
type Marks struct {
	Tokens map[string]int64 // by ID, Unix seconds

	// Consumers are by key. A mark counts only for the revision that was seen:
	// after a rotation it would stand at another key.
	Consumers map[string]ConsumerMark
}

// A ConsumerMark says when the keys of one revision of a consumer were used.
type ConsumerMark struct {
	Revision uint64
	Used     KeyUse
}

// Credentials is what Store.Credentials found.
type Credentials struct {
	Consumer Consumer

	// Token is the access token when TokenErr is nil, ErrExpired or ErrRevoked;
	// any other TokenErr is ErrNotFound.
	Token    AccessToken
	TokenErr error

	// User is the token's user, without Password and Refresh. It is zero when the
	// store knows no user of that name.
	User User
}

// A TokenFilter chooses access tokens. Empty fields match everything.
type TokenFilter struct {
	Consumer string
	User     string
	After    string // only IDs greater than this one
	Limit    int    // 0: no limit
}

// A Nonce is what makes one signed request unique (§3.3).
type Nonce struct {
	Consumer  string
	Token     string // the token's text, "" for none
	Timestamp int64
	Nonce     string

	// Repeat identifies the question about a request: a hash of the reverse
	// proxy's request id and the signature. Zero: never a repeat.
	Repeat [16]byte
}

// Stats counts live records. Counts may be a few seconds old.
type Stats struct {
	Consumers                   int // all of them
	DisabledConsumers           int // proposed ones not counted
	ProposedConsumers           int
	Users                       int
	RequestTokens, AccessTokens int
	Sessions                    int
	Nonces                      int
	SizeBytes                   int64 // of the records on disk
	FreePages                   int
	NonceBytes                  int64
}

// An Identity says which store this is and holds its data keys, wrapped by the
// master key. It is made once, by NewIdentity, and never changes its ID.
type Identity struct {
	ID      string
	Schema  int
	Created int64
	Keys    []WrappedKey
}

// A WrappedKey is a data key sealed by the master key.
type WrappedKey struct {
	ID     uint32
	Sealed []byte
}
