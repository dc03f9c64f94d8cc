package oauth1

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A specimen is a request as some consumer might sign it, well or oddly.
type specimen struct {
	Message
	method string // of HMACs
	keys   Keys
}

// newSpecimen makes the n-th request of a seed, so that each can be made again
// by itself.
func newSpecimen(seed, n uint64) *specimen {
	g := generator{rand.New(rand.NewPCG(seed, n))}
	s := &specimen{method: g.pick(HMACSHA1, HMACSHA1, HMACSHA256, HMACSHA512)}
	s.keys = Keys{ConsumerSecret: []byte(g.text(false)), TokenSecret: []byte(g.text(false))}
	s.Method = g.pick("GET", "GET", "POST", "POST", "PUT", "DELETE", "PATCH", "HEAD", "get", "Post", "M-SEARCH", "X!#$%&'*+^`|~")
	s.Scheme = g.pick("http", "https", "HTTP", "https", "Https")
	s.Host = g.host()
	path, query, form := g.path(), g.list(), ""
	if g.one(2) {
		s.ContentType = []string{g.pick(formMediaType, "Application/X-WWW-Form-URLencoded; charset=utf-8")}
		form = g.list()
	}
	pairs := g.protocol(s.method)
	switch place := g.IntN(8); {
	case place == 0:
		query = joined(query, g.encoded(pairs))
	case place == 1 && s.ContentType != nil:
		form = joined(g.encoded(pairs), form)
	default:
		s.Authorization = []string{g.header(pairs)}
	}
	s.Target, s.Body = path, []byte(form)
	if query != "" || g.one(10) {
		s.Target += "?" + query
	}
	return s
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + "&" + b
}

type generator struct{ *rand.Rand }

// one is true once in n times.
func (g generator) one(n int) bool { return g.IntN(n) == 0 }

func (g generator) pick(from ...string) string { return from[g.IntN(len(from))] }

// letters are what texts are made of, before they are spelled: most of it
// plain, then everything that has ever been encoded wrongly.
var letters = [...]string{
	"a", "a", "b", "c", "n", "z", "A", "B", "Z", "0", "1", "2", "9", "-", ".", "_", "~", "word", "photo",
	" ", "+", "%", "&", "=", ";", ",", "/", "?", ":", "@", "!", "*", "'", "(", ")", "$", "[", "]", "[]",
	"\"", "<", ">", "\\", "^", "`", "{", "|", "}", "#", "\t", "\r\n", "\x00", "\x7f",
	"é", "ü", "ß", "Ω", "☃", "日本", "𝒳", "e\u0301", "\u00a0", "\u2028", "%41", "%2B", "%20", "oauth_", "realm", "c2", "c@",
}

// text is decoded text. Octets that are no UTF-8 are rare, since they end the
// comparison.
func (g generator) text(octets bool) string {
	var b strings.Builder
	for range g.IntN(4) + g.IntN(4)*g.IntN(2) {
		b.WriteString(letters[g.IntN(len(letters))])
	}
	if octets && g.one(300) {
		b.WriteString(g.pick("\xff", "\xc3", "\xc0\x80", "\xed\xa0\x80"))
	}
	return b.String()
}

// spelled encodes text in one of the ways that decode to it. What is in plain
// may stand as it is.
func (g generator) spelled(text, plain string, blank bool) string {
	var b strings.Builder
	for i := range len(text) {
		switch c := text[i]; {
		case c == ' ' && blank && g.one(2):
			b.WriteByte('+')
		case isWord(c) && !g.one(40), strings.IndexByte(plain, c) >= 0 && g.one(2):
			b.WriteByte(c)
		case g.one(4):
			fmt.Fprintf(&b, "%%%02x", c)
		default:
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func (g generator) host() string {
	host := g.pick("example.com", "EXAMPLE.com", "photos.Example.net", "localhost", "127.0.0.1", "a", "a-b_c.d", "xn--mnchen-3ya.de", "trailing.dot.",
		"[::1]", "[2001:db8::7]", "[FE80::A:b]", "[2001:db8:0:1::]")
	if g.one(40) {
		host = g.pick("[0:0:0:0:0:0:0:1]", "[2001:0DB8::0007]", "[::ffff:192.0.2.1]", "user@example.com", "a:b@example.com")
	}
	port := g.pick("", "", "", ":80", ":443", ":8080", ":1", ":65535")
	if g.one(60) {
		port = g.pick(":", ":0080", ":65536", ":0")
	}
	return host + port
}

// Paths keep their spelling in the base string; some of these no library sends.
func (g generator) path() string {
	var b strings.Builder
	for range g.IntN(5) {
		b.WriteString("/" + g.pick("", ".", "..", "a", "photos", "~ada", "%7Eada", "a%2Fb", "caf%c3%a9", "caf%C3%A9", "a;b=c", "a;b;c=d,e", "a:b@c", "(a)*'!$", "a+b", "a%20b",
			"=&", "[a]", "%41", "été", "{\"|\"}", "日本", "%00", "a%3Bb"))
	}
	if b.Len() == 0 || g.one(3) {
		b.WriteByte('/')
	}
	if g.one(50) {
		b.WriteString(g.pick(";", "a;", "/a;b/;", "%", "%zz", " ", "a\tb", "#a", "\xff", "\xe9t\xe9"))
	}
	return b.String()
}

// list is a query or a form.
func (g generator) list() string {
	n := g.IntN(5)
	if g.one(100) {
		n = 100
	}
	plain := ";:,*@!()/?'$%"[:g.IntN(13)] // all of what oauthlib knows, less the percent sign
	if g.one(12) {
		plain += "[]{}|^`\"<>\\é"
	}
	pieces := make([]string, 0, n)
	for range n {
		name := g.spelled(g.text(true), plain, true)
		switch {
		case g.one(4) && len(pieces) > 0:
			name, _, _ = strings.Cut(pieces[g.IntN(len(pieces))], "=")
		case g.one(10):
			name = g.pick("realm", "", "a", "a[]", "A", "oauth", "c%40", "c2")
		}
		piece := name + g.pick("=", "=", "=", "=", "==", "") + g.spelled(g.text(true), plain, true)
		if strings.HasPrefix(unescaped(piece, true), "oauth_") {
			piece = "x" + piece // those have a place of their own
		}
		pieces = append(pieces, piece)
	}
	list := strings.Join(pieces, g.pick("&", "&", "&", "&&"))
	if g.one(80) {
		list += g.pick("%", "%4", "%zz", "%4g", "&", "&=", "&%=1")
	}
	return list
}

// protocol are the pairs of §3.1 with everything that may stand in their
// values, in any order.
func (g generator) protocol(method string) []Pair {
	or := func(s, byDefault string) string {
		if s == "" {
			return byDefault
		}
		return s
	}
	pairs := []Pair{
		{"oauth_consumer_key", or(g.text(true), "key")},
		{"oauth_signature_method", method},
		{"oauth_timestamp", fmt.Sprint(g.Uint32() | 1)},
		{"oauth_nonce", or(g.text(true), "nonce")},
		{"oauth_signature", g.pick("r6/TJjbCOr97/+UU0NsvSne7s5g=", "x", "a+b/c==")},
	}
	for _, p := range []Pair{
		{"oauth_version", "1.0"}, {"oauth_token", g.text(true)}, {"oauth_callback", g.pick("oob", "http://a.example/b?c=d&e=%20f", g.text(true))},
		{"oauth_verifier", g.text(true)}, {"oauth_" + fmt.Sprint(g.IntN(9)), g.text(true)},
	} {
		if g.one(2) {
			pairs = append(pairs, p)
		}
	}
	g.Shuffle(len(pairs), func(i, j int) { pairs[i], pairs[j] = pairs[j], pairs[i] })
	return pairs
}

func (g generator) encoded(pairs []Pair) string {
	var list []string
	for _, p := range pairs {
		list = append(list, p.Name+"="+g.spelled(p.Value, "/:,", true))
	}
	return strings.Join(list, "&")
}

// header is an Authorization value. The commas and blanks of one in forty are
// not as they should be.
func (g generator) header(pairs []Pair) string {
	var list []string
	equals := "="
	if g.one(100) {
		equals = g.pick(" =", "= ", "\t=\t")
	}
	for _, p := range pairs {
		list = append(list, p.Name+equals+`"`+g.spelled(p.Value, "&=;,/?:@!*'()$[]+<>^`{|}#", false)+`"`)
	}
	if g.one(3) {
		list = append([]string{g.pick(`realm="Photos"`, `realm=""`, `realm="a, b=\"c\" \\ %20"`, `realm="http://a/?b=c"`, `Realm="x"`)}, list...)
	}
	if g.one(30) {
		list = append(list, g.pick(`x="1"`, `xoauth_requestor_id="ada"`, `xoauth_requestor_id="a%40b"`, `x=""`, `a-b="c d"`, `%61="b"`))
	}
	if g.one(80) {
		list = append(list, g.pick(`x="1", x="2"`, `realm="again", realm="again"`, `x=y`, `x="a"b`, `x="a\"b"`, `oauth_x="%"`, `oauth_x="%4"`, `x="`, `x`, ``))
	}
	value := strings.Join(list, g.pick(", ", ", ", ",", " , ", ",\t", ",  "))
	if g.one(100) {
		value += g.pick(",", " ,", ";", ", ")
	}
	return g.pick("OAuth ", "OAuth ", "OAuth ", "oauth ", "OAUTH ", "OAuth  ") + value
}
