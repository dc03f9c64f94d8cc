package pages

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/text/language"
)

// known are the languages that there are catalogues for, English first.
var known = []string{"en", "de", "fr", "es", "ja", "ar"}

// maxAccept bounds what is read of a header that strangers write.
const maxAccept = 512

// setLanguages reads the catalogue of each.
func (s *Set) setLanguages(names []string) error {
	if len(names) == 0 {
		names = known
	}
	var tags []language.Tag
	for i, name := range names {
		if !slices.Contains(known, name) {
			return fmt.Errorf("language %q has no catalogue; there are %s", name, strings.Join(known, ", "))
		}
		if slices.Contains(names[:i], name) {
			return fmt.Errorf("language %q stands twice", name)
		}
		l, err := newTongue(s, name)
		if err != nil {
			return err
		}
		s.languages = append(s.languages, l)
		tags = append(tags, l.tag)
	}
	s.matcher = language.NewMatcher(tags)
	return nil
}

// choose returns the language that the browser likes best of ours, and the first
// when it likes none.
func (s *Set) choose(r *http.Request) *tongue {
	return s.languages[s.match(r)]
}

// match returns which of our languages it is.
func (s *Set) match(r *http.Request) int {
	accept := strings.Join(r.Header.Values("Accept-Language"), ",")
	if len(accept) > maxAccept {
		accept = accept[:max(0, strings.LastIndexByte(accept[:maxAccept], ','))]
	}
	tags, _, err := language.ParseAcceptLanguage(accept)
	if err != nil {
		return 0
	}
	_, i, confidence := s.matcher.Match(tags...)
	if confidence == language.No {
		return 0
	}
	return i
}
