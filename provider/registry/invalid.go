package registry

import (
	"errors"
	"strconv"
	"strings"
)

// An Invalid says what is wrong with one field of what was to be registered. All
// of it may be shown to the administrator; none of it is secret.
type Invalid struct {
	Field    string // as the admin API spells it, such as "callbacks"
	Reason   string // what is wrong, and what was found
	Expected string // what would be right; may be empty
	Advice   string // what to do; may be empty
}

func (i *Invalid) Error() string {
	var b strings.Builder
	b.WriteString(i.Field + ": " + i.Reason)
	for _, s := range []string{i.Expected, i.Advice} {
		if s != "" {
			b.WriteString("; " + s)
		}
	}
	return b.String()
}

// Invalids returns every Invalid in err, in the order of the fields. It returns
// none when err is of another kind.
func Invalids(err error) []*Invalid {
	if several, ok := err.(interface{ Unwrap() []error }); ok {
		var all []*Invalid
		for _, e := range several.Unwrap() {
			all = append(all, Invalids(e)...)
		}
		return all
	}
	var one *Invalid
	if errors.As(err, &one) {
		return []*Invalid{one}
	}
	return nil
}

// quoted spells a value for an error message, cut and with everything that is
// not printable escaped.
func quoted(s string) string {
	const most = 120
	if len(s) > most {
		s = s[:most] + "…"
	}
	return strconv.QuoteToGraphic(s)
}
