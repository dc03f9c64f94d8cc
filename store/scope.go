package store

import "strings"

// MaxScope is how long the name of a scope may be, in bytes.
const MaxScope = 255

// IsScope takes a scope-token of RFC 6749 §3.3 without the comma, because
// consumers separate scopes by either. Whatever has scopes keeps to it.
func IsScope(name string) bool {
	return name != "" && len(name) <= MaxScope && !strings.ContainsFunc(name, func(c rune) bool {
		return c <= ' ' || c > '~' || c == ',' || c == '"' || c == '\\'
	})
}
