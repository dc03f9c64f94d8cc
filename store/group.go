package store

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxGroup is how long the name of a group may be, in bytes.
const MaxGroup = 255

// IsGroup takes the names of groups that can be told to applications in one
// header, separated by commas, and that can be named beside users with an @
// before them. Whatever has groups keeps to it: users, consumers, backends.
func IsGroup(name string) bool {
	return name != "" && len(name) <= MaxGroup && utf8.ValidString(name) && strings.TrimSpace(name) == name &&
		!strings.HasPrefix(name, "@") && !strings.Contains(name, ",") &&
		!strings.ContainsFunc(name, func(c rune) bool { return !unicode.IsPrint(c) })
}

// OpenTo reports whether a user who is in these groups may use the consumer.
func (c *Consumer) OpenTo(groups []string) bool {
	return len(c.Groups) == 0 || slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(c.Groups, g) })
}
