package journey

import (
	"bytes"
	"crypto/sha1"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
	"testing"
)

// signatures are SIG-01 to SIG-27, and SIG-30: the same at the token endpoints.
func (s *siege) signatures(t *testing.T) {
	for _, table := range [][]attack{
		s.wrongSecrets(), alteredRequests, alteredQueries, alteredSignatures, methodAttacks,
		s.rsaAttacks(t), realmAttacks, formAttacks,
	} {
		s.run(t, table)
	}
}

func setting(name, value string) func(*call) { return func(c *call) { c.set(name, value) } }

// altered changes the target and the body.
func altered(from, to string) func(*call) { return func(c *call) { c.replace(from, to) } }

func atPath(to string) func(*call) { return altered("/photos/7", to) }

func keyedBy(key string) func(*call) { return func(c *call) { c.key = &key } }

// inTurn does one thing after the other.
func inTurn(all ...func(*call)) func(*call) {
	return func(c *call) {
		for _, f := range all {
			f(c)
		}
	}
}

func (s *siege) wrongSecrets() []attack {
	all := []attack{
		{id: "SIG-01", name: "wrong consumer secret", before: func(c *call) { c.by.secret = "wrong" }, want: "signature_invalid"},
		{id: "SIG-01", name: "the consumer secret in upper case", before: func(c *call) { c.by.secret = strings.ToUpper(c.by.secret) }, want: "signature_invalid"},
		{id: "SIG-02", name: "wrong token secret", before: func(c *call) { c.by.tokenSecret = "wrong" }, want: "signature_invalid"},
		{id: "SIG-02", name: "the consumer secret twice", before: func(c *call) { c.by.tokenSecret = c.by.secret }, want: "signature_invalid"},
		{id: "SIG-03", name: "the key of empty secrets", before: keyedBy("&"), want: "signature_invalid"},
		{id: "SIG-03", name: "an empty key", before: keyedBy(""), want: "signature_invalid"},
		{id: "SIG-03", name: "the key of empty secrets for an unknown consumer", before: inTurn(setting("oauth_consumer_key", "unknown"), keyedBy("&")), want: "consumer_key_unknown"},
		{id: "SIG-03", name: "the key of empty secrets for an RSA consumer", by: "rsa", before: inTurn(setting("oauth_signature_method", "HMAC-SHA1"), keyedBy("&")), want: "signature_method_rejected"},
		{id: "SIG-03", name: "the key of empty secrets as PLAINTEXT", by: "plain", at: gates, shape: overHTTPS, before: keyedBy("&"), want: "signature_invalid"},
		{id: "SIG-18", name: "the secrets joined without encoding", by: "odd", at: gates,
			before: func(c *call) { c.key = ptr(c.by.secret + "&" + c.by.tokenSecret) }, want: "signature_invalid"},
	}
	for _, secret := range []string{s.who["hmac"].key, s.who["hmac"].token, "null", "<nil>", "undefined", "[redacted]", "a secret that"} {
		all = append(all,
			attack{id: "SIG-04", name: "identifiers and words as secrets: " + secret, before: func(c *call) { c.by.secret, c.by.tokenSecret = secret, secret }, want: "signature_invalid"},
			attack{id: "SIG-04", name: "and with an empty token secret: " + secret, before: func(c *call) { c.by.secret, c.by.tokenSecret = secret, "" }, want: "signature_invalid"},
			attack{id: "SIG-04", name: "and as an unknown consumer: " + secret,
				before: func(c *call) { c.set("oauth_consumer_key", "unknown"); c.by.secret, c.by.tokenSecret = secret, secret }, want: "consumer_key_unknown"})
	}
	return append(all, attack{id: "SIG-04", name: "the dummy's own secrets, as an unknown consumer",
		before: func(c *call) {
			c.set("oauth_consumer_key", "unknown")
			c.by.secret, c.by.tokenSecret = "a secret that", "nobody has"
		}, want: "consumer_key_unknown"})
}

func ptr[T any](v T) *T { return &v }

func overHTTPS(c *call) { c.scheme = "https" }

var alteredRequests = []attack{
	{id: "SIG-05", name: "signed GET, sent POST", at: gates, after: func(c *call) { c.method = "POST" }, want: "signature_invalid"},
	{id: "SIG-05", name: "signed GET, sent HEAD", at: []string{"forward", "nginx", "nginx-url"}, after: func(c *call) { c.method = "HEAD" }, want: "signature_invalid"},
	{id: "SIG-05", name: "signed POST, sent DELETE", at: gates, shape: func(c *call) { c.method = "POST" }, after: func(c *call) { c.method = "DELETE" }, want: "signature_invalid"},
	{id: "SIG-05", name: "signed GET, sent as a method that nobody knows", at: gates, after: func(c *call) { c.method = "FROB" }, want: "signature_invalid"},
	{id: "SIG-05", name: "sent in lower case", at: gates, after: func(c *call) { c.method = "get" }, want: "parameter_rejected"},
	{id: "SIG-05", name: "signed and sent in mixed case", at: gates, before: func(c *call) { c.method = "Get" }, want: "parameter_rejected"},

	{id: "SIG-06", name: "a slash doubled", at: gates, after: atPath("//photos/7"), want: "signature_invalid"},
	{id: "SIG-06", name: "a slash doubled within", at: gates, after: atPath("/photos//7"), want: "signature_invalid"},
	{id: "SIG-06", name: "a slash at the end", at: gates, after: atPath("/photos/7/"), want: "signature_invalid"},
	{id: "SIG-06", name: "doubled slashes signed, single ones sent", at: gates, before: atPath("//photos//7"), after: altered("//photos//7", "/photos/7"), want: "signature_invalid"},
	{id: "SIG-06", name: "a slash escaped", at: gates, after: atPath("/photos%2F7"), want: "signature_invalid"},
	{id: "SIG-06", name: "an escaped slash signed, a plain one sent", at: gates, before: atPath("/photos%2F7"), after: altered("%2F", "/"), want: "signature_invalid"},
	{id: "SIG-06", name: "an escape escaped", at: gates, before: atPath("/photos/%41"), after: altered("%41", "%2541"), want: "signature_invalid"},
	{id: "SIG-06", name: "another case", at: gates, after: atPath("/Photos/7"), want: "signature_invalid"},
	{id: "SIG-06", name: "an escaped NUL at the end", at: gates, after: atPath("/photos/7%00"), want: "signature_invalid"},
	{id: "SIG-06", name: "a path parameter", at: gates, after: atPath("/photos/7;v=1"), want: "signature_invalid"},
	{id: "SIG-06", name: "a backslash", at: gates, after: atPath(`/photos\7`), want: "signature_invalid"},
	{id: "SIG-06", name: "a dot segment", at: gates, after: atPath("/./photos/7"), want: "parameter_rejected"},
	{id: "SIG-06", name: "two dots", at: gates, after: atPath("/x/../photos/7"), want: "parameter_rejected"},
	{id: "SIG-06", name: "dots at the end", at: gates, after: atPath("/photos/7/.."), want: "parameter_rejected"},
	{id: "SIG-06", name: "a dot segment, signed", at: gates, before: atPath("/photos/./7"), want: "parameter_rejected"},
	{id: "SIG-06", name: "two dots, signed", at: gates, before: atPath("/public/../photos/7"), want: "parameter_rejected"},
	{id: "SIG-06", name: "two escaped dots, signed", at: gates, before: atPath("/public/%2e%2e/photos/7"), want: "parameter_rejected"},
	{id: "SIG-06", name: "one escaped dot and one plain, signed", at: gates, before: atPath("/public/%2E./photos/7"), want: "parameter_rejected"},
	{id: "SIG-06", name: "a broken escape", at: gates, after: atPath("/photos/%zz7"), want: "parameter_rejected", byHTTP: []string{"envoy", "inline"}},
	{id: "SIG-06", name: "half an escape at the end", at: gates, before: func(c *call) { c.target = "/photos/7%4" }, want: "parameter_rejected", byHTTP: []string{"envoy", "inline"}},

	{id: "SIG-08", name: "another host", at: gates, after: func(c *call) { c.host = "evil.example.test" }, want: "signature_invalid"},
	{id: "SIG-08", name: "a port", at: gates, after: func(c *call) { c.host += ":8080" }, want: "signature_invalid"},
	{id: "SIG-08", name: "the other scheme's default port", at: gates, after: func(c *call) { c.host += ":443" }, want: "signature_invalid"},
	{id: "SIG-08", name: "a trailing dot", at: gates, after: func(c *call) { c.host += "." }, want: "signature_invalid"},
	{id: "SIG-08", name: "userinfo", at: gates, after: func(c *call) { c.host = "user@" + c.host }, want: "parameter_rejected", byHTTP: []string{"envoy", "inline"}},
	{id: "SIG-08", name: "userinfo, signed", at: gates, before: func(c *call) { c.host = "user:pw@" + c.host }, want: "parameter_rejected", byHTTP: []string{"envoy", "inline"}},
	{id: "SIG-09", name: "signed http, sent https", at: gates, after: overHTTPS, want: "signature_invalid"},
	{id: "SIG-09", name: "signed overHTTPS, sent http", at: gates, before: overHTTPS, after: func(c *call) { c.scheme = "http" }, want: "signature_invalid"},
	{id: "SIG-09", name: "signed overHTTPS, sent http, at the token endpoints", at: endpoints, before: overHTTPS, after: func(c *call) { c.scheme = "http" }, want: "signature_invalid"},
}

var alteredQueries = []attack{
	{id: "SIG-07", name: "a value changed", after: altered("size=full", "size=small"), want: "signature_invalid"},
	{id: "SIG-07", name: "a name changed", after: altered("size=", "Size="), want: "signature_invalid"},
	{id: "SIG-07", name: "a pair added", after: altered("size=full", "size=full&admin=1"), want: "signature_invalid"},
	{id: "SIG-07", name: "a name alone added", after: altered("size=full", "size=full&admin"), want: "signature_invalid"},
	{id: "SIG-07", name: "a pair without a name added", after: altered("size=full", "size=full&=1"), want: "signature_invalid"},
	{id: "SIG-07", name: "a pair removed", after: altered("size=full", ""), want: "signature_invalid"},
	{id: "SIG-07", name: "an empty pair removed", at: gates, after: altered("&empty=", ""), want: "signature_invalid"},
	{id: "SIG-07", name: "a pair doubled", after: altered("size=full", "size=full&size=full"), want: "signature_invalid"},
	{id: "SIG-07", name: "two values joined", at: gates, after: altered("c&name=2", "c2"), want: "signature_invalid"},
	{id: "SIG-07", name: "a value moved from one name to the other", after: altered("size=full", "siz=efull"), want: "signature_invalid"},
	{id: "SIG-07", name: "a semicolon for an ampersand", at: gates, after: altered("&name=2", ";name=2"), want: "signature_invalid"},
	{id: "SIG-07", name: "a pair behind a semicolon", after: altered("size=full", "size=full;admin=1"), want: "signature_invalid"},
	{id: "SIG-07", name: "%2B for a plus", at: gates, after: altered("b+c", "b%2Bc"), want: "signature_invalid"},
	{id: "SIG-07", name: "%2520 for %20", at: gates, after: altered("a%20b", "a%2520b"), want: "signature_invalid"},
	{id: "SIG-07", name: "brackets as PHP reads them", after: altered("size=full", "size[]=full"), want: "signature_invalid"},
}

func valueAs(change func(signature string) string) func(*call) {
	return func(c *call) { c.set("oauth_signature", change(c.get("oauth_signature"))) }
}

var alteredSignatures = []attack{
	{id: "SIG-11", name: "empty", after: setting("oauth_signature", ""), want: "parameter_absent"},
	{id: "SIG-11", name: "cut", after: valueAs(func(v string) string { return v[:len(v)-1] }), want: "signature_invalid"},
	{id: "SIG-11", name: "one byte of it", after: valueAs(func(v string) string { return v[:1] }), want: "signature_invalid"},
	{id: "SIG-11", name: "doubled", after: valueAs(func(v string) string { return v + v }), want: "signature_invalid"},
	{id: "SIG-11", name: "a bit flipped at the start", after: valueAs(func(v string) string { return flipped(v, 0) }), want: "signature_invalid"},
	{id: "SIG-11", name: "a bit flipped at the end", after: valueAs(func(v string) string { return flipped(v, len(v)-3) }), want: "signature_invalid"},
	{id: "SIG-11", name: "a NUL behind it", after: valueAs(func(v string) string { return v + "\x00" }), want: "signature_invalid"},
	{id: "SIG-11", name: "a line break behind it", after: valueAs(func(v string) string { return v + "\n" }), want: "signature_invalid"},
	{id: "SIG-11", name: "a blank within", after: valueAs(func(v string) string { return v[:9] + " " + v[9:] }), want: "signature_invalid"},
	{id: "SIG-11", name: "encoded twice", after: valueAs(escape), want: "signature_invalid"},
	{id: "SIG-11", name: "base64 with another spelling of the last bits", after: valueAs(otherSpelling), want: "signature_invalid"},
	{id: "SIG-11", name: "base64 without padding", after: valueAs(func(v string) string { return strings.TrimRight(v, "=") }), want: "signature_invalid"},
	{id: "SIG-11", name: "hex", after: valueAs(func(v string) string { return strings.ToLower(v) }), want: "signature_invalid"},
	{id: "SIG-11", name: "the signature of another request", after: func(c *call) {
		other := c.clone()
		other.drop("oauth_signature")
		other.target += "&other=1"
		c.set("oauth_signature", other.sign().get("oauth_signature"))
	}, want: "signature_invalid"},
}

func flipped(s string, at int) string {
	b := []byte(s)
	if b[at] == 'A' {
		b[at] = 'B'
	} else {
		b[at] = 'A'
	}
	return string(b)
}

// otherSpelling decodes to the same bytes with a lenient decoder: the last
// character before the padding has bits that do not count.
func otherSpelling(v string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
	last := strings.IndexByte(v, '=') - 1
	return v[:last] + string(alphabet[strings.IndexByte(alphabet, v[last])+1]) + v[last+1:]
}

func methodAs(name string) func(*call) { return setting("oauth_signature_method", name) }

func labelled(label, made string) func(*call) {
	return func(c *call) {
		c.set("oauth_signature_method", label)
		c.value = func(base string) string { return c.signature(made, base) }
	}
}

var methodAttacks = []attack{
	{id: "SIG-12", name: "PLAINTEXT while it is off", at: gates, shape: overHTTPS, before: methodAs("PLAINTEXT"), want: "signature_method_rejected"},
	{id: "SIG-12", name: "PLAINTEXT while it is off, at the token endpoints", at: endpoints, before: methodAs("PLAINTEXT"), want: "signature_method_rejected"},
	{id: "SIG-12", name: "PLAINTEXT over http", by: "plain", at: gates, shape: overHTTPS, before: func(c *call) { c.scheme = "http" }, want: "signature_method_rejected"},
	{id: "SIG-12", name: "PLAINTEXT without nonce", by: "plain", at: gates, shape: overHTTPS, before: func(c *call) { c.drop("oauth_nonce") }, want: "parameter_absent"},
	{id: "SIG-12", name: "PLAINTEXT without timestamp", by: "plain", at: gates, shape: overHTTPS, before: func(c *call) { c.drop("oauth_timestamp") }, want: "parameter_absent"},
	{id: "SIG-12", name: "PLAINTEXT with the secrets decoded", by: "plain", at: gates, shape: overHTTPS, before: keyedBy("x&y"), want: "signature_invalid"},
	{id: "SIG-13", name: "unknown", before: methodAs("HMAC-MD5"), want: "signature_method_rejected"},
	{id: "SIG-13", name: "in lower case", before: methodAs("hmac-sha1"), want: "signature_method_rejected"},
	{id: "SIG-13", name: "with a blank", before: methodAs("HMAC-SHA1 "), want: "signature_method_rejected"},
	{id: "SIG-13", name: "none", before: methodAs("none"), want: "signature_method_rejected"},
	{id: "SIG-13", name: "empty", before: methodAs(""), want: "parameter_absent"},
	{id: "SIG-13", name: "left out", before: func(c *call) { c.drop("oauth_signature_method") }, want: "parameter_absent"},
	{id: "SIG-13", name: "signed as one, labelled as another on the way", after: methodAs("HMAC-SHA256"), want: "signature_invalid"},
	{id: "SIG-17", name: "a SHA-256 value labelled SHA-1", before: labelled("HMAC-SHA1", "HMAC-SHA256"), want: "signature_invalid"},
	{id: "SIG-17", name: "a SHA-1 value labelled SHA-256", before: labelled("HMAC-SHA256", "HMAC-SHA1"), want: "signature_invalid"},
	{id: "SIG-17", name: "a PLAINTEXT value labelled SHA-1", before: labelled("HMAC-SHA1", "PLAINTEXT"), want: "signature_invalid"},
}

func (s *siege) rsaAttacks(t *testing.T) []attack {
	private := s.who["rsa"].private
	der, err := x509.MarshalPKIXPublicKey(&private.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	var all []attack
	for name, secret := range map[string]string{
		"PEM": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})), "DER": string(der), "base64": base64.StdEncoding.EncodeToString(der),
		"PKCS #1": string(x509.MarshalPKCS1PublicKey(&private.PublicKey)), "modulus": string(private.N.Bytes()),
	} {
		all = append(all, attack{id: "SIG-14", name: "HMAC keyed by the public key as " + name, by: "rsa",
			before: inTurn(methodAs("HMAC-SHA1"), func(c *call) { c.by.secret = secret }), want: "signature_method_rejected"})
	}
	mine, _ := newKeyPair(t)
	all = append(all,
		attack{id: "SIG-15", name: "RSA for an HMAC consumer, by a fresh key", before: inTurn(methodAs("RSA-SHA1"), func(c *call) { c.by.private = mine }), want: "signature_method_rejected"},
		attack{id: "SIG-15", name: "and with the key in the request", before: inTurn(methodAs("RSA-SHA1"), func(c *call) {
			c.by.private = mine
			c.add("oauth_public_key", base64.StdEncoding.EncodeToString(x509.MarshalPKCS1PublicKey(&mine.PublicKey)))
		}), want: "signature_method_rejected"},
		attack{id: "SIG-15", name: "RSA by a fresh key for an RSA consumer", by: "rsa", before: func(c *call) { c.by.private = mine }, want: "signature_invalid"},
		attack{id: "SIG-16", name: "over another digest", by: "rsa", before: labelled("RSA-SHA1", "RSA-SHA256"), want: "signature_invalid"},
		attack{id: "SIG-16", name: "a method that this consumer does not use", by: "rsa", before: methodAs("RSA-SHA512"), want: "signature_method_rejected"},
		attack{id: "SIG-16", name: "cut", by: "rsa", after: valueAs(func(v string) string { return recode(v, func(b []byte) []byte { return b[1:] }) }), want: "signature_invalid"},
		attack{id: "SIG-16", name: "padded", by: "rsa", after: valueAs(func(v string) string { return recode(v, func(b []byte) []byte { return append([]byte{0}, b...) }) }), want: "signature_invalid"},
		attack{id: "SIG-16", name: "plus the modulus", by: "rsa", after: valueAs(func(v string) string {
			return recode(v, func(b []byte) []byte { return new(big.Int).Add(new(big.Int).SetBytes(b), private.N).Bytes() })
		}), want: "signature_invalid"})
	one := big.NewInt(1)
	for name, number := range map[string]*big.Int{"0": new(big.Int), "1": one, "n": private.N, "n-1": new(big.Int).Sub(private.N, one)} {
		all = append(all, attack{id: "SIG-16", name: "the value " + name, by: "rsa",
			before: func(c *call) {
				c.value = func(string) string {
					return base64.StdEncoding.EncodeToString(number.FillBytes(make([]byte, 256)))
				}
			}, want: "signature_invalid"})
	}
	return append(all, attack{id: "SIG-16", name: "a cube root of a block with room behind the digest", by: "rsa",
		before: func(c *call) { c.value = cubeRoot }, want: "signature_invalid"})
}

func recode(v string, change func([]byte) []byte) string {
	b, err := base64.StdEncoding.DecodeString(v)
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(change(b))
}

// cubeRoot is Bleichenbacher's forgery against exponent 3 and a verifier that
// does not look at what follows the digest.
func cubeRoot(base string) string {
	sum := sha1.Sum([]byte(base))
	info := []byte("\x30\x21\x30\x09\x06\x05\x2b\x0e\x03\x02\x1a\x05\x00\x04\x14")
	block := slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 8), []byte{0}, info, sum[:])
	n := new(big.Int).SetBytes(append(block, bytes.Repeat([]byte{0xff}, 256-len(block))...))
	low, high := new(big.Int), new(big.Int).Lsh(big.NewInt(1), 700)
	for new(big.Int).Sub(high, low).Cmp(big.NewInt(1)) > 0 {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(n) <= 0 {
			low = middle
		} else {
			high = middle
		}
	}
	return base64.StdEncoding.EncodeToString(low.FillBytes(make([]byte, 256)))
}

func moreQuery(text string) func(*call) { return func(c *call) { c.moreTarget = text } }

func withRealm(text string) func(*call) { return func(c *call) { c.realm = text } }

func formOf(body string) func(*call) { return func(c *call) { c.form(body) } }

var realmAttacks = []attack{
	{id: "SIG-20", name: "a realm added to the query", after: moreQuery("&realm=x"), want: "signature_invalid"},
	{id: "SIG-20", name: "a realm added to the query, with one in the header", shape: withRealm(`realm="x"`), after: moreQuery("&realm=x"), want: "signature_invalid"},
	{id: "SIG-20", name: "a realm changed in the query, with one in the header", shape: inTurn(withRealm(`realm="x"`), altered("size=full", "realm=a")), after: altered("realm=a", "realm=b"), want: "signature_invalid"},
	{id: "SIG-20", name: "a realm removed from the query", shape: altered("size=full", "realm=a"), after: altered("realm=a", ""), want: "signature_invalid"},
	{id: "SIG-20", name: "a realm added to the form, with one in the header", shape: inTurn(withRealm(`realm="x"`), formOf("a=1")), after: func(c *call) { c.body += "&realm=x" }, want: "signature_invalid"},
	{id: "SIG-20", name: "a realm added to the query, parameters there as well", shape: func(c *call) { c.in = "query" }, after: moreQuery("&realm=x"), want: "signature_invalid"},
	{id: "SIG-20", name: "two realms", after: withRealm(`realm="x", realm="y"`), want: "parameter_rejected"},
	{id: "SIG-21", name: "a second signature in the query", after: moreQuery("&oauth_signature=x"), want: "parameter_rejected"},
	{id: "SIG-21", name: "a second signature in the query, its name escaped", after: moreQuery("&%6fauth%5Fsignature=x"), want: "parameter_rejected"},
	{id: "SIG-21", name: "a second signature in the form", shape: formOf("a=1"), after: func(c *call) { c.body += "&oauth_signature=x" }, want: "parameter_rejected"},
	{id: "SIG-21", name: "an oauth_ parameter of no meaning in the query", after: moreQuery("&oauth_x=1"), want: "parameter_rejected"},
	{id: "SIG-21", name: "a signature in the query, all else in the header", after: func(c *call) {
		c.moreTarget = "&oauth_signature=" + escape(c.get("oauth_signature"))
		c.drop("oauth_signature")
	}, want: "parameter_rejected"},
}

// typedAs replaces the Content-Type.
func typedAs(types ...string) func(*call) {
	return func(c *call) {
		c.headers = slices.DeleteFunc(c.headers, func(h string) bool { return strings.HasPrefix(h, "Content-Type:") })
		for _, t := range types {
			c.headers = append(c.headers, "Content-Type: "+t)
		}
	}
}

const formMedia = "application/x-www-form-urlencoded"

var formAttacks = []attack{
	{id: "SIG-26", name: "a form value changed", shape: formOf("title=a+b&x=1"), after: altered("title=a+b", "title=evil"), want: "signature_invalid"},
	{id: "SIG-26", name: "a form value with a plus escaped", shape: formOf("title=a+b&x=1"), after: altered("title=a+b", "title=a%2Bb"), want: "signature_invalid"},
	{id: "SIG-26", name: "a form parameter added", shape: formOf("title=a&x=1"), after: func(c *call) { c.body += "&admin=1" }, want: "signature_invalid"},
	{id: "SIG-26", name: "a form parameter dropped", shape: formOf("title=a&x=1"), after: altered("&x=1", ""), want: "signature_invalid"},
	{id: "SIG-26", name: "a form parameter doubled", shape: formOf("title=a&x=1"), after: altered("&x=1", "&x=1&x=1"), want: "signature_invalid"},
	{id: "SIG-27", name: "a form sent as text", shape: formOf("title=a"), after: typedAs("text/plain"), want: "signature_invalid"},
	{id: "SIG-27", name: "a form sent as JSON", shape: formOf("title=a"), after: typedAs("application/json"), want: "signature_invalid"},
	{id: "SIG-27", name: "a form sent as nothing", shape: formOf("title=a"), after: typedAs(), want: "signature_invalid"},
	{id: "SIG-27", name: "a form sent as text with the form type for a parameter", shape: formOf("title=a"), after: typedAs("text/plain; " + formMedia), want: "signature_invalid"},
	{id: "SIG-27", name: "a form sent as a type that ends like the form type", shape: formOf("title=a"), after: typedAs("multipart/x-www-form-urlencoded"), want: "parameter_rejected"},
	{id: "SIG-27", name: "a form sent as a list of types", shape: formOf("title=a"), after: typedAs(formMedia + ", text/plain"), want: "parameter_rejected"},
	{id: "SIG-27", name: "a form sent with two types", shape: formOf("title=a"), after: typedAs("text/plain", formMedia), want: "parameter_rejected"},
	{id: "SIG-27", name: "a form sent with the same type twice", shape: formOf("title=a"), after: typedAs(formMedia, formMedia), want: "parameter_rejected"},
	{id: "SIG-27", name: "text sent as a form", shape: inTurn(formOf("title=a"), typedAs("text/plain")), after: typedAs(formMedia), want: "signature_invalid"},
	{id: "SIG-27", name: "a form on a GET, signed without it", at: gates, shape: func(c *call) {}, after: func(c *call) { c.form("title=a"); c.method = "GET" }, want: "signature_invalid"},
	{id: "SIG-28", name: "a form attached to a POST that was signed without one", at: gates, shape: func(c *call) { c.method = "POST" }, after: func(c *call) { c.form("admin=1") }, want: "signature_invalid"},
	{id: "SIG-28", name: "a form announced without a body", at: subrequests, before: formOf(""), want: "form_body_unavailable"},
}

// formsUnseen is SIG-28 at a gate that does not get to see bodies, which is the
// default.
func (s *siege) formsUnseen(t *testing.T) {
	u := newSiege(t, `log: {format: json}`)
	u.run(t, []attack{
		{id: "SIG-28", name: "a form attached to a POST that was signed without one", at: subrequests, shape: func(c *call) { c.method = "POST" },
			after: func(c *call) { c.form("admin=1") }, want: "form_body_unavailable"},
		{id: "SIG-28", name: "a form in other letters", at: subrequests, shape: func(c *call) { c.method = "POST" },
			after: inTurn(func(c *call) { c.body = "admin=1" }, typedAs("Application/X-WWW-Form-URLEncoded ; charset=utf-8")), want: "form_body_unavailable"},
		{id: "SIG-28", name: "a form that was signed", at: subrequests, shape: func(c *call) { c.method = "POST" },
			before: func(c *call) { c.form("title=a") }, want: "form_body_unavailable"},
		{id: "SIG-28", name: "a type that contains the form type", at: subrequests, shape: func(c *call) { c.method = "POST" },
			after: inTurn(func(c *call) { c.body = "admin=1" }, typedAs("text/x-www-form-urlencoded")), want: "parameter_rejected"},
		{id: "SIG-28", name: "a form announced and never sent", at: subrequests, shape: func(c *call) { c.method = "POST" },
			after: inTurn(typedAs(formMedia), func(c *call) { c.headers = append(c.headers, "Content-Length: 99") }), want: "form_body_unavailable"},
	})
	u.checkApp(t)
}

// tellingApart is TIM-02 as far as texts go: what a stranger may not know makes
// no difference. That a key or a token exists at all is told.
func (s *siege) tellingApart(t *testing.T) {
	revoked := *s.who["other"]
	s.issueToken(&revoked, "ada")
	s.d.cli("", "token", "revoke", revoked.token)
	off := s.d.addConsumer("--name", "off", "--callback", callback)
	s.issueToken(off, "ada")
	s.d.cli("", "consumer", "disable", off.key)
	s.d.addUser("bob", adasPassword)
	gone := *s.who["other"]
	s.issueToken(&gone, "bob")
	s.d.cli("", "user", "disable", "bob")

	wrongly := func(c *consumer) *call {
		made := newCall(c)
		made.by.secret = "wrong"
		return made.sign()
	}
	stray := *s.who["other"]
	stray.token = s.who["hmac"].token
	unknown := *s.who["other"]
	unknown.token = "unknown-to-everybody"
	for _, style := range gates {
		first := s.refused(t, style, wrongly(s.who["other"]), "signature_invalid")
		for state, c := range map[string]*consumer{"a revoked token": &revoked, "a disabled consumer": off, "a disabled user": &gone} {
			sameText(t, style+", wrongly signed, "+state, s.refused(t, style, wrongly(c), "signature_invalid"), first)
		}
		first = s.refused(t, style, wrongly(&unknown), "token_rejected")
		sameText(t, style+", somebody else's token", s.refused(t, style, wrongly(&stray), "token_rejected"), first)
		sameText(t, style+", somebody else's token, signed", s.refused(t, style, newCall(&stray).sign(), "token_rejected"), first)

		// Who proves to be the consumer is told.
		s.refused(t, style, newCall(&revoked).sign(), "token_revoked")
		s.refused(t, style, newCall(off).sign(), "consumer_key_refused")
		s.refused(t, style, newCall(&gone).sign(), "permission_denied")
	}
}

// sameText compares two refusals without the header fields that always differ.
func sameText(t *testing.T, what string, got, want reply) {
	t.Helper()
	for _, r := range []reply{got, want} {
		r.header.Del("Date")
		r.header.Del("X-Request-Id")
	}
	if got.status != want.status || got.body != want.body || len(got.header) != len(want.header) {
		t.Errorf("%s: got %d %q, want %d %q", what, got.status, got.body, want.status, want.body)
	}
	for name := range want.header {
		if got.header.Get(name) != want.header.Get(name) {
			t.Errorf("%s: got %s %q, want %q", what, name, got.header.Get(name), want.header.Get(name))
		}
	}
}
