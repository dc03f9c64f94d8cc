package policy

import "slices"

// A Config is what an operator writes. Its zero value allows everything.
type Config struct {
	// Scopes are the named rights that tokens have. None: tokens are not
	// limited by scopes.
	Scopes []Scope

	// Routes say which credentials are accepted where. The first that matches
	// counts; a path that none matches accepts all.
	Routes []Route

	// Unscoped are the scopes of access tokens that have none, which are those
	// from before scopes were defined. None: such tokens are refused.
	Unscoped []string

	// IgnoreCase is for applications that do not distinguish case in paths.
	IgnoreCase bool
}

// A Scope is a named set of methods and paths, with words for people.
type Scope struct {
	Name   string
	Title  string            // one sentence, what the user says yes to
	Detail string            // may say more
	Titles map[string]string // Title in other languages, by language tag

	Risky   bool // the consent page warns
	Default bool // for consumers that have no list of their own

	// Allow lists rules: methods separated by commas, or *, a space, a pattern:
	// "GET,POST /photos/**". HEAD goes with GET.
	Allow []string
}

// A Route says which credentials are accepted on the paths of a pattern.
type Route struct {
	// Match is a pattern, with methods before it or without: "/admin/**",
	// "GET /feeds/**".
	Match string

	Accept    []Kind // nil: all
	Anonymous *bool  // requests without credentials pass; nil: as configured for all
}

// A Kind is what a request is signed with.
type Kind string

// The kinds. A two-legged request has no token; an impersonation has none either
// and names the user for whom it is.
const (
	ThreeLegged   Kind = "three-legged"
	TwoLegged     Kind = "two-legged"
	Impersonation Kind = "impersonation"
)

// Kinds returns every kind.
func Kinds() []Kind { return []Kind{ThreeLegged, TwoLegged, Impersonation} }

// A Policy is a Config, checked and ready. It does not change and may be used by
// any number of goroutines. A nil Policy allows everything.
type Policy struct {
	scopes     []scope
	byName     map[string]int // into scopes
	routes     []route
	narrow     bool // some route has a pattern that is not total
	unscoped   []string
	ignoreCase bool
}

type scope struct {
	Scope
	rules []rule
}

type route struct {
	Route
	rule rule
}

// Scoped reports whether scopes are defined. If not, tokens are not limited by
// them.
func (p *Policy) Scoped() bool { return p != nil && len(p.scopes) > 0 }

// Scopes returns all scopes in the order of the configuration.
func (p *Policy) Scopes() []Scope {
	if p == nil {
		return nil
	}
	all := make([]Scope, len(p.scopes))
	for i := range p.scopes {
		all[i] = p.scopes[i].Scope
	}
	return all
}

// Scope returns the scope of that name.
func (p *Policy) Scope(name string) (Scope, bool) {
	if p == nil {
		return Scope{}, false
	}
	i, ok := p.byName[name]
	if !ok {
		return Scope{}, false
	}
	return p.scopes[i].Scope, true
}

// names returns the names of the scopes that are wanted, in the order of the
// configuration.
func (p *Policy) names(wanted func(*scope) bool) []string {
	var all []string
	for i := range p.scopes {
		if s := &p.scopes[i]; wanted(s) {
			all = append(all, s.Name)
		}
	}
	return all
}

// Allowed returns what a consumer may ask for: what its own list names, or the
// default scopes when it has no list. Names that are not defined (any more) are
// dropped. A list of which nothing is left is still a list: it does not turn
// into the defaults.
func (p *Policy) Allowed(ofConsumer []string) []string {
	if !p.Scoped() {
		return nil
	}
	if len(ofConsumer) == 0 {
		return p.names(func(s *scope) bool { return s.Default })
	}
	return p.names(func(s *scope) bool { return slices.Contains(ofConsumer, s.Name) })
}
