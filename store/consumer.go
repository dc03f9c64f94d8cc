package store

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
