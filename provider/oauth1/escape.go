package oauth1

// Percent-encoding of §3.6: the unreserved characters of RFC 3986 stay, every
// other octet becomes %XX with upper-case digits. It works on octets, so that
// text which is not UTF-8 is signed as it is.

const upperHex = "0123456789ABCDEF"

// unreserved marks ALPHA, DIGIT, "-", ".", "_" and "~".
var unreserved = func() (t [256]bool) {
	for c := range t {
		b := byte(c)
		t[c] = 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' ||
			b == '-' || b == '.' || b == '_' || b == '~'
	}
	return t
}()

// Escape returns s percent-encoded (§3.6).
func Escape(s string) string {
	if allUnreserved(s) {
		return s
	}
	return string(appendEscaped(make([]byte, 0, len(s)+len(s)/2+8), s))
}

// Unescape returns s with its percent escapes decoded. "+" stays a plus sign.
// It reports false if a percent sign is not followed by two hex digits.
func Unescape(s string) (string, bool) {
	b, ok := appendUnescaped(make([]byte, 0, len(s)), s, false)
	return string(b), ok
}

func allUnreserved(s string) bool {
	for i := range len(s) {
		if !unreserved[s[i]] {
			return false
		}
	}
	return true
}

func appendEscaped[T string | []byte](dst []byte, s T) []byte {
	done := 0
	for i := range len(s) {
		if c := s[i]; !unreserved[c] {
			dst = appendHex(append(dst, s[done:i]...), c)
			done = i + 1
		}
	}
	return append(dst, s[done:]...)
}

func appendEscapedByte(dst []byte, c byte) []byte {
	if unreserved[c] {
		return append(dst, c)
	}
	return appendHex(dst, c)
}

func appendHex(dst []byte, c byte) []byte {
	return append(dst, '%', upperHex[c>>4], upperHex[c&15])
}

// appendUnescaped decodes s. With plus, "+" is a space, which is the rule of
// queries and forms and not that of the header (§3.4.1.3.1, §3.5.1).
func appendUnescaped(dst []byte, s string, plus bool) ([]byte, bool) {
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '%':
			b, ok := hexByte(s, i)
			if !ok {
				return dst, false
			}
			dst = append(dst, b)
			i += 2
		case c == '+' && plus:
			dst = append(dst, ' ')
		default:
			dst = append(dst, c)
		}
	}
	return dst, true
}

// hexByte decodes the escape that begins at s[at], a percent sign.
func hexByte(s string, at int) (byte, bool) {
	if at+2 >= len(s) {
		return 0, false
	}
	hi, lo := unhex(s[at+1]), unhex(s[at+2])
	return hi<<4 | lo&15, hi < 16 && lo < 16
}

// unhex returns the value of a hex digit, and 255 for anything else.
func unhex(c byte) byte {
	switch {
	case '0' <= c && c <= '9':
		return c - '0'
	case 'a' <= c && c <= 'f':
		return c - 'a' + 10
	case 'A' <= c && c <= 'F':
		return c - 'A' + 10
	}
	return 255
}
