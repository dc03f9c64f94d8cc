package verify

import (
	"context"
	"errors"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// Refusals is told of every request that is refused for what it is, and never of
// one that passes. The pairs that Keep returns are told to the caller together
// with the problem.
type Refusals interface {
	Keep(ctx context.Context, r Refused) []oauth1.Pair
}

// A Refused is a request that was refused and what was known of it by then. It
// is good for as long as Keep runs: the message, its body and Request belong to
// the entrance.
type Refused struct {
	Problem *oauth1.Problem
	Kind    Kind
	Message *oauth1.Message
	Prefix  string
	Also    []Base

	// Request is the message as far as it could be read.
	Request *oauth1.Request

	// Consumer is the registered consumer that the request names; its Key is
	// empty when there is none, or when nobody looked.
	Consumer store.Consumer

	// TokenID is the ID of the token that the request names.
	TokenID string

	// Own says that the token is this consumer's, or that none is needed. It
	// says nothing about whoever sent the request.
	Own bool
}

// refused hands a refusal to whoever keeps such, and returns it with what is to
// be told beside it. Faults of ours are no refusals.
func (v *Verifier) refused(ctx context.Context, q Question, r *oauth1.Request, f found, err error) error {
	var p *oauth1.Problem
	if err == nil || v.refusals == nil || !errors.As(err, &p) || p.Name == oauth1.ProblemStoreError || p.Name == oauth1.ProblemInternal {
		return err
	}
	if q.Anonymous && p.Outcome() == oauth1.OutcomeNoCredentials {
		return err // it passes
	}
	kept := Refused{
		Problem: p, Kind: q.kind(r), Message: q.Message, Prefix: q.Prefix, Also: q.Also, Request: r,
		Consumer: f.consumer, Own: f.consumer.Key != "" && f.unknown == nil,
	}
	if r.Token != "" {
		kept.TokenID = store.TokenID(r.Token)
	}
	p.Details = append(p.Details, v.refusals.Keep(ctx, kept)...)
	return err
}
