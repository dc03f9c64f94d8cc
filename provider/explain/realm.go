package explain

import "strings"

// realmOf returns the realm of an Authorization value. The value has been found
// well-formed, so that the first realm behind a blank or a comma, outside of
// quotes, is the one.
func realmOf(header string) (string, bool) {
	quoted := false
	for i := 0; i < len(header); i++ {
		switch c := header[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == ',' || c == '\t'):
			rest := strings.TrimLeft(header[i+1:], " \t")
			if rest, ok := strings.CutPrefix(rest, "realm"); ok {
				return quotedText(rest)
			}
		}
	}
	return "", false
}

// quotedText reads ="text", with its backslashes undone.
func quotedText(s string) (string, bool) {
	s, ok := strings.CutPrefix(strings.TrimLeft(s, " \t"), "=")
	if !ok {
		return "", false
	}
	s, ok = strings.CutPrefix(strings.TrimLeft(s, " \t"), `"`)
	if !ok {
		return "", false
	}
	var b []byte
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return string(b), true
		case s[i] == '\\' && i+1 < len(s):
			i++
		}
		b = append(b, s[i])
	}
	return "", false
}
