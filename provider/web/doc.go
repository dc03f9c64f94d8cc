// Package web turns what a handler returns into an answer. It is the only
// package that writes an error response.
//
// A Handler either writes or returns an error. An entrance (Protocol, People,
// API, Gate) knows its audience and words the refusal for it: a form body for
// consumers, a page for people, JSON for administrators, a bare status that the
// reverse proxy understands for auth subrequests. Whatever goes wrong, a panic
// and a handler that forgets to answer included, ends in a refusal.
//
// Outer stands around the router. It gives each request its id, writes its one
// log line and counts it. Nothing that a stranger sends becomes a metric label.
package web
