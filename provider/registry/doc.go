// Package registry makes, changes, rotates and disables consumers, and reads the
// public keys that they hand in. It decides what may be registered; whether a
// request is genuine is package verify's question, and who may use the registry
// is that of the entrances above it, which also audit what was done.
//
// An application may also be proposed by a user: it gets nothing until an
// administrator approves it, and then its owner is given the secret, once.
//
// What is wrong with an application is said by an Invalid: registry.go makes
// consumers, change.go and rotate.go edit them, proposal.go is for those that are
// proposed; validate.go, trust.go, access.go, callback.go and publickey.go hold
// the rules. What a consumer's developer saves is in handout.go.
package registry
