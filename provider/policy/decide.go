package policy

import "slices"

// An Access is what somebody asks to do.
type Access struct {
	Method string
	Path   string // raw, without the query, as the application sees it
	Kind   Kind

	// Scopes are those of the access token, or of a request without one what
	// Allowed says of its consumer.
	Scopes []string
}

// A Decision is the answer.
type Decision struct {
	Allowed bool
	Reason  string   // one of the constants below
	Scopes  []string // which scopes of the access allow it; may share its memory
	Needed  []string // after ReasonScopeMissing: which scopes would allow it
	Route   int      // index of the route that counted, or -1
}

// Reasons of a decision. They serve as metric labels.
const (
	ReasonAllowed       = "allowed"
	ReasonAmbiguousPath = "ambiguous_path"
	ReasonKindRefused   = "kind_refused"
	ReasonScopeMissing  = "scope_missing"
)

// Decide says whether an access is allowed: first whether its path can be judged
// at all, then whether the route takes its kind, then whether one of its scopes
// covers it.
func (p *Policy) Decide(a Access) Decision {
	if p == nil {
		return Decision{Allowed: true, Reason: ReasonAllowed, Route: -1}
	}
	return p.decide(a, read(a.Path, p.ignoreCase))
}

func (p *Policy) decide(a Access, path reading) Decision {
	if path.ambiguous != "" && p.narrow {
		return Decision{Reason: ReasonAmbiguousPath, Route: -1}
	}
	d := Decision{Route: p.routeOf(a.Method, path)}
	if d.Route >= 0 && !p.routes[d.Route].accepts(a.Kind) {
		d.Reason = ReasonKindRefused
		return d
	}
	if p.Scoped() {
		if d.Scopes = p.granting(p.held(a), a.Method, path); d.Scopes == nil {
			return p.lacking(d, a.Method, path)
		}
	}
	d.Allowed, d.Reason = true, ReasonAllowed
	return d
}

// lacking refuses because no scope of the access covers it, and says what would.
func (p *Policy) lacking(d Decision, method string, path reading) Decision {
	if path.ambiguous != "" && p.judgesPaths(method) {
		d.Reason = ReasonAmbiguousPath
		return d
	}
	d.Reason = ReasonScopeMissing
	d.Needed = p.names(func(s *scope) bool { return s.allows(method, path, p.ignoreCase) })
	return d
}

// judgesPaths reports whether some scope would have to compare the path of a
// request of this method.
func (p *Policy) judgesPaths(method string) bool {
	return slices.ContainsFunc(p.scopes, func(s scope) bool {
		return slices.ContainsFunc(s.rules, func(r rule) bool { return r.hasMethod(method) && !r.pattern.total() })
	})
}

// routeOf returns the index of the route that counts, or -1.
func (p *Policy) routeOf(method string, path reading) int {
	path.path = withoutSlash(path.path)
	for i := range p.routes {
		if p.routes[i].rule.allows(method, path, p.ignoreCase) {
			return i
		}
	}
	return -1
}

func (r *route) accepts(k Kind) bool { return r.Accept == nil || slices.Contains(r.Accept, k) }

func (s *scope) allows(method string, path reading, fold bool) bool {
	for i := range s.rules {
		if s.rules[i].allows(method, path, fold) {
			return true
		}
	}
	return false
}

// held are the scopes of an access. Only tokens can be from before scopes were
// defined; a request without one has what its consumer has, be it nothing.
func (p *Policy) held(a Access) []string {
	if len(a.Scopes) == 0 && a.Kind == ThreeLegged {
		return p.unscoped
	}
	return a.Scopes
}

// granting returns those of the held scopes that allow an access, nil if none
// does. When they stand side by side, as they mostly do, nothing is allocated.
func (p *Policy) granting(held []string, method string, path reading) []string {
	from, to := 0, 0 // held[from:to] allow it
	for i, name := range held {
		n, known := p.byName[name]
		if !known || !p.scopes[n].allows(method, path, p.ignoreCase) {
			continue
		}
		switch {
		case from == to:
			from = i
		case to != i:
			return p.scattered(held, from, method, path)
		}
		to = i + 1
	}
	if from == to {
		return nil
	}
	return held[from:to:to]
}

// scattered is granting where others stand between them.
func (p *Policy) scattered(held []string, from int, method string, path reading) []string {
	var all []string
	for _, name := range held[from:] {
		if n, known := p.byName[name]; known && p.scopes[n].allows(method, path, p.ignoreCase) {
			all = append(all, name)
		}
	}
	return all
}

// Anonymous says whether a request without any credentials passes, if a route
// decides that; otherwise it is for what is configured for all. A path of which
// nobody can say on which route it is does not pass.
func (p *Policy) Anonymous(method, path string) (pass, decided bool) {
	if p == nil {
		return false, false
	}
	r := read(path, p.ignoreCase)
	if r.ambiguous != "" && p.narrow {
		return false, true
	}
	i := p.routeOf(method, r)
	if i < 0 || p.routes[i].Anonymous == nil {
		return false, false
	}
	return *p.routes[i].Anonymous, true
}

// Ambiguity says, as a noun such as "a dot segment", why applications may read a
// path in more than one way; "" for a plain path.
func (p *Policy) Ambiguity(path string) string {
	return read(path, p != nil && p.ignoreCase).ambiguous
}
