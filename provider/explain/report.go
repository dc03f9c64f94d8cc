package explain

import (
	"context"
	"errors"
	"time"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// A Report is what can be said of one request.
type Report struct {
	ID   string    // empty unless the request was refused here
	Time time.Time // when it was refused, or else now

	Problem     string // a word of oauth1.Outcomes; empty when Right
	Consumer    string
	TokenID     string
	Method, URL string // what was asked for; the URL without its query

	// Right says that the signature is right. Only a request that was given may
	// be; one that was refused for its signature is not.
	Right bool

	Explanation
}

// explainTime bounds one explanation that somebody waits for.
const explainTime = 10 * time.Second

// Kept explains a request that was refused here. The error is one of a Ring's
// when it is not there; consumer, if not empty, is whose it must be. theirs is
// the consumer's own base string, or empty.
func (s *Service) Kept(ctx context.Context, id, consumer, theirs string) (Report, error) {
	f, err := s.Ring.get(id, consumer)
	if err != nil {
		return Report{}, err
	}
	out := reportOf(f)
	switch {
	case f.Problem == oauth1.ProblemSignatureInvalid:
		ctx, cancel := context.WithTimeout(ctx, explainTime)
		defer cancel()
		out.Explanation, err = s.mismatch(ctx, f, theirs)
	case f.Problem == oauth1.ProblemTokenRejected && f.Registered:
		out.Explanation, err = s.otherToken(ctx, f)
	default:
		out.Explanation = inWords(f)
	}
	if errors.Is(err, ErrNoKeys) {
		out.Explanation, err = Explanation{Cause: causeUnknown, Causes: []string{causeUnknown}, Side: SideOperator,
			Sentence: ErrNoKeys.Error(), Advice: "register the consumer again, or give it a new token, and let it try"}, nil
	}
	return out, err
}

func reportOf(f *Refusal) Report {
	return Report{ID: f.ID, Time: f.Time, Problem: f.Problem, Consumer: f.Consumer, TokenID: f.TokenID, Method: f.Method, URL: f.URL}
}

// List returns the latest refused requests, newest first.
func (s *Service) List(consumer string, limit int) []*Refusal { return s.Ring.list(consumer, limit) }

// otherToken says what a token is that is none of the kind that was asked for.
func (s *Service) otherToken(ctx context.Context, f *Refusal) (Explanation, error) {
	e := inWords(f)
	if f.leg == Exchanging {
		t, err := s.store.AccessToken(ctx, f.TokenID)
		if t.Consumer == f.Consumer {
			e.Sentence = "the token is an access token, and there is nothing left to exchange it for"
			e.Advice = "sign requests with it"
		}
		return e, ifUnusual(err)
	}
	t, err := s.store.RequestToken(ctx, f.TokenID)
	if t.Consumer == f.Consumer {
		e.Sentence = "the token is a request token, which is good for nothing but to be exchanged"
		e.Advice = "send the user to the authorize page, exchange the request token for an access token, and sign with that"
	}
	return e, ifUnusual(err)
}

// ifUnusual leaves out what a store says about tokens that are no good.
func ifUnusual(err error) error {
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrExpired) || errors.Is(err, store.ErrRevoked) {
		return nil
	}
	return err
}
