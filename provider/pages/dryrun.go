package pages

import (
	"fmt"
	"io"
)

// try draws each page once, in the first language.
func (s *Set) try(pages []Page) error {
	for _, p := range pages {
		if err := s.languages[0].draw(io.Discard, p); err != nil {
			return fmt.Errorf("trying %s: %w", p.Template(), plain(err))
		}
	}
	return nil
}

// rehearsal returns pages of ours that together show every part of every template.
func rehearsal() []Page {
	return []Page{SignIn{}, Consent{}, PIN{}, Denied{}, Problem{}, SignedOut{}, Home{}}
}
