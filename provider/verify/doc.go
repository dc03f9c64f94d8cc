// Package verify decides whether a signed request is genuine, fresh, not
// replayed and not revoked. The token endpoints, the auth subrequests and the
// inline proxy all ask it, and none of them looks at a signature itself.
//
// The order is parse, look up, signature, state, timestamp, nonce. Nothing is
// told about a consumer's or a token's state before the signature was found to
// be theirs, and nothing that a stranger sent is ever stored: a nonce is
// recorded only for a request that is right in every other way.
package verify
