package oauth1

// Equivalent spellings of the path (C-5).
//
// Between a consumer and us stand proxies that spell a path anew without
// changing its meaning: Traefik brings escapes into the normal form of RFC 3986
// §6.2.2, Caddy and everything else that is built on Go's net/url encodes raw
// bytes beyond ASCII. Their consumers would be refused for something that
// neither side did. So Check tries the path in at most three spellings, and
// only those that differ: as received, in normal form, and with the bytes
// beyond ASCII encoded.
//
// All three are the same path to every reader that decodes escapes. "%2F" is
// never decoded, since "/" is reserved, and dot segments are neither removed
// nor made: those change which resource is meant.

// normalPath appends path with the hex digits of its escapes in upper case and
// escaped unreserved characters decoded.
func normalPath(dst []byte, path string) []byte {
	for i := 0; i < len(path); i++ {
		c := path[i]
		if c != '%' {
			dst = append(dst, c)
			continue
		}
		c, _ = hexByte(path, i) // Parse has refused broken escapes
		dst = appendUnlessReserved(dst, c)
		i += 2
	}
	return dst
}

func appendUnlessReserved(dst []byte, c byte) []byte {
	if unreserved[c] {
		return append(dst, c)
	}
	return appendHex(dst, c)
}

// asciiPath appends path with its bytes beyond ASCII encoded.
func asciiPath(dst []byte, path string) []byte {
	for i := range len(path) {
		if c := path[i]; c >= 0x80 {
			dst = appendHex(dst, c)
		} else {
			dst = append(dst, c)
		}
	}
	return dst
}

// dotSegments counts the segments "." and ".." of a path.
func dotSegments[T string | []byte](path T) int {
	n, start := 0, 0
	for i := range len(path) + 1 {
		if i < len(path) && path[i] != '/' {
			continue
		}
		switch segment := path[start:i]; len(segment) {
		case 1:
			n += b2i(segment[0] == '.')
		case 2:
			n += b2i(segment[0] == '.' && segment[1] == '.')
		}
		start = i + 1
	}
	return n
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The spellings in the order in which Check tries them.
const (
	asReceived = iota
	normalForm
	asciiForm
	spellingCount
)

// spelling returns one spelling of the path, valid until the next call, and
// false if it is the path as received over again. Most paths have one.
func (r *Request) spelling(which int) ([]byte, bool) {
	switch which {
	case normalForm:
		r.spell = normalPath(r.spell[:0], r.path)
		if dotSegments(r.spell) != dotSegments(r.path) {
			return nil, false
		}
	case asciiForm:
		r.spell = asciiPath(r.spell[:0], r.path)
	default:
		r.spell = append(r.spell[:0], r.path...)
		return r.spell, true
	}
	return r.spell, string(r.spell) != r.path
}
