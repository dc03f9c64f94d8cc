package policy

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// This file reads paths. What it lets through as plain is read in one way by
// every application that decodes it once; what it calls ambiguous was a way
// around the path rules of some gatekeeper:
//
//   - dot segments in any spelling, and what some systems trim to one: ..%20, ...
//   - empty segments, which some servers merge
//   - %2F, %5C and the backslash, which some servers take for separators
//   - ; which some servers cut off with what follows: /photos/..;/admin
//   - %25, which whoever decodes twice decodes again
//   - controls, NUL among them, which cut texts short, and bytes that are no
//     UTF-8, such as the overlong slash %C0%AF
//   - characters that compatibility mappings turn into one of those: U+FF0F
//   - escapes that are none, such as %u002F, and what can be in no path: ? # space
//
// %3F and %23 are plain: "?" and "#" occur in names, and no application that
// decodes a path once sees in them the end of it.

// A reading is a path, decoded once; or why there is more than one.
type reading struct {
	path      string
	ambiguous string // a noun: "a dot segment"; "" for a plain path
}

// read reads a raw path, without its query. fold is for applications that do not
// distinguish case. A path without escapes is not copied.
func read(raw string, fold bool) reading {
	if raw == "" || raw[0] != '/' {
		return reading{ambiguous: "no slash at its beginning"}
	}
	if i := strings.IndexAny(raw, "?# "); i >= 0 {
		return reading{ambiguous: map[byte]string{'?': "a question mark", '#': "a number sign", ' ': "a space"}[raw[i]] + " that is not encoded"}
	}
	path := raw
	if strings.Contains(raw, "%") {
		decoded, why := decode(raw)
		if why != "" {
			return reading{ambiguous: why}
		}
		path = decoded
	}
	if why := characters(path, fold); why != "" {
		return reading{ambiguous: why}
	}
	if why := segments(path, fold); why != "" {
		return reading{ambiguous: why}
	}
	return reading{path: path}
}

// decode decodes a path once. It refuses an encoded slash, which is none any more
// after it.
func decode(raw string) (path, why string) {
	b := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '%' {
			b = append(b, raw[i])
			continue
		}
		if i+2 >= len(raw) || !isHex(raw[i+1]) || !isHex(raw[i+2]) {
			return "", "a percent sign without two hexadecimal digits"
		}
		c := unhex(raw[i+1])<<4 | unhex(raw[i+2])
		switch c {
		case '/':
			return "", "an encoded slash"
		case '%':
			return "", "an encoded percent sign"
		}
		b = append(b, c)
		i += 2
	}
	return string(b), ""
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// characters looks for single characters of a decoded path that make it
// ambiguous.
func characters(path string, fold bool) string {
	beyond := false
	for i := range len(path) {
		switch c := path[i]; {
		case c >= utf8.RuneSelf:
			beyond = true
		case c == '\\':
			return "a backslash"
		case c == ';':
			return "a semicolon"
		case c < ' ' || c == 0x7f:
			return "a control character"
		}
	}
	if !beyond {
		return ""
	}
	if !utf8.ValidString(path) {
		return "bytes that are no UTF-8"
	}
	for _, r := range path {
		switch {
		case r < utf8.RuneSelf:
		case unicode.IsControl(r):
			return "a control character"
		case strings.ContainsRune(slashLike, r):
			return "a character that some systems take for a slash or a semicolon"
		case fold && foldsToASCII(r):
			return "a character that some systems fold to an ASCII letter"
		}
	}
	return ""
}

// What normalisation to NFKC, or the best-fit tables of Windows, turn into a slash,
// a backslash, a semicolon, or into nothing but dots.
const (
	slashLike = "\u2044\u2215\uff0f\u2100\u2101\u2105\u2106" + "\u2216\ufe68\uff3c" + "\u037e"
	dotLike   = "\u2024\u2025\u2026\ufe19\ufe30\ufe52\uff0e"
)

// foldsToASCII reports whether a character beyond ASCII has an ASCII letter as its
// other case in some system: the Kelvin sign, the long s, the Turkish i's and the
// ligatures. The dotless i in a path was a way to somebody else's account.
func foldsToASCII(r rune) bool {
	if unicode.ToUpper(r) < utf8.RuneSelf || unicode.ToLower(r) < utf8.RuneSelf {
		return true
	}
	return 0xfb00 <= r && r <= 0xfb06
}

// segments looks for segments of a decoded path that make it ambiguous. The last
// may be empty: that is a path with a slash at its end.
func segments(path string, fold bool) string {
	for rest, more := path[1:], true; more; {
		var s string
		s, rest, more = strings.Cut(rest, "/")
		switch {
		case s == "" && more:
			return "an empty segment"
		case s == "":
		case isDots(s):
			return "a dot segment"
		case !fold:
		// Systems that do not distinguish case are often Windows, which trims
		// both, and has further names for the parts of a file.
		case s[len(s)-1] == '.' || s[len(s)-1] == ' ':
			return "a segment that ends in a dot or a space"
		case strings.Contains(s, ":$"):
			return "the name of a file's stream"
		}
	}
	return ""
}

// isDots reports whether a segment is nothing but dots, and spaces that are
// trimmed from them.
func isDots(segment string) bool {
	if c := segment[0]; c != '.' && c != ' ' && c < utf8.RuneSelf {
		return false
	}
	return strings.Trim(segment, ". "+dotLike) == ""
}
