package signin

import (
	"errors"
	"fmt"
	"strings"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"
)

// Places in a filter of the configuration, and the first of them in user_url. What
// goes there is escaped (RFC 4515 §3), so that it can be nothing but a value.
const (
	placeUser = "{user}"
	placeDN   = "{dn}"
)

// fillFilter puts user and dn into a filter. Both at once: a user called "{dn}" is
// looked for under that name.
func fillFilter(filter, user, dn string) string {
	return strings.NewReplacer(placeUser, ldap.EscapeFilter(user), placeDN, ldap.EscapeFilter(dn)).Replace(filter)
}

// findAgain makes of the filter for what somebody types the one for a user whose name
// we know: attribute must be that name, and whatever else the filter asks for
// must hold. Users who type their mail address are found by their name later.
func findAgain(filter, attribute, user string) string {
	return "(&(" + attribute + "=" + ldap.EscapeFilter(user) + ")" + strings.ReplaceAll(filter, placeUser, "*") + ")"
}

// checkUserFilter says what is wrong with a filter for what somebody types. The
// name must be compared whole: it must not be part of a pattern, as "a" would be
// Ada's then, nor of a rule by name, which findAgain cannot open.
func checkUserFilter(filter string) error {
	return checkFilter(filter, []string{placeUser}, []ber.Tag{ldap.FilterEqualityMatch})
}

// checkGroupFilter says what is wrong with a filter for a user's groups. Rules by
// name are welcome: groups in groups are found with them.
func checkGroupFilter(filter string) error {
	return checkFilter(filter, []string{placeUser, placeDN}, []ber.Tag{ldap.FilterEqualityMatch, ldap.FilterExtensibleMatch})
}

func checkFilter(filter string, places []string, comparisons []ber.Tag) error {
	p, err := ldap.CompileFilter(filter)
	if err != nil {
		return fmt.Errorf("compiling %q: %w", filter, err)
	}
	c := filterCheck{places: places, comparisons: comparisons}
	if err := c.look(p, false); err != nil {
		return fmt.Errorf("filter %q: %w", filter, err)
	}
	if c.found == 0 {
		return fmt.Errorf("filter %q: %s is nowhere in it", filter, strings.Join(places, " or "))
	}
	return nil
}

// A filterCheck walks through a filter and counts the places.
type filterCheck struct {
	places      []string
	comparisons []ber.Tag // in which a place may stand
	found       int
}

func (c *filterCheck) look(p *ber.Packet, denied bool) error {
	switch p.Tag {
	case ldap.FilterAnd, ldap.FilterOr, ldap.FilterNot:
		for _, child := range p.Children {
			if err := c.look(child, denied || p.Tag == ldap.FilterNot); err != nil {
				return err
			}
		}
		return nil
	}
	return c.leaf(p, denied)
}

// leaf looks at one comparison. Its last string is the value, unless the rule by
// name has a flag after it.
func (c *filterCheck) leaf(p *ber.Packet, denied bool) error {
	n, in := 0, 0
	for _, text := range textsIn(p) {
		if k := c.count(text); k > 0 {
			n, in = n+k, in+1
		}
	}
	if n == 0 {
		return nil
	}
	allowed := false
	for _, tag := range c.comparisons {
		allowed = allowed || p.Tag == tag
	}
	if !allowed || denied || n > 1 || in > 1 || c.count(comparedWith(p)) != 1 {
		return errors.New("a place may only be in the value of a comparison, once, and not under a \"not\"")
	}
	c.found++
	return nil
}

func (c *filterCheck) count(text string) (n int) {
	for _, place := range c.places {
		n += strings.Count(text, place)
	}
	return n
}

// textsIn are all strings in a comparison: attribute, rule, values.
func textsIn(p *ber.Packet) []string {
	var all []string
	if s, ok := p.Value.(string); ok {
		all = append(all, s)
	}
	for _, child := range p.Children {
		all = append(all, textsIn(child)...)
	}
	return all
}

// comparedWith is what a comparison compares with.
func comparedWith(p *ber.Packet) string {
	for i, child := range p.Children {
		s, ok := child.Value.(string)
		isValue := p.Tag == ldap.FilterEqualityMatch && i == 1 || p.Tag == ldap.FilterExtensibleMatch && child.Tag == ldap.MatchingRuleAssertionMatchValue
		if ok && isValue {
			return s
		}
	}
	return ""
}
