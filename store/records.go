package store

import "time"

// A Consumer is an application that may ask for tokens and sign requests.
type Consumer struct {
	Key         string
	Name        string
	Description string
	Publisher   string

	// Contact is who answers for the consumer: a mail address or an https URL.
	Contact string

	// Verified says that an administrator has checked who is behind Name and
	// Publisher. Until then they are what the consumer says of itself.
	Verified bool

	// Scopes are the names of the scopes that it may ask for. Empty: those that
	// the policy gives to every consumer.
	Scopes []string

	// Groups are the groups whose users may use it: a user must be in one of them
	// at least. Empty: anybody.
	Groups []string

	// Owner is the user who has proposed the consumer, or "".
	Owner string

	// Proposed is when it was proposed, in Unix seconds; 0: it is approved. A
	// proposed consumer gets nothing, like a disabled one.
	Proposed int64

	// Secret keys the HMAC and PLAINTEXT methods. It is empty for a consumer
	// that signs with RSA only, and then no HMAC ever verifies.
	Secret Sealed

	// PublicKey is the RSA key in PKIX DER, or empty.
	PublicKey []byte

	// Methods are the signature methods this consumer may use. The request
	// chooses among them and never beyond them.
	Methods []string

	// Callbacks are the registered callback URIs, compared as exact strings;
	// "oob" stands for out-of-band.
	Callbacks []string

	// OldSecret and OldPublicKey are those of before the last rotation. They are
	// accepted beside the new ones until OldUntil, in Unix seconds.
	OldSecret    Sealed
	OldPublicKey []byte
	OldUntil     int64

	// Used says when each key was last used.
	Used KeyUse

	// Profile names the provider whose dialect the consumer speaks, one of
	// Profiles.
	Profile string

	// Lenient are the deviations from RFC 5849 that are accepted from this
	// consumer alone.
	Lenient []string

	// BodyHash says what happens to oauth_body_hash, one of BodyHashes.
	BodyHash string

	// TwoLegged lets the consumer sign requests without a token. They act as
	// the user TwoLeggedUser, or as nobody when that is empty.
	TwoLegged     bool
	TwoLeggedUser string

	// Impersonates are the users, and with a leading "@" the groups of users, as
	// whom a request without a token may act by naming one in
	// xoauth_requestor_id. Administrators never.
	Impersonates []string

	// AccessTTL and IdleTTL are, in seconds, how long the consumer's access
	// tokens live, and how long unused. 0: as configured for all.
	AccessTTL, IdleTTL int64

	// DebugUntil is when refusals stop to carry what only the consumer's
	// developer should see, in Unix seconds.
	DebugUntil int64

	Disabled bool
	Created  int64
	Revision uint64
}

// A KeyUse says when the keys of a consumer were last used, in Unix seconds; 0:
// never. It may be some seconds old.
type KeyUse struct{ Secret, PublicKey, OldSecret, OldPublicKey int64 }

// What a consumer may be told to do with oauth_body_hash.
const (
	BodyHashOff       = "off"        // it is a parameter like any other
	BodyHashIfPresent = "if-present" // compared wherever the body is seen
	BodyHashRequired  = "required"   // a body that it does not cover is refused
)

// BodyHashes are all of them, the default first.
func BodyHashes() []string { return []string{BodyHashIfPresent, BodyHashOff, BodyHashRequired} }

// The providers whose consumers are understood.
const (
	ProfileRFC5849   = "rfc5849"
	ProfileAtlassian = "atlassian" // text/plain token answers; denial as oauth_verifier=denied
	ProfileMediaWiki = "mediawiki"
	ProfileWordPress = "wordpress"
	ProfileMagento   = "magento"
	ProfileTwitter   = "twitter"
	ProfileYahoo     = "yahoo" // the session extension
	ProfileLTI11     = "lti11" // form-signed launches, without tokens
)

// Profiles are the names of all profiles, the default first.
func Profiles() []string {
	return []string{ProfileRFC5849, ProfileAtlassian, ProfileMediaWiki, ProfileWordPress, ProfileMagento, ProfileTwitter, ProfileYahoo, ProfileLTI11}
}

// A User is somebody who has an account here, or has been seen to have one
// elsewhere.
type User struct {
	Name string

	// Source names who answers for the user: "" for the password kept here, else
	// the backend that has seen the user sign in. It never changes.
	Source string

	Password string // an argon2id hash as a PHC string; never the password
	Groups   []string
	Admin    bool
	Disabled bool

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
