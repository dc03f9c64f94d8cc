// Package gate answers a reverse proxy that asks about every request, and is
// that proxy itself in inline mode.
//
// Each way in which a proxy describes the client's request has an endpoint of
// its own, a file of its own and no fallback to another: whoever mixes them, or
// takes the first header that is there, is led around by headers that a client
// sends along. A request is described, in that order, by trust.go (who asks),
// the dialect's file (what was asked for), publicurl.go (under which address the
// consumer signed it), form.go (what the body adds); then package verify decides
// and identity.go says who is calling.
//
// An answer is 200 with every identity header, or a refusal with none.
package gate
