package config

import (
	"errors"
	"fmt"
	"strings"
)

const (
	scopeExample = `- {name: "photos", title: "See your photos", allow: ["GET /photos/**"]}`
	routeExample = `- {match: "/feeds/**", accept: ["two-legged"]}`
	titleExample = `- {lang: "de", title: "Ihre Fotos sehen"}`
)

// tokenKinds are the kinds of request that a route may accept.
var tokenKinds = []string{"three-legged", "two-legged", "impersonation"}

// scopes takes the scopes. What is in a pattern is for the policy itself to
// check: here it only has to look like one.
var scopes = entries(scopeExample, parseScope, func(s Scope) string { return s.Name })

var routes = entries(routeExample, parseRoute, func(r Route) string { return r.Match })

func parseScope(item raw, say report) Scope {
	s := Scope{at: item.at}
	item.members(scopeExample, say,
		text("name", true, `"photos"`, &s.Name, scopeName, say),
		text("title", true, `"See your photos"`, &s.Title, sentence, say),
		member{"titles", false, func(v raw) { s.Titles = parseTitles(v, of("titles", say)) }},
		text("detail", false, `"Also those that you share."`, &s.Detail, sentence, say),
		text("risky", false, "true", &s.Risky, trueOrFalse, say),
		text("default", false, "true", &s.Default, trueOrFalse, say),
		member{"allow", true, func(v raw) { s.Allow = items("allow", `["GET /photos/**"]`, v, rule, say) }},
	)
	return s
}

func parseRoute(item raw, say report) Route {
	r := Route{at: item.at}
	item.members(routeExample, say,
		text("match", true, `"/feeds/**"`, &r.Match, match, say),
		member{"accept", false, func(v raw) { r.Accept = items("accept", `["three-legged"]`, v, tokenKind, say) }},
		text("anonymous", false, `"pass"`, &r.Anonymous, func(text string) (string, error) {
			return text, optionOf(text, []string{"pass", "refuse"})
		}, say),
	)
	return r
}

// parseTitles takes the title in other languages.
func parseTitles(v raw, say report) map[string]string {
	type title struct{ lang, text string }
	parse := func(item raw, say report) title {
		var t title
		item.members(titleExample, say,
			text("lang", true, `"de"`, &t.lang, language, say),
			text("title", true, `"Ihre Fotos sehen"`, &t.text, sentence, say))
		return t
	}
	list := entries(titleExample, parse, func(t title) string { return t.lang })
	all := map[string]string{}
	for _, t := range list.parse(v, say).([]title) {
		all[t.lang] = t.text
	}
	return all
}

// items takes a list that is not empty: an empty one would read as "none" to
// one reader and as "all" to another.
func items(name, example string, v raw, parse func(string) (string, error), say report) []string {
	say = of(name, say)
	all, _ := words(example, parse).parse(v, say).([]string)
	if v.shape == list && len(v.items) == 0 {
		say(v.at, "is empty; list at least one, e.g. "+example)
	}
	return all
}

func tokenKind(text string) (string, error) { return text, optionOf(text, tokenKinds) }

// scopeName takes a scope-token (RFC 6749 §3.3) without a comma, because it
// stands in lists that are separated by spaces or commas, and in a header.
func scopeName(text string) (string, error) {
	const most = 255
	if text == "" || len(text) > most || strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune(`,"\`, r) }) {
		return text, fmt.Errorf("%.60q is not the name of a scope; write up to %d letters, digits and signs, without spaces, commas, quotes and backslashes", text, most)
	}
	return text, nil
}

// sentence takes text that a user reads.
func sentence(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return text, errors.New("is empty; write a sentence for the user")
	}
	return text, oneLine(text)
}

// rule takes methods and a path pattern.
func rule(text string) (string, error) {
	methods, pattern, _ := strings.Cut(text, " ")
	if methods == "" || !strings.HasPrefix(pattern, "/") {
		return text, fmt.Errorf(`%q is no rule; write methods, a space and a path, e.g. "GET,HEAD /photos/**" or "* /photos"`, text)
	}
	return text, oneLine(text)
}

// match takes a path pattern, with methods before it or without.
func match(text string) (string, error) {
	if strings.HasPrefix(text, "/") {
		return text, oneLine(text)
	}
	if _, err := rule(text); err != nil {
		return text, fmt.Errorf(`%q is no path; write e.g. "/feeds/**"`, text)
	}
	return text, oneLine(text)
}
