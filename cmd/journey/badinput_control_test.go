package journey

import (
	"slices"
	"testing"
)

// A control is a good request. A provider that refuses everything passes every
// test of refusals.
type control struct {
	id, name string
	by       string
	before   func(*call)
	after    func(*call) // what nobody signs
	at       []string
}

// controls sends every good request in every style.
func (s *siege) controls(t *testing.T) {
	t.Helper()
	s.counting(t, func() {
		for _, c := range goodRequests {
			styles := c.at
			if styles == nil {
				styles = everywhere
			}
			for _, style := range styles {
				t.Run(c.id+" "+style+": "+c.name, func(t *testing.T) {
					made := s.prepare(t, style, attack{by: c.by})
					apply(c.before, made)
					made.sign()
					apply(c.after, made)
					s.accepted(t, style, made)
				})
			}
		}
	})
}

var goodRequests = []control{
	{id: "CTL-01", name: "in the header"},
	{id: "CTL-02", name: "in the query", before: func(c *call) { c.in = "query" }},
	{id: "CTL-03", name: "in the form", before: func(c *call) { c.form("title=a+b"); c.in = "form" }},
	{id: "CTL-04", name: "a form beside the header", before: formOf("title=a%20b&title=c+d&x=;y=&z")},
	{id: "CTL-05", name: "HMAC-SHA256", before: methodAs("HMAC-SHA256")},
	{id: "CTL-05", name: "HMAC-SHA512", before: methodAs("HMAC-SHA512")},
	{id: "CTL-06", name: "RSA-SHA1", by: "rsa"},
	{id: "CTL-06", name: "RSA-SHA256", by: "rsa", before: methodAs("RSA-SHA256")},
	{id: "CTL-07", name: "PLAINTEXT over https", by: "plain", at: gates, before: overHTTPS},
	{id: "CTL-08", name: "secrets full of what must be encoded", by: "odd"},
	{id: "CTL-09", name: "the parameters of RFC 5849 §3.4.1.3.1", at: gates, before: func(c *call) {
		c.target = "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
		c.form("c2&a3=2+q")
	}},
	{id: "CTL-10", name: "a default port", at: gates, before: func(c *call) { c.host += ":80" }},
	{id: "CTL-10", name: "a default port that was not signed", at: gates, after: func(c *call) { c.host += ":80" }},
	{id: "CTL-10", name: "the default port of https", at: gates, before: overHTTPS, after: func(c *call) { c.host += ":443" }},
	{id: "CTL-11", name: "a port of its own", at: gates, before: func(c *call) { c.host += ":8080" }},
	{id: "CTL-11", name: "a host in capitals", at: gates, after: func(c *call) { c.host = "APP.Example.test" }},
	{id: "CTL-12", name: "the scheme's name in capitals", after: func(c *call) { c.authorization = []string{"OAUTH" + c.header()[5:]} }},
	{id: "CTL-13", name: "escapes in lower-case hex", at: gates, before: atPath("/a%2fb/%c3%bc")},
	{id: "CTL-13", name: "escaped unreserved characters", at: gates, before: atPath("/~ada/x"), after: altered("/~ada", "/%7Eada")},
	{id: "CTL-14", name: "doubled slashes, signed so", at: gates, before: atPath("//photos///7/")},
	{id: "CTL-14", name: "an escaped slash, signed so", at: gates, before: atPath("/photos%2F7")},
	{id: "CTL-15", name: "without a version", before: func(c *call) { c.drop("oauth_version") }},
	{id: "CTL-16", name: "a realm, which nobody signs", after: withRealm(`realm="Photos, \"x\" & more"`)},
	{id: "CTL-17", name: "nothing between the commas", after: func(c *call) { c.separator = "," }},
	{id: "CTL-17", name: "many blanks between the commas", after: func(c *call) { c.separator = " \t, \t " }},
	{id: "CTL-18", name: "an empty query", at: gates, before: func(c *call) { c.target = "/photos?" }},
	{id: "CTL-18", name: "no path", at: gates, before: func(c *call) { c.target = "/" }},
	{id: "CTL-18", name: "brackets, semicolons and bare names", at: gates, before: func(c *call) { c.target = "/p?a[]=1&a[]=2&b;c=d&e&=f&a=&a" }},
	{id: "CTL-19", name: "a body that is no form", before: func(c *call) { c.method, c.body = "POST", `{"a":1}` }, after: typedAs("application/json")},
	{id: "CTL-19", name: "the form type in other letters", before: formOf("a=1"), after: typedAs("Application/X-WWW-Form-URLEncoded; charset=utf-8")},
	{id: "SIG-10", name: "parameters in another order", after: func(c *call) { slices.Reverse(c.pairs) }},
	{id: "SIG-07", name: "%20 for a plus", at: gates, before: altered("name=2", "name=x+y"), after: altered("x+y", "x%20y")},
	{id: "SIG-20", name: "a realm in the query, signed", before: altered("size=full", "realm=x")},
}
