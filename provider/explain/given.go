package explain

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// This file explains requests that somebody shows, whether they ever came here
// or not. Timestamp and nonce are not looked at: they were good once, or never.

// A given request is what was found out about one.
type given struct {
	request  oauth1.Request
	consumer store.Consumer
	accept   oauth1.Lenience // the deviations that are accepted from the consumer
	leg      Leg
	tokenID  string
}

// Request explains a request that is given as it was sent, with the keys that
// are there now. theirs is the consumer's own base string, or empty.
func (s *Service) Request(ctx context.Context, m *oauth1.Message, theirs string) (Report, error) {
	ctx, cancel := context.WithTimeout(ctx, explainTime)
	defer cancel()
	var g given
	err := s.read(ctx, &g, m)
	if err == nil {
		err = s.lookUp(ctx, &g)
	}
	var problem *oauth1.Problem
	if err != nil && !errors.As(err, &problem) {
		return Report{}, err
	}
	if problem != nil {
		f := refusalOf(Refused{Problem: problem, Message: m, Request: &g.request, TokenID: g.tokenID}, "", s.Now())
		out := reportOf(f)
		out.Explanation = inWords(f)
		return out, nil
	}
	f := refusalOf(Refused{Problem: oauth1.Refuse(oauth1.ProblemSignatureInvalid, ""), Message: m, Request: &g.request, TokenID: g.tokenID}, "", s.Now())
	out := reportOf(f)
	keys, err := s.keysOf(ctx, g.consumer.Key, g.leg, g.tokenID)
	if err != nil {
		return out, err
	}
	if sentence := s.right(&g, m, keys); sentence != "" {
		out.Right, out.Problem = true, ""
		out.Explanation = Explanation{Certain: true, Sentence: sentence, Side: SideProxy, BaseString: string(g.request.BaseString()),
			Advice: "if it was refused for its signature, the daemon saw another URL than this one: look at what the proxy conveys, and at oauth1d request explain with the id of the refusal; whether the timestamp is fresh and the nonce new was not looked at"}
		return out, nil
	}
	out.Explanation = Explain(ctx, Case{Message: *m, Keys: keys, Origins: s.Origins, Theirs: theirs})
	return out, nil
}

// read parses m by the letter, and else with what is accepted from its consumer.
func (s *Service) read(ctx context.Context, g *given, m *oauth1.Message) error {
	strict := g.request.Parse(m, s.Limits)
	key, ok := oauth1.KeyOf(m, s.Limits)
	if !ok {
		return strict
	}
	var err error
	switch g.consumer, err = s.store.Consumer(ctx, key); {
	case errors.Is(err, store.ErrNotFound):
		return strict
	case err != nil:
		return fmt.Errorf("looking up the consumer: %w", err)
	}
	if g.accept, err = oauth1.LenienceOf(g.consumer.Lenient); err != nil {
		return fmt.Errorf("reading what is accepted from consumer %q: %w", key, err)
	}
	if strict == nil || g.accept == 0 {
		return strict
	}
	return g.request.ParseLenient(m, s.Limits, g.accept)
}

// lookUp finds out which token the request carries. The error is a Problem when
// there is none that it could have been signed with.
func (s *Service) lookUp(ctx context.Context, g *given) error {
	c, r := &g.consumer, &g.request
	switch {
	case c.Key == "":
		return oauth1.Refuse(oauth1.ProblemConsumerKeyUnknown, "no consumer with this key is registered here; keys are compared byte for byte")
	case !slices.Contains(c.Methods, r.SignatureMethod):
		return oauth1.Refuse(oauth1.ProblemSignatureMethodRejected, "this consumer may sign with "+strings.Join(c.Methods, ", ")+"; the request used "+r.SignatureMethod)
	case r.Token == "":
		g.leg = AskingForToken
		return nil
	}
	g.tokenID = store.TokenID(r.Token)
	a, err := s.store.AccessToken(ctx, g.tokenID)
	if ifUnusual(err) != nil {
		return fmt.Errorf("looking up the access token: %w", err)
	}
	if a.Consumer == c.Key {
		g.leg = AskingForData
		return nil
	}
	t, err := s.store.RequestToken(ctx, g.tokenID)
	if ifUnusual(err) != nil {
		return fmt.Errorf("looking up the request token: %w", err)
	}
	if t.Consumer == c.Key {
		g.leg = Exchanging
		return nil
	}
	return oauth1.Refuse(oauth1.ProblemTokenRejected, "no such token of this consumer; it may have been removed, exchanged or swept, or belong to another consumer or service")
}

// right says how a signature is right, or nothing when it is not.
func (s *Service) right(g *given, m *oauth1.Message, keys []Key) string {
	var lenient oauth1.Request
	deviates := g.accept != 0 && lenient.ParseLenient(m, s.Limits, g.accept) == nil
	for i, k := range keys {
		how := ""
		if i > 0 {
			if s.Now().Unix() >= g.consumer.OldUntil {
				continue
			}
			how = ", with what was in use before the last rotation and is accepted for a while yet"
		}
		switch {
		case g.request.Check(k.Keys):
			return "the signature is right for this URL" + how
		case deviates && lenient.Check(k.Keys):
			return "the signature is right for this URL, with a deviation that is accepted from this consumer" + how
		}
	}
	return ""
}
