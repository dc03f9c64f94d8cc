// Package audit keeps the record of who did what: an append-only file of JSON
// lines in which no line can be changed, removed or moved unnoticed by someone
// who does not have the key.
//
// Append returns when the line is on the disk. If it returns an error, the act
// that it stands for must be refused. Checking signed requests is not an
// audited act and goes on when the log cannot be written.
//
// Each line carries its number, the MAC of the line before, and its own MAC over
// all of its bytes before that:
//
//	{"seq":7,"time":"…","action":"token.revoked",…,"prev":"<MAC of 6>","mac":"<HMAC-SHA256>"}
//
// A chain cannot tell that its newest lines were cut off. For that, the Head of
// a running Log is kept somewhere else and given to Verify.
//
// Secrets, verifiers and signatures are never part of an Event.
package audit
