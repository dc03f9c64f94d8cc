package verify

import "oauth1d/store"

// Live says whether a genuine request with an access token would be let in now,
// by its consumer and its user, and what scopes it could use. It asks nothing about
// paths: those are of a request.
func (v *Verifier) Live(c store.Credentials) (scopes []string, live bool) {
	f := found{kind: AccessToken, consumer: c.Consumer, accessToken: c.Token, tokenErr: c.TokenErr, user: c.User}
	g := Grant{User: c.Token.User, Groups: c.User.Groups}
	if c.TokenErr != nil || c.Token.Consumer != c.Consumer.Key ||
		f.state() != nil || v.confirmed(&f.user) != nil || member(&g, &f.consumer) != nil {
		return nil, false
	}
	return v.scopes(&f), true
}
