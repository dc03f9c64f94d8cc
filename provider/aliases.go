package provider

import (
	"slices"

	"oauth1d/store"
)

// An endpoint is what a path of the public listener does for consumers.
type endpoint int

const (
	requestToken endpoint = iota
	authorize
	accessToken
	revokeToken
	identify
)

// An alias is a path by which another provider's consumers know an endpoint.
type alias struct {
	path string

	// title, when not empty, must be the query's: MediaWiki has one script for
	// everything, and only these pages of it are ours.
	title string

	does endpoint

	// anyMethod takes GET as well for what is POST by the RFC (§2.1).
	anyMethod bool
}

// aliases are the paths of each provider. An endpoint of our own with the same
// path goes first.
var aliases = map[string][]alias{
	store.ProfileAtlassian: {
		{path: "/plugins/servlet/oauth/request-token", does: requestToken},
		{path: "/plugins/servlet/oauth/authorize", does: authorize},
		{path: "/plugins/servlet/oauth/access-token", does: accessToken},
	},
	store.ProfileMediaWiki: mediaWiki(),
	store.ProfileWordPress: {
		{path: "/oauth1/request", does: requestToken, anyMethod: true},
		{path: "/oauth1/authorize", does: authorize},
		{path: "/oauth1/access", does: accessToken, anyMethod: true},
	},
	store.ProfileMagento: {
		{path: "/oauth/initiate", does: requestToken},
		{path: "/admin/oauth_authorize", does: authorize},
		{path: "/oauth/authorize", does: authorize},
		{path: "/oauth/token", does: accessToken},
		{path: "/oauth/token/request", does: requestToken},
		{path: "/oauth/token/access", does: accessToken},
	},
	store.ProfileTwitter: {
		{path: "/oauth/request_token", does: requestToken},
		{path: "/oauth/authorize", does: authorize},
		{path: "/oauth/authenticate", does: authorize},
		{path: "/oauth/access_token", does: accessToken},
		{path: "/oauth/invalidate_token", does: revokeToken},
		{path: "/1.1/oauth/invalidate_token", does: revokeToken},
		{path: "/1.1/oauth/invalidate_token.json", does: revokeToken},
	},
	store.ProfileYahoo: {
		{path: "/oauth/v2/get_request_token", does: requestToken, anyMethod: true},
		{path: "/oauth/v2/request_auth", does: authorize},
		{path: "/oauth/v2/get_token", does: accessToken, anyMethod: true},
	},
}

func mediaWiki() []alias {
	var all []alias
	for _, page := range []struct {
		name string
		does endpoint
	}{
		{"initiate", requestToken}, {"authorize", authorize}, {"authenticate", authorize}, {"token", accessToken}, {"identify", identify},
	} {
		title := "Special:OAuth/" + page.name
		all = append(all,
			alias{path: "/wiki/" + title, does: page.does, anyMethod: true},
			alias{path: "/wiki/Special%3AOAuth/" + page.name, does: page.does, anyMethod: true},
			alias{path: "/w/index.php", title: title, does: page.does, anyMethod: true},
			alias{path: "/index.php", title: title, does: page.does, anyMethod: true})
	}
	return all
}

// Aliases are the names of the providers whose paths can be served.
func Aliases() []string {
	return slices.DeleteFunc(store.Profiles(), func(name string) bool { return len(aliases[name]) == 0 })
}
