package journey

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	_ "crypto/sha1" // the digests of the signature methods
	_ "crypto/sha256"
	_ "crypto/sha512"

	"oauth1d/provider/oauth1"
)

// A call is a request that a client sends. Unlike oauth1.Signer it signs what is
// malformed as well, so that a refusal is not for a wrong signature.
type call struct {
	by                           consumer
	method, scheme, host, target string
	body                         string
	headers                      []string // the client's own, beside Authorization

	pairs         []oauth1.Pair // the protocol parameters; sign appends the signature
	in            string        // where they travel: header, query or form
	separator     string        // between them in the header
	realm         string        // written as it stands in front of them
	authorization []string      // instead of pairs
	moreTarget    string        // appended to the target last

	key   *string                        // of the HMAC, instead of the secrets
	value func(base string) string       // the signature, instead of one made here
	tell  func(convey []string) []string // changes what the proxy conveys
	from  string                         // local address
}

// newCall returns a good request of the application, not signed yet.
func newCall(c *consumer) *call {
	m := c.method
	if m == "" {
		m = "HMAC-SHA1"
	}
	now := time.Now
	if c.now != nil {
		now = c.now
	}
	made := &call{by: *c, method: "GET", scheme: "http", host: "app.example.test", in: "header", separator: ", ",
		target: "/photos/7?size=full&name=a%20b+c&name=2&empty="}
	made.pairs = []oauth1.Pair{
		{Name: "oauth_consumer_key", Value: c.key}, {Name: "oauth_signature_method", Value: m},
		{Name: "oauth_timestamp", Value: strconv.FormatInt(now().Unix(), 10)}, {Name: "oauth_nonce", Value: rand.Text()},
		{Name: "oauth_version", Value: "1.0"},
	}
	if c.token != "" {
		made.pairs = append(made.pairs, oauth1.Pair{Name: "oauth_token", Value: c.token})
	}
	return made
}

func (c *call) clone() *call {
	d := *c
	d.headers, d.pairs, d.authorization = slices.Clone(c.headers), slices.Clone(c.pairs), slices.Clone(c.authorization)
	return &d
}

// get returns the first protocol parameter of that name.
func (c *call) get(name string) string {
	for _, p := range c.pairs {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// set replaces a protocol parameter, or adds it.
func (c *call) set(name, value string) {
	for i, p := range c.pairs {
		if p.Name == name {
			c.pairs[i].Value = value
			return
		}
	}
	c.add(name, value)
}

func (c *call) add(name, value string) {
	c.pairs = append(c.pairs, oauth1.Pair{Name: name, Value: value})
}

func (c *call) drop(names ...string) {
	c.pairs = slices.DeleteFunc(c.pairs, func(p oauth1.Pair) bool { return slices.Contains(names, p.Name) })
}

// form makes the call a form post.
func (c *call) form(body string) {
	c.method, c.body = "POST", body
	c.headers = append(c.headers, "Content-Type: application/x-www-form-urlencoded")
}

// replace changes the target and the body.
func (c *call) replace(from, to string) {
	c.target, c.body = strings.Replace(c.target, from, to, 1), strings.Replace(c.body, from, to, 1)
}

func (c *call) isForm() bool {
	return slices.Contains(c.headers, "Content-Type: application/x-www-form-urlencoded")
}

// sign appends the signature.
func (c *call) sign() *call {
	base := c.base()
	value := ""
	if c.value != nil {
		value = c.value(base)
	} else {
		value = c.signature(c.get("oauth_signature_method"), base)
	}
	c.add("oauth_signature", value)
	return c
}

func (c *call) base() string {
	path, query, _ := strings.Cut(c.target, "?")
	params := append(slices.Clone(c.pairs), looseForm(query)...)
	if c.isForm() {
		params = append(params, looseForm(c.body)...)
	}
	var all []string
	for _, p := range params {
		all = append(all, escape(p.Name)+"\x00"+escape(p.Value)) // NUL sorts before all else
	}
	slices.Sort(all)
	normalized := strings.ReplaceAll(strings.Join(all, "&"), "\x00", "=")
	host := strings.ToLower(c.host)
	host = strings.TrimSuffix(host, map[string]string{"http": ":80", "https": ":443"}[c.scheme])
	return strings.ToUpper(c.method) + "&" + escape(c.scheme+"://"+host+path) + "&" + escape(normalized)
}

func (c *call) signature(method, base string) string {
	key := escape(c.by.secret) + "&" + escape(c.by.tokenSecret)
	if c.key != nil {
		key = *c.key
	}
	hash := crypto.SHA1
	switch {
	case strings.HasSuffix(method, "SHA256"):
		hash = crypto.SHA256
	case strings.HasSuffix(method, "SHA512"):
		hash = crypto.SHA512
	}
	switch {
	case method == "PLAINTEXT":
		return key
	case strings.HasPrefix(method, "RSA-") && c.by.private != nil:
		h := hash.New()
		h.Write([]byte(base))
		signature, err := rsa.SignPKCS1v15(nil, c.by.private, hash, h.Sum(nil))
		if err != nil {
			panic(err)
		}
		return base64.StdEncoding.EncodeToString(signature)
	}
	h := hmac.New(hash.New, []byte(key))
	h.Write([]byte(base))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// header is the Authorization field's value.
func (c *call) header() string {
	var all []string
	if c.realm != "" {
		all = append(all, c.realm)
	}
	for _, p := range c.pairs {
		all = append(all, escape(p.Name)+`="`+escape(p.Value)+`"`)
	}
	return "OAuth " + strings.Join(all, c.separator)
}

// encoded is how the protocol parameters stand in a query or form.
func (c *call) encoded() string {
	var all []string
	for _, p := range c.pairs {
		all = append(all, escape(p.Name)+"="+escape(p.Value))
	}
	return strings.Join(all, "&")
}

// escape is §3.6.
func escape(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// looseForm reads a query or form as most libraries do: a percent sign that
// begins no escape is one.
func looseForm(s string) (pairs []oauth1.Pair) {
	plain := func(s string) string {
		var b strings.Builder
		for i := 0; i < len(s); i++ {
			if s[i] == '%' && i+2 < len(s) {
				if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
					b.WriteByte(byte(n))
					i += 2
					continue
				}
			}
			if s[i] == '+' {
				b.WriteByte(' ')
			} else {
				b.WriteByte(s[i])
			}
		}
		return b.String()
	}
	for _, piece := range strings.Split(s, "&") {
		if piece != "" {
			name, value, _ := strings.Cut(piece, "=")
			pairs = append(pairs, oauth1.Pair{Name: plain(name), Value: plain(value)})
		}
	}
	return pairs
}

// testForgeSignature checks the signer that the attacks use against RFC 5849
// §1.2 and the base string of §3.4.1.1.
func testForgeSignature(t *testing.T) {
	c := &call{method: "GET", scheme: "http", host: "photos.example.net", target: "/photos?file=vacation.jpg&size=original",
		by: consumer{secret: "kd94hf93k423kf44", tokenSecret: "pfkkdhi9sl3r4s00"},
		pairs: []oauth1.Pair{{Name: "oauth_consumer_key", Value: "dpf43f3p2l4k3l03"}, {Name: "oauth_token", Value: "nnch734d00sl2jdk"},
			{Name: "oauth_signature_method", Value: "HMAC-SHA1"}, {Name: "oauth_timestamp", Value: "137131202"}, {Name: "oauth_nonce", Value: "chapoH"}}}
	if got, want := c.sign().get("oauth_signature"), "MdpQcU8iPSUjWoN/UDMsK2sui9I="; got != want {
		t.Errorf("signature of the photo: got %q, want %q", got, want)
	}
	c = &call{method: "POST", scheme: "http", host: "EXAMPLE.COM:80", target: "/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b", body: "c2&a3=2+q",
		headers: []string{"Content-Type: application/x-www-form-urlencoded"},
		pairs: []oauth1.Pair{{Name: "oauth_consumer_key", Value: "9djdj82h48djs9d2"}, {Name: "oauth_token", Value: "kkk9d7dh3k39sjv7"},
			{Name: "oauth_signature_method", Value: "HMAC-SHA1"}, {Name: "oauth_timestamp", Value: "137131201"}, {Name: "oauth_nonce", Value: "7d8f3e4a"}}}
	want := "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_key%3D9djdj82h48djs9d2" +
		"%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
	if got := c.base(); got != want {
		t.Errorf("base string of §3.4.1.1:\n got %s\nwant %s", got, want)
	}
}
