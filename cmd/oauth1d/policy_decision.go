package main

import (
	"fmt"
	"strings"

	"oauth1d/provider/policy"
)

// This file puts decisions of the policy into sentences.

// decide tries t. passes says whether anonymous requests pass where no route
// decides.
func (t *trial) decide(p *policy.Policy, passes bool) *ruling {
	r := &ruling{Method: t.method, Path: t.path, Kind: t.kind, Scopes: list(t.scopes), By: []string{}, Needed: []string{}, Steps: []rulingStep{}}
	for _, s := range p.Trace(t.access()) {
		if t.kind == anonymous && s.What == policy.StepScope {
			continue // scopes are of tokens
		}
		r.Steps = append(r.Steps, rulingStep{s.What, s.Name, s.Rule, s.Hit, s.Held, s.Note})
	}
	if t.kind == anonymous {
		t.decideAnonymous(r, p, passes)
		return r
	}
	d := p.Decide(t.access())
	r.Allowed, r.Reason, r.By, r.Needed = d.Allowed, d.Reason, list(d.Scopes), list(d.Needed)
	r.Sentence = t.request() + verdictOf(d.Allowed) + t.because(p, d) + "."
	return r
}

// reasonAnonymous stands beside the policy's own reasons.
const reasonAnonymous = "anonymous_refused"

func (t *trial) decideAnonymous(r *ruling, p *policy.Policy, passes bool) {
	pass, decided := p.Anonymous(t.method, t.path)
	why := "as verify.anonymous says, because no route decides that"
	if decided {
		passes, why = pass, "as its route says"
	}
	r.Allowed, r.Reason = passes, policy.ReasonAllowed
	if !passes {
		r.Reason = reasonAnonymous
	}
	// On no route at all, and yet decided: nobody can say on which it is.
	if d := p.Decide(t.access()); decided && d.Reason == policy.ReasonAmbiguousPath && d.Route < 0 {
		r.Reason, why = policy.ReasonAmbiguousPath, ambiguityOf(p.Ambiguity(t.path))
	}
	r.Sentence = t.request() + verdictOf(passes) + why + "."
}

// request names the request of a trial.
func (t *trial) request() string {
	return fmt.Sprintf("%s %s, %s, ", plain(t.method), plain(t.path), t.kind)
}

func verdictOf(allowed bool) string {
	if allowed {
		return "is allowed: "
	}
	return "is refused: "
}

func ambiguityOf(noun string) string {
	return "its path has " + noun + ", and applications read such a path in more than one way"
}

// because says what a decision comes from.
func (t *trial) because(p *policy.Policy, d policy.Decision) string {
	switch d.Reason {
	case policy.ReasonAmbiguousPath:
		return ambiguityOf(p.Ambiguity(t.path))
	case policy.ReasonKindRefused:
		return fmt.Sprintf("routes[%d] does not accept %s", d.Route, t.kind)
	case policy.ReasonScopeMissing:
		return t.lacks(d)
	}
	if !p.Scoped() {
		return "no scopes are defined, so tokens are not limited by any"
	}
	from := ""
	if len(t.scopes) == 0 {
		from = " of policy.unscoped_tokens"
	}
	if len(d.Scopes) > 1 {
		return "the scopes " + strings.Join(d.Scopes, " and ") + from + " allow it"
	}
	return "the scope " + d.Scopes[0] + from + " allows it"
}

// lacks says which scope is missing.
func (t *trial) lacks(d policy.Decision) string {
	has := "none of its scopes allows it"
	if len(t.scopes) == 0 {
		has = "it has no scope that allows it"
	}
	if len(d.Needed) == 0 {
		return has + ", and neither would any other"
	}
	return has + "; " + strings.Join(d.Needed, " or ") + " would"
}

// list is a list that is not null in JSON.
func list(all []string) []string {
	if all == nil {
		return []string{}
	}
	return all
}
