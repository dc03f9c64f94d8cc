package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// requestorID names the user as whom a request without a token wants to act.
// Google and Atlassian have it so.
const requestorID = "xoauth_requestor_id"

// actor finds out as whom a request acts: the token's user; without a token
// nobody, the consumer's fixed user, or the one whom it may impersonate.
func (v *Verifier) actor(ctx context.Context, g *Grant, f *found) error {
	if !f.twoLegged {
		g.User = f.accessToken.User
		return nil
	}
	named, n := "", 0
	for _, p := range g.Request.Pairs() {
		if p.Name == requestorID {
			named, n = p.Value, n+1
		}
	}
	switch {
	case n > 1:
		return oauth1.Refuse(oauth1.ProblemParameterRejected, requestorID+" is sent more than once")
	case n == 1:
		g.User, g.Impersonated = named, true
		return v.impersonate(ctx, f.consumer, named)
	}
	g.User = f.consumer.TwoLeggedUser
	return v.able(ctx, g.User)
}

// impersonate refuses every user but those who are listed. One sentence for all
// of them: a consumer does not learn here who exists or what they are.
func (v *Verifier) impersonate(ctx context.Context, c store.Consumer, name string) error {
	refused := oauth1.Refuse(oauth1.ProblemPermissionDenied, "this consumer may not act as the user whom "+requestorID+" names")
	if len(c.Impersonates) == 0 || name == "" || name[0] == '@' {
		return refused
	}
	u, err := v.store.User(ctx, name)
	listed := slices.Contains(c.Impersonates, name)
	switch {
	case errors.Is(err, store.ErrNotFound) && listed:
		return nil // one whom another system knows
	case errors.Is(err, store.ErrNotFound):
		return refused
	case err != nil:
		return unavailable(fmt.Errorf("looking up whom to act as: %w", err))
	case u.Disabled, u.Admin:
		return refused
	}
	if listed || slices.ContainsFunc(u.Groups, func(group string) bool { return slices.Contains(c.Impersonates, "@"+group) }) {
		return nil
	}
	return refused
}

// able refuses a built-in user who has been disabled.
func (v *Verifier) able(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	u, err := v.store.User(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !u.Disabled:
		return nil
	case err != nil:
		return unavailable(fmt.Errorf("looking up whom to act as: %w", err))
	}
	return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the user as whom this consumer acts has been disabled")
}
