package verify

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// requestorID names the user as whom a request without a token wants to act.
// Google and Atlassian have it so.
const requestorID = "xoauth_requestor_id"

// actor finds out as whom a request acts: the token's user; without a token
// nobody, the consumer's fixed user, or the one whom it may impersonate. What the
// store knows of the user comes to be f.user.
func (v *Verifier) actor(ctx context.Context, g *Grant, f *found) error {
	if !f.twoLegged {
		g.User, g.Groups = f.accessToken.User, f.user.Groups
		return v.confirmed(&f.user)
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
		if err := v.impersonate(ctx, f, named); err != nil {
			return err
		}
	default:
		g.User = f.consumer.TwoLeggedUser
		if err := v.able(ctx, f, g.User); err != nil {
			return err
		}
	}
	g.Groups = f.user.Groups
	return v.confirmed(&f.user)
}

// confirmed refuses a user of another system whom that system has not confirmed
// for too long: whoever was dismissed while it could not be asked must not act
// for ever.
func (v *Verifier) confirmed(u *store.User) error {
	if u.Source == "" || v.userGrace == 0 || v.now().Sub(time.Unix(u.Checked, 0)) <= v.userGrace {
		return nil
	}
	return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the system that knows the user of this request has not confirmed the account for too long; the user has to sign in again, or the administrator to mend the connection")
}

// Member refuses what member does, for endpoints of ours that are about the user.
func (g *Grant) Member() error { return member(g, &g.Consumer) }

// member refuses a user who is in none of the groups that the consumer is for.
func member(g *Grant, c *store.Consumer) error {
	if g.User == "" || c.OpenTo(g.Groups) {
		return nil
	}
	return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the user of this request is in none of the groups that may use this consumer")
}

// impersonate refuses every user but those who are listed. One sentence for all
// of them: a consumer does not learn here who exists or what they are.
func (v *Verifier) impersonate(ctx context.Context, f *found, name string) error {
	c := &f.consumer
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
	case u.Refused(), u.Admin:
		return refused
	}
	f.user = u
	if listed || slices.ContainsFunc(u.Groups, func(group string) bool { return slices.Contains(c.Impersonates, "@"+group) }) {
		return nil
	}
	return refused
}

// able refuses a user who has been disabled, or who is gone.
func (v *Verifier) able(ctx context.Context, f *found, name string) error {
	if name == "" {
		return nil
	}
	u, err := v.store.User(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil // one whom another system knows
	case err != nil:
		return unavailable(fmt.Errorf("looking up whom to act as: %w", err))
	case !u.Refused():
		f.user = u
		return nil
	}
	return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the user as whom this consumer acts has been disabled")
}
