package oauth1

import (
	"slices"
	"strings"
)

// BaseString returns the signature base string (§3.4.1.1) for the path as
// received. The result is the caller's.
func (r *Request) BaseString() []byte {
	path, _ := r.spelling(asReceived)
	return r.appendBaseString(nil, path)
}

// NormalizedParameters returns the request parameters as one string
// (§3.4.1.3.2), as they stand in the base string before they are encoded once
// more.
func (r *Request) NormalizedParameters() string {
	var b strings.Builder
	for i, n := range r.order {
		if i > 0 {
			b.WriteByte('&')
		}
		b.WriteString(r.text(r.params[n].encoded))
		b.WriteByte('=')
		b.WriteString(r.text(r.params[n].encodedValue))
	}
	return b.String()
}

func (r *Request) appendBaseString(b, path []byte) []byte {
	// Upper case, whatever was sent (§3.4.1.1, C-6).
	for i := range len(r.method) {
		if r.lowerMethod {
			b = appendEscapedByte(b, lower(r.method[i]))
		} else {
			b = appendEscapedByte(b, upper(r.method[i]))
		}
	}
	b = append(b, '&')
	b = appendBaseURI(b, r.scheme, r.host, path)
	b = append(b, '&')
	for i, n := range r.order {
		if i > 0 {
			b = append(b, "%26"...)
		}
		b = appendEscaped(b, r.text(r.params[n].encoded))
		b = append(b, "%3D"...)
		b = appendEscaped(b, r.text(r.params[n].encodedValue))
	}
	return b
}

// sortParams puts the parameters into the order of the base string and refuses
// protocol parameters that stand there twice (§3.1).
//
// Pairs are sorted after encoding, by name and then by value, in byte order
// (§3.4.1.3.2). Sorting before encoding, or sorting name=value as one text,
// gives another order for names such as "c@" and "c2", or "a" and "a-b".
func (r *Request) sortParams(Limits) *Problem {
	for i := range r.params {
		r.order = append(r.order, int32(i))
	}
	slices.SortFunc(r.order, func(i, j int32) int {
		a, b := &r.params[i], &r.params[j]
		if c := strings.Compare(r.text(a.encoded), r.text(b.encoded)); c != 0 {
			return c
		}
		return strings.Compare(r.text(a.encodedValue), r.text(b.encodedValue))
	})
	if r.accept&RepeatedParameters != 0 {
		r.order = slices.CompactFunc(r.order, r.sameProtocol)
	}
	signature := -1
	for i, n := range r.order {
		p := &r.params[n]
		if !p.protocol {
			continue
		}
		name := r.text(p.name)
		if i > 0 && r.text(r.params[r.order[i-1]].name) == name {
			return rejected("a protocol parameter is repeated", name)
		}
		if name == "oauth_signature" {
			signature = i
		}
	}
	if signature >= 0 {
		r.order = slices.Delete(r.order, signature, signature+1)
	}
	return nil
}

// sameProtocol reports whether two parameters are one protocol parameter that was
// sent twice with one value.
func (r *Request) sameProtocol(i, j int32) bool {
	a, b := &r.params[i], &r.params[j]
	return a.protocol && b.protocol && r.text(a.name) == r.text(b.name) && r.text(a.value) == r.text(b.value)
}
