package explain

import (
	"context"
	"strings"

	"oauth1d/provider/oauth1"
)

// Explain is a stand-in until the search that doc.go describes is there, which
// takes the place of this whole file. It tries the other scheme, the addresses
// of the case and its keys, one at a time.
func Explain(ctx context.Context, c Case) Explanation {
	var ours oauth1.Request
	_ = ours.Parse(&c.Message, oauth1.Limits{}) // what does not parse matches nothing
	out := Explanation{Cause: causeUnknown, Causes: []string{causeUnknown}, Side: SideConsumer, BaseString: string(ours.BaseString()),
		Sentence: "no variation that was tried matches the signature",
		Advice:   "check both secrets, then compare the two base strings byte for byte"}
	try := func(m oauth1.Message, k oauth1.Keys, cause, sentence, advice string) bool {
		var r oauth1.Request
		out.Tried++
		if ctx.Err() != nil || r.Parse(&m, oauth1.Limits{}) != nil || !r.Check(k) {
			return false
		}
		out.Cause, out.Causes, out.Certain, out.TheirBase = cause, []string{cause}, true, string(r.BaseString())
		out.Sentence, out.Advice = sentence, advice
		return true
	}
	for i, k := range c.Keys {
		if i > 0 && try(c.Message, k.Keys, causePrevious, "the request is signed with the secret or key of before the last rotation", "give the consumer its present secret") {
			return out
		}
		m := c.Message
		m.Scheme = "https"
		if strings.EqualFold(c.Message.Scheme, "https") {
			m.Scheme = "http"
		}
		if try(m, k.Keys, causeScheme, "the consumer signed "+m.Scheme+" and the request arrived as "+c.Message.Scheme,
			"sign the scheme of the public address, or let the proxy convey the one that the consumer uses") {
			return out
		}
		for _, o := range c.Origins {
			m := c.Message
			m.Scheme, m.Host = o.Scheme, o.Host
			if try(m, k.Keys, causeHost, "the consumer signed the host "+o.Host+" and the request arrived as "+c.Message.Host, "sign the host of the public address") {
				return out
			}
		}
	}
	return out
}
