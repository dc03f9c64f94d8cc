package oauth1

// Request is a parsed Message. The zero value is ready for Parse, which resets
// it and reuses its memory; keep one for each worker or in a pool. Its strings
// are never written to again, so that they may outlive the next Parse. It
// prints as [redacted].
//
// Nothing in a Request is proven before Check has returned true.
type Request struct {
	ConsumerKey     string
	Token           string // empty means no token (§3.1)
	SignatureMethod string // one of Methods
	Signature       string
	Nonce           string // absent only with PLAINTEXT
	Callback        string // see Has for "present but empty"
	Verifier        string
	SessionHandle   string
	BodyHash        string // oauth_body_hash, signed but not compared here

	// Timestamp is in Unix seconds, and 0 if absent, which only PLAINTEXT may
	// be.
	Timestamp int64

	// In is the transmission that carries the protocol parameters.
	In Transmission

	method, scheme, host, path string

	accept      Lenience
	lowerMethod bool // the base string has the method in lower case
	parsed      bool // Parse has found nothing wrong
	oauthHeader bool // there is an Authorization field of our scheme

	params []param
	order  []int32 // of params without the signature, as the base string has them

	// Texts that a span points into. Decoded and encoded text that differs
	// from what was sent is collected in arena and becomes one string when
	// parsing is done: one allocation a request, and no string of ours ever
	// aliases memory that is written to again.
	texts [textCount]string
	arena []byte

	spell, base, key, sig []byte

	mac macCache
}

// The texts of a request.
const (
	headerText = iota
	queryText
	formText
	arenaText
	textCount
)

// span is a piece of one of the texts of a request.
type span struct {
	text   uint8
	lo, hi int32
}

// param is one parameter, decoded and as the normalized string has it
// (§3.4.1.3.2). Most text needs no encoding, so the spans often coincide.
type param struct {
	in           Transmission
	protocol     bool // the name begins with oauth_
	name, value  span
	encoded      span // the name
	encodedValue span
}

func (r *Request) text(s span) string { return r.texts[s.text][s.lo:s.hi] }

// keptMemory is how large a buffer may be to be kept for the next request.
const keptMemory = 64 << 10

// reset empties r and keeps its memory, unless one huge request has blown it
// up.
func (r *Request) reset() {
	*r = Request{
		params: r.params[:0],
		order:  r.order[:0],
		arena:  kept(r.arena),
		spell:  kept(r.spell),
		base:   kept(r.base),
		key:    kept(r.key),
		sig:    kept(r.sig),
		mac:    r.mac,
	}
}

func kept(b []byte) []byte {
	if cap(b) > keptMemory {
		return nil
	}
	return b[:0]
}

// Has reports whether the request carries the named protocol parameter, be it
// empty.
func (r *Request) Has(name string) bool {
	for _, p := range r.params {
		if p.protocol && r.text(p.name) == name {
			return true
		}
	}
	return false
}

// Parameter returns the first decoded value of a parameter of any kind, such as
// xoauth_requestor_id, in the order header, query, form.
func (r *Request) Parameter(name string) (string, bool) {
	for _, p := range r.params {
		if r.text(p.name) == name {
			return r.text(p.value), true
		}
	}
	return "", false
}

// Pairs returns all parameters, decoded, in the order of arrival: header,
// query, form. It is meant for explanations and holds the signature.
func (r *Request) Pairs() []Pair {
	pairs := make([]Pair, len(r.params))
	for i, p := range r.params {
		pairs[i] = Pair{r.text(p.name), r.text(p.value)}
	}
	return pairs
}
