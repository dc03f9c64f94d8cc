package policy

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// word is a segment out of few, so that patterns and paths meet.
var word = rapid.SampledFrom([]string{"a", "b", "photos", "A", "é", "É", "x.y"})

// patternText is a valid pattern.
var patternText = rapid.Custom(func(t *rapid.T) string {
	all := rapid.SliceOfN(rapid.OneOf(word, rapid.Just("*")), 0, 3).Draw(t, "segments")
	end := rapid.SampledFrom([]string{"", "/", "/**"}).Draw(t, "end")
	if len(all) == 0 && end == "" {
		end = "/"
	}
	return strings.TrimSuffix("/"+strings.Join(all, "/"), "/") + end
})

// pathText is a plain path.
var pathText = rapid.Custom(func(t *rapid.T) string {
	all := rapid.SliceOfN(word, 0, 4).Draw(t, "segments")
	path := "/" + strings.Join(all, "/")
	if len(all) > 0 && rapid.Bool().Draw(t, "slash") {
		path += "/"
	}
	return path
})

var methodsText = rapid.SampledFrom([]string{"*", "GET", "HEAD", "POST", "GET,POST", "HEAD,POST", "PUT,GET,HEAD"})

var methodText = rapid.SampledFrom([]string{"GET", "HEAD", "POST", "PUT", "BREW"})

// TestPatternsAreWhatARegexpSays compares match with the same rule put down in
// another language.
func TestPatternsAreWhatARegexpSays(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text, path, fold := patternText.Draw(rt, "pattern"), pathText.Draw(rt, "path"), rapid.Bool().Draw(rt, "fold")
		p, err := parsePattern(text, fold)
		if err != nil {
			rt.Fatalf("%q: %v", text, err)
		}
		want := asRegexp(text, fold).MatchString(path)
		if got := p.matches(read(path, fold), fold); got != want {
			rt.Errorf("%q on %q: got %t, want %t", text, path, got, want)
		}
	})
}

func asRegexp(pattern string, fold bool) *regexp.Regexp {
	text, rest := strings.CutSuffix(pattern, "/**")
	var b strings.Builder
	b.WriteString(`^`)
	if fold {
		b.WriteString(`(?i)`)
	}
	for i, s := range strings.Split(text, "/") {
		switch {
		case i == 0:
			continue
		case s == "*":
			b.WriteString(`/[^/]+`)
		default:
			b.WriteString("/" + regexp.QuoteMeta(s))
		}
	}
	if rest {
		b.WriteString(`(/.*)?`)
	}
	return regexp.MustCompile(b.String() + `$`)
}

// TestWhatIsCoveredIsMatched: New calls a route unreachable only if it is.
func TestWhatIsCoveredIsMatched(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		rules := make([]rule, 2)
		for i, name := range []string{"earlier", "later"} {
			text := methodsText.Draw(rt, name+" methods") + " " + patternText.Draw(rt, name)
			r, err := parseMatch(text, false)
			if err != nil {
				rt.Fatalf("%q: %v", text, err)
			}
			rules[i] = r
		}
		method, path := methodText.Draw(rt, "method"), read(withoutSlash(pathText.Draw(rt, "path")), false)
		if rules[0].covers(&rules[1], false) && rules[1].allows(method, path, false) && !rules[0].allows(method, path, false) {
			rt.Errorf("%+v does not allow %s %s, which %+v does", rules[0], method, path.path, rules[1])
		}
	})
}

var policies = rapid.Custom(func(t *rapid.T) *Policy {
	c := Config{IgnoreCase: rapid.Bool().Draw(t, "fold")}
	for _, name := range []string{"s1", "s2", "s3"}[:rapid.IntRange(0, 3).Draw(t, "scopes")] {
		line := methodsText.Draw(t, "methods") + " " + patternText.Draw(t, "pattern")
		c.Scopes = append(c.Scopes, Scope{Name: name, Title: name, Default: rapid.Bool().Draw(t, "default"), Allow: []string{line}})
	}
	for range rapid.IntRange(0, 3).Draw(t, "routes") {
		r := Route{Match: patternText.Draw(t, "match")}
		if rapid.Bool().Draw(t, "limited") {
			r.Accept = []Kind{rapid.SampledFrom(Kinds()).Draw(t, "kind")}
		}
		more := c
		more.Routes = append(slices.Clone(c.Routes), r)
		if _, err := New(more); err == nil { // else never reached
			c = more
		}
	}
	p, err := New(c)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return p
})

var accesses = rapid.Custom(func(t *rapid.T) Access {
	return Access{
		Method: methodText.Draw(t, "method"),
		Path:   rapid.OneOf(pathText, rapid.SampledFrom([]string{"/a//b", "/a/../b", "*", "/photos;x"})).Draw(t, "path"),
		Kind:   rapid.SampledFrom(Kinds()).Draw(t, "kind"),
		Scopes: rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"s1", "s2", "s3", "gone"}), 0, 4, rapid.ID).Draw(t, "scopes"),
	}
})

// TestDecisionsHoldTogether: a reason, a trace and what is said to be needed all
// tell the same story.
func TestDecisionsHoldTogether(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, a := policies.Draw(rt, "policy"), accesses.Draw(rt, "access")
		d := p.Decide(a)
		if d.Allowed != (d.Reason == ReasonAllowed) || d.Allowed && p.Scoped() != (len(d.Scopes) > 0) {
			rt.Errorf("got %+v", d)
		}
		var granting []string
		for _, s := range p.Trace(a) {
			if s.What == StepScope && s.Hit && s.Held {
				granting = append(granting, s.Name)
			}
		}
		for _, name := range d.Scopes {
			if !slices.Contains(granting, name) || !slices.Contains(a.Scopes, name) {
				rt.Errorf("%s allows it, and the trace does not say so", name)
			}
		}
		if d.Reason == ReasonScopeMissing && len(granting) > 0 {
			rt.Errorf("no scope allows it, and the trace says %v do", granting)
		}
		for _, name := range d.Needed {
			more := a
			more.Scopes = append(slices.Clone(a.Scopes), name)
			if again := p.Decide(more); !again.Allowed {
				rt.Errorf("with %s it is still refused: %+v", name, again)
			}
		}
	})
}

// TestMoreScopesAllowNoLess: a scope only ever adds.
func TestMoreScopesAllowNoLess(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, a := policies.Draw(rt, "policy"), accesses.Draw(rt, "access")
		if !p.Decide(a).Allowed {
			return
		}
		more := a
		more.Scopes = append(slices.Clone(a.Scopes), rapid.SampledFrom([]string{"s1", "s2", "s3", "gone"}).Draw(rt, "more"))
		if d := p.Decide(more); !d.Allowed {
			rt.Errorf("%+v is allowed, and with one scope more it is not: %+v", a, d)
		}
	})
}

// TestWhatIsAskedForIsAllowed: no text gets a consumer a scope that it may not
// ask for, or none at all.
func TestWhatIsAskedForIsAllowed(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := policies.Draw(rt, "policy")
		allowed := p.Allowed(rapid.SliceOf(rapid.SampledFrom([]string{"s1", "s2", "s3", "gone"})).Draw(rt, "list"))
		text := strings.Join(rapid.SliceOf(rapid.SampledFrom([]string{"s1", "s2", "s3", "gone", " ", ",", "s1,s2"})).Draw(rt, "text"), " ")
		got, err := p.Ask(text, allowed)
		if err == nil && p.Scoped() && len(got) == 0 {
			rt.Errorf("asking for %q got no scope and no error", text)
		}
		for _, name := range got {
			if !slices.Contains(allowed, name) || strings.TrimSpace(text) != "" && !strings.Contains(text, name) {
				rt.Errorf("asking for %q got %s, of %v", text, name, allowed)
			}
		}
	})
}
