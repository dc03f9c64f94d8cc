// Package noncelog remembers used nonces (RFC 5849 §3.3) in an append-only log:
// it says of every nonce once that it is new, and only after a disk has it.
//
// All callers that wait share one fdatasync (group commit); a lone caller pays
// one and no delay. A nonce lives exactly as long as its own timestamp can be
// accepted, so memory is a set of 16-byte keys per ten seconds of timestamps,
// dropped whole, and the disk is a row of segment files, deleted whole.
//
// It is not a database and not the judge of timestamps: whether a timestamp is
// fresh is decided by the caller, before it asks. What the log guarantees rests
// on no clock. Its one invariant is:
//
//	every nonce that was ever recorded is either remembered,
//	or its timestamp is at or below the floor, where all are refused.
//
// The clock only decides when to forget. Set forward, it makes the log forget
// early, and the floor rises to the newest timestamp that was forgotten: no
// replay, and requests are accepted again as soon as their timestamps lie above
// it. Set back, it frees nothing. The rest of the danger is a crash, see Log
// for the order of writes, segment for the layout of records and manifest for
// the file that ties them together.
package noncelog
