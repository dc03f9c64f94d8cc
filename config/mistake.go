package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A Mistake is one thing that is wrong, where, and what to do about it.
type Mistake struct {
	Where string // "oauth1d.yaml:5:15", "environment", "flag"
	Key   string // the key, or the variable of the environment
	Text  string // what is wrong; what is expected; what to do

	at place
}

// Errors are all mistakes of a configuration, in the order in which a reader
// meets them: the file downwards, the environment, flags.
type Errors []Mistake

// Error returns one line a mistake, in columns.
func (e Errors) Error() string {
	var where, key int
	for _, m := range e {
		where, key = max(where, len(m.Where)), max(key, len(m.Key))
	}
	var b strings.Builder
	for i, m := range e {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%-*s  ", where, m.Where)
		if key > 0 {
			fmt.Fprintf(&b, "%-*s  ", key, m.Key)
		}
		b.WriteString(m.Text)
	}
	return b.String()
}

func (e Errors) sort() {
	slices.SortStableFunc(e, func(a, b Mistake) int {
		return cmp.Or(
			cmp.Compare(a.at.rank(), b.at.rank()),
			cmp.Compare(a.at.line, b.at.line),
			cmp.Compare(a.at.column, b.at.column),
			cmp.Compare(a.Key, b.Key),
		)
	})
}

// A source is one of the four that values come from.
type source int

const (
	byDefault source = iota
	fromFile
	fromEnvironment
	fromFlag
)

// A place is where a value was written.
type place struct {
	source       source
	name         string // the file, or the variable
	line, column int    // in the file
}

// rank orders places for a reader. A default has its mistakes, such as being
// missing, at the end of the file in which it could have been set.
func (p place) rank() int {
	switch p.source {
	case fromFile:
		return 0
	case byDefault:
		return 1
	case fromEnvironment:
		return 2
	}
	return 3
}

// where is the place in a Mistake, which names the variable beside it. file is
// named for what is written nowhere.
func (p place) where(file string) string {
	switch p.source {
	case fromFile:
		return fmt.Sprintf("%s:%d:%d", p.name, p.line, p.column)
	case fromEnvironment:
		return "environment"
	case fromFlag:
		return "flag"
	}
	if file == "" {
		return "configuration"
	}
	return file
}

// String is the origin of a value, for `config show`.
func (p place) String() string {
	switch p.source {
	case fromFile:
		return fmt.Sprintf("%s:%d", p.name, p.line)
	case fromEnvironment:
		return p.name + " (environment)"
	case fromFlag:
		return "flag"
	}
	return "default"
}
