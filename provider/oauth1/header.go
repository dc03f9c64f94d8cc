package oauth1

import "strings"

// The Authorization header field of §3.5.1:
//
//	Authorization: OAuth realm="Photos", oauth_token="kkk9d7", …
//
// The grammar is strict, because everything that a lenient parser skips is
// unsigned: pairs of name="value" separated by single commas, blanks allowed
// around commas and equals signs, nothing else. Values are percent-encoded;
// printable ASCII that a consumer forgot to encode is taken as it stands, which
// cannot be misread (C-8). The realm is a quoted string of HTTP and not
// percent-encoded.

// AuthorizationHeader returns the value of an Authorization field with the
// protocol parameters of Sign. An empty realm is left out.
func AuthorizationHeader(realm string, protocol []Pair) string {
	b := []byte("OAuth ")
	if realm != "" {
		b = appendRealm(b, realm)
	}
	for i, p := range protocol {
		if i > 0 || realm != "" {
			b = append(b, ", "...)
		}
		b = appendQuoted(b, p)
	}
	return string(b)
}

func appendQuoted(b []byte, p Pair) []byte {
	b = appendEscaped(b, p.Name)
	b = append(b, `="`...)
	b = appendEscaped(b, p.Value)
	return append(b, '"')
}

// appendRealm writes a realm that needs no backslash to be read back, since
// many parsers know none.
func appendRealm(b []byte, realm string) []byte {
	b = append(b, `realm="`...)
	for i := range len(realm) {
		if c := realm[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			b = appendHex(b, c)
		} else {
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// oauthParameters returns the text behind the scheme name "OAuth", which is
// case-insensitive, and whether that is the scheme. Other schemes are no
// transmission of ours.
func oauthParameters(value string) (string, bool) {
	value = strings.Trim(value, " \t")
	scheme, rest := value, ""
	if i := strings.IndexAny(value, " \t"); i >= 0 {
		scheme, rest = value[:i], value[i:]
	}
	return rest, strings.EqualFold(scheme, "OAuth")
}

// headerScanner walks over the parameters of one header value.
type headerScanner struct {
	s      string
	at     int
	accept Lenience
}

// headerPair is where one parameter lies in the header value.
type headerPair struct{ name, nameEnd, value, valueEnd int }

// next returns the next pair. At the end ok is false; fault is not empty if
// the header breaks the grammar.
func (h *headerScanner) next(first bool) (p headerPair, ok bool, fault string) {
	h.blanks()
	for h.accept&StrayCommas != 0 && h.skip(',') {
		h.blanks()
	}
	if h.at == len(h.s) {
		if first || h.accept&StrayCommas != 0 {
			return p, false, ""
		}
		return p, false, "the Authorization header ends with a comma"
	}
	p.name = h.at
	for h.at < len(h.s) && nameByte(h.s[h.at]) {
		h.at++
	}
	p.nameEnd = h.at
	if p.name == p.nameEnd {
		return p, false, "the Authorization header has a comma or a byte where a parameter name belongs"
	}
	h.blanks()
	if !h.skip('=') {
		return p, false, "the Authorization header has a parameter without ="
	}
	h.blanks()
	if !h.skip('"') {
		if h.accept&UnquotedValues != 0 {
			p.value, p.valueEnd = h.unquoted()
			return p, true, ""
		}
		return p, false, "the Authorization header has a value without quotes"
	}
	p.value = h.at
	if fault := h.quoted(h.s[p.name:p.nameEnd] == "realm"); fault != "" {
		return p, false, fault
	}
	p.valueEnd = h.at - 1
	return p, true, ""
}

// unquoted moves behind a value without quotes, which ends where it can.
func (h *headerScanner) unquoted() (start, end int) {
	start = h.at
	for h.at < len(h.s) && h.s[h.at] > ' ' && h.s[h.at] < 0x7f && !strings.ContainsRune(`,"\\`, rune(h.s[h.at])) {
		h.at++
	}
	return start, h.at
}

// quoted moves behind the closing quote. Only a realm may hold blanks,
// backslash pairs and bytes beyond ASCII.
func (h *headerScanner) quoted(realm bool) (fault string) {
	for h.at < len(h.s) {
		c := h.s[h.at]
		h.at++
		switch {
		case c == '"':
			return ""
		case c == '\\' && realm && h.at < len(h.s):
			c = h.s[h.at]
			h.at++
		case c == '\\':
			return "the Authorization header has a backslash in a value"
		}
		if c < ' ' && c != '\t' || c == 0x7f || !realm && (c <= ' ' || c >= 0x80) {
			return "the Authorization header has a byte in a value that must be percent-encoded"
		}
	}
	return "the Authorization header has a value that is not closed"
}

// comma moves over what separates two pairs. It reports false at the end.
func (h *headerScanner) comma() (more bool, fault string) {
	h.blanks()
	if h.at == len(h.s) {
		return false, ""
	}
	if !h.skip(',') {
		return false, "the Authorization header has something other than a comma between two parameters"
	}
	return true, ""
}

func (h *headerScanner) blanks() {
	for h.at < len(h.s) && (h.s[h.at] == ' ' || h.s[h.at] == '\t') {
		h.at++
	}
}

func (h *headerScanner) skip(c byte) bool {
	if h.at == len(h.s) || h.s[h.at] != c {
		return false
	}
	h.at++
	return true
}

// nameByte reports whether c may stand in a parameter name: what §3.6 leaves
// of any text.
func nameByte(c byte) bool { return unreserved[c] || c == '%' }
