package config

// raw is a value as it was written, before anyone knows what it should be.
type raw struct {
	shape  shape
	text   string  // of a scalar
	items  []raw   // of a list
	fields []field // of a section
	at     place
}

type field struct{ name, value raw }

type shape int

const (
	scalar shape = iota
	list
	section
	nothing // "key:" with nothing behind it
	alias   // refused: an alias can contain itself
)

func (s shape) String() string {
	return [...]string{"one value", "a list", "a section", "nothing", "a YAML alias"}[s]
}

// report takes one mistake about a value.
type report func(at place, text string)

// check reports v if it does not have the shape that is wanted.
func (v raw) check(want shape, example string, say report) bool {
	switch v.shape {
	case want:
		return true
	case nothing:
		say(v.at, `has no value; write `+example+` or remove the line`)
	case alias:
		say(v.at, "is a YAML alias; write the value out")
	default:
		say(v.at, "is "+v.shape.String()+"; expected "+want.String()+", e.g. "+example)
	}
	return false
}
