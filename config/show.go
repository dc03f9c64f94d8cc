package config

import (
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"time"
)

// Show writes the values in force as YAML that Load reads back to the same
// Config. With origin, a comment behind each says where it came from. Of secrets
// it writes the files' names.
func (c *Config) Show(w io.Writer, origin bool) error {
	var b strings.Builder
	writeYAML(&b, func(k *key) (string, string) {
		value := yamlValue(k.kind, c.value(k.name))
		if !origin {
			return value, ""
		}
		return value, c.origins[k.name].String()
	})
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("showing the configuration: %w", err)
	}
	return nil
}

// Origin says where the value of a key came from: "oauth1d.yaml:3",
// "OAUTH1D_REALM (environment)", "flag" or "default".
func (c *Config) Origin(name string) string { return c.origins[name].String() }

func yamlValue(k kind, value any) string {
	switch v := value.(type) {
	case []Host:
		return yamlHosts(v)
	case []Scope:
		return yamlScopes(v)
	case []Route:
		return yamlRoutes(v)
	case []string:
		return yamlList(v)
	case Peers:
		return yamlList(v.items())
	case time.Duration:
		return quote(durationText(v))
	case slog.Level:
		return quote(strings.ToLower(v.String()))
	}
	if k.bare {
		return fmt.Sprint(value)
	}
	return quote(fmt.Sprint(value))
}

func yamlHosts(hosts []Host) string {
	entries := make([]string, len(hosts))
	for i, h := range hosts {
		also := make([]string, len(h.AlsoAccept))
		for j, u := range h.AlsoAccept {
			also[j] = u.String()
		}
		entries[i] = fmt.Sprintf("{host: %s, url: %s, also_accept: %s}", quote(h.Host), quote(h.URL.String()), yamlList(also))
	}
	return yamlEntries(entries)
}

// yamlEntries writes each entry on a line of its own below the key.
func yamlEntries(entries []string) string {
	if len(entries) == 0 {
		return "[]"
	}
	return "\n- " + strings.Join(entries, "\n- ") + "\n"
}

func yamlScopes(scopes []Scope) string {
	all := make([]string, len(scopes))
	for i, s := range scopes {
		var titles []string
		for _, lang := range slices.Sorted(maps.Keys(s.Titles)) {
			titles = append(titles, fmt.Sprintf("{lang: %s, title: %s}", quote(lang), quote(s.Titles[lang])))
		}
		detail := ""
		if s.Detail != "" {
			detail = ", detail: " + quote(s.Detail)
		}
		all[i] = fmt.Sprintf("{name: %s, title: %s, titles: [%s]%s, risky: %t, default: %t, allow: %s}",
			quote(s.Name), quote(s.Title), strings.Join(titles, ", "), detail, s.Risky, s.Default, yamlList(s.Allow))
	}
	return yamlEntries(all)
}

func yamlRoutes(routes []Route) string {
	all := make([]string, len(routes))
	for i, r := range routes {
		all[i] = "{match: " + quote(r.Match)
		if len(r.Accept) > 0 {
			all[i] += ", accept: " + yamlList(r.Accept)
		}
		if r.Anonymous != "" {
			all[i] += ", anonymous: " + quote(r.Anonymous)
		}
		all[i] += "}"
	}
	return yamlEntries(all)
}
