package explain

import "oauth1d/provider/oauth1"

// spelling is how text is percent-encoded. The zero value is that of §3.6.
type spelling struct {
	times  times
	raw    string // reserved characters that are left as they are
	more   string // unreserved characters that are encoded
	blank  string // what stands for a blank, "" for %20
	lower  bool   // hex digits in lower case
	asSent bool   // the text as it was sent is taken for what it means
	plus   bool   // "+" is taken for a blank
}

// times is how often text is encoded.
type times uint8

const (
	once times = iota
	never
	twice
)

var standard spelling

func (s *spelling) isStandard() bool { return *s == standard }

// of returns the text of a parameter in this spelling.
func (s *spelling) of(text, raw string) string {
	if s.asSent {
		text = raw
	}
	if s.times == never && s.blank == "" && !s.plus {
		return text
	}
	return string(s.append(make([]byte, 0, len(text)+len(text)/2), text))
}

// and is s with what t has beside it.
func (s spelling) and(t spelling) spelling {
	if t.times != once {
		s.times = t.times
	}
	if t.blank != "" {
		s.blank = t.blank
	}
	s.raw, s.more = s.raw+t.raw, s.more+t.more
	s.lower, s.asSent, s.plus = s.lower || t.lower, s.asSent || t.asSent, s.plus || t.plus
	return s
}

const (
	upperHex = "0123456789ABCDEF"
	lowerHex = "0123456789abcdef"
)

func (s *spelling) append(b []byte, text string) []byte {
	if s.times == twice {
		again := *s
		again.times = once
		return again.append(b, string(again.append(nil, text)))
	}
	hex := upperHex
	if s.lower {
		hex = lowerHex
	}
	for i := range len(text) {
		c := text[i]
		if c == '+' && s.plus {
			c = ' '
		}
		switch {
		case c == ' ' && s.blank != "":
			b = append(b, s.blank...)
		case s.leaves(c):
			b = append(b, c)
		default:
			b = append(b, '%', hex[c>>4], hex[c&15])
		}
	}
	return b
}

func (s *spelling) leaves(c byte) bool {
	if s.times == never {
		return true
	}
	if unreserved[c] {
		return !contains(s.more, c)
	}
	return contains(s.raw, c)
}

func contains(set string, c byte) bool {
	for i := range len(set) {
		if set[i] == c {
			return true
		}
	}
	return false
}

// unreserved marks what §3.6 leaves as it is.
var unreserved = func() (t [256]bool) {
	for c := range t {
		t[c] = oauth1.Escape(string([]byte{byte(c)})) == string([]byte{byte(c)})
	}
	return t
}()
