package oauth1

import "strings"

// Parse reads m into r and refuses what is malformed, repeated, mixed or too
// much. The error is always a *Problem. After an error the fields that were
// read so far may serve a log, and Check refuses.
func (r *Request) Parse(m *Message, l Limits) error { return r.ParseLenient(m, l, 0) }

// ParseLenient is Parse for a consumer from which some deviations are accepted.
func (r *Request) ParseLenient(m *Message, l Limits, accept Lenience) error {
	r.reset()
	r.accept = accept
	l = l.withDefaults()
	for _, step := range [...]func(*Message, Limits) *Problem{
		r.readTarget, r.readHeader, r.readQuery, r.readForm,
	} {
		if p := step(m, l); p != nil {
			return p
		}
	}
	r.texts[arenaText] = string(r.arena)
	// From here on in protocol.go and basestring.go.
	for _, step := range [...]func(Limits) *Problem{
		r.locate, r.sortParams, r.assign, r.require, r.validate,
	} {
		if p := step(l); p != nil {
			return p
		}
	}
	r.parsed = true
	return nil
}

// readTarget takes what the base string URI is made of.
func (r *Request) readTarget(m *Message, l Limits) *Problem {
	switch {
	case len(m.Target) > l.Target:
		return overLimit("the request target", l.Target, "bytes")
	case !validMethod(m.Method):
		return malformed("the request method is not a token")
	case !validScheme(m.Scheme):
		return malformed("the scheme is neither http nor https")
	case !validHost(m.Host):
		return malformed("the host is not a host name or address with an optional port")
	}
	if why := targetFault(m.Target); why != "" {
		return malformed(why)
	}
	r.method, r.scheme, r.host = m.Method, m.Scheme, m.Host
	r.path, r.texts[queryText], _ = strings.Cut(m.Target, "?")
	return nil
}

func (r *Request) readHeader(m *Message, l Limits) *Problem {
	if len(m.Authorization) == 0 {
		return nil
	}
	if len(m.Authorization) > 1 {
		return malformed("there is more than one Authorization header")
	}
	if len(m.Authorization[0]) > l.Header {
		return overLimit("the Authorization header", l.Header, "bytes")
	}
	text, ok := oauthParameters(m.Authorization[0])
	if !ok {
		return nil
	}
	r.oauthHeader = true
	r.texts[headerText] = text
	h := headerScanner{s: text, accept: r.accept}
	realms := 0
	for first := true; ; first = false {
		p, ok, fault := h.next(first)
		if fault != "" {
			return malformed(fault)
		}
		if !ok {
			return nil
		}
		if text[p.name:p.nameEnd] == "realm" {
			// The one place where a realm is left unsigned (§3.4.1.3.1).
			realms++
		} else if p := r.add(InHeader, headerText, piece{p.name, p.nameEnd, p.value, p.valueEnd, 0}, l); p != nil {
			return p
		}
		if realms > 1 {
			return malformed("the Authorization header has two realms")
		}
		more, fault := h.comma()
		if fault != "" {
			return malformed(fault)
		}
		if !more {
			return nil
		}
	}
}

func (r *Request) readQuery(_ *Message, l Limits) *Problem {
	return r.readPieces(InQuery, queryText, l)
}

func (r *Request) readForm(m *Message, l Limits) *Problem {
	form, err := m.HasForm()
	if err != nil {
		return err.(*Problem)
	}
	if !form {
		return nil
	}
	if len(m.Body) > l.Form {
		return overLimit("the form body", l.Form, "bytes")
	}
	r.texts[formText] = string(m.Body)
	return r.readPieces(InForm, formText, l)
}

func (r *Request) readPieces(in Transmission, text uint8, l Limits) *Problem {
	s := r.texts[text]
	for at := 0; at < len(s); {
		p := nextPiece(s, at)
		at = p.next
		if p.empty() {
			continue
		}
		if problem := r.add(in, text, p, l); problem != nil {
			return problem
		}
	}
	return nil
}

// add decodes one parameter and appends it.
func (r *Request) add(in Transmission, text uint8, at piece, l Limits) *Problem {
	if len(r.params) == l.Params {
		return overLimit("the request", l.Params, "parameters")
	}
	p := param{in: in}
	var ok, ok2 bool
	p.name, p.encoded, ok = r.decode(in, span{text, int32(at.start), int32(at.equals)})
	p.value, p.encodedValue, ok2 = r.decode(in, span{text, int32(at.value), int32(at.end)})
	if !ok || !ok2 {
		return malformed("in the " + in.String() + " a percent sign is not followed by two hex digits")
	}
	r.params = append(r.params, p)
	return nil
}

// decode returns the decoded and the encoded spelling of raw. Only what differs
// from raw is copied.
func (r *Request) decode(in Transmission, raw span) (decoded, encoded span, ok bool) {
	s := r.text(raw)
	if allUnreserved(s) {
		return raw, raw, true
	}
	decoded, encoded = raw, raw
	start := len(r.arena)
	r.arena, ok = appendUnescaped(r.arena, s, in != InHeader)
	if !ok {
		return raw, raw, false
	}
	plain := r.arena[start:]
	if string(plain) == s {
		r.arena = r.arena[:start]
		for i := range len(s) {
			r.arena = appendEscapedByte(r.arena, s[i])
		}
		return decoded, span{arenaText, int32(start), int32(len(r.arena))}, true
	}
	middle := len(r.arena)
	decoded = span{arenaText, int32(start), int32(middle)}
	for i := start; i < middle; i++ {
		r.arena = appendEscapedByte(r.arena, r.arena[i])
	}
	encoded = span{arenaText, int32(middle), int32(len(r.arena))}
	if string(r.arena[middle:]) == s {
		r.arena, encoded = r.arena[:middle], raw
	}
	return decoded, encoded, true
}
