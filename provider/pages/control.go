package pages

import (
	"fmt"
	"html/template"
	"strings"
)

// A control is what the fields of all forms have in common.
type control struct {
	Name, Value   string
	Kind          string // text, password, or area
	Required, LTR bool
	Hint          template.HTML // may be empty
}

// control makes one. kinds are area, password, required, ltr, and bare for one
// without its hint, which is found in the catalogue below hints.
func (l *tongue) control(hints, name, value string, kinds []string) (control, error) {
	c := control{Name: name, Value: value, Kind: "text"}
	bare := false
	for _, kind := range kinds {
		switch kind {
		case "area", "password":
			c.Kind = kind
		case "required":
			c.Required = true
		case "ltr":
			c.LTR = true
		case "bare":
			bare = true
		default:
			return c, fmt.Errorf("%q is no kind of a field", kind)
		}
	}
	if bare || !l.knows(hints+name) {
		return c, nil
	}
	var err error
	c.Hint, err = l.t(hints + name)
	return c, err
}

// describedBy names the elements that say more about the control: its hint, and,
// when something is wrong with it, what.
func (c control) describedBy(wrong bool, what string) string {
	var ids []string
	if c.Hint != "" {
		ids = append(ids, c.Name+"-hint")
	}
	if wrong {
		ids = append(ids, c.Name+what)
	}
	return strings.Join(ids, " ")
}
