// Package store is the contract between the daemon and whatever keeps its
// records: consumers, users, tokens, sign-in sessions, what was tried how often,
// and used nonces.
//
// The interface speaks in protocol acts, not in rows. What must happen once is
// one method, atomic across every daemon that shares the store, and its comment
// is a promise that package store/storetest checks against each engine. No
// engine type, transaction or path shows through it, so that a distributed
// engine can take the place of the embedded one (store/boltstore).
//
// Secrets are sealed before an engine sees them (see Keyring): they must be
// recoverable to compute an HMAC (RFC 5849 §4.5), and a stolen store must be
// useless without the master key. Tokens and session ids are stored under a
// hash (see TokenID): their text never needs to be recovered.
//
// Times are UTC in Unix seconds. Expired is not found, swept or not.
package store
