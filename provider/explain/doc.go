// Package explain says why a signature does not match. It takes a request that
// was refused and looks for the variation, or the two, with which its signature
// would have been right: another scheme, a path without its prefix, a query left
// out, a secret of the last rotation. It never accepts anything.
//
// # How it searches
//
// A model (model.go) is a request as somebody may have signed it: the parts of a
// base string, with knobs for everything that RFC 5849 does not let anybody
// choose. A variation (variation.go and address.go, content.go, encoding.go) turns one
// knob and says what that means. A lock (lock.go) is a key with which the signature
// may have been made, together with what the signature is once its own spelling is
// undone. The search (search.go) builds the base string of each variation, then of
// two at once, and tries the locks on it; Explain (explain.go) puts what was found
// into words.
//
// # What is certain
//
// Only a signature that matches in full proves anything. An HMAC of 20 octets
// does not match by chance, so the pair of base string and key that has made a
// signature is found or not found, and the order of the search cannot change it.
// It can change the words for it, where several variations give the very same
// base string. Then one variation is preferred to two, and among equals the one
// that stands first in the table, where the more common stand before the less.
// So a query that is the only thing with parameters and is missing is
// query_left_out and not duplicates_merged, and an empty oauth_token that was
// not signed is parameter_left_out and not empty_values_dropped.
//
// # Bounds
//
// A search ends when it has found what it looked for, when nothing is left to be
// tried, when its context ends, or when it has spent its budget of signatures or
// of octets, so that a request with a thousand parameters costs no
// more than any other.
//
// Nothing of a secret or of a signature leaves the package.
package explain
