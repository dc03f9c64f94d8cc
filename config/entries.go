package config

import "fmt"

// entries makes a kind of a list of sections. It is a list, because viper
// lower-cases the keys of maps and splits them at dots. Only a file can hold it.
// No two entries may have the same id.
func entries[T any](example string, parse func(item raw, say report) T, id func(T) string) kind {
	return kind{list: true, bare: true, entries: true, parse: func(v raw, say report) any {
		all := []T{}
		if !v.check(list, example, say) {
			return all
		}
		seen := map[string]bool{"": true}
		for _, item := range v.items {
			if !item.check(section, example, say) {
				continue
			}
			e := parse(item, say)
			if name := id(e); name != "" && seen[name] {
				say(item.at, fmt.Sprintf("%q is listed twice; remove one", name))
			}
			seen[id(e)] = true
			all = append(all, e)
		}
		return all
	}}
}

// A member is a key of such a section.
type member struct {
	name     string
	required bool
	take     func(v raw)
}

// members hands each value of a section to its member and reports what is
// unknown, given twice or missing.
func (v raw) members(example string, say report, members ...member) {
	given := map[string]bool{}
	for _, f := range v.fields {
		name := f.name.text
		if given[name] {
			say(f.name.at, fmt.Sprintf("%q is given twice; remove one", name))
			continue
		}
		given[name] = true
		if m := find(members, name); m != nil {
			m.take(f.value)
			continue
		}
		say(f.name.at, fmt.Sprintf("%q: ", name)+misspelt(name, names(members)))
		given[nearest(name, names(members))] = true // nothing more about what was meant
	}
	for _, m := range members {
		if m.required && !given[m.name] {
			say(v.at, fmt.Sprintf("an entry has no %s; write %s", m.name, example))
		}
	}
}

func find(members []member, name string) *member {
	for i := range members {
		if members[i].name == name {
			return &members[i]
		}
	}
	return nil
}

func names(members []member) []string {
	all := make([]string, len(members))
	for i, m := range members {
		all[i] = m.name
	}
	return all
}

// text is a member of one value that is not empty, of which read makes a T.
func text[T any](name string, required bool, example string, into *T, read func(text string) (T, error), say report) member {
	say = of(name, say)
	return member{name, required, func(v raw) {
		if !v.check(scalar, example, say) {
			return
		}
		value, err := read(v.text)
		if err != nil {
			say(v.at, err.Error())
			return
		}
		*into = value
	}}
}

// of puts a member's name before its mistakes.
func of(name string, say report) report {
	return func(at place, text string) { say(at, name+": "+text) }
}
