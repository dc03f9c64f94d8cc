package pages

import _ "embed" // for the stylesheet

// adminStylesheet is loaded by the administration pages before our other one.
//
//go:embed admin.css
var adminStylesheet []byte

// adminField is one control of an administration form with what is wrong with it.
type adminField struct {
	control
	Problems []AdminProblem
}

// DescribedBy names the elements that say more about the control.
func (f adminField) DescribedBy() string { return f.describedBy(len(f.Problems) > 0, "-problem") }

// adminField makes a control of an administration form.
func (l *tongue) adminField(page Admin, name, value string, kinds ...string) (adminField, error) {
	c, err := l.control("admin.hint.", name, value, kinds)
	return adminField{control: c, Problems: page.Of(name)}, err
}
