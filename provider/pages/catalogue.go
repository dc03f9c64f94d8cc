package pages

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"strings"
)

//go:embed messages/*.json
var messageFiles embed.FS

// A catalogue holds the words of one language by key. In a message, {name} is
// replaced by what the template gives for name; what follows the last dot of a
// key of a count is a plural form: one, two, few, many, other.
type catalogue map[string]string

// readCatalogue reads the messages of a language, and those of administrators.
func readCatalogue(language string) (catalogue, error) {
	c := catalogue{}
	for _, name := range []string{language + ".json", "admin." + language + ".json"} {
		b, err := fs.ReadFile(messageFiles, "messages/"+name)
		if err != nil {
			return nil, fmt.Errorf("reading messages: %w", err)
		}
		part := catalogue{}
		if err := json.Unmarshal(b, &part); err != nil {
			return nil, fmt.Errorf("reading messages/%s: %w", name, err)
		}
		maps.Copy(c, part)
	}
	return c, nil
}

// fill replaces the placeholders of a message by their values. A placeholder
// without a value stays as it is: a value is never read for placeholders.
func fill(message string, values map[string]string) string {
	var b strings.Builder
	for {
		before, rest, open := strings.Cut(message, "{")
		b.WriteString(before)
		if !open {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		value, given := values[name]
		if !closed || !given {
			b.WriteByte('{')
			message = rest
			continue
		}
		b.WriteString(value)
		message = after
	}
}
