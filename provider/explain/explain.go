package explain

import (
	"context"
	"regexp"
	"strings"

	"oauth1d/provider/oauth1"
)

// Explain says why the signature of a case does not match.
func Explain(ctx context.Context, c Case) Explanation {
	var r oauth1.Request
	if err := parseAny(&r, &c.Message); err != nil {
		return unreadable(err)
	}
	m, f := newModel(&c.Message, &r)
	f.origins = c.Origins
	s := &search{ctx: ctx, locks: locks(&r, c.Keys), budget: c.Budget}
	if s.budget <= 0 {
		s.budget = defaultBudget
	}
	ours := string(m.appendBase(nil))
	found, ok := s.run(m, f)
	out := unknown(&r)
	if ok {
		out = found.explanation()
	}
	out.BaseString, out.Tried = ours, s.tried
	if c.Theirs != "" {
		s.compare(&out, m, f, ours, strings.TrimSpace(c.Theirs), ok)
	}
	if out.TheirBase != "" && out.Difference == nil {
		out.Difference = difference(ours, out.TheirBase)
	}
	c.conceal(&out)
	return out
}

// credentials are protocol parameters of a base string whose values open
// something by themselves.
var credentials = regexp.MustCompile(`((?:oauth_verifier|oauth_session_handle)%3D)[^%&]*(?:%25[^%&]*)*`)

// conceal takes the secrets out of an explanation: a consumer may have sent its
// own, or put it into the base string that it gives.
func (c *Case) conceal(out *Explanation) {
	texts := []*string{&out.BaseString, &out.TheirBase}
	if d := out.Difference; d != nil {
		texts = append(texts, &d.Part, &d.Ours, &d.Theirs)
	}
	for _, t := range texts {
		*t = credentials.ReplaceAllString(*t, "${1}[redacted]")
	}
	for _, k := range c.Keys {
		for _, secret := range [][]byte{k.Keys.ConsumerSecret, k.Keys.TokenSecret} {
			const tooShort = 4 // it would hide half of every text
			for spelled, i := string(secret), 0; i < 3 && len(secret) >= tooShort; spelled, i = oauth1.Escape(spelled), i+1 {
				for _, t := range texts {
					*t = strings.ReplaceAll(*t, spelled, "[redacted]")
				}
			}
		}
	}
}

// parseAny parses by the letter, or else with every deviation that can be
// accepted.
func parseAny(r *oauth1.Request, m *oauth1.Message) error {
	err := r.Parse(m, oauth1.Limits{})
	if err == nil {
		return nil
	}
	everything, _ := oauth1.LenienceOf(oauth1.Leniences()) // they are all known
	return r.ParseLenient(m, oauth1.Limits{}, everything)
}

func unreadable(err error) Explanation {
	return Explanation{Cause: causeUnknown, Causes: []string{causeUnknown}, Side: SideConsumer,
		Sentence: "the request cannot be read: " + err.Error(), Advice: "mend that first"}
}

func unknown(r *oauth1.Request) Explanation {
	out := Explanation{Cause: causeUnknown, Causes: []string{causeUnknown}, Side: SideConsumer,
		Sentence: "no variation of the request matches the signature, so most likely a secret is wrong, or something was signed that did not arrive",
		Advice:   "check both secrets for blanks and cut ends, then give the consumer's own base string to see where it differs"}
	if oauth1.IsRSA(r.SignatureMethod) {
		out.Sentence = "no variation of the request matches the signature, so most likely it was made with another private key"
		out.Advice = "compare the fingerprint of the registered public key with that of the consumer's key, then the base strings"
	}
	return out
}

// explanation puts a match into words.
func (f match) explanation() Explanation {
	out := Explanation{Certain: true, TheirBase: f.base}
	var sentences, advice []string
	add := func(causes []string, sentence, what, side string) {
		out.Causes = merged(out.Causes, causes)
		sentences, advice = append(sentences, sentence), append(advice, what)
		if out.Side == "" {
			out.Side = side
		}
	}
	for _, s := range f.steps {
		add([]string{s.cause}, s.sentence, s.advice, s.side)
	}
	if len(f.lock.causes) > 0 {
		add(f.lock.causes, f.lock.sentence, f.lock.advice, f.lock.side)
	}
	if len(out.Causes) == 0 {
		return Explanation{Cause: causeUnknown, Causes: []string{causeUnknown}, Side: SideOperator, TheirBase: f.base,
			Sentence: "the signature is right for this request", Advice: "if it was refused for its signature, look at what the reverse proxy conveyed then"}
	}
	out.Cause = out.Causes[0]
	out.Sentence, out.Advice = strings.Join(sentences, "; and "), strings.Join(advice, "; and ")
	return out
}

// compare takes the consumer's own base string into account.
func (s *search) compare(out *Explanation, m *model, f *facts, ours, theirs string, found bool) {
	out.Difference = difference(ours, theirs)
	proven := false
	for i := range s.locks {
		l := &s.locks[i]
		if len(l.causes) == 0 && l.hash != 0 && l.opens([]byte(theirs)) {
			proven = true
		}
	}
	switch {
	case found:
		return
	case out.Difference == nil:
		out.Sentence = "the base strings are the same, so the signature was made with other secrets, or with another key"
		out.Advice = "check both secrets for blanks and cut ends, and that they belong to this consumer key and this token"
		return
	}
	causes := []string{causeOf(out.Difference, ours, theirs)}
	sentence := "the base strings differ first in " + out.Difference.Part
	advice := "make the consumer's base string the same as ours from there on"
	again := &search{ctx: s.ctx, budget: s.budget, octets: maxOctets / 2}
	steps, reproduced := again.reproduce(m, f, theirs)
	if reproduced {
		causes = nil
		var sentences, advices []string
		for _, st := range steps {
			causes = merged(causes, []string{st.cause})
			sentences, advices = append(sentences, st.sentence), append(advices, st.advice)
		}
		sentence, advice = strings.Join(sentences, "; and "), strings.Join(advices, "; and ")
	}
	out.Cause, out.Causes, out.Certain = causes[0], causes, proven && reproduced
	out.Sentence, out.Advice = sentence, advice
	if proven {
		out.TheirBase = theirs
		out.Sentence += "; both secrets are right, since the signature is that of the consumer's base string"
	}
}
