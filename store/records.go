package store

// A Consumer is an application that may ask for tokens and sign requests.
type Consumer struct {
	Key         string
	Name        string
	Description string
	Publisher   string

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

	// Profile names the peer's dialect, ProfileRFC5849 or ProfileAtlassian.
	Profile string

	Disabled bool
	Created  int64
	Revision uint64
}

// Profiles of consumers.
const (
	ProfileRFC5849   = "rfc5849"
	ProfileAtlassian = "atlassian" // text/plain token answers; denial as oauth_verifier=denied
)

// A User is a built-in user.
type User struct {
	Name     string
	Password string // an argon2id hash as a PHC string; never the password
	Admin    bool
	Disabled bool
	Created  int64
	Revision uint64
}

// A RequestToken is a pair of temporary credentials (§2.1).
type RequestToken struct {
	ID       string // TokenID of the token's text
	Secret   Sealed
	Consumer string
	Callback string // where the user goes back to, or "oob"
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
}

// Credentials is what Store.Credentials found.
type Credentials struct {
	Consumer Consumer

	// Token is the access token when TokenErr is nil, ErrExpired or ErrRevoked;
	// any other TokenErr is ErrNotFound.
	Token    AccessToken
	TokenErr error

	// UserDisabled says that the token's user is a built-in user who has been
	// disabled.
	UserDisabled bool
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
	Consumers, DisabledConsumers int
	Users                        int
	RequestTokens, AccessTokens  int
	Sessions                     int
	Nonces                       int
	SizeBytes                    int64 // of the records on disk
	FreePages                    int
	NonceBytes                   int64
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
