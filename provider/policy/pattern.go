package policy

import (
	"errors"
	"fmt"
	"strings"
)

// A pattern is what a path is compared with, decoded.
type pattern struct {
	segments []segment
	rest     bool // ** at the end
}

type segment struct {
	text string
	any  bool // *
}

// total reports whether every path matches, however it is read.
func (p *pattern) total() bool { return p.rest && len(p.segments) == 0 }

// parsePattern reads a pattern. Its errors say what to write instead.
func parsePattern(text string, fold bool) (pattern, error) {
	if text == "" || text[0] != '/' {
		return pattern{}, fmt.Errorf("a pattern begins with a slash; write %q", "/"+text)
	}
	if base, _, found := strings.Cut(text, "?"); found {
		return pattern{}, fmt.Errorf("a pattern has no query, which is not looked at; write %q", base)
	}
	// A path that no request may have can never match.
	if r := read(strings.ReplaceAll(text, " ", "%20"), fold); r.ambiguous != "" {
		return pattern{}, fmt.Errorf("it has %s, and paths with that are refused as ambiguous; write the path as the application serves it", r.ambiguous)
	}
	var p pattern
	for rest, more := text[1:], true; more; {
		var s string
		s, rest, more = strings.Cut(rest, "/")
		switch {
		case s == "**" && !more:
			p.rest = true
		case s == "*":
			p.segments = append(p.segments, segment{any: true})
		case s == "**":
			return pattern{}, errors.New("** stands at the end only; write * for one segment in between")
		case strings.Contains(s, "*"):
			return pattern{}, fmt.Errorf("* stands for a whole segment, and %q is more; write * or **, or %%2A for a star that means itself", s)
		default:
			decoded, _ := decode(s)
			p.segments = append(p.segments, segment{text: decoded})
		}
	}
	return p, nil
}

// withoutSlash is a path without the slash at its end, unless it is all of it.
func withoutSlash(path string) string {
	if len(path) > 1 && path[len(path)-1] == '/' {
		return path[:len(path)-1]
	}
	return path
}

// dropSlash takes the slash at its end from a pattern, as withoutSlash does from a
// path.
func (p *pattern) dropSlash() {
	if n := len(p.segments); n > 1 && !p.rest && p.segments[n-1] == (segment{}) {
		p.segments = p.segments[:n-1]
	}
}

// match compares a pattern with a plain path.
func (p *pattern) match(path string, fold bool) bool {
	rest, more := path[1:], true
	for i := range p.segments {
		if !more {
			return false
		}
		var got string
		got, rest, more = strings.Cut(rest, "/")
		if !p.segments[i].match(got, fold) {
			return false
		}
	}
	return p.rest || !more
}

func (s *segment) match(got string, fold bool) bool {
	switch {
	case s.any:
		return got != ""
	case fold:
		return strings.EqualFold(got, s.text)
	}
	return got == s.text
}

// covers reports whether every path of o is one of p's, too.
func (p *pattern) covers(o *pattern, fold bool) bool {
	if len(p.segments) > len(o.segments) || !p.rest && (o.rest || len(p.segments) != len(o.segments)) {
		return false
	}
	for i := range p.segments {
		mine, other := &p.segments[i], &o.segments[i]
		if other.any && !mine.any || !other.any && !mine.match(other.text, fold) {
			return false
		}
	}
	return true
}

// matches compares with a reading: an ambiguous path is on a total pattern only.
func (p *pattern) matches(r reading, fold bool) bool {
	if r.ambiguous != "" {
		return p.total()
	}
	return p.match(r.path, fold)
}
