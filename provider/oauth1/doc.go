// Package oauth1 is RFC 5849, the signed part of OAuth 1.0a, and nothing else.
//
// It reads the protocol parameters out of a request, builds the signature base
// string from the raw octets, checks or makes signatures, and names what is
// wrong in the words of the problem reporting extension. It imports only the
// standard library, opens nothing, logs nothing and keeps no state: whether a
// consumer exists, a timestamp is fresh or a nonce is new is decided by package
// verify, which is the one caller that may let a request pass.
//
// # Reading order
//
// message.go says what goes in. parse.go is the way through: header.go and
// pairs.go take the parameters apart, protocol.go asks which are there,
// baseuri.go and basestring.go put the base string together, signature.go
// compares. problem.go is what comes out when something is wrong. sign.go is the consumer's side. CONFORMANCE.md says,
// section by section, what is done, chosen and departed from; comments cite its
// entries as C-1, C-2 and so on.
//
// # Two rules that everything here follows
//
// Parameters are a list and never a map, because names repeat and every
// occurrence is signed. Octets are decoded once, strictly, and what does not
// decode is refused and never guessed at, because a provider and an application
// that guess differently have signed two different requests.
package oauth1
