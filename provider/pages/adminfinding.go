package pages

import "html/template"

// adminFinding returns what a finding says, or with "remedy" what to do about it:
// in the words of the catalogue for its code, or in the admin API's.
func (l *tongue) adminFinding(f AdminFinding, part string) (template.HTML, error) {
	key, own := "admin.finding."+f.Code, f.Sentence
	if part == "remedy" {
		key, own = key+".remedy", f.Remedy
	}
	var pairs []any
	for name, value := range f.Args {
		if name != "count" { // which tn gives
			pairs = append(pairs, name, value)
		}
	}
	switch {
	case f.Code == "":
	case l.knows(key):
		return l.t(key, pairs...)
	case l.knows(key + ".other"):
		return l.tn(key, f.Count, pairs...)
	}
	return `<span lang="en" dir="ltr">` + element("bdi", "", own) + "</span>", nil
}
