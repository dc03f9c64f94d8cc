package pages

import (
	"fmt"
	"html/template"
	"strings"
)

// field is one control of a form with its words and what is wrong with it.
type field struct {
	Name, Value         string
	Long, Required, LTR bool
	Hint                template.HTML // may be empty
	Error               *FieldError
}

// DescribedBy names the elements that say more about the control.
func (f field) DescribedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.Name+"-hint")
	}
	if f.Error != nil {
		ids = append(ids, f.Name+"-error")
	}
	return strings.Join(ids, " ")
}

// formField makes a control of the proposal's form; kinds are long, required, ltr.
func (l *tongue) formField(page Proposals, name, value string, kinds ...string) (field, error) {
	f := field{Name: name, Value: value}
	for _, kind := range kinds {
		switch kind {
		case "long":
			f.Long = true
		case "required":
			f.Required = true
		case "ltr":
			f.LTR = true
		default:
			return f, fmt.Errorf("%q is no kind of a field", kind)
		}
	}
	for i, e := range page.Errors {
		if e.Field == name {
			f.Error = &page.Errors[i]
		}
	}
	hint := "proposals.hint." + name
	if !l.knows(hint) {
		return f, nil
	}
	var err error
	f.Hint, err = l.t(hint)
	return f, err
}

// label returns the name of a field of the proposal's form.
func (l *tongue) label(name string) (template.HTML, error) { return l.t("proposals.field." + name) }
