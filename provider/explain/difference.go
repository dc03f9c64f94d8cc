package explain

import (
	"strings"

	"oauth1d/provider/oauth1"
)

// difference finds the first byte in which two base strings differ, and what it
// belongs to. It is nil when they are the same.
func difference(ours, theirs string) *Difference {
	if ours == theirs {
		return nil
	}
	i := 0
	for i < len(ours) && i < len(theirs) && ours[i] == theirs[i] {
		i++
	}
	return &Difference{Offset: i, Part: partAt(ours, theirs, i), Ours: around(ours, i), Theirs: around(theirs, i)}
}

// around is what stands at i, a few bytes of it.
func around(s string, i int) string {
	const some = 40
	return s[i:min(len(s), i+some)]
}

// partAt names the part of the base string that holds byte i: the method, the
// URI, or a parameter by its encoded name.
func partAt(ours, theirs string, i int) string {
	s := ours
	if i >= len(ours) {
		s = theirs
	}
	first := strings.IndexByte(s, '&')
	if first < 0 || i <= first {
		return "method"
	}
	second := strings.IndexByte(s[first+1:], '&')
	if second < 0 || i <= first+1+second {
		return "URI"
	}
	parameters := s[first+1+second+1:]
	at := i - (first + 1 + second + 1)
	start := strings.LastIndex(parameters[:min(at, len(parameters))], "%26")
	if start < 0 {
		start = 0
	} else {
		start += len("%26")
	}
	name, _, _ := strings.Cut(parameters[start:], "%3D")
	name, _, _ = strings.Cut(name, "%26")
	const most = 100
	return name[:min(len(name), most)]
}

// causeOf guesses from two base strings alone.
func causeOf(d *Difference, ours, theirs string) string {
	switch d.Part {
	case "method":
		return causeMethod
	case "URI":
		return causeOfURI(ours, theirs)
	}
	a, b := parametersOf(ours), parametersOf(theirs)
	switch {
	case strings.EqualFold(a, b):
		return causeLowerHex
	case decodedTwice(a) == decodedTwice(b):
		return causeNotEncoded
	}
	return causeUnknown
}

func uriOf(base string) string {
	_, rest, _ := strings.Cut(base, "&")
	uri, _, _ := strings.Cut(rest, "&")
	if plain, ok := oauth1.Unescape(uri); ok {
		return plain
	}
	return uri
}

func parametersOf(base string) string {
	parts := strings.SplitN(base, "&", 3)
	return parts[len(parts)-1]
}

func decodedTwice(s string) string {
	for range 2 {
		if plain, ok := oauth1.Unescape(s); ok {
			s = plain
		}
	}
	return s
}

// causeOfURI compares two base string URIs.
func causeOfURI(ours, theirs string) string {
	schemeA, restA, _ := strings.Cut(uriOf(ours), "://")
	schemeB, restB, _ := strings.Cut(uriOf(theirs), "://")
	hostA, pathA, _ := strings.Cut(restA, "/")
	hostB, pathB, _ := strings.Cut(restB, "/")
	nameA, portA := splitHost(hostA)
	nameB, portB := splitHost(hostB)
	switch {
	case schemeA != schemeB:
		return causeScheme
	case nameA != nameB:
		return causeHost
	case portA != portB:
		return causePort
	case strings.TrimSuffix(pathA, "/") == strings.TrimSuffix(pathB, "/"):
		return causeTrailingSlash
	case strings.Contains(pathB, "?"):
		return causeQueryAdded
	case strings.HasSuffix(pathA, pathB), strings.HasSuffix(pathB, pathA):
		return causePathPrefix
	case plainPath(pathA) == pathB:
		return causePathNotEncoded
	case plainPath(pathB) == pathA:
		return causePathTwice
	}
	return causeUnknown
}
