// Package account shows to a user which applications may act in their name, and
// takes that back; and it takes proposals of consumers, where users may make them.
//
//	account.go    Handler and its routes
//	grants.go     what a user has granted, by consumer
//	list.go       the list, revoke.go taking back
//	proposals.go  proposing, proposalform.go what is typed, withdraw.go taking it
//	              back, claim.go the secret
//	address.go    keys in addresses
//
// Whatever a page is asked about is looked up among what is the user's: another
// user's consumer, one that does not exist and one that was never allowed look
// the same.
package account
