package pages

import "html/template"

// field is one control of the proposal's form with what is wrong with it.
type field struct {
	control
	Error *FieldError
}

// DescribedBy names the elements that say more about the control.
func (f field) DescribedBy() string { return f.describedBy(f.Error != nil, "-error") }

// formField makes a control of the proposal's form.
func (l *tongue) formField(page Proposals, name, value string, kinds ...string) (field, error) {
	c, err := l.control("proposals.hint.", name, value, kinds)
	f := field{control: c}
	for i, e := range page.Errors {
		if e.Field == name {
			f.Error = &page.Errors[i]
		}
	}
	return f, err
}

// label returns the name of a field of the proposal's form.
func (l *tongue) label(name string) (template.HTML, error) { return l.t("proposals.field." + name) }
