package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// A rule is one line of a scope: methods on a pattern.
type rule struct {
	methods []string // nil: all
	pattern pattern
}

// hasMethod reports whether the rule is about a method. Methods are
// case-sensitive (RFC 9110 §9.1).
func (r *rule) hasMethod(method string) bool {
	if r.methods == nil {
		return true
	}
	for _, m := range r.methods {
		if m == method || m == "GET" && method == "HEAD" {
			return true
		}
	}
	return false
}

// allows reports whether a request of this method on this path is one of the
// rule's.
func (r *rule) allows(method string, path reading, fold bool) bool {
	return r.hasMethod(method) && r.pattern.matches(path, fold)
}

// parseRule reads "GET,POST /photos/**". Its errors say what to write instead.
func parseRule(text string, fold bool) (rule, error) {
	var r rule
	fields := strings.Fields(text)
	switch {
	case len(fields) == 1 && strings.HasPrefix(fields[0], "/"):
		return r, fmt.Errorf("it names no method; write %q or %q", "GET "+fields[0], "* "+fields[0])
	case len(fields) == 1:
		return r, fmt.Errorf("it names no pattern; write %q", fields[0]+" /photos/**")
	case len(fields) != 2:
		return r, errors.New(`a rule is methods and a pattern with one space between them; write e.g. "GET,POST /photos/**"`)
	}
	methods, errMethods := parseMethods(fields[0])
	p, errPattern := parsePattern(fields[1], fold)
	if err := errors.Join(errMethods, errPattern); err != nil {
		return r, err
	}
	return rule{methods: methods, pattern: p}, nil
}

// parseMatch reads what a route matches: a rule whose methods may be left out. To
// its pattern the slash at the end of a path says nothing.
func parseMatch(text string, fold bool) (rule, error) {
	var r rule
	var err error
	if strings.Contains(text, " ") && text[0] != '/' {
		r, err = parseRule(text, fold)
	} else {
		r.pattern, err = parsePattern(text, fold)
	}
	r.pattern.dropSlash()
	return r, err
}

// covers reports whether r is about every request that o is about.
func (r *rule) covers(o *rule, fold bool) bool {
	if r.methods != nil && (o.methods == nil || slices.ContainsFunc(o.methods, func(m string) bool { return !r.hasMethod(m) })) {
		return false
	}
	return r.pattern.covers(&o.pattern, fold)
}

// parseMethods reads a list of methods; nil stands for all.
func parseMethods(text string) ([]string, error) {
	if text == "*" {
		return nil, nil
	}
	all := strings.Split(text, ",")
	for i, m := range all {
		switch {
		case m == "":
			return nil, fmt.Errorf("%q has an empty place in the list of methods; write e.g. \"GET,POST\"", text)
		case m == "*":
			return nil, fmt.Errorf("%q lists * among others; write * alone for every method", text)
		case m != strings.ToUpper(m):
			return nil, fmt.Errorf("%q is no method: they are in capitals; write %q", m, strings.ToUpper(m))
		case strings.ContainsFunc(m, notOfMethod):
			return nil, fmt.Errorf("%q is no method; write e.g. \"GET,POST\"", m)
		case slices.Contains(all[:i], m):
			return nil, fmt.Errorf("%q is listed twice; remove one", m)
		}
	}
	return all, nil
}

// notOfMethod is narrower than a token of RFC 9110 §5.6.2, by marks that no
// registered method has.
func notOfMethod(r rune) bool {
	return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '-' && r != '_'
}
