// Package dance is the three-legged flow of RFC 5849 §2, one file a leg:
//
//	requesttoken.go   a consumer asks for temporary credentials (§2.1)
//	authorize.go      the user decides, consent.go carries the decision (§2.2)
//	accesstoken.go    the consumer trades them for token credentials (§2.3)
//
// The legs share nothing but the store: any daemon on the same store can take
// the next one.
package dance
