package pages

import (
	_ "embed" // for the stylesheet
	"fmt"
	"html/template"
	"strings"
)

// adminStylesheet is loaded by the administration pages before our other one.
//
//go:embed admin.css
var adminStylesheet []byte

// adminField is one control of an administration form.
type adminField struct {
	Name, Value   string
	Kind          string // text, password, or area
	Required, LTR bool
	Hint          template.HTML
	Problems      []AdminProblem
}

// DescribedBy names the elements that say more about the control.
func (f adminField) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if len(f.Problems) > 0 {
		ids = append(ids, f.Name+"-problem")
	}
	return strings.Join(ids, " ")
}

// adminField makes a control; kinds are area, password, required, ltr, and bare for
// one without its hint.
func (l *tongue) adminField(page Admin, name, value string, kinds ...string) (adminField, error) {
	f := adminField{Name: name, Value: value, Kind: "text", Problems: page.Of(name)}
	bare := false
	for _, kind := range kinds {
		switch kind {
		case "area", "password":
			f.Kind = kind
		case "required":
			f.Required = true
		case "ltr":
			f.LTR = true
		case "bare":
			bare = true
		default:
			return f, fmt.Errorf("%q is no kind of a field", kind)
		}
	}
	hint := "admin.hint." + name
	if bare || !l.knows(hint) {
		return f, nil
	}
	var err error
	f.Hint, err = l.t(hint)
	return f, err
}
