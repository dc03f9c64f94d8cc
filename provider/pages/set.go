package pages

import (
	"bytes"
	"fmt"
	"net/http"

	"golang.org/x/text/language"
)

// Config is what the operator decides.
type Config struct {
	Site Site

	// Languages are those of the pages, the first for browsers that ask for
	// none of them. Default: all, English first.
	Languages []string

	// TemplatesDir holds templates that replace ours of the same name. Empty: none.
	TemplatesDir string

	// LogoFile is shown in place of our mark: .svg or .png.
	LogoFile string

	// StylesheetFile is loaded after our own.
	StylesheetFile string
}

// A Page is the data of one page. Template names the file that draws it, below
// templates/ or in the operator's directory, such as "consent.html".
type Page interface{ Template() string }

// A Set draws the pages of one site, in each of its languages.
type Set struct {
	site      Site
	static    *static
	languages []*tongue
	matcher   language.Matcher
	sources   *sources
}

// New returns a Set. It reads everything that the operator has replaced and
// tries it on samples, so that a broken template stops the start and not the
// person who would have met it. Our own templates are tried by the tests.
func New(c Config) (*Set, error) {
	s := &Set{site: c.Site}
	var err error
	if s.static, err = newStatic(c.LogoFile, c.StylesheetFile); err != nil {
		return nil, err
	}
	if s.sources, err = newSources(c.TemplatesDir); err != nil {
		return nil, err
	}
	if err := s.setLanguages(c.Languages); err != nil {
		return nil, err
	}
	if c.TemplatesDir == "" {
		return s, nil
	}
	if err := s.try(append(rehearsal(), adminRehearsal()...)); err != nil {
		return nil, err
	}
	return s, nil
}

// Show answers with page, in the language that the browser asks for. The page is
// complete before its first byte leaves: after an error nothing was written, and
// the caller can still send another page.
func (s *Set) Show(w http.ResponseWriter, r *http.Request, status int, page any) error {
	p, ok := page.(Page)
	if !ok {
		return fmt.Errorf("showing a page: %T is not one", page)
	}
	l := s.choose(r)
	var b bytes.Buffer
	if err := l.draw(&b, p); err != nil {
		return fmt.Errorf("showing %T: %w", page, err)
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Language", l.name)
	h.Add("Vary", "Accept-Language")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes()) // if it does not arrive, nobody is there to be told
	return nil
}

// Static serves what the pages load, under names that change with the content. It
// is mounted behind http.StripPrefix and lists nothing.
func (s *Set) Static() http.Handler { return s.static }
