// Package boltstore is the embedded engine: one bbolt file for what is kept, and
// a store/noncelog beside it for used nonces, which a B+tree is slow at.
//
// One process has the store at a time. Every act is one transaction, and acts
// that wait at the same time share one commit (see writer.go). What bbolt does
// not guard against is guarded here: it takes an empty file for a new database,
// it crashes the process on a damaged one, and after a failed sync it goes on
// with a state that may be gone after the next start (see open.go, pages.go and
// Config.Fatal).
package boltstore
