// Package provider puts the service provider together: it builds each part from
// one Config and routes requests to them. It decides nothing itself.
//
// Who may import whom (imports_test.go holds the exact map; imports go to a
// lower layer, never sideways):
//
//	5  cmd/oauth1d            flags, files, exit codes, wiring; the only importer of config and engines
//	4  provider               composition, and the one route table in routes.go
//	3  provider/dance         the three endpoints, one file a leg
//	   provider/gate          auth subrequests, one file a dialect, and the inline proxy
//	   provider/account       what a user has allowed and takes back, and has proposed
//	   provider/admin         the admin API, and the administration's pages over it
//	2  provider/verify        genuine, fresh, not revoked, allowed: the one door
//	   provider/explain       why a signature does not match; it accepts nothing
//	   provider/signin        who sits at the browser
//	   provider/registry      consumers: make, rotate, disable; keys
//	1  provider/web           error-returning handlers, request ids, headers
//	   store/boltstore        the embedded engine
//	   store/storetest        one suite for every engine
//	0  provider/oauth1        RFC 5849, pure
//	   provider/policy        scopes and routes: methods and paths, pure
//	   provider/audit  provider/pages  provider/adminapi  store  store/noncelog  config
//
// One auth subrequest reads downwards: routes.go, gate/trust.go, the dialect's
// file in gate, verify/verify.go, gate/identity.go. One dance: dance/requesttoken.go,
// dance/authorize.go (with signin and pages), dance/accesstoken.go; the legs meet
// only in the store.
package provider
