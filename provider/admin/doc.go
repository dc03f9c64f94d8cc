// Package admin is the administrators' entrance: the handlers of the admin API.
// The command line reaches it over the admin socket, whose mode is the lock;
// programs reach it on the private listener with a bearer token.
//
// Every change goes check, act, audit, answer. A credential leaves only after
// its line in the audit log is durable.
package admin
