package verify

import (
	"slices"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/policy"
)

// allowed refuses what the consumer, the user or the policy does not allow on
// this path. The path is the one that the application will see.
func (v *Verifier) allowed(q *Question, g *Grant, f *found) error {
	if q.Kind != AccessToken {
		return nil // endpoints of ours have no policy
	}
	if err := member(g, &f.consumer); err != nil {
		return err
	}
	if v.policy == nil {
		g.Scopes = f.accessToken.Scopes
		return nil
	}
	a := policy.Access{Method: q.Message.Method, Path: q.Path(), Kind: policy.ThreeLegged}
	switch {
	case g.Impersonated:
		a.Kind = policy.Impersonation
	case f.twoLegged:
		a.Kind = policy.TwoLegged
	}
	a.Scopes = v.scopes(f)
	d := v.policy.Decide(a)
	if !d.Allowed {
		return v.forbidden(d, a)
	}
	g.Scopes = a.Scopes
	return nil
}

// Path is what the application sees of the request target, without the query.
func (q *Question) Path() string {
	path, _, _ := strings.Cut(strings.TrimPrefix(q.Message.Target, q.Prefix), "?")
	return path
}

// scopes are what a request may use: those of its token, as far as the consumer
// may still have them, or without a token those of the consumer.
func (v *Verifier) scopes(f *found) []string {
	may := v.policy.Allowed(f.consumer.Scopes)
	if f.twoLegged {
		return may
	}
	has := f.accessToken.Scopes
	lost := func(name string) bool { return !slices.Contains(may, name) }
	if !v.policy.Scoped() || !slices.ContainsFunc(has, lost) {
		return has
	}
	if has = slices.DeleteFunc(slices.Clone(has), lost); len(has) == 0 {
		// Of no name, and not none: that would be the token of before scopes were
		// defined.
		return []string{""}
	}
	return has
}

// forbidden says in the words of the extension why the policy refuses. What the
// scopes are called is no secret: the consumer is asked to name them.
func (v *Verifier) forbidden(d policy.Decision, a policy.Access) error {
	switch d.Reason {
	case policy.ReasonAmbiguousPath:
		return oauth1.Refuse(oauth1.ProblemParameterRejected, "this path has "+v.policy.Ambiguity(a.Path)+
			", so that it can be read in more than one way and nobody can say whether it is allowed; send the path that is meant")
	case policy.ReasonKindRefused:
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "this path does not accept "+string(a.Kind)+" requests")
	}
	p := oauth1.Refuse(oauth1.ProblemAdditionalAuthorizationRequired, "this access token has no scope that allows this")
	if a.Kind != policy.ThreeLegged {
		p = oauth1.Refuse(oauth1.ProblemPermissionDenied, "this consumer has no scope that allows this")
	}
	if len(d.Needed) > 0 {
		p.Advice += "; it takes one of: " + strings.Join(d.Needed, ", ")
	}
	return p
}
