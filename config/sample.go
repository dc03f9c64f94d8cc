package config

import (
	"fmt"
	"io"
	"strings"
)

const sampleHead = `# oauth1d.yaml - every key with its default. Remove what you do not change.
# Order of precedence: command-line flag > environment > this file > default.
# Environment: OAUTH1D_ + key with underscores for dots, e.g. OAUTH1D_LISTEN_PUBLIC=:5849;
# lists are separated by commas there. Relative paths start at this file's directory.
# No secrets belong here: they are given as files that only their owner may read.
# Durations need a unit ("10m"), sizes take KiB, MiB or GiB. Unknown keys stop the start.

`

// Sample returns the annotated configuration with every key at its default, made
// from the table that Load uses. It lacks a public_url to be complete.
func Sample() string {
	var b strings.Builder
	b.WriteString(sampleHead)
	writeYAML(&b, func(k *key) (string, string) {
		return yamlText(k.kind, k.def), k.doc
	})
	return b.String()
}

// commentColumn is where comments begin, if the value leaves room.
const commentColumn = 36

// writeYAML writes every key below its section, with a comment behind it.
func writeYAML(w io.StringWriter, of func(*key) (value, comment string)) {
	var open []string // sections
	for i := range keys {
		path := strings.Split(keys[i].name, ".")
		sections, name := path[:len(path)-1], path[len(path)-1]
		for depth, s := range sections {
			if depth < len(open) && open[depth] == s {
				continue
			}
			if depth == 0 && i > 0 {
				_, _ = w.WriteString("\n")
			}
			_, _ = w.WriteString(strings.Repeat("  ", depth) + s + ":\n")
			open = open[:depth]
		}
		if len(sections) == 0 && i > 0 {
			_, _ = w.WriteString("\n")
		}
		open = sections
		indent := strings.Repeat("  ", len(sections))
		value, comment := of(&keys[i])
		value, entries, _ := strings.Cut(value, "\n")
		_, _ = w.WriteString(yamlLine(strings.TrimSuffix(indent+name+": "+value, " "), comment))
		for entry := range strings.Lines(entries) {
			_, _ = w.WriteString(indent + "  " + entry)
		}
	}
}

func yamlLine(text, comment string) string {
	if comment == "" {
		return text + "\n"
	}
	return fmt.Sprintf("%-*s  # %s\n", commentColumn-2, text, comment)
}

// yamlText writes a value that is given as in the environment.
func yamlText(k kind, text string) string {
	switch {
	case k.list && text == "":
		return "[]"
	case k.list:
		return yamlList(strings.Split(text, ","))
	case k.bare:
		return text
	}
	return quote(text)
}

func yamlList(items []string) string {
	quoted := make([]string, len(items))
	for i, item := range items {
		quoted[i] = quote(item)
	}
	return "[" + strings.Join(quoted, ", ") + "]"
}
