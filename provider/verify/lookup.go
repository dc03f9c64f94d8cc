package verify

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// found is what the store has about a request.
type found struct {
	kind         Kind
	consumer     store.Consumer
	requestToken store.RequestToken
	accessToken  store.AccessToken
	tokenErr     error      // ErrExpired or ErrRevoked: told only after the signature
	user         store.User // the token's, when the store knows one of that name
	twoLegged    bool       // there is no token, and none is needed

	// unknown is the refusal of a consumer or token that does not exist. It is
	// told without a signature, which nobody could make for it.
	unknown error
}

// lookUp finds the consumer and the token that r names.
func (v *Verifier) lookUp(ctx context.Context, kind Kind, r *oauth1.Request) (found, error) {
	f := found{kind: kind}
	if kind == AccessToken && r.Token == "" {
		return v.lookUpConsumer(ctx, f, r)
	}
	if kind != NoToken && kind != RequestToken {
		c, err := v.store.Credentials(ctx, r.ConsumerKey, store.TokenID(r.Token))
		if errors.Is(err, store.ErrNotFound) {
			f.unknown = unknownConsumer()
			return f, nil
		}
		if err != nil {
			return f, unavailable(fmt.Errorf("looking up credentials: %w", err))
		}
		f.consumer, f.accessToken, f.tokenErr, f.user = c.Consumer, c.Token, c.TokenErr, c.User
		return f.own(c.Token.Consumer)
	}
	c, err := v.store.Consumer(ctx, r.ConsumerKey)
	if errors.Is(err, store.ErrNotFound) {
		f.unknown = unknownConsumer()
		return f, nil
	}
	if err != nil {
		return f, unavailable(fmt.Errorf("looking up the consumer: %w", err))
	}
	f.consumer = c
	if kind == NoToken {
		return f, nil
	}
	f.requestToken, f.tokenErr = v.store.RequestToken(ctx, store.TokenID(r.Token))
	return f.own(f.requestToken.Consumer)
}

// lookUpConsumer finds the consumer of a request without a token. One that does
// not exist is refused like one that needs a token.
func (v *Verifier) lookUpConsumer(ctx context.Context, f found, r *oauth1.Request) (found, error) {
	c, err := v.store.Consumer(ctx, r.ConsumerKey)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && !c.TwoLegged:
		return f, oauth1.Absent("oauth_token")
	case err != nil:
		return f, unavailable(fmt.Errorf("looking up the consumer: %w", err))
	}
	f.consumer, f.twoLegged = c, true
	return f, nil
}

// own turns a token that does not exist, or is another consumer's, into the
// refusal of an unknown one: a consumer learns nothing about others' tokens.
func (f found) own(owner string) (found, error) {
	known := f.tokenErr == nil || errors.Is(f.tokenErr, store.ErrExpired) || errors.Is(f.tokenErr, store.ErrRevoked)
	if !known && !errors.Is(f.tokenErr, store.ErrNotFound) {
		return f, unavailable(fmt.Errorf("looking up the token: %w", f.tokenErr))
	}
	if !known || owner != f.consumer.Key {
		advice := "no such access token; it may have been removed, or belong to another consumer or service"
		if f.kind == RequestToken {
			advice = "no such request token; it may have been exchanged already, have expired, or belong to another consumer"
		}
		f.unknown = oauth1.Refuse(oauth1.ProblemTokenRejected, advice)
	}
	return f, nil
}

// state tells what is wrong with a consumer and a token to the one who proved
// to hold their secrets.
func (f *found) state() error {
	switch {
	case f.consumer.Proposed != 0:
		return oauth1.Refuse(oauth1.ProblemConsumerKeyRefused, "this consumer was proposed and has not been approved by the administrator yet")
	case f.consumer.Disabled:
		return oauth1.Refuse(oauth1.ProblemConsumerKeyRefused, "this consumer has been disabled by the administrator")
	case errors.Is(f.tokenErr, store.ErrRevoked):
		return oauth1.Refuse(oauth1.ProblemTokenRevoked, "this access token has been revoked; walk the dance again to get a new one")
	case f.user.Refused():
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the user of this access token has been disabled, or has no account any more")
	case errors.Is(f.tokenErr, store.ErrExpired) && f.kind == Renewal && f.accessToken.SessionExpires != 0:
		return nil // the store says whether its session lives
	case errors.Is(f.tokenErr, store.ErrExpired) && f.kind == RequestToken:
		return oauth1.Refuse(oauth1.ProblemTokenExpired, "this request token has expired; ask for a new one and send the user to the authorize page again")
	case errors.Is(f.tokenErr, store.ErrExpired):
		return oauth1.Refuse(oauth1.ProblemTokenExpired, "this access token has expired; walk the dance again to get a new one")
	}
	return nil
}

func unknownConsumer() error {
	return oauth1.Refuse(oauth1.ProblemConsumerKeyUnknown, "no consumer with this key is registered here; keys are compared byte for byte")
}

// list joins words for a sentence.
func list(words []string) string {
	if len(words) == 0 {
		return "no method at all"
	}
	return strings.Join(words, ", ")
}
