package pages

import (
	"fmt"
	"html/template"
	"io"
	"sync"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// A tongue draws the pages in one language.
type tongue struct {
	name  string // as in lang and Content-Language
	tag   language.Tag
	set   *Set
	words catalogue

	mu        sync.Mutex
	templates map[string]*template.Template // by the name of their file
}

func newTongue(s *Set, name string) (*tongue, error) {
	tag, err := language.Parse(name)
	if err != nil {
		return nil, fmt.Errorf("language %q: %w", name, err)
	}
	l := &tongue{name: name, tag: tag, set: s, templates: map[string]*template.Template{}}
	if l.words, err = readCatalogue(name); err != nil {
		return nil, err
	}
	return l, nil
}

// draw writes page. A template is parsed when its page is first shown: few sites
// meet all languages.
func (l *tongue) draw(w io.Writer, page Page) error {
	t, err := l.template(page.Template())
	if err != nil {
		return err
	}
	return t.Execute(w, page)
}

func (l *tongue) template(name string) (*template.Template, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if t := l.templates[name]; t != nil {
		return t, nil
	}
	t, err := l.set.sources.parse(name, l.functions())
	if err != nil {
		return nil, err
	}
	l.templates[name] = t
	return t, nil
}

// message returns the words of a key. All languages have the same keys, as the
// tests see to, so that no page is in two of them.
func (l *tongue) message(key string) (string, error) {
	if m, ok := l.words[key]; ok {
		return m, nil
	}
	return "", fmt.Errorf("no message %q in %s", key, l.name)
}

func (l *tongue) knows(key string) bool {
	_, ok := l.words[key]
	return ok
}

// counted returns the key of a message in the plural form that n things need.
func (l *tongue) counted(key string, n int) string {
	forms := map[plural.Form]string{plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many"}
	form := key + "." + forms[plural.Cardinal.MatchPlural(l.tag, n, 0, 0, 0, 0)]
	if l.knows(form) {
		return form
	}
	return key + ".other"
}

// direction tells from which side the language is written.
func (l *tongue) direction() string {
	if l.name == "ar" {
		return "rtl"
	}
	return "ltr"
}
