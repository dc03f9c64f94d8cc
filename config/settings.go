package config

import (
	"fmt"
	"io"
	"strings"
)

// A Setting is one key as it is in force, in the words of Show and Sample.
type Setting struct {
	Key     string
	Value   string // of a secret, the file's name
	Default string
	Origin  string // as Origin says it
	Fixed   bool   // another value takes effect after a restart only
	Meaning string // may be empty
}

// Settings lists all keys in the order of Sample.
func (c *Config) Settings() []Setting {
	all := make([]Setting, len(keys))
	for i, k := range keys {
		all[i] = Setting{
			Key: k.name, Value: yamlValue(k.kind, c.value(k.name)), Default: yamlText(k.kind, k.def),
			Origin: c.Origin(k.name), Meaning: k.doc, Fixed: k.fixed,
		}
	}
	return all
}

// ShowSettings writes settings as Show does those of a Config. They may be those
// of a daemon of another version: what only it knows is left out.
func ShowSettings(w io.Writer, all []Setting, origin bool) error {
	byKey := make(map[string]Setting, len(all))
	for _, s := range all {
		byKey[s.Key] = s
	}
	var b strings.Builder
	writeYAML(&b, func(k *key) (string, string) {
		s, there := byKey[k.name]
		switch {
		case !there:
			return yamlText(k.kind, k.def), "the daemon does not know this key"
		case origin:
			return s.Value, s.Origin
		}
		return s.Value, ""
	})
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("showing the configuration: %w", err)
	}
	return nil
}
