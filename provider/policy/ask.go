package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrNothingToAsk is Ask's error when a consumer may ask for no scope at all.
var ErrNothingToAsk = errors.New("this consumer may ask for no scope")

// Ask reads which scopes a request token is asked for: names separated by spaces
// or commas, of those that are allowed. An empty text asks for all of them.
//
// The result is in the order of the configuration. While scopes are defined it is
// never empty without an error, because a token without scopes would count as one
// from before; when none are, a text is ignored, as providers without scopes did.
func (p *Policy) Ask(text string, allowed []string) ([]string, error) {
	if !p.Scoped() {
		return nil, nil
	}
	asked := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' })
	if len(asked) == 0 && text != "" {
		return nil, fmt.Errorf("%s names no scope", shown(text))
	}
	for _, name := range asked {
		// Whether a scope that may not be asked for exists is nobody's business.
		if _, known := p.byName[name]; !known || !slices.Contains(allowed, name) {
			return nil, fmt.Errorf("scope %s may not be asked for by this consumer", shown(name))
		}
	}
	all := p.names(func(s *scope) bool {
		return slices.Contains(allowed, s.Name) && (len(asked) == 0 || slices.Contains(asked, s.Name))
	})
	if len(all) == 0 {
		return nil, ErrNothingToAsk
	}
	return all, nil
}

// shown quotes a stranger's text in printable ASCII, and not all of a long one.
func shown(text string) string {
	const most = 40
	if len(text) > most {
		return fmt.Sprintf("%+q...", text[:most])
	}
	return fmt.Sprintf("%+q", text)
}
