package account

import (
	"encoding/base64"
	"strings"
)

// Keys that are more than letters, digits, "-" and "_" are encoded in addresses
// and marked, because escaping does not get them past everything on the way:
// browsers take away what looks like "..", escaped or not, and proxies refuse or
// decode an escaped slash.
const encodedMark = "~"

// addressOf spells a consumer's key as one segment of a path.
func addressOf(key string) string {
	if isPlain(key) {
		return key
	}
	return encodedMark + base64.RawURLEncoding.EncodeToString([]byte(key))
}

// keyAt is the key that a segment stands for, or "", which is no consumer's.
func keyAt(segment string) string {
	encoded, marked := strings.CutPrefix(segment, encodedMark)
	if !marked && isPlain(segment) {
		return segment
	}
	key, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if !marked || err != nil || isPlain(string(key)) {
		return ""
	}
	return string(key)
}

func isPlain(key string) bool {
	return key != "" && !strings.ContainsFunc(key, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_'
	})
}
