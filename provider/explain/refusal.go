package explain

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// Leg says which token a request had to be signed with.
type Leg int

// The legs of the dance, and what it is danced for.
const (
	AskingForToken Leg = iota // no token (§2.1)
	Exchanging                // a request token (§2.3)
	AskingForData             // an access token (§3)
)

// A Refused is a request that was refused a moment ago. Its message and what
// was read of it belong to the caller.
type Refused struct {
	Problem  *oauth1.Problem
	Leg      Leg
	Message  *oauth1.Message
	Origin   Origin   // what stands before the target that was sent
	Also     []Origin // further ones that were tried
	Request  *oauth1.Request
	Consumer store.Consumer // its Key is empty when no such is registered
	TokenID  string
	Own      bool // the token is the consumer's, or none is needed
}

// A Refusal is a refused request as it is kept. It is not written to once it is
// in a Ring.
type Refusal struct {
	ID       string // of the request, as in the X-Request-Id answer header
	Time     time.Time
	Problem  string // a word of oauth1.Outcomes
	Told     string // the sentence that was told
	Consumer string // as the request names it; a stranger's text unless Registered
	TokenID  string

	// Registered says that such a consumer was there, Own that the token was its
	// own.
	Registered, Own bool

	// Method and URL are what was asked for; the URL without its query.
	Method, URL string

	leg       Leg
	signed    string // the signature method
	timestamp int64
	origins   []Origin
	message   *oauth1.Message // nil unless the signature can be explained by it
	withheld  string          // why message is nil
}

// Why a request is not kept whole.
const (
	asPlaintext = "plaintext" // its signature is the secrets
	looksPlain  = "plain"     // its signature seems to be the secrets, whatever method it names
	asTooLarge  = "large"
)

// maxMessage is how much of one request is kept: header, target and form.
const maxMessage = 64 << 10

// refusalOf makes of f what is kept. Only a wrong signature is kept together with
// what was signed: for all other problems the words suffice, and a request that
// could not be read may hold a secret anywhere.
func refusalOf(f Refused, id string, now time.Time) *Refusal {
	m, r := f.Message, f.Request
	path, _, _ := strings.Cut(m.Target, "?")
	name := f.Consumer.Key
	if name == "" {
		name = r.ConsumerKey
	}
	out := &Refusal{
		ID: id, Time: now, Problem: f.Problem.Outcome(), Told: f.Problem.Advice,
		Consumer: clip(name, 255), TokenID: f.TokenID, Registered: f.Consumer.Key != "", Own: f.Own,
		Method: clip(m.Method, 32), URL: clip(m.Scheme, 8) + "://" + clip(m.Host, 255) + clip(path, 1024),
		leg: f.Leg, signed: strings.Clone(r.SignatureMethod), timestamp: r.Timestamp,
	}
	if f.Problem.Name != oauth1.ProblemSignatureInvalid {
		return out
	}
	out.origins = append([]Origin{f.Origin}, f.Also...)
	switch sig := r.Signature; {
	case r.SignatureMethod == oauth1.Plaintext:
		out.withheld = asPlaintext
	case strings.Contains(sig, "&"), strings.Contains(sig, "%26"):
		// No base64 has such a character, and the key of PLAINTEXT has one.
		out.withheld = looksPlain
	case messageSize(m) > maxMessage:
		out.withheld = asTooLarge
	default:
		out.message = cloneMessage(m)
	}
	return out
}

func messageSize(m *oauth1.Message) int {
	n := len(m.Method) + len(m.Host) + len(m.Target) + len(m.Body)
	for _, v := range append(slices.Clone(m.Authorization), m.ContentType...) {
		n += len(v)
	}
	return n
}

// cloneMessage copies all of m: its texts are pieces of larger ones, and its
// body is the entrance's.
func cloneMessage(m *oauth1.Message) *oauth1.Message {
	return &oauth1.Message{
		Method: strings.Clone(m.Method), Scheme: strings.Clone(m.Scheme), Host: strings.Clone(m.Host), Target: strings.Clone(m.Target),
		Authorization: cloneAll(m.Authorization), ContentType: cloneAll(m.ContentType), Body: slices.Clone(m.Body),
	}
}

func cloneAll(all []string) (out []string) {
	for _, s := range all {
		out = append(out, strings.Clone(s))
	}
	return out
}

// size is about what f takes of the memory.
func (f *Refusal) size() int {
	const itself = 512
	n := itself + len(f.ID) + len(f.Told) + len(f.Consumer) + len(f.URL)
	if f.message != nil {
		n += messageSize(f.message)
	}
	return n
}

// clip keeps at most n bytes of a stranger's text.
func clip(s string, n int) string {
	if len(s) <= n {
		return strings.Clone(s)
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
