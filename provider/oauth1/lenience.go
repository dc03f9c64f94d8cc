package oauth1

import (
	"fmt"
	"slices"
	"strings"
)

// A Lenience is a set of deviations from RFC 5849 that are accepted from one
// consumer whose library cannot be mended. Each leaves the meaning of a request
// what it was: what is signed still covers all that the application sees (C-21).
type Lenience uint8

// The deviations.
const (
	// UnquotedValues takes header parameters without quotes (§3.5.1).
	UnquotedValues Lenience = 1 << iota

	// StrayCommas takes commas with nothing between them, or at the end, in the
	// header (§3.5.1).
	StrayCommas

	// RepeatedParameters takes a protocol parameter that stands twice in one
	// place with one value (§3.1). It is signed once.
	RepeatedParameters

	// SignatureMethodCase takes the name of a signature method in any case (§3.4).
	SignatureMethodCase

	// LowerCaseMethod takes a base string with the HTTP method in lower case
	// (§3.4.1.1). The method of the request itself stays as it is.
	LowerCaseMethod

	// UnencodedSignature takes an oauth_signature in query or form whose "+" was
	// not encoded (§3.6) and has become a blank.
	UnencodedSignature

	// EncodedSignature takes an oauth_signature that was encoded twice (§3.6).
	EncodedSignature

	anyLenience Lenience = 1<<iota - 1
)

// lenienceNames are in the order of the bits.
var lenienceNames = [...]string{
	"unquoted-values", "stray-commas", "repeated-parameters", "signature-method-case",
	"lower-case-method", "unencoded-signature", "encoded-signature",
}

// Leniences returns the names of all deviations that can be accepted.
func Leniences() []string { return slices.Clone(lenienceNames[:]) }

// LenienceOf returns the set of the named deviations.
func LenienceOf(names []string) (Lenience, error) {
	var set Lenience
	for _, n := range names {
		i := slices.Index(lenienceNames[:], n)
		if i < 0 {
			return 0, fmt.Errorf("%q is no deviation that can be accepted; expected some of %s", n, strings.Join(lenienceNames[:], ", "))
		}
		set |= 1 << i
	}
	return set, nil
}

// KeyOf returns the consumer key of a message that may deviate from RFC 5849 in
// every way that some consumer may be allowed to. It proves nothing; it says
// whose leniences are to be looked up.
func KeyOf(m *Message, l Limits) (string, bool) {
	var r Request
	if r.ParseLenient(m, l, anyLenience) != nil {
		return "", false
	}
	return r.ConsumerKey, true
}

// Accepts returns the deviations with which r was parsed.
func (r *Request) Accepts() Lenience { return r.accept }

// lenientMethod returns the method that is meant by a name in another case.
func (r *Request) lenientMethod() {
	if r.accept&SignatureMethodCase == 0 || methodOf(r.SignatureMethod) != nil {
		return
	}
	if upper := strings.ToUpper(r.SignatureMethod); methodOf(upper) != nil {
		r.SignatureMethod = upper
	}
}

// lenientSignature returns the signature to what it was before it was spelled
// wrong. No right one has a blank or a percent sign in it.
func (r *Request) lenientSignature() {
	if r.accept&EncodedSignature != 0 && strings.Contains(r.Signature, "%") {
		if plain, ok := appendUnescaped(nil, r.Signature, false); ok {
			r.Signature = string(plain)
		}
	}
	if r.accept&UnencodedSignature != 0 && r.In != InHeader {
		r.Signature = strings.ReplaceAll(r.Signature, " ", "+")
	}
}
