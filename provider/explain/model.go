package explain

import (
	"slices"
	"strings"

	"oauth1d/provider/oauth1"
)

// class says where a parameter comes from. Encodings go wrong class by class,
// since one library makes the protocol parameters and another the query.
type class uint8

const (
	protocol class = iota
	query
	form
	added // what is no parameter for us: the realm, fields of a body that is no form
	classes
)

// classMask is a set of classes.
type classMask uint8

const everything classMask = 1<<classes - 1

func (c class) mask() classMask { return 1 << c }

// pair is one parameter with all that a consumer may have made of it.
type pair struct {
	name, value       string // decoded
	rawName, rawValue string // as sent
	encName, encValue string // §3.6
	class             class
	bare              bool                // sent without "="
	in                oauth1.Transmission // where it stood
}

func newPair(c class, in oauth1.Transmission, name, value string) pair {
	p := pair{name: name, value: value, encName: oauth1.Escape(name), encValue: oauth1.Escape(value), class: c, in: in}
	p.rawName, p.rawValue = p.encName, p.encValue
	return p
}

// model is a request as somebody may have signed it. The model of the request
// as it is gives the base string of RFC 5849; see appendBase.
type model struct {
	method       string
	scheme, host string // the host without its port
	port         string // as sent, "" for none
	keepPort     bool   // a default port is written
	path         string
	tail         string // what was left behind the path, as "?a=b"

	pairs []pair // in the order of arrival: header, query, form
	order order

	// How names and values of each class are encoded, and then what becomes of
	// that, and of the URI, in the base string.
	names, values [classes]spelling
	outer, uri    spelling
	equals        equalsSign
	present       [classes][256]bool // the bytes of pairs, for the question whether an encoding matters

	// section is the last part of the base string, once it was built. Whoever
	// changes anything about parameters drops it.
	section []byte
}

// equalsSign says when an empty value has no "=".
type equalsSign uint8

const (
	always equalsSign = iota
	notIfBare
	notIfEmpty
)

// facts is what variations ask of a case beside its model.
type facts struct {
	origins  []Origin
	sentHost string // its case kept
	rawQuery string
	realm    string
	hasRealm bool
	form     bool
	body     []byte
}

// newModel returns the model of the request as it is. r is m, parsed.
func newModel(m *oauth1.Message, r *oauth1.Request) (*model, *facts) {
	o := &model{method: strings.ToUpper(m.Method), scheme: strings.ToLower(m.Scheme)}
	o.host, o.port = splitHost(strings.ToLower(m.Host))
	f := &facts{sentHost: m.Host, body: m.Body}
	o.path, f.rawQuery, _ = strings.Cut(m.Target, "?")
	f.form, _ = m.HasForm()
	if len(m.Authorization) > 0 {
		f.realm, f.hasRealm = realmOf(m.Authorization[0])
	}
	inQuery := pieces(f.rawQuery, query, oauth1.InQuery)
	var inForm []pair
	if f.form {
		inForm = pieces(string(m.Body), form, oauth1.InForm)
	}
	all := r.Pairs()
	header := len(all) - len(inQuery) - len(inForm)
	for _, p := range all[:max(header, 0)] {
		o.pairs = append(o.pairs, newPair(protocol, oauth1.InHeader, p.Name, p.Value))
	}
	o.pairs = append(append(o.pairs, inQuery...), inForm...)
	o.pairs = unsigned(o.pairs)
	o.note(o.pairs)
	return o, f
}

// unsigned drops the signature, and repetitions of protocol parameters, which
// can be accepted from a consumer but are signed once.
func unsigned(pairs []pair) []pair {
	seen := map[string]bool{}
	return slices.DeleteFunc(pairs, func(p pair) bool {
		if p.class != protocol {
			return false
		}
		again := seen[p.name]
		seen[p.name] = true
		return again || p.name == "oauth_signature"
	})
}

// pieces takes a query or form apart, which has been found well-formed.
func pieces(s string, c class, in oauth1.Transmission) []pair {
	var pairs []pair
	for piece := range strings.SplitSeq(s, "&") {
		if piece == "" {
			continue
		}
		name, value, hasEquals := strings.Cut(piece, "=")
		p := newPair(c, in, decoded(name), decoded(value))
		p.rawName, p.rawValue, p.bare = name, value, !hasEquals
		if strings.HasPrefix(p.name, "oauth_") {
			p.class = protocol
		}
		pairs = append(pairs, p)
	}
	return pairs
}

// decoded returns what a form's text stands for, and text that is none as it is.
func decoded(s string) string {
	s = strings.ReplaceAll(s, "+", " ")
	if plain, ok := oauth1.Unescape(s); ok {
		return plain
	}
	return s
}

// splitHost cuts the port off.
func splitHost(s string) (host, port string) {
	if i := strings.LastIndexByte(s, ':'); i > strings.LastIndexByte(s, ']') {
		return s[:i], s[i+1:]
	}
	return s, ""
}

// note records which bytes occur.
func (m *model) note(pairs []pair) {
	for _, p := range pairs {
		for _, s := range [...]string{p.name, p.value} {
			for i := range len(s) {
				m.present[p.class][s[i]] = true
			}
		}
	}
}

// keep leaves out the pairs that are not wanted. It reports whether there were
// any.
func (m *model) keep(wanted func(pair) bool) bool {
	n := 0
	for _, p := range m.pairs {
		if wanted(p) {
			n++
		}
	}
	if n == len(m.pairs) {
		return false
	}
	kept := make([]pair, 0, n)
	for _, p := range m.pairs {
		if wanted(p) {
			kept = append(kept, p)
		}
	}
	m.pairs, m.section = kept, nil
	return true
}

// add appends pairs.
func (m *model) add(pairs ...pair) bool {
	if len(pairs) == 0 {
		return false
	}
	m.pairs = append(slices.Clip(m.pairs), pairs...)
	m.note(pairs)
	m.section = nil
	return true
}

// set gives a parameter another value. It reports whether that changes it.
func (m *model) set(name, value string) bool {
	i := slices.IndexFunc(m.pairs, func(p pair) bool { return p.name == name })
	if i < 0 || m.pairs[i].value == value {
		return false
	}
	m.pairs = slices.Clone(m.pairs)
	m.pairs[i] = newPair(m.pairs[i].class, m.pairs[i].in, name, value)
	m.note(m.pairs[i : i+1])
	m.section = nil
	return true
}

// holds returns the classes in which one of some bytes occurs.
func (m *model) holds(in func(c byte) bool) classMask {
	var mask classMask
	for c := range classes {
		for b, there := range m.present[c] {
			if there && in(byte(b)) {
				mask |= c.mask()
				break
			}
		}
	}
	return mask
}
