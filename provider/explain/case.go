package explain

import "oauth1d/provider/oauth1"

// A Case is a refused request and all that it may have been signed with.
type Case struct {
	// Message is the request as it was verified: the public scheme and host, and
	// the path with its prefix. A body that is no form may be there, since it
	// may have been signed as one.
	Message oauth1.Message

	// Keys are the keys that may have been used, the right one first.
	Keys []Key

	// Origins are further addresses under which the consumer may have signed:
	// the configured public URLs, and what a proxy conveyed.
	Origins []Origin

	// Theirs is the consumer's own base string, or empty.
	Theirs string

	// Budget is the greatest number of signatures to compute. 0: the default.
	Budget int
}

// The names of keys. Any other name is taken for KeyPrevious.
const (
	KeyLive         = "live"          // is right
	KeyPrevious     = "previous"      // a secret or key that a rotation has replaced
	KeyRequestToken = "request_token" // the secret of the request token
)

// A Key is what a request may have been signed with, and which it is.
type Key struct {
	Name string
	Keys oauth1.Keys
}

// An Origin is what stands before the path of a URL.
type Origin struct{ Scheme, Host, Prefix string }

// The sides that can put an end to a mismatch.
const (
	SideConsumer = "consumer"
	SideProxy    = "proxy"
	SideOperator = "operator"
)

// An Explanation says why a signature does not match.
type Explanation struct {
	Cause  string   // the first of Causes
	Causes []string // one or two, in the order of the function Causes

	// Certain says that a signature was reproduced. Otherwise the cause is a
	// guess from the consumer's base string, or from the look of the signature.
	Certain bool

	Sentence string // what is different
	Advice   string // what to change
	Side     string // who can change it: consumer, proxy or operator

	BaseString string // ours
	TheirBase  string // the one that matches the signature, if it was found

	// Difference is where TheirBase, or else Case.Theirs, differs from ours.
	// It is nil if there is neither, or if they are the same.
	Difference *Difference

	Tried int // signatures computed
}

// A Difference is the first byte in which two base strings differ.
type Difference struct {
	Offset int
	Part   string // method, URI, or the encoded name of a parameter
	Ours   string // a few bytes from there on
	Theirs string
}
