package policy

import (
	"fmt"
	"slices"
)

// A Step is one thing that a decision looks at, and what came of it.
type Step struct {
	What string // StepPath, StepRoute, StepScope
	Name string // "routes[0]", or the scope's
	Rule string // as it stands in the configuration; of StepPath the path as it was read
	Hit  bool   // it is about this method and path; of StepPath: it is read in one way
	Held bool   // the access has the scope
	Note string // why it hits or misses, for an operator
}

// What a Step is about.
const (
	StepPath  = "path"
	StepRoute = "route"
	StepScope = "scope"
)

// Trace says what Decide looks at, in its order: the path, every route, and every
// rule of every scope. Unlike Decide it does not stop at the first refusal.
func (p *Policy) Trace(a Access) []Step {
	if p == nil {
		return nil
	}
	path := read(a.Path, p.ignoreCase)
	steps := []Step{pathStep(a.Path, path)}
	counts := -1
	for i := range p.routes {
		steps = append(steps, p.routeStep(i, &counts, a, path))
	}
	held := p.held(a)
	for i := range p.scopes {
		s := &p.scopes[i]
		for j := range s.rules {
			steps = append(steps, p.scopeStep(s, j, slices.Contains(held, s.Name), a, path))
		}
	}
	return steps
}

func pathStep(raw string, path reading) Step {
	if path.ambiguous != "" {
		return Step{What: StepPath, Name: "path", Rule: raw, Note: "ambiguous: it has " + path.ambiguous}
	}
	return Step{What: StepPath, Name: "path", Rule: path.path, Hit: true, Note: "read in one way"}
}

// routeStep says of a route whether it matches; counts is the index of the first
// that did.
func (p *Policy) routeStep(i int, counts *int, a Access, path reading) Step {
	r := &p.routes[i]
	s := Step{What: StepRoute, Name: fmt.Sprintf("routes[%d]", i), Rule: r.Match}
	s.Hit, s.Note = p.looks(&r.rule, a.Method, reading{withoutSlash(path.path), path.ambiguous})
	switch {
	case !s.Hit:
	case path.ambiguous != "" && p.narrow:
		s.Note = "the path may be on another route, too"
	case *counts >= 0:
		s.Note = fmt.Sprintf("routes[%d] counts, which stands before it", *counts)
	default:
		*counts = i
		s.Note = r.says(a.Kind)
	}
	return s
}

// says what a route does with a kind, or without one with an anonymous request.
func (r *route) says(k Kind) string {
	switch {
	case k == "" && r.Anonymous == nil:
		return "says nothing of anonymous requests"
	case k == "" && *r.Anonymous:
		return "lets anonymous requests pass"
	case k == "":
		return "refuses anonymous requests"
	case !r.accepts(k):
		return "does not accept " + string(k)
	}
	return "accepts " + string(k)
}

func (p *Policy) scopeStep(s *scope, j int, held bool, a Access, path reading) Step {
	step := Step{What: StepScope, Name: s.Name, Rule: s.Allow[j], Held: held}
	step.Hit, step.Note = p.looks(&s.rules[j], a.Method, path)
	switch {
	case step.Hit && held:
		step.Note = "allows it"
	case step.Hit:
		step.Note = "would allow it"
	}
	return step
}

// looks compares a rule, and says what is different.
func (p *Policy) looks(r *rule, method string, path reading) (hit bool, note string) {
	onPath := r.pattern.matches(path, p.ignoreCase)
	switch {
	case !r.hasMethod(method) && !onPath:
		return false, "other methods, other paths"
	case !r.hasMethod(method):
		return false, "other methods"
	case !onPath && path.ambiguous != "":
		return false, "compares paths, and this one is ambiguous"
	case !onPath:
		return false, "other paths"
	}
	return true, ""
}
