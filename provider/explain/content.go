package explain

import (
	"slices"
	"strconv"
	"strings"

	"oauth1d/provider/oauth1"
)

// Variations of which parameters are signed.

var parameterVariations = []variation{
	{causeQueryLeftOut, SideConsumer, "the consumer left parameters of the query out of the signature",
		"sign every parameter of the query together with those of the header (§3.4.1.3.1)", leftOut(query)},
	{causeFormLeftOut, SideConsumer, "the consumer left fields of the form out of the signature",
		"sign the fields of a form-encoded body together with the other parameters (§3.4.1.3.1), or send the body with another Content-Type", leftOut(form)},
	{causeQueryAdded, SideConsumer, "the consumer left the query in the base string URI, or signed it twice",
		"cut the query off the base string URI, and sign each of its parameters once (§3.4.1.2)", queryAdded},
	{causeFormAdded, SideConsumer, "the consumer signed a body as a form that is not sent as one, or signed its fields twice",
		"send the Content-Type application/x-www-form-urlencoded with a form, and sign no other body (§3.4.1.3.1)", formAdded},
	{causeBodyHash, SideConsumer, "the consumer left oauth_body_hash out of the signature, or signed another one than it sent",
		"make the hash before the signature, and sign oauth_body_hash as it is sent", bodyHashes},
	{causeLeftOut, SideConsumer, "the consumer left a protocol parameter out of the signature that it sent",
		"sign every oauth_ parameter but oauth_signature, empty ones included (§3.4.1.3.1)", parameterLeftOut},
	{causeRealm, SideConsumer, "the consumer signed the realm of the Authorization header",
		"leave the realm out of the signature (§3.4.1.3.1)", realmSigned},
	{causeEmpty, SideConsumer, "the consumer left out parameters with an empty value, or their equals sign",
		"sign parameters without a value as name= (§3.4.1.3.2)", emptyDropped},
	{causeDuplicates, SideConsumer, "the consumer merged parameters of one name",
		"sign every parameter that is sent, those of one name as well, sorted by their values (§3.4.1.3.2)", duplicatesMerged},
	{causeQueryLeftOut, SideConsumer, "the consumer left a parameter of the query out of the signature",
		"sign every parameter of the query, those that are added late as well (§3.4.1.3.1)", oneLeftOut(query)},
	{causeFormLeftOut, SideConsumer, "the consumer left a field of the form out of the signature",
		"sign every field of a form-encoded body (§3.4.1.3.1)", oneLeftOut(form)},
}

func leftOut(c class) func(*model, *facts) []edit {
	return func(*model, *facts) []edit {
		return []edit{func(m *model) bool { return m.keep(func(p pair) bool { return p.class != c }) }}
	}
}

// oneLeftOut drops one name of a class: a URL that was extended after signing.
func oneLeftOut(c class) func(*model, *facts) []edit {
	return func(m *model, _ *facts) []edit { return droppedNames(m, c) }
}

func droppedNames(m *model, c class) []edit {
	var all []edit
	for _, name := range names(m, c) {
		all = append(all, func(m *model) bool {
			return m.keep(func(p pair) bool { return p.class != c || p.name != name })
		})
	}
	return all
}

// names are the names of the parameters of a class, at most a dozen.
func names(m *model, c class) []string {
	var all []string
	for _, p := range m.pairs {
		if p.class == c && !slices.Contains(all, p.name) && len(all) < 12 {
			all = append(all, p.name)
		}
	}
	return all
}

func queryAdded(m *model, f *facts) []edit {
	inURI := func(raw string) edit {
		return func(m *model) bool {
			m.tail = "?" + raw
			return raw != ""
		}
	}
	all := []edit{func(m *model) bool { return m.add(of(m, query)...) }}
	own := rawQuery(of(m, query)) // without the protocol parameters, which come last
	for _, raw := range []string{f.rawQuery, own} {
		all = append(all, inURI(raw), func(m *model) bool {
			return inURI(raw)(m) && m.keep(func(p pair) bool { return p.class != query })
		})
	}
	return all
}

// rawQuery is a query as it was sent.
func rawQuery(pairs []pair) string {
	all := make([]string, len(pairs))
	for i, p := range pairs {
		all[i] = p.rawName
		if !p.bare {
			all[i] += "=" + p.rawValue
		}
	}
	return strings.Join(all, "&")
}

// of returns the parameters of a class.
func of(m *model, c class) []pair {
	var all []pair
	for _, p := range m.pairs {
		if p.class == c {
			all = append(all, p)
		}
	}
	return all
}

func formAdded(m *model, f *facts) []edit {
	if f.form {
		return []edit{func(m *model) bool { return m.add(of(m, form)...) }}
	}
	if len(f.body) == 0 {
		return nil
	}
	fields := pieces(string(f.body), added, oauth1.InForm)
	whole := newPair(added, oauth1.InForm, string(f.body), "")
	return []edit{
		func(m *model) bool { return m.add(fields...) },
		func(m *model) bool { return m.add(whole) },
	}
}

// parameterLeftOut drops one protocol parameter, the empty ones, or the token
// with its verifier.
func parameterLeftOut(m *model, _ *facts) []edit {
	var all []edit
	drop := func(names ...string) {
		all = append(all, func(m *model) bool {
			return m.keep(func(p pair) bool { return p.class != protocol || !slices.Contains(names, p.name) })
		})
	}
	for _, name := range names(m, protocol) {
		if name != "oauth_body_hash" {
			drop(name)
		}
	}
	drop("oauth_token", "oauth_verifier")
	drop("oauth_version", "oauth_token")
	drop("oauth_version", "oauth_callback")
	return all
}

func realmSigned(_ *model, f *facts) []edit {
	if !f.hasRealm {
		return nil
	}
	return []edit{func(m *model) bool { return m.add(newPair(protocol, oauth1.InHeader, "realm", f.realm)) }}
}

func emptyDropped(*model, *facts) []edit {
	return []edit{
		func(m *model) bool { return m.keep(func(p pair) bool { return p.value != "" }) },
		func(m *model) bool { return m.keep(func(p pair) bool { return p.value != "" || p.class == protocol }) },
		setEquals(notIfBare), setEquals(notIfEmpty),
	}
}

func setEquals(e equalsSign) edit {
	return func(m *model) bool {
		m.equals, m.section = e, nil
		return slices.ContainsFunc(m.pairs, func(p pair) bool { return p.value == "" && (e == notIfEmpty || p.bare) })
	}
}

func duplicatesMerged(*model, *facts) []edit {
	return []edit{merge(keepFirst), merge(keepLast), merge(joined(",")), merge(joined("")), merge(joined(" ")), merge(numbered), merge(bracketed), merge(distinct)}
}

// merge makes something of the parameters of one name, where there are several.
func merge(into func(all []pair) []pair) edit {
	return func(m *model) bool {
		var order []string
		groups := map[string][]pair{}
		for _, p := range m.pairs {
			if len(groups[p.name]) == 0 {
				order = append(order, p.name)
			}
			groups[p.name] = append(groups[p.name], p)
		}
		if len(order) == len(m.pairs) {
			return false
		}
		var pairs []pair
		for _, name := range order {
			if all := groups[name]; len(all) > 1 {
				pairs = append(pairs, into(all)...)
			} else {
				pairs = append(pairs, all...)
			}
		}
		m.pairs, m.section = pairs, nil
		m.note(pairs)
		return true
	}
}

func keepFirst(all []pair) []pair { return all[:1] }

func keepLast(all []pair) []pair { return all[len(all)-1:] }

// distinct drops those that are the same in name and value.
func distinct(all []pair) []pair {
	var out []pair
	for _, p := range all {
		if !slices.ContainsFunc(out, func(q pair) bool { return q.value == p.value }) {
			out = append(out, p)
		}
	}
	return out
}

func joined(by string) func([]pair) []pair {
	return func(all []pair) []pair {
		values := make([]string, len(all))
		for i, p := range all {
			values[i] = p.value
		}
		return []pair{newPair(all[0].class, all[0].in, all[0].name, strings.Join(values, by))}
	}
}

// numbered is what PHP makes of a list: a[0], a[1].
func numbered(all []pair) []pair {
	var out []pair
	for i, p := range all {
		out = append(out, newPair(p.class, p.in, strings.TrimSuffix(p.name, "[]")+"["+strconv.Itoa(i)+"]", p.value))
	}
	return out
}

func bracketed(all []pair) []pair {
	var out []pair
	for _, p := range all {
		out = append(out, newPair(p.class, p.in, p.name+"[]", p.value))
	}
	return out
}

func bodyHashes(_ *model, f *facts) []edit {
	const name = "oauth_body_hash"
	all := []edit{func(m *model) bool { return m.keep(func(p pair) bool { return p.name != name }) }}
	for _, method := range []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512} {
		for _, body := range [][]byte{f.body, nil} {
			all = append(all, func(m *model) bool { return m.set(name, oauth1.BodyHash(method, body)) })
		}
	}
	return all
}
