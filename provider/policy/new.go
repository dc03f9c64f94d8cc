package policy

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// A Mistake is one thing that is wrong with a Config.
type Mistake struct {
	List  string // "scopes", "routes" or "unscoped"
	Index int    // of the entry in it
	Field string // of the entry, such as "allow[1]"; "" for the entry itself
	Text  string // what is wrong and what to write instead
}

// Where names the place as a configuration would: scopes[0].allow[1].
func (m Mistake) Where() string {
	if m.Field == "" {
		return fmt.Sprintf("%s[%d]", m.List, m.Index)
	}
	return fmt.Sprintf("%s[%d].%s", m.List, m.Index, m.Field)
}

// Mistakes are all that is wrong with a Config, in its order.
type Mistakes []Mistake

// Error returns one line a mistake.
func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i := range m {
		lines[i] = m[i].Where() + ": " + m[i].Text
	}
	return strings.Join(lines, "\n")
}

// A maker makes a Policy and collects what is wrong.
type maker struct {
	policy   *Policy
	mistakes Mistakes
}

func (m *maker) wrong(list string, index int, field, format string, args ...any) {
	m.mistakes = append(m.mistakes, Mistake{list, index, field, fmt.Sprintf(format, args...)})
}

// New makes a Policy. Its error is Mistakes: every one, not the first.
func New(c Config) (*Policy, error) {
	m := maker{policy: &Policy{byName: map[string]int{}, unscoped: slices.Clone(c.Unscoped), ignoreCase: c.IgnoreCase}}
	for i, s := range c.Scopes {
		m.scope(i, s)
	}
	for i, r := range c.Routes {
		m.route(i, r)
	}
	for i, name := range c.Unscoped {
		m.unscopedName(i, name, c.Unscoped[:i])
	}
	if len(m.mistakes) > 0 {
		return nil, m.mistakes
	}
	return m.policy, nil
}

func (m *maker) scope(i int, s Scope) {
	m.words(i, s)
	if err := checkName(s.Name); err != nil {
		m.wrong("scopes", i, "name", "%s", err)
	} else if other, taken := m.policy.byName[s.Name]; taken {
		m.wrong("scopes", i, "name", "%q is the name of scopes[%d], too; give each scope its own", s.Name, other)
	} else {
		m.policy.byName[s.Name] = i
	}
	if len(s.Allow) == 0 {
		m.wrong("scopes", i, "allow", `is empty, so the scope would allow nothing; list what it allows, e.g. "GET /photos/**"`)
	}
	// The caller's memory is not ours to rely on.
	s.Allow, s.Titles = slices.Clone(s.Allow), maps.Clone(s.Titles)
	own := scope{Scope: s}
	for j, text := range s.Allow {
		field := fmt.Sprintf("allow[%d]", j)
		if earlier := slices.Index(s.Allow[:j], text); earlier >= 0 {
			m.wrong("scopes", i, field, "%q stands in allow[%d], too; remove one", text, earlier)
			continue
		}
		r, err := parseRule(text, m.policy.ignoreCase)
		m.each(err, "scopes", i, field, text)
		own.rules = append(own.rules, r)
	}
	m.policy.scopes = append(m.policy.scopes, own)
}

// words checks what people read. A direction mark could make a sentence say
// something else.
func (m *maker) words(i int, s Scope) {
	if strings.TrimSpace(s.Title) == "" {
		m.wrong("scopes", i, "title", `is empty, so nobody would know what they agree to; write e.g. "See your photos"`)
	}
	texts := map[string]string{"title": s.Title, "detail": s.Detail}
	for _, lang := range slices.Sorted(maps.Keys(s.Titles)) {
		texts["titles."+lang] = s.Titles[lang]
		if strings.TrimSpace(s.Titles[lang]) == "" {
			m.wrong("scopes", i, "titles."+lang, "is empty; translate the title or remove the language")
		}
	}
	for _, field := range slices.Sorted(maps.Keys(texts)) {
		if strings.ContainsFunc(texts[field], func(r rune) bool { return r == unicode.ReplacementChar || !unicode.IsPrint(r) }) {
			m.wrong("scopes", i, field, "%q has a character in it that does not print; write one line of text", texts[field])
		}
	}
}

func (m *maker) route(i int, r Route) {
	own, err := parseMatch(r.Match, m.policy.ignoreCase)
	m.each(err, "routes", i, "match", r.Match)
	if r.Accept != nil && len(r.Accept) == 0 {
		m.wrong("routes", i, "accept", "is empty, which could mean all or none; list kinds, or leave it out for all")
	}
	for j, k := range r.Accept {
		field := fmt.Sprintf("accept[%d]", j)
		switch {
		case !slices.Contains(Kinds(), k):
			m.wrong("routes", i, field, "%q is no kind of credentials; write %s, %s or %s", k, ThreeLegged, TwoLegged, Impersonation)
		case slices.Contains(r.Accept[:j], k):
			m.wrong("routes", i, field, "%q is listed twice; remove one", k)
		}
	}
	if j := m.covering(&own); err == nil && j >= 0 {
		m.wrong("routes", i, "match", "%q is never reached: the first route that matches counts, and routes[%d], %q, matches all of it; put it before that one",
			r.Match, j, m.policy.routes[j].Match)
	}
	r.Accept = slices.Clone(r.Accept)
	if r.Anonymous != nil {
		passes := *r.Anonymous
		r.Anonymous = &passes
	}
	m.policy.narrow = m.policy.narrow || !own.pattern.total()
	m.policy.routes = append(m.policy.routes, route{Route: r, rule: own})
}

// covering returns the index of an earlier route that leaves nothing for r, or -1.
func (m *maker) covering(r *rule) int {
	return slices.IndexFunc(m.policy.routes, func(earlier route) bool { return earlier.rule.covers(r, m.policy.ignoreCase) })
}

func (m *maker) unscopedName(i int, name string, earlier []string) {
	_, known := m.policy.byName[name]
	switch {
	case !known:
		m.wrong("unscoped", i, "", "there is no scope %q; define it, or name one that is", name)
	case slices.Contains(earlier, name):
		m.wrong("unscoped", i, "", "%q is listed twice; remove one", name)
	}
}

// each takes down every error of a joined one.
func (m *maker) each(err error, list string, i int, field, text string) {
	if err == nil {
		return
	}
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, one := range joined.Unwrap() {
			m.wrong(list, i, field, "%q: %s", text, one)
		}
		return
	}
	m.wrong(list, i, field, "%q: %s", text, err)
}

// maxName is how long the name of a scope may be.
const maxName = 255

// checkName takes a scope-token of RFC 6749 §3.3 without the comma, because
// consumers separate scopes by either.
func checkName(name string) error {
	switch i := strings.IndexFunc(name, notOfName); {
	case name == "":
		return errors.New(`is empty; write e.g. "photos.read"`)
	case i >= 0:
		return fmt.Errorf(`%q has a character in it that the name of a scope cannot have; write printable ASCII without spaces, commas, quotes and backslashes, e.g. "photos.read"`, name)
	case len(name) > maxName:
		return fmt.Errorf("%.40q... is too long; write at most %d characters", name, maxName)
	}
	return nil
}

func notOfName(r rune) bool {
	return r <= ' ' || r > '~' || r == ',' || r == '"' || r == '\\'
}
