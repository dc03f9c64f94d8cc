package oauth1

import "strings"

// Pair is one parameter, decoded. Lists of pairs keep order and repetition.
type Pair struct{ Name, Value string }

// Encode returns the pairs as percent-encoded name=value, joined by "&". The
// result is valid as a query and as a form body.
func Encode(pairs []Pair) string {
	n := 0
	for _, p := range pairs {
		n += len(p.Name) + len(p.Value) + 2
	}
	b := make([]byte, 0, n+n/4)
	for i, p := range pairs {
		if i > 0 {
			b = append(b, '&')
		}
		b = appendEscaped(b, p.Name)
		b = append(b, '=')
		b = appendEscaped(b, p.Value)
	}
	return string(b)
}

// Decode takes a query or a form body apart. "+" is a space and ";" is data;
// a name without "=" has an empty value; an empty piece between two "&" is no
// parameter. A percent sign that begins no escape is an error, a *Problem.
func Decode(form string) ([]Pair, error) {
	var pairs []Pair
	for at := 0; at < len(form); {
		p := nextPiece(form, at)
		at = p.next
		if p.empty() {
			continue
		}
		name, ok := appendUnescaped(nil, form[p.start:p.equals], true)
		value, ok2 := appendUnescaped(nil, form[p.value:p.end], true)
		if !ok || !ok2 {
			return nil, malformed("a percent sign is not followed by two hex digits")
		}
		pairs = append(pairs, Pair{string(name), string(value)})
	}
	return pairs, nil
}

// piece is where one name=value lies in a query or form.
type piece struct {
	start, equals int // the name
	value, end    int // the value
	next          int // where the next piece begins
}

func (p piece) empty() bool { return p.start == p.end }

// nextPiece returns the piece that begins at s[at].
//
// Only "&" separates. Go's url.ParseQuery drops every pair with a ";" in it
// and PHP gives "[]" a meaning; what they would drop or fold is signed like
// everything else.
func nextPiece(s string, at int) piece {
	p := piece{start: at, end: len(s), next: len(s)}
	if i := strings.IndexByte(s[at:], '&'); i >= 0 {
		p.end = at + i
		p.next = p.end + 1
	}
	p.equals, p.value = p.end, p.end
	if i := strings.IndexByte(s[at:p.end], '='); i >= 0 {
		p.equals = at + i
		p.value = p.equals + 1
	}
	return p
}
