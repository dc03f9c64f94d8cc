package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// errNameless says that the provider knows the person and has told no name that
// can be used.
var errNameless = errors.New("the provider tells no usable user name")

// claims are what the provider says about a person, by exact name.
type claims map[string]json.RawMessage

// identity reads who it is from the ID token, if there is one, and what that
// does not say from the userinfo endpoint.
func (o *OIDC) identity(ctx context.Context, p *provider, token *oauth2.Token, id *oidc.IDToken) (Identity, error) {
	told := claims{}
	if id != nil {
		if err := id.Claims(&told); err != nil {
			return Identity{}, because(pageBadAnswer, &complaint{"reading an ID token", err})
		}
	}
	names := o.named()
	if (!told.has(names...) || !told.has(o.config.GroupsClaim)) && p.UserInfoEndpoint() != "" {
		more, err := o.userInfo(ctx, p, token, id)
		if err != nil {
			return Identity{}, err
		}
		told.add(more, names...)
		told.add(more, o.config.GroupsClaim)
	}
	user, err := o.user(told)
	if err != nil {
		return Identity{}, err
	}
	groups, err := told.list(o.config.GroupsClaim)
	if err != nil {
		return Identity{}, because(pageBadAnswer, err)
	}
	who := Identity{User: user, Groups: groups}
	if id != nil {
		who.Subject = id.Subject
	}
	return who, nil
}

// verifiedClaim says whether the claim "email" means anything.
const verifiedClaim = "email_verified"

// named are the claims that together say who it is.
func (o *OIDC) named() []string {
	if o.config.UserClaim == "email" {
		return []string{"email", verifiedClaim}
	}
	return []string{o.config.UserClaim}
}

func (o *OIDC) user(told claims) (string, error) {
	var name string
	if err := json.Unmarshal(told[o.config.UserClaim], &name); err != nil || !told.has(o.config.UserClaim) {
		return "", fmt.Errorf("%w: claim %q is missing or no string", errNameless, o.config.UserClaim)
	}
	if err := checkName(name); err != nil {
		return "", fmt.Errorf("%w: %w", errNameless, err)
	}
	// Whoever could choose an address could choose whom to be.
	if o.config.UserClaim == "email" && !told.yes(verifiedClaim) {
		return "", fmt.Errorf("%w: the address is not verified", errNameless)
	}
	return name, nil
}

// userInfo asks the provider about the person that the ID token is of.
func (o *OIDC) userInfo(ctx context.Context, p *provider, token *oauth2.Token, id *oidc.IDToken) (claims, error) {
	info, err := p.UserInfo(ctx, oauth2.StaticTokenSource(token))
	if err != nil {
		return nil, o.unanswered(ctx, "asking the userinfo endpoint", err)
	}
	// Without this an access token of somebody else's could be slipped in
	// (OpenID Connect Core §5.3.2).
	if info.Subject == "" || id != nil && info.Subject != id.Subject {
		return nil, because(pageBadAnswer, errors.New("the userinfo endpoint answered about another person"))
	}
	var told claims
	if err := info.Claims(&told); err != nil {
		return nil, o.unanswered(ctx, "reading what the userinfo endpoint says", err)
	}
	return told, nil
}

// has says whether all claims of these names are there. "" always is.
func (c claims) has(names ...string) bool {
	for _, name := range names {
		if value := string(c[name]); name != "" && (value == "" || value == "null") {
			return false
		}
	}
	return true
}

// add takes the claims of these names, which belong together, from more, unless
// all of them are here.
func (c claims) add(more claims, names ...string) {
	if c.has(names...) || !more.has(names...) {
		return
	}
	for _, name := range names {
		c[name] = more[name]
	}
}

// yes says whether a claim is true. Some providers say it in a string.
func (c claims) yes(name string) bool {
	value := string(c[name])
	return value == "true" || value == `"true"`
}

// list reads a claim that is a list, one string, or missing.
func (c claims) list(name string) ([]string, error) {
	if name == "" || !c.has(name) {
		return nil, nil
	}
	var one string
	if json.Unmarshal(c[name], &one) == nil {
		return []string{one}, nil
	}
	var all []string
	if err := json.Unmarshal(c[name], &all); err != nil {
		return nil, fmt.Errorf("claim %q is neither a list of strings nor one: %w", name, err)
	}
	return all, nil
}
