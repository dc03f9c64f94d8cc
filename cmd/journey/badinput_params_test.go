package journey

import (
	"fmt"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

// params are PAR-01 to PAR-15. PAR-22 and 23, the right status and a challenge
// with each refusal, are asked of all of them.
func (s *siege) params(t *testing.T) {
	s.run(t, missingParameters())
	s.run(t, repeatedParameters())
	s.run(t, mixedTransmission)
	s.run(t, headerAttacks)
	s.run(t, escapeAttacks)
	s.run(t, s.injections())
	s.counting(t, func() { t.Run("PAR-14: octets that are no text", s.octets) })
}

var required = []string{"oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce"}

func missingParameters() (all []attack) {
	for _, name := range required {
		all = append(all,
			attack{id: "PAR-01", name: "no " + name, before: func(c *call) { c.drop(name) }, want: "parameter_absent"},
			attack{id: "PAR-01", name: "an empty " + name, before: setting(name, ""), want: "parameter_absent"},
			attack{id: "PAR-01", name: "no " + name + ", dropped on the way", after: func(c *call) { c.drop(name) }, want: "parameter_absent"},
			attack{id: "PAR-01", name: "no " + name + ", in the query", shape: func(c *call) { c.in = "query" }, before: func(c *call) { c.drop(name) }, want: "parameter_absent"})
	}
	tokens := append(gates, "access-token")
	return append(all,
		attack{id: "PAR-01", name: "no signature", after: func(c *call) { c.drop("oauth_signature") }, want: "parameter_absent"},
		attack{id: "PAR-01", name: "no token", at: tokens, before: func(c *call) { c.drop("oauth_token"); c.by.tokenSecret = "" }, want: "parameter_absent"},
		attack{id: "PAR-01", name: "an empty token", at: tokens, before: func(c *call) { c.set("oauth_token", ""); c.by.tokenSecret = "" }, want: "parameter_absent"},
		attack{id: "PAR-01", name: "nothing at all", after: func(c *call) { c.authorization = []string{} }, want: "no_credentials"},
		attack{id: "PAR-01", name: "nothing but a realm", after: func(c *call) { c.authorization = []string{`OAuth realm="x"`} }, want: "no_credentials"},
		attack{id: "PAR-01", name: "a name that is none of ours: OAUTH_TOKEN and so on", after: func(c *call) { c.authorization = []string{strings.ReplaceAll(c.header(), "oauth_", "OAUTH_")} }, want: "no_credentials"},
		attack{id: "PAR-01", name: "another scheme", after: func(c *call) { c.authorization = []string{"Bearer " + c.by.token} }, want: "no_credentials"},
		attack{id: "PAR-01", name: "Basic with the consumer's own secret", after: func(c *call) { c.authorization = []string{"Basic YTpi"} }, want: "no_credentials"},
		attack{id: "PAR-07", name: "version 2.0", before: setting("oauth_version", "2.0"), want: "version_rejected"},
		attack{id: "PAR-07", name: "version 1.0a", before: setting("oauth_version", "1.0a"), want: "version_rejected"},
		attack{id: "PAR-07", name: "version 1", before: setting("oauth_version", "1"), want: "version_rejected"},
		attack{id: "PAR-07", name: "version 1.00", before: setting("oauth_version", "1.00"), want: "version_rejected"},
		attack{id: "PAR-07", name: "an empty version", before: setting("oauth_version", ""), want: "version_rejected"})
}

func repeatedParameters() (all []attack) {
	for _, name := range append(required, "oauth_version", "oauth_signature", "oauth_callback", "oauth_verifier", "oauth_x") {
		for where, shape := range map[string]func(*call){
			"header": nil,
			"query":  func(c *call) { c.in = "query" },
			"form":   func(c *call) { c.form("a=1"); c.in = "form" },
		} {
			add := func(value string) func(*call) {
				return func(c *call) {
					if c.get(name) == "" {
						c.add(name, "x")
					}
					if value == "" {
						c.add(name, c.get(name))
					} else {
						c.add(name, value)
					}
				}
			}
			styles := gates // where they are read alike
			if where == "header" {
				styles = everywhere
			}
			all = append(all,
				attack{id: "PAR-02", name: name + " twice in the " + where + ", equal", at: styles, shape: shape, after: add(""), want: "parameter_rejected"},
				attack{id: "PAR-02", name: name + " twice in the " + where + ", different, signed", at: styles, shape: shape, before: add("other"), want: "parameter_rejected"},
				attack{id: "PAR-02", name: name + " twice in the " + where + ", the good one last", at: styles, shape: shape,
					after: func(c *call) {
						add("other")(c)
						c.pairs = append(c.pairs[len(c.pairs)-1:], c.pairs[:len(c.pairs)-1]...)
					}, want: "parameter_rejected"})
		}
	}
	return append(all, attack{id: "PAR-02", name: "a name in two spellings", after: func(c *call) {
		c.authorization = []string{c.header() + `, oauth%5Fnonce="x"`}
	}, want: "parameter_rejected"})
}

// moveTo takes some of the parameters out of the header.
func moveTo(query, form []string) func(*call) {
	return func(c *call) {
		pick := func(names []string) string {
			other := &call{}
			for _, n := range names {
				other.pairs = append(other.pairs, oauth1.Pair{Name: n, Value: c.get(n)})
			}
			c.drop(names...)
			return other.encoded()
		}
		if query != nil {
			c.moreTarget = "&" + pick(query)
		}
		if form != nil {
			c.body += "&" + pick(form)
		}
	}
}

var mixedTransmission = []attack{
	{id: "PAR-03", name: "the nonce in the query", after: moveTo([]string{"oauth_nonce"}, nil), want: "parameter_rejected"},
	{id: "PAR-03", name: "the consumer key in the query", after: moveTo([]string{"oauth_consumer_key"}, nil), want: "parameter_rejected"},
	{id: "PAR-03", name: "all but the signature in the query", after: moveTo([]string{"oauth_consumer_key", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_version"}, nil), want: "parameter_rejected"},
	{id: "PAR-03", name: "the nonce in the form", shape: formOf("a=1"), after: moveTo(nil, []string{"oauth_nonce"}), want: "parameter_rejected"},
	{id: "PAR-03", name: "the signature in the form", shape: formOf("a=1"), after: moveTo(nil, []string{"oauth_signature"}), want: "parameter_rejected"},
	{id: "PAR-03", name: "query and form", shape: inTurn(formOf("a=1"), func(c *call) { c.in = "query" }), after: moveTo(nil, []string{"oauth_nonce"}), want: "parameter_rejected"},
	{id: "PAR-03", name: "all three", shape: formOf("a=1"), after: moveTo([]string{"oauth_nonce"}, []string{"oauth_version"}), want: "parameter_rejected"},
	{id: "PAR-03", name: "everything in header and query", after: func(c *call) { c.moreTarget = "&" + c.encoded() }, want: "parameter_rejected"},
	{id: "PAR-03", name: "everything in the query, an empty header beside it", shape: func(c *call) { c.in = "query" },
		after: func(c *call) { c.authorization = []string{"OAuth "} }, want: "parameter_rejected"},
	{id: "PAR-03", name: "everything in the query, a realm beside it", shape: func(c *call) { c.in = "query" },
		after: func(c *call) { c.authorization = []string{`OAuth realm="x"`} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "two headers, the good one first", after: func(c *call) { c.authorization = []string{c.header(), `OAuth oauth_token="x"`} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "two headers, the good one last", after: func(c *call) { c.authorization = []string{`OAuth oauth_token="x"`, c.header()} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "the good one twice", after: func(c *call) { c.authorization = []string{c.header(), c.header()} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "Basic first", after: func(c *call) { c.authorization = []string{"Basic YTpi", c.header()} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "Basic last", after: func(c *call) { c.authorization = []string{c.header(), "Basic YTpi"} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "two schemes in one header", after: func(c *call) { c.authorization = []string{c.header() + ", Basic YTpi"} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "an empty header first", after: func(c *call) { c.authorization = []string{"", c.header()} }, want: "parameter_rejected"},
	{id: "PAR-05", name: "one in the proxy's name", after: func(c *call) {
		c.headers = append(c.headers, "Proxy-Authorization: "+c.header())
		c.authorization = []string{}
	}, want: "no_credentials"},
}

// head changes the Authorization value.
func head(change func(string) string) func(*call) {
	return func(c *call) { c.authorization = []string{change(c.header())} }
}

func swap(from, to string) func(*call) {
	return head(func(h string) string { return strings.Replace(h, from, to, 1) })
}

var headerAttacks = []attack{
	{id: "PAR-06", name: "a parameter without =", after: head(func(h string) string { return h + ", x" }), want: "parameter_rejected"},
	{id: "PAR-06", name: "no quotes", after: head(func(h string) string { return strings.ReplaceAll(h, `"`, "") }), want: "parameter_rejected"},
	{id: "PAR-06", name: "single quotes", after: head(func(h string) string { return strings.ReplaceAll(h, `"`, "'") }), want: "parameter_rejected"},
	{id: "PAR-06", name: "one value without quotes", after: swap(`oauth_version="1.0"`, "oauth_version=1.0"), want: "parameter_rejected"},
	{id: "PAR-06", name: "an unclosed value", after: head(func(h string) string { return h[:len(h)-1] }), want: "parameter_rejected"},
	{id: "PAR-06", name: "an unclosed value in the middle", after: swap(`", oauth_nonce`, `, oauth_nonce`), want: "parameter_rejected"},
	{id: "PAR-06", name: "the scheme only", after: head(func(string) string { return "OAuth" }), want: "no_credentials"},
	{id: "PAR-06", name: "the scheme and a blank", after: head(func(string) string { return "OAuth " }), want: "no_credentials"},
	{id: "PAR-06", name: "an empty header", after: head(func(string) string { return "" }), want: "no_credentials"},
	{id: "PAR-06", name: "a comma at the end", after: head(func(h string) string { return h + "," }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a comma at the start", after: swap("OAuth ", "OAuth ,"), want: "parameter_rejected"},
	{id: "PAR-06", name: "two commas", after: swap(", ", ",, "), want: "parameter_rejected"},
	{id: "PAR-06", name: "commas only", after: head(func(string) string { return "OAuth ,,,," }), want: "parameter_rejected"},
	{id: "PAR-06", name: "semicolons", after: head(func(h string) string { return strings.ReplaceAll(h, ", ", "; ") }), want: "parameter_rejected"},
	{id: "PAR-06", name: "ampersands", after: head(func(h string) string { return strings.ReplaceAll(h, ", ", "&") }), want: "parameter_rejected"},
	{id: "PAR-06", name: "nothing between two", after: swap(`", `, `" `), want: "parameter_rejected"},
	{id: "PAR-06", name: "an equals sign only", after: head(func(string) string { return "OAuth =" }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a name alone", after: head(func(string) string { return "OAuth oauth_token" }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a quote only", after: head(func(string) string { return `OAuth "` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "an empty name", after: head(func(h string) string { return h + `, ="x"` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a backslash in a value", after: head(func(h string) string { return h + `, a="b\"c"` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a backslash at the end of a realm", after: head(func(h string) string { return h + `, realm="x\` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "bytes beyond ASCII in a value", after: head(func(h string) string { return h + ", a=\"\xff\xfe\"" }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a tab in a value", after: head(func(h string) string { return h + ", a=\"b\tc\"" }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a blank in a value", after: head(func(h string) string { return h + `, a="b c"` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a value behind a value", after: swap(`"1.0"`, `"1.0""2.0"`), want: "parameter_rejected"},
	{id: "PAR-06", name: "a comma within an unknown value", after: head(func(h string) string { return h + `, a="b, oauth_token="c"` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a parameter added that nobody signed", after: head(func(h string) string { return h + `, a="b"` }), want: "signature_invalid"},
	{id: "PAR-06", name: "the query's form in the header", after: head(func(string) string { return "OAuth oauth_token=a&oauth_nonce=b" }), want: "parameter_rejected"},
	{id: "PAR-06", name: "JSON", after: head(func(string) string { return `OAuth {"oauth_token":"a"}` }), want: "parameter_rejected"},
	{id: "PAR-06", name: "a scheme that begins like ours", after: swap("OAuth ", "OAuth2 "), want: "no_credentials"},
	{id: "PAR-06", name: "a scheme glued to the first name", after: swap("OAuth ", "OAuth"), want: "no_credentials"},
}

var escapeAttacks = []attack{
	{id: "PAR-10", name: "a broken escape in the header", after: swap(`oauth_version="1.0"`, `oauth_version="1.0%"`), want: "parameter_rejected"},
	{id: "PAR-10", name: "a broken escape in a header name", after: swap(`oauth_version`, `oauth%5version`), want: "parameter_rejected"},
	{id: "PAR-10", name: "letters that are no hex in the header", after: head(func(h string) string { return h + `, a="%zz"` }), want: "parameter_rejected"},
	{id: "PAR-10", name: "a percent sign in the query, signed as itself", before: altered("size=full", "size=100%"), want: "parameter_rejected"},
	{id: "PAR-10", name: "half an escape in the query", before: altered("size=full", "size=%4"), want: "parameter_rejected"},
	{id: "PAR-10", name: "no hex in the query", before: altered("size=full", "size=%zz"), want: "parameter_rejected"},
	{id: "PAR-10", name: "a broken escape in a query name", before: altered("size=full", "si%ze=full"), want: "parameter_rejected"},
	{id: "PAR-10", name: "the escapes of JavaScript", before: altered("size=full", "size=%u0041"), want: "parameter_rejected"},
	{id: "PAR-10", name: "a percent sign in the form, signed as itself", shape: formOf("a=1"), before: altered("a=1", "a=100%"), want: "parameter_rejected"},
	{id: "PAR-10", name: "no hex in the form", shape: formOf("a=1"), before: altered("a=1", "a=%g1"), want: "parameter_rejected"},
	{id: "PAR-10", name: "a broken escape, parameters in the query", shape: func(c *call) { c.in = "query" }, after: moreQuery("&x=%"), want: "parameter_rejected"},
	{id: "PAR-10", name: "a broken escape, parameters in the form", shape: func(c *call) { c.form("a=1"); c.in = "form" }, before: altered("a=1", "a=%"), want: "parameter_rejected"},
}

// identifiers are PAR-12 and 13: what only looks like a key or a token.
func (s *siege) identifiers(t *testing.T) {
	var all []attack
	for _, v := range []struct {
		name string
		like func(string) string
	}{
		{"a NUL behind it", func(v string) string { return v + "\x00" }},
		{"a NUL in front", func(v string) string { return "\x00" + v }},
		{"a blank behind it", func(v string) string { return v + " " }},
		{"a blank in front", func(v string) string { return " " + v }},
		{"a line break behind it", func(v string) string { return v + "\n" }},
		{"a tab behind it", func(v string) string { return v + "\t" }},
		{"the other case", swapCase},
		{"full-width letters", func(v string) string {
			return strings.Map(func(r rune) rune { return r - '!' + '！' }, v)
		}},
		{"an accent", func(v string) string { return v + "\u0301" }},
		{"a zero-width blank", func(v string) string { return v[:4] + "\u200b" + v[4:] }},
		{"a percent sign of SQL", func(v string) string { return v[:4] + "%" }},
		{"an underscore of SQL", func(v string) string { return "_" + v[1:] }},
		{"a star", func(v string) string { return v[:4] + "*" }},
		{"only a star", func(string) string { return "*" }},
		{"SQL", func(v string) string { return v + "' OR '1'='1" }},
		{"a quote", func(v string) string { return v + `"` }},
		{"cut", func(v string) string { return v[:len(v)-1] }},
		{"one character more", func(v string) string { return v + "A" }},
		{"encoded twice", func(v string) string { return fmt.Sprintf("%%%02X", v[0]) + v[1:] }},
		{"a directory in front", func(v string) string { return "../" + v }},
		{"a template", func(v string) string { return "{{.}}" + v }},
		{"no text", func(v string) string { return "\xff\xfe" }},
		{"long", func(v string) string { return strings.Repeat(v, 100) }},
	} {
		like := func(name string) func(*call) {
			return func(c *call) {
				for i, p := range c.pairs {
					if p.Name == name {
						c.pairs[i].Value = v.like(p.Value)
					}
				}
			}
		}
		tokens := append(gates, "access-token")
		all = append(all,
			attack{id: "PAR-12", name: "a consumer key with " + v.name, before: like("oauth_consumer_key"), want: "consumer_key_unknown"},
			attack{id: "PAR-13", name: "a token with " + v.name, at: tokens, before: like("oauth_token"), want: "token_rejected"})
	}
	s.run(t, all)
}

func swapCase(v string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			return r ^ 0x20
		}
		return r
	}, v)
}

// injections are PAR-15: what a careless server writes into its answer, its log
// or its page. The answers are searched for mark.
func (s *siege) injections() (all []attack) {
	for _, text := range []string{
		mark + "\r\nSet-Cookie: evil=1", mark + "\nRemote-User: root", mark + "\r\n\r\n<html>", "<script>" + mark + "</script>", `"><img src=x onerror=` + mark + `>`,
		mark + "\x1b[31mred\x1b[0m", mark + "\u202egnp", `{"` + mark + `":1}`, mark + `", oauth_problem="none`, "${jndi:ldap://" + mark + "}", mark + "%0d%0aX: y", mark + "\x00",
	} {
		name := strings.ToValidUTF8(strings.Map(func(r rune) rune {
			if r < ' ' || r > '~' || r == '/' {
				return '.'
			}
			return r
		}, text), "")
		all = append(all,
			attack{id: "PAR-15", name: "a consumer key like " + name, before: setting("oauth_consumer_key", text), want: "consumer_key_unknown"},
			attack{id: "PAR-15", name: "a token like " + name, at: append(gates, "access-token"), before: setting("oauth_token", text), want: "token_rejected"},
			attack{id: "PAR-15", name: "a method like " + name, before: setting("oauth_signature_method", text), want: "signature_method_rejected"},
			attack{id: "PAR-15", name: "a timestamp like " + name, before: setting("oauth_timestamp", text), want: "parameter_rejected"},
			attack{id: "PAR-15", name: "a version like " + name, before: setting("oauth_version", text), want: "version_rejected"},
			attack{id: "PAR-15", name: "a signature like " + name, after: setting("oauth_signature", text), want: "signature_invalid"},
			attack{id: "PAR-15", name: "a repeated parameter like " + name, at: gates, before: func(c *call) { c.add("oauth_"+text, "1"); c.add("oauth_"+text, "2") }, want: "parameter_rejected"},
			attack{id: "PAR-15", name: "a stray parameter like " + name, at: gates, after: moreQuery("&oauth_" + escape(text) + "=" + escape(text)), want: "parameter_rejected"})
	}
	return all
}

// octets are signed bytewise whatever they are.
func (s *siege) octets(t *testing.T) {
	for _, query := range []string{"a=%00", "%00=a", "a=%ff%fe", "a=%C0%80", "a=%ED%A0%80", "a=%F4%90%80%80", "a=%0d%0aX:y", "a=%1b[31m", "a=%E2%80%AE", "a=%7f", "a=\xc3\xa9", "a=\xff"} {
		for _, style := range everywhere {
			c := s.call(t, style, "hmac")
			c.replace("size=full", query)
			s.accepted(t, style, c.sign())
		}
	}
	for _, path := range []string{"/%00", "/a%00b", "/%ff", "/%0d%0a", "/%C0%AE%C0%AE/x", "/%c0%ae%c0%ae", "/\xc3\xa9", "/%E2%80%AE"} {
		for _, style := range gates {
			c := s.call(t, style, "hmac")
			c.target = path + "?x=1"
			s.accepted(t, style, c.sign())
		}
	}
}
