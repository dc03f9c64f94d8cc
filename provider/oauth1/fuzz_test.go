package oauth1

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What is encoded decodes to what it was, and looks as §3.6 says.
func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", "abc-._~", "%", "+", "a b&c=d", "\x00\xff", "ä☃"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		escaped := Escape(s)
		for i := range len(escaped) {
			if !nameByte(escaped[i]) {
				t.Fatalf("Escape(%q) has the byte %q", s, escaped[i])
			}
		}
		if got, ok := Unescape(escaped); got != s || !ok {
			t.Fatalf("got %q, %v, want %q", got, ok, s)
		}
		pairs := []Pair{{s, s}, {"a", s}, {s + "b", ""}}
		if got, err := Decode(Encode(pairs)); err != nil || !slices.Equal(got, pairs) {
			t.Fatalf("got %q, %v, want %q", got, err, pairs)
		}
	})
}

// Whatever arrives, Parse accepts or refuses with a word from the table, and
// what it has accepted is the same list when it is written out and read again.
func FuzzParse(f *testing.F) {
	f.Add("GET", "https", "example.com", "/?"+goodList, "", "", "")
	f.Add("POST", "http", "[::1]:80", "/%2f;a?b=c;d&&e&=f&a=%C3%A9", goodHeader, formType, "c2&a3=2+q")
	f.Add("POST", "http", "a", "/", "", formType+"; charset=x", goodList)
	f.Add("get", "HTTPS", "A:443", "/\xff", `OAuth realm="a\"b" , oauth_token = "%41"`, "text/plain", "\x00")
	f.Fuzz(func(t *testing.T, method, scheme, host, target, header, contentType, body string) {
		m := &Message{Method: method, Scheme: scheme, Host: host, Target: target, ContentType: []string{contentType}, Body: []byte(body)}
		if header != "" {
			m.Authorization = []string{header}
		}
		var r, again Request
		if err := r.Parse(m, Limits{}); err != nil {
			if p, ok := err.(*Problem); !ok || !slices.Contains(Outcomes(), p.Outcome()) {
				t.Fatalf("got %T %v", err, err)
			}
			return
		}
		r.Check(testKeys)
		list := &Message{Method: method, Scheme: scheme, Host: host, Target: "/?" + Encode(r.Pairs())}
		if err := again.Parse(list, Limits{Target: 1 << 20}); err != nil {
			t.Fatalf("%s: %v", list.Target, err)
		}
		if diff := cmp.Diff(again.Pairs(), r.Pairs()); diff != "" {
			t.Fatalf("pairs (-got +want):\n%s", diff)
		}
		if diff := cmp.Diff(again.NormalizedParameters(), r.NormalizedParameters()); diff != "" {
			t.Fatalf("normalized parameters (-got +want):\n%s", diff)
		}
	})
}

// The order of parameters, and their places, do not change the base string.
func FuzzOrder(f *testing.F) {
	f.Add("a=1&b=2&a=0", uint64(1))
	f.Add("c%40=&c2&a-b=3&a=x!y&a=x+y&=v&;", uint64(2))
	f.Fuzz(func(t *testing.T, list string, seed uint64) {
		pairs, err := Decode(list)
		if err != nil || slices.ContainsFunc(pairs, func(p Pair) bool { return strings.HasPrefix(p.Name, "oauth_") }) {
			return
		}
		base := func(query, form []Pair) string {
			m := post("/?"+Encode(query), Encode(form), goodHeader)
			var r Request
			if err := r.Parse(m, Limits{Target: 1 << 26, Form: 1 << 26, Params: 1 << 26}); err != nil {
				t.Fatalf("what Decode has read and Encode has written is refused: %v", err)
			}
			return string(r.BaseString())
		}
		want := base(pairs, nil)
		random := rand.New(rand.NewPCG(seed, 0))
		random.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
		cut := random.IntN(len(pairs) + 1)
		if got := base(pairs[:cut], pairs[cut:]); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
	})
}

// One changed byte is refused, unless the two requests mean the same to every
// reader: same octets in the path when it is decoded, same segments, same list
// of parameters, same host and method but for case.
func FuzzOneChangedByte(f *testing.F) {
	f.Add("/a%2fb/~c?x=1&y=a+b", "c2&a3=2+q", uint8(0), uint16(3), byte('F'))
	f.Add("/caf\xc3\xa9/%7E", "", uint8(0), uint16(9), byte('e'))
	f.Add("/", "a=1", uint8(1), uint16(0), byte('b'))
	f.Add("/", "", uint8(2), uint16(0), byte('p'))
	f.Add("/", "", uint8(3), uint16(0), byte('P'))
	f.Fuzz(func(t *testing.T, target, body string, where uint8, at uint16, to byte) {
		m := post(target, body)
		header, err := testSigner.Authorization(m)
		if err != nil {
			return
		}
		m.Authorization = []string{header}
		changed := *m
		switch where % 4 {
		case 0:
			changed.Target = withByte(m.Target, at, to)
		case 1:
			changed.Body = []byte(withByte(string(m.Body), at, to))
		case 2:
			changed.Host = withByte(m.Host, at, to)
		case 3:
			changed.Method = withByte(m.Method, at, to)
		}
		var r Request
		if err := r.Parse(m, Limits{}); err != nil || !r.Check(testKeys) {
			t.Fatalf("the request as signed: %v", err)
		}
		if err := r.Parse(&changed, Limits{}); err != nil || !r.Check(testKeys) {
			return
		}
		if diff := cmp.Diff(meaning(t, &changed), meaning(t, m)); diff != "" {
			t.Fatalf("another request was accepted (-got +signed):\n%s", diff)
		}
	})
}

func withByte(s string, at uint16, to byte) string {
	if s == "" {
		return s
	}
	i := int(at) % len(s)
	return s[:i] + string([]byte{to}) + s[i+1:]
}

// meaning is what a lenient reader sees in a request. It is written without
// the code that it judges.
func meaning(t *testing.T, m *Message) []string {
	path, query, _ := strings.Cut(m.Target, "?")
	var segments []string
	for segment := range strings.SplitSeq(path, "/") {
		s, ok := Unescape(segment)
		if !ok {
			t.Fatalf("bad escape in %q", path)
		}
		segments = append(segments, s)
	}
	var pairs []string
	for _, list := range []string{query, string(m.Body)} {
		for piece := range strings.SplitSeq(list, "&") {
			if piece == "" {
				continue
			}
			name, value, _ := strings.Cut(strings.ReplaceAll(piece, "+", "%20"), "=")
			name, ok := Unescape(name)
			value, ok2 := Unescape(value)
			if !ok || !ok2 {
				t.Fatalf("bad escape in %q", piece)
			}
			pairs = append(pairs, Escape(name)+"="+Escape(value))
		}
	}
	slices.Sort(pairs)
	return slices.Concat([]string{strings.ToUpper(m.Method), strings.ToLower(m.Host)}, segments, []string{"?"}, pairs)
}

// What AuthorizationHeader writes is read back, whatever the realm and values.
func FuzzAuthorizationHeader(f *testing.F) {
	f.Add("Photos", "a", "b")
	f.Add("a\"b\\\r\n\xff", "na me", "\"\x00,=")
	f.Add("", "oauth_token", "")
	f.Fuzz(func(t *testing.T, realm, name, value string) {
		want := []Pair{{"x" + name, value}, {"x", value + name}}
		text, ok := oauthParameters(AuthorizationHeader(realm, want))
		if !ok {
			t.Fatal("not our scheme")
		}
		got, realms := readHeaderPairs(t, text)
		if !slices.Equal(got, want) || (realms == 1) != (realm != "") {
			t.Fatalf("got %q and %d realms, want %q", got, realms, want)
		}
	})
}

func readHeaderPairs(t *testing.T, text string) (pairs []Pair, realms int) {
	h := headerScanner{s: text}
	for first := true; ; first = false {
		p, ok, fault := h.next(first)
		if fault != "" || !ok {
			t.Fatalf("%s: %s", text, fault)
		}
		if name := text[p.name:p.nameEnd]; name == "realm" {
			realms++
		} else {
			n, ok := Unescape(name)
			v, ok2 := Unescape(text[p.value:p.valueEnd])
			if !ok || !ok2 {
				t.Fatalf("%s: bad escape", text)
			}
			pairs = append(pairs, Pair{n, v})
		}
		more, fault := h.comma()
		if fault != "" {
			t.Fatalf("%s: %s", text, fault)
		}
		if !more {
			return pairs, realms
		}
	}
}

// A refusal stays one line and one list of quoted values, whatever is put in.
func FuzzProblem(f *testing.F) {
	f.Add("Photos", "advice", "oauth_x", "y")
	f.Add("a\"\r\nSet-Cookie: x", "\"\\\r\n", "a\"b", "\xff\x00&=")
	f.Fuzz(func(t *testing.T, realm, advice, name, value string) {
		p := Refuse(ProblemNonceUsed, advice)
		p.Details = []Pair{{"x" + name, value}}
		challenge := p.Challenge(realm)
		for i := range len(challenge) {
			if c := challenge[i]; c < ' ' || c > '~' || c == '\\' {
				t.Fatalf("the challenge has the byte %q: %q", c, challenge)
			}
		}
		want := []Pair{{"oauth_problem", "nonce_used"}, {"x" + name, value}}
		if advice != "" {
			want = append(want, Pair{"oauth_problem_advice", advice})
		}
		text, _ := oauthParameters(challenge)
		if got, realms := readHeaderPairs(t, text); !slices.Equal(got, want) || realms != 1 {
			t.Fatalf("got %q, want %q", got, want)
		}
		body := p.Body()
		if strings.ContainsAny(body, "\r\n\"\\<> ") {
			t.Fatalf("the body is not encoded: %q", body)
		}
		if got, err := Decode(body); err != nil || !slices.Equal(got, want) {
			t.Fatalf("got %q, %v, want %q", got, err, want)
		}
	})
}
