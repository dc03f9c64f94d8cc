package pages

import (
	"errors"
	"fmt"
	"html/template"
	"strconv"
	"strings"
	"time"
)

// functions are what the templates call. Words come from the catalogue by t, and
// each string that is put into them is escaped and isolated from the direction of
// the text around it: names are chosen by strangers.
func (l *tongue) functions() template.FuncMap {
	return template.FuncMap{
		"lang": func() string { return l.name },
		"dir":  l.direction,
		"site": func() Site { return l.set.site },
		"logo": func() string { return l.set.static.logoPath(l.set.site.StaticPath) },
		"stylesheets": func() []string {
			return l.set.static.stylesheetPaths(l.set.site.StaticPath)
		},
		"adminstylesheet": func() string { return under(l.set.site.StaticPath, l.set.static.admin) },
		"adminfield":      l.adminField,
		"adminfinding":    l.adminFinding,
		"t":               l.t, "tn": l.tn, "text": l.text, "textn": l.textn,
		"has":  l.knows,
		"name": func(s string) template.HTML { return element("bdi", "name", s) },
		"strong": func(s string) template.HTML {
			return "<strong>" + element("bdi", "", s) + "</strong>"
		},
		"host": func(s string) template.HTML {
			return `<strong class="host">` + element("bdi", "", s) + "</strong>"
		},
		"date": l.date, "moment": l.moment, "duration": l.duration,
		"stamp":   func(t time.Time) string { return t.UTC().Format(time.RFC3339) },
		"title":   func(s Scope) string { return s.title(l.name) },
		"contact": contactURL, "field": l.formField, "label": l.label, "problem": l.problem, "problemText": l.problemText,
	}
}

// t returns the words of a key as markup. A string among the values stands in a
// bdi element, unless the template has made markup of it.
func (l *tongue) t(key string, pairs ...any) (template.HTML, error) {
	message, err := l.message(key)
	if err != nil {
		return "", err
	}
	values, err := l.values(pairs, func(s string) string { return string(element("bdi", "", s)) })
	if err != nil {
		return "", fmt.Errorf("message %q: %w", key, err)
	}
	return template.HTML(fill(template.HTMLEscapeString(message), values)), nil
}

// tn is t for a message that counts n things.
func (l *tongue) tn(key string, n int, pairs ...any) (template.HTML, error) {
	return l.t(l.counted(key, n), append(pairs, "count", n)...)
}

// text returns the words of a key for where no markup can stand: titles and
// attributes. There, strings are isolated by characters.
func (l *tongue) text(key string, pairs ...any) (string, error) {
	message, err := l.message(key)
	if err != nil {
		return "", err
	}
	values, err := l.values(pairs, l.isolate)
	if err != nil {
		return "", fmt.Errorf("message %q: %w", key, err)
	}
	return fill(message, values), nil
}

// isolate keeps the direction of s to itself. Where neither the language nor any
// letter of s runs from right to left there is nothing to keep.
func (l *tongue) isolate(s string) string {
	const firstRight = '\u0590' // below are scripts from left to right alone
	if l.direction() == "ltr" && !strings.ContainsFunc(s, func(r rune) bool { return r >= firstRight }) {
		return s
	}
	return "\u2068" + s + "\u2069"
}

func (l *tongue) textn(key string, n int, pairs ...any) (string, error) {
	return l.text(l.counted(key, n), append(pairs, "count", n)...)
}

// values reads names and values by turns.
func (l *tongue) values(pairs []any, isolate func(string) string) (map[string]string, error) {
	if len(pairs)%2 != 0 {
		return nil, errors.New("a name without a value")
	}
	values := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("%v is no name", pairs[i])
		}
		switch v := pairs[i+1].(type) {
		case template.HTML:
			values[name] = string(v)
		case string:
			values[name] = isolate(v)
		case int:
			values[name] = strconv.Itoa(v)
		default:
			return nil, fmt.Errorf("%s is a %T", name, v)
		}
	}
	return values, nil
}

// element returns s as text within an element.
func element(tag, class, s string) template.HTML {
	open := "<" + tag + ">"
	if class != "" {
		open = "<" + tag + ` class="` + class + `">`
	}
	return template.HTML(open + template.HTMLEscapeString(s) + "</" + tag + ">")
}

// contactURL makes a link of a mail address; a URL is one already.
func contactURL(contact string) string {
	if !strings.Contains(contact, "/") && strings.Contains(contact, "@") {
		return "mailto:" + contact
	}
	return contact
}
