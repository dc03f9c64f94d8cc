package dance

import (
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// A profile is what the consumers of one provider know of its dance where
// RFC 5849 leaves a choice or the provider went its own way. It never decides
// whether a request is genuine, and no profile does without a registered
// callback or a verifier.
type profile struct {
	// noDance says why consumers of this profile get no request token. Empty:
	// they do.
	noDance string

	// contentType is that of answers with credentials.
	contentType string

	// confirms says oauth_callback_confirmed=true with a request token, as
	// §2.1 wants it, and confirmsAgain with an access token.
	confirms, confirmsAgain bool

	// An absent oauth_callback, or "oob" where it is not registered, stands for
	// the one registered callback.
	absentIsRegistered, oobIsRegistered bool

	// life is that of an access token when nothing is configured. 0: until it
	// is revoked.
	life time.Duration

	// renewable is how long an access token can be renewed after its life, with
	// the handle of its session. 0: there are no sessions.
	renewable time.Duration

	// tellsRequestLife says oauth_expires_in with a request token.
	tellsRequestLife bool

	// tellsPage says under which name the authorize page's URL comes with a
	// request token. Empty: it does not.
	tellsPage string

	// noSecret stands for the secret of an access token whose consumer signed
	// with RSA, which uses none. Empty: it is told nevertheless.
	noSecret string

	// json answers with JSON when the parameter format is json.
	json bool

	// tellsGroups says in an identity in which groups the user is.
	tellsGroups bool

	// tellsScopes says with an access token which scopes the user has granted,
	// where there are scopes.
	tellsScopes bool

	// user says who the user is, beside an access token. Nil: it is not said.
	user func(name string) []oauth1.Pair

	// denial is what the user brings back after saying no.
	denial func(token string) []oauth1.Pair

	// revoked is the JSON answer to a revocation. Nil: it is empty.
	revoked func(token string) any
}

const (
	formType  = "application/x-www-form-urlencoded"
	formUTF8  = formType + "; charset=utf-8"
	plainType = "text/plain; charset=utf-8"
)

const (
	day  = 24 * time.Hour
	year = 365 * day
)

// profiles are all that there are. What a provider's consumers expect stands
// here and nowhere else.
var profiles = map[string]profile{
	store.ProfileRFC5849: {contentType: formType, confirms: true, denial: problemDenial, tellsScopes: true},

	// Jira, Confluence and their application links. Answers are text/plain,
	// because the encoding of OAuth is not that of HTML forms.
	store.ProfileAtlassian: {
		contentType: plainType, confirms: true, denial: verifierDenial,
		life: 5 * year, renewable: 30 * day,
	},

	store.ProfileMediaWiki: {
		contentType: plainType, confirms: true, confirmsAgain: true, denial: problemDenial,
		oobIsRegistered: true, noSecret: "__unused__", json: true, tellsGroups: true,
	},

	store.ProfileWordPress: {contentType: formUTF8, confirms: true, denial: problemDenial},

	store.ProfileMagento: {contentType: formType, denial: problemDenial, absentIsRegistered: true},

	store.ProfileTwitter: {
		contentType: formUTF8, confirms: true, denial: tokenDenial,
		absentIsRegistered: true, user: twitterUser, revoked: twitterRevoked,
	},

	store.ProfileYahoo: {
		contentType: formType, confirms: true, denial: problemDenial,
		life: time.Hour, renewable: 10 * year, user: yahooUser,
		tellsRequestLife: true, tellsPage: "xoauth_request_auth_url",
	},

	store.ProfileLTI11: {
		contentType: formType,
		denial:      problemDenial,
		noDance:     "this consumer is registered for LTI 1.1, which signs its launches without tokens and has no dance",
	},
}

// profileOf returns the profile of a consumer. A name that is not known here, of
// a newer version perhaps, is taken for no name: nothing is ever allowed by a
// profile that the RFC does not allow.
func profileOf(c store.Consumer) profile {
	if p, ok := profiles[c.Profile]; ok {
		return p
	}
	return profiles[store.ProfileRFC5849]
}

// How a consumer is told that the user said no: RFC 5849 does not say.

// problemDenial is the problem reporting extension's.
func problemDenial(token string) []oauth1.Pair {
	return []oauth1.Pair{{Name: "oauth_token", Value: token}, {Name: "oauth_problem", Value: oauth1.ProblemUserRefused}}
}

// verifierDenial is Atlassian's.
func verifierDenial(token string) []oauth1.Pair {
	return []oauth1.Pair{{Name: "oauth_token", Value: token}, {Name: "oauth_verifier", Value: "denied"}}
}

// tokenDenial is Twitter's.
func tokenDenial(token string) []oauth1.Pair {
	return []oauth1.Pair{{Name: "denied", Value: token}}
}

// twitterRevoked is what POST oauth/invalidate_token answers there.
func twitterRevoked(token string) any {
	return map[string]string{"access_token": token}
}
