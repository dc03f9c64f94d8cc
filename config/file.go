package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// setting is a value that someone gave to a key.
type setting struct {
	key   *key
	value raw
}

// readFile returns what a file sets. A file that is not YAML is the only mistake
// that is returned at once: whatever else could be said would follow from it.
func (l *loader) readFile(path string) ([]setting, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the configuration: %w", err)
	}
	d := yaml.NewDecoder(bytes.NewReader(text))
	var doc, second yaml.Node
	if err := d.Decode(&doc); errors.Is(err, io.EOF) {
		return nil, nil
	} else if err != nil {
		return nil, notYAML(path, text, err)
	}
	if err := d.Decode(&second); err == nil {
		at := place{fromFile, path, second.Line, 1}
		return nil, Errors{{Where: at.where(path), Text: "begins a second document; write one, without --- in between"}}
	} else if !errors.Is(err, io.EOF) {
		return nil, notYAML(path, text, err)
	}
	root := rawNode(doc.Content[0], path)
	if root.shape == nothing {
		return nil, nil
	}
	if root.shape != section {
		return nil, Errors{{Where: root.at.where(path), Text: "is " + root.shape.String() + "; expected sections and keys, as oauth1d config print shows them"}}
	}
	return l.section("", root), nil
}

// notYAML words the parser's error. It has the line in its text only.
func notYAML(path string, file []byte, err error) Errors {
	text := strings.TrimPrefix(err.Error(), "yaml: ")
	where := path
	if rest, found := strings.CutPrefix(text, "line "); found {
		number, what, _ := strings.Cut(rest, ": ")
		if n, err := strconv.Atoi(number); err == nil {
			where, text = path+":"+number, what
			if isIndentedByTab(file, n) {
				text = "a tab indents the line, YAML wants spaces"
			}
		}
	}
	return Errors{{Where: where, Text: "is not YAML: " + text + "; nothing else was checked"}}
}

func isIndentedByTab(file []byte, line int) bool {
	lines := strings.Split(string(file), "\n")
	if line < 1 || line > len(lines) {
		return false
	}
	return strings.HasPrefix(strings.TrimLeft(lines[line-1], " "), "\t")
}

// section walks down to the keys and reports what is none.
func (l *loader) section(prefix string, s raw) []setting {
	var all []setting
	lines := map[string]int{}
	names, _ := children(prefix)
	for _, f := range s.fields {
		name := strings.TrimPrefix(prefix+"."+f.name.text, ".")
		if before, twice := lines[name]; twice {
			l.say(f.name.at, name, fmt.Sprintf("is given twice, first in line %d; remove one", before))
			continue
		}
		lines[name] = f.name.at.line
		if k, known := byName[name]; known && f.name.text != "" && !isDottedAtTop(prefix, f.name.text) {
			all = append(all, setting{k, f.value})
			continue
		}
		if _, exists := children(name); !exists || strings.Contains(f.name.text, ".") || f.name.text == "" {
			l.say(f.name.at, name, unknownKey(f.name.text, names, keyNames()))
			// Nothing more about what was meant: "is empty" would only confuse.
			l.bad[strings.TrimPrefix(prefix+"."+nearest(f.name.text, names), ".")] = true
			continue
		}
		if f.value.shape == nothing {
			continue // a section of which every line is a comment
		}
		if f.value.check(section, `"`+f.name.text+`:" with indented lines below`, func(at place, text string) { l.say(at, name, text) }) {
			all = append(all, l.section(name, f.value)...)
		}
	}
	return all
}

func isDottedAtTop(prefix, name string) bool { return prefix == "" && strings.Contains(name, ".") }

func keyNames() []string {
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = k.name
	}
	return names
}

// unknownKey says what a key that does not exist may have been meant to be: a
// misspelling of a neighbour, or a key that stands elsewhere.
func unknownKey(name string, neighbours, all []string) string {
	if _, dotted := byName[name]; dotted {
		return "is written with dots; indent it below its section instead"
	}
	for _, k := range all {
		if nearest(name, neighbours) == "" && strings.HasSuffix(k, "."+plain(name)) {
			return fmt.Sprintf("unknown key here; did you mean %q?", k)
		}
	}
	return misspelt(name, neighbours)
}

// rawNode takes what we need of a YAML node. Aliases are not followed: a node
// can contain itself through one.
func rawNode(n *yaml.Node, file string) raw {
	v := raw{at: place{fromFile, file, n.Line, n.Column}, text: n.Value}
	switch n.Kind {
	case yaml.MappingNode:
		v.shape = section
		for i := 0; i+1 < len(n.Content); i += 2 {
			v.fields = append(v.fields, field{rawNode(n.Content[i], file), rawNode(n.Content[i+1], file)})
		}
	case yaml.SequenceNode:
		v.shape = list
		for _, item := range n.Content {
			v.items = append(v.items, rawNode(item, file))
		}
	case yaml.AliasNode:
		v.shape = alias
	default:
		if n.Tag == "!!null" {
			v.shape = nothing
		}
	}
	return v
}
