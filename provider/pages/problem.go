package pages

import "html/template"

// problem returns one of the words for a problem, title, sentence or next, as
// markup: those of the catalogue, or what the problem itself says in English.
func (l *tongue) problem(p Problem, part string) (template.HTML, error) {
	if key := p.key(l, part); key != "" {
		return l.t(key, p.pairs()...)
	}
	text := p.own(part)
	if text == "" && part == "title" {
		return l.t("problem.unknown.title")
	}
	if text == "" {
		return "", nil
	}
	return `<span lang="en" dir="ltr">` + element("bdi", "", text) + "</span>", nil
}

// problemText returns the title where no markup can stand.
func (l *tongue) problemText(p Problem) (string, error) {
	const part = "title"
	if key := p.key(l, part); key != "" {
		return l.text(key, p.pairs()...)
	}
	if text := p.own(part); text != "" {
		return text, nil
	}
	return l.text("problem.unknown.title")
}

// key returns the key of a part in the catalogue, or "" when it has no words for
// this code.
func (p Problem) key(l *tongue, part string) string {
	key := "problem." + p.Code + "." + part
	if !l.knows(key) {
		return ""
	}
	return key
}

func (p Problem) own(part string) string {
	switch part {
	case "title":
		return p.Title
	case "sentence":
		return p.Sentence
	}
	return ""
}

func (p Problem) pairs() (pairs []any) {
	for name, value := range p.Args {
		pairs = append(pairs, name, value)
	}
	return pairs
}
