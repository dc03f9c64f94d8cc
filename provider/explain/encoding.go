package explain

import "strings"

// Variations of how names and values are encoded, sorted and put together.

var encodingVariations = []variation{
	{causePlus, SideConsumer, `the consumer signed a blank as "+" or "%2B", or a plus sign as a blank`,
		`encode a blank as "%20" and a plus sign as "%2B" before signing (§3.6)`, plusSigns},
	{causeUnreserved, SideConsumer, "the consumer encoded characters that must stay as they are",
		`leave letters, digits, "-", ".", "_" and "~" unencoded (§3.6)`, unreservedEncoded},
	{causeLowerHex, SideConsumer, "the consumer wrote the hex digits of its escapes in lower case",
		`write them in upper case, as in "%2F" (§3.6)`, lowerHexDigits},
	{causeNotEncoded, SideConsumer, "the consumer did not encode its parameters, or left some characters as they are",
		"percent-encode each name and value before they are sorted, and the whole once more in the base string (§3.4.1.3.2, §3.6)", notEncoded},
	{causeTwice, SideConsumer, "the consumer encoded parameters once more than it sent them",
		"decode what stands in the URL before it is encoded for the base string (§3.4.1.3.1)", encodedTwice},
}

var orderVariations = []variation{
	{causeNotSorted, SideConsumer, "the consumer did not sort parameters of one name by their values, or sorted name=value as one text",
		"sort by encoded name and then by encoded value, in the order of bytes (§3.4.1.3.2)", setOrders(byName, byText)},
	{causeSortedBefore, SideConsumer, "the consumer sorted the parameters before it encoded them",
		"encode first, then sort by name and then by value, in the order of bytes (§3.4.1.3.2)", setOrders(beforeEncoded, beforeText, byNameBefore)},
	{causeNotSorted, SideConsumer, "the consumer did not sort the parameters by name and then by value",
		"sort by encoded name and then by encoded value, in the order of bytes (§3.4.1.3.2)",
		setOrders(ignoringCase, arrived, headerQueryForm, queryFormHeader, queryHeaderForm, formQueryHeader, formHeaderQuery, headerFormQuery, backwards)},
}

var methodVariations = []variation{
	{causeMethod, SideConsumer, "the consumer signed another HTTP method, or its name in lower case",
		"sign the method with which the request is sent, in upper case (§3.4.1.1); a redirect or a library may have changed it", otherMethods},
}

// classSets are the classes that one library encodes alike: all, those of the
// application, of the query, the form, the protocol.
var classSets = []classMask{everything, query.mask() | form.mask() | added.mask(), query.mask(), form.mask(), protocol.mask()}

// spellings makes an edit for each set of classes in which some byte tells s from
// the right spelling.
func spellings(m *model, s spelling, matters func(c byte) bool) []edit {
	there := m.holds(matters)
	var all []edit
	done := map[classMask]bool{}
	for _, set := range classSets {
		set &= there
		if set == 0 || done[set] {
			continue
		}
		done[set] = true
		all = append(all, spell(set, s, true), spell(set, s, false))
	}
	return all
}

// spell sets the spelling of values and, if told, of names.
func spell(set classMask, s spelling, namesToo bool) edit {
	return func(m *model) bool {
		for c := range classes {
			if set&c.mask() == 0 {
				continue
			}
			m.values[c] = m.values[c].and(s)
			if namesToo {
				m.names[c] = m.names[c].and(s)
			}
		}
		m.section = nil
		return true
	}
}

func setOuter(s spelling) edit {
	return func(m *model) bool {
		m.outer, m.section = m.outer.and(s), nil
		return true
	}
}

func isByte(set string) func(byte) bool { return func(c byte) bool { return contains(set, c) } }

func reserved(c byte) bool { return !unreserved[c] }

func plusSigns(m *model, _ *facts) []edit {
	all := spellings(m, spelling{blank: "+"}, isByte(" "))
	all = append(all, spellings(m, spelling{blank: "%2B"}, isByte(" "))...)
	return append(all, spellings(m, spelling{plus: true}, isByte("+"))...)
}

func unreservedEncoded(m *model, _ *facts) []edit {
	var all []edit
	for _, set := range []string{"~", "-._~", "-_.", "~.", "_", "-", "."} {
		all = append(all, spellings(m, spelling{more: set}, isByte(set))...)
		s := spelling{more: set}
		all = append(all,
			func(m *model) bool { // everywhere, the URI included
				m.uri, m.section = s, nil
				return spell(everything, s, true)(m) && setOuter(s)(m)
			},
			setOuter(s))
	}
	return all
}

func lowerHexDigits(m *model, _ *facts) []edit {
	s := spelling{lower: true}
	all := []edit{
		func(m *model) bool { // everywhere
			m.uri = s
			return spell(everything, s, true)(m) && setOuter(s)(m)
		},
		func(m *model) bool { // in the last step
			m.uri = s
			return setOuter(s)(m)
		},
		setOuter(s),
		func(m *model) bool {
			m.uri = s
			return true
		},
		setPath(lowerEscapes),
	}
	return append(all, spellings(m, s, reserved)...)
}

// lowerEscapes writes the escapes of a path in lower case.
func lowerEscapes(path string) string {
	b := []byte(path)
	for i := range b {
		if b[i] == '%' && i+2 < len(b) {
			copy(b[i+1:i+3], strings.ToLower(path[i+1:i+3]))
		}
	}
	return string(b)
}

func notEncoded(m *model, _ *facts) []edit {
	all := spellings(m, spelling{times: never}, reserved)
	all = append(all, spellings(m, spelling{asSent: true, times: never}, reserved)...)
	for _, set := range []string{"!*'()", "!'()*;:@&=+$,/?#[]", "/", ":/", "!", "*", "'", "()", ",", ":", "@", "$", "[]", "/?", "!*'();:@&=+$,/?#[]"} {
		all = append(all, spellings(m, spelling{raw: set}, isByte(set))...)
	}
	all = append(all, spellings(m, spelling{blank: " "}, isByte(" "))...)
	return append(all, setOuter(spelling{times: never}))
}

func encodedTwice(m *model, _ *facts) []edit {
	all := spellings(m, spelling{times: twice}, reserved)
	all = append(all, spellings(m, spelling{asSent: true}, reserved)...)
	return append(all, setOuter(spelling{times: twice}))
}

func setOrders(orders ...order) func(*model, *facts) []edit {
	return func(*model, *facts) []edit {
		var all []edit
		for _, o := range orders {
			all = append(all, func(m *model) bool {
				m.order, m.section = o, nil
				return true
			})
		}
		return all
	}
}

func otherMethods(*model, *facts) []edit {
	var all []edit
	for _, name := range []string{"", "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"} {
		all = append(all, func(m *model) bool {
			was := m.method
			if name == "" {
				m.method = strings.ToLower(m.method)
			} else {
				m.method = name
			}
			return m.method != was
		})
	}
	return all
}
