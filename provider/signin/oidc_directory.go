package signin

import (
	"context"
	"crypto/hmac"
	"errors"
	"fmt"

	"golang.org/x/oauth2"

	"oauth1d/store"
)

// LookUp asks whether the user is still there, with the refresh token of the last
// time. The provider takes that back from users who were removed, and from those
// who ended their session there if it is not for offline access; either way we
// are told the same, ErrGone, until they sign in again.
//
// A provider may give a new token for each that it sees and take one that comes
// twice for stolen. So one user is looked up once at a time, and the Refresh of
// the Identity is to be kept even if it comes with another error than ErrGone:
// then the provider has answered halfway.
func (o *OIDC) LookUp(ctx context.Context, user string, refresh store.Secret) (Identity, error) {
	if len(refresh) == 0 {
		return Identity{}, ErrUnanswerable
	}
	// Whoever stops waiting here would lose the new token.
	ctx, cancel := o.patience(context.WithoutCancel(ctx))
	defer cancel()
	p, err := o.provider(ctx)
	if err != nil {
		return Identity{}, err
	}
	token, err := o.oauth(p, "").TokenSource(ctx, &oauth2.Token{RefreshToken: refresh.Reveal()}).Token()
	switch {
	case isInvalidGrant(err):
		return Identity{}, fmt.Errorf("%w: %w", ErrGone, &complaint{"refreshing", err})
	case err != nil:
		return Identity{}, o.unanswered(ctx, "refreshing", err)
	}
	kept := Identity{Refresh: renewed(token, refresh)}
	id, err := o.idToken(ctx, p, token)
	if err != nil {
		return kept, err
	}
	who, err := o.identity(ctx, p, token, id)
	switch {
	case errors.Is(err, errNameless):
		return kept, fmt.Errorf("%w: %w", ErrGone, err)
	case err != nil:
		return kept, err
	case who.User != user:
		return kept, fmt.Errorf("%w: the account has another name now", ErrGone)
	}
	who.Refresh = kept.Refresh
	return who, nil
}

// renewed returns the refresh token if it is another than before.
func renewed(token *oauth2.Token, before store.Secret) store.Secret {
	if hmac.Equal([]byte(token.RefreshToken), before) {
		return nil
	}
	return store.Secret(token.RefreshToken)
}
