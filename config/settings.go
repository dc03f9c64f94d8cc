package config

// A Setting is one key as it is in force, in the words of Show and Sample.
type Setting struct {
	Key     string
	Value   string // of a secret, the file's name
	Default string
	Origin  string // as Origin says it
	Meaning string // may be empty
	Fixed   bool   // another value takes effect after a restart only
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
