// Package admin is the administrators' entrance: the handlers of the admin API,
// and the pages that are drawn from it. The command line reaches the API over the
// admin socket, whose mode is the lock; programs reach it on the private listener
// with a bearer token; people have the Console, in the files console*.go, which
// asks the API in this process as whoever is signed in and can do nothing that
// the API does not do.
//
// Every change goes check, act, audit, answer. A credential leaves only after
// its line in the audit log is durable.
package admin
