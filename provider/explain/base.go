package explain

import (
	"slices"
	"strings"
)

// appendBase appends the base string of the model (§3.4.1.1).
func (m *model) appendBase(b []byte) []byte {
	b = standard.append(b, m.method)
	b = append(b, '&')
	b = m.uri.append(b, m.baseURI())
	b = append(b, '&')
	if m.section == nil {
		m.section = m.parameters()
	}
	return append(b, m.section...)
}

// baseURI returns the base string URI (§3.4.1.2).
func (m *model) baseURI() string {
	u := m.scheme + "://" + m.host
	if p := m.signedPort(); p != "" {
		u += ":" + p
	}
	return u + m.path + m.tail
}

func defaultPort(scheme string) string {
	if scheme == "http" {
		return "80"
	}
	return "443"
}

func (m *model) signedPort() string {
	standardPort := defaultPort(m.scheme)
	switch {
	case m.port == "" && m.keepPort:
		return standardPort
	case m.port == standardPort && !m.keepPort:
		return ""
	}
	return m.port
}

// entry is a parameter on its way into the base string.
type entry struct {
	name, value string // encoded
	p           *pair
	noEquals    bool
}

// parameters returns the normalized parameters (§3.4.1.3.2), encoded once more.
func (m *model) parameters() []byte {
	entries := make([]entry, len(m.pairs))
	size := 0
	for i := range m.pairs {
		p := &m.pairs[i]
		e := entry{name: p.encName, value: p.encValue, p: p}
		if s := &m.names[p.class]; !s.isStandard() {
			e.name = s.of(p.name, p.rawName)
		}
		if s := &m.values[p.class]; !s.isStandard() {
			e.value = s.of(p.value, p.rawValue)
		}
		e.noEquals = e.value == "" && (m.equals == notIfEmpty || m.equals == notIfBare && p.bare)
		entries[i] = e
		size += len(e.name) + len(e.value) + 6
	}
	m.order.sort(entries)
	b := make([]byte, 0, size+size/2)
	for i, e := range entries {
		if i > 0 {
			b = m.outer.append(b, "&")
		}
		b = m.outer.append(b, e.name)
		if !e.noEquals {
			b = m.outer.append(b, "=")
			b = m.outer.append(b, e.value)
		}
	}
	return b
}

// order is how a consumer sorts its parameters.
type order uint8

const (
	byEncoding    order = iota // right: by encoded name, then by encoded value
	byText                     // as texts name=value
	beforeEncoded              // by name and value before they are encoded
	beforeText                 // as texts name=value before they are encoded
	ignoringCase               // by name without regard to case
	byName                     // values of one name stay as they are
	byNameBefore               // the same, before encoding
	arrived                    // as they came
	headerQueryForm
	queryFormHeader
	queryHeaderForm
	formQueryHeader
	formHeaderQuery
	headerFormQuery
	backwards
)

func (o order) sort(entries []entry) {
	switch o {
	case byEncoding:
		slices.SortFunc(entries, encodedOrder)
	case byText:
		slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name+"="+a.value, b.name+"="+b.value) })
	case beforeEncoded:
		slices.SortStableFunc(entries, func(a, b entry) int {
			if c := strings.Compare(a.p.name, b.p.name); c != 0 {
				return c
			}
			return strings.Compare(a.p.value, b.p.value)
		})
	case beforeText:
		slices.SortStableFunc(entries, func(a, b entry) int {
			return strings.Compare(a.p.name+"="+a.p.value, b.p.name+"="+b.p.value)
		})
	case ignoringCase:
		slices.SortFunc(entries, encodedOrder)
		slices.SortStableFunc(entries, func(a, b entry) int {
			return strings.Compare(strings.ToLower(a.name), strings.ToLower(b.name))
		})
	case byName:
		slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	case byNameBefore:
		slices.SortStableFunc(entries, func(a, b entry) int { return strings.Compare(a.p.name, b.p.name) })
	case backwards:
		slices.SortFunc(entries, func(a, b entry) int { return encodedOrder(b, a) })
	case arrived:
	default:
		o.arrange(entries)
	}
}

func encodedOrder(a, b entry) int {
	if c := strings.Compare(a.name, b.name); c != 0 {
		return c
	}
	return strings.Compare(a.value, b.value)
}

// arrange puts the places one behind the other and sorts nothing.
func (o order) arrange(entries []entry) {
	rank := map[order][3]int{ // of protocol parameters, query, form
		headerQueryForm: {0, 1, 2}, queryFormHeader: {2, 0, 1}, queryHeaderForm: {1, 0, 2},
		formQueryHeader: {2, 1, 0}, formHeaderQuery: {1, 2, 0}, headerFormQuery: {0, 2, 1},
	}[o]
	slices.SortStableFunc(entries, func(a, b entry) int { return rank[a.place()] - rank[b.place()] })
}

func (e entry) place() int { return min(int(e.p.class), int(form)) }
