package signin

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"oauth1d/provider/web"
)

// What people are told whom the provider's answer keeps out.
var (
	pageBadAnswer = web.Error{Status: http.StatusBadGateway, Code: "signin_answer_invalid", Title: "You are not signed in",
		Sentence: "The answer of the system that knows the accounts could not be trusted. Nothing was granted. Please tell the administrator."}

	pageUnusable = web.Error{Status: http.StatusForbidden, Code: "signin_account_unusable", Title: "This account cannot be used here",
		Sentence: "The system that knows the accounts told no user name that can be used here, or has not verified it. Ask the administrator."}
)

// Finish takes the browser back from the provider and trades the code for the
// user.
func (o *OIDC) Finish(ctx context.Context, r *http.Request, pending []byte) (Identity, error) {
	var v visit
	if err := json.Unmarshal(pending, &v); err != nil {
		return Identity{}, fmt.Errorf("reading what was kept of a sign-in: %w", err)
	}
	q := r.URL.Query()
	if v.State == "" || v.Nonce == "" || v.Verifier == "" || !hmac.Equal([]byte(single(q, "state")), []byte(v.State)) {
		return Identity{}, because(pageStale, errors.New("the state is not that of this sign-in"))
	}
	ctx, cancel := o.patience(ctx)
	defer cancel()
	p, err := o.provider(ctx)
	if err != nil {
		return Identity{}, err
	}
	code, err := o.code(p, q)
	if err != nil {
		return Identity{}, err
	}
	token, err := o.oauth(p, v.Callback).Exchange(ctx, code, oauth2.VerifierOption(v.Verifier))
	switch {
	case isInvalidGrant(err):
		return Identity{}, because(pageStale, &complaint{"redeeming a code", err})
	case err != nil:
		return Identity{}, o.unanswered(ctx, "redeeming a code", err)
	}
	id, err := o.idToken(ctx, p, token)
	switch {
	case err != nil:
		return Identity{}, err
	case id == nil:
		return Identity{}, because(pageBadAnswer, errors.New("the provider sent no ID token"))
	case !hmac.Equal([]byte(id.Nonce), []byte(v.Nonce)):
		return Identity{}, because(pageBadAnswer, errors.New("the ID token is of another sign-in: its nonce differs"))
	}
	who, err := o.identity(ctx, p, token, id)
	if errors.Is(err, errNameless) {
		return Identity{}, because(pageUnusable, err)
	}
	if err != nil {
		return Identity{}, err
	}
	who.Refresh = renewed(token, nil)
	return who, nil
}

// patience limits how long somebody waits for the provider in all.
func (o *OIDC) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(oidc.ClientContext(ctx, o.client), o.config.Timeout)
}

// code returns the code that the browser has brought, if the provider sent it.
func (o *OIDC) code(p *provider, q url.Values) (string, error) {
	// A code of one provider that is taken to another is given away (RFC 9207).
	if (p.named || q.Has("iss")) && single(q, "iss") != o.config.Issuer {
		return "", because(pageBadAnswer, fmt.Errorf("the callback is of issuer %q", clip(q.Get("iss"))))
	}
	switch failure := q.Get("error"); {
	case failure == "access_denied":
		return "", because(pageRefused, ErrNobody)
	case failure == "server_error" || failure == "temporarily_unavailable":
		return "", unavailable(fmt.Errorf("the provider sent the browser back with %q", failure))
	case q.Has("error"):
		return "", because(pageRefused, fmt.Errorf("the provider sent the browser back with %q: %q", clip(failure), clip(q.Get("error_description"))))
	}
	code := single(q, "code")
	if code == "" {
		return "", because(pageBadAnswer, errors.New("the callback has no code, or several"))
	}
	return code, nil
}

// idToken verifies the ID token that came with an access token, or returns nil
// when none did.
func (o *OIDC) idToken(ctx context.Context, p *provider, token *oauth2.Token) (*oidc.IDToken, error) {
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, nil
	}
	keys := &watched{KeySet: p.keys}
	id, err := oidc.NewVerifier(o.config.Issuer, keys, &oidc.Config{
		ClientID: o.config.ClientID, SupportedSigningAlgs: p.algs, Now: o.config.Now,
	}).Verify(ctx, raw)
	var network *url.Error
	switch {
	case err == nil:
	case errors.As(keys.err, &network), ctx.Err() != nil:
		return nil, o.unanswered(ctx, "fetching the provider's keys", keys.err)
	default:
		return nil, because(pageBadAnswer, &complaint{"verifying an ID token", err})
	}
	if err := o.checkParty(id); err != nil {
		return nil, because(pageBadAnswer, err)
	}
	if id.AccessTokenHash != "" {
		if err := id.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, because(pageBadAnswer, &complaint{"verifying an ID token", err})
		}
	}
	return id, nil
}

// checkParty refuses what was made out to somebody else who may show it to us,
// too (OpenID Connect Core §3.1.3.7, 3 to 5).
func (o *OIDC) checkParty(id *oidc.IDToken) error {
	var c struct {
		Party *string `json:"azp"`
	}
	if err := id.Claims(&c); err != nil {
		return &complaint{"reading an ID token", err}
	}
	if c.Party == nil && len(id.Audience) > 1 {
		return errors.New("the ID token is for several and does not say who asked for it")
	}
	if c.Party != nil && *c.Party != o.config.ClientID {
		return fmt.Errorf("the ID token was made out to %q", clip(*c.Party))
	}
	if id.Subject == "" || slices.Contains(id.Audience, "") {
		return errors.New("the ID token names no subject, or nobody whom it is for")
	}
	return nil
}

// watched keeps the error with which a signature was not verified: go-oidc keeps
// only its text, and whether the keys could not be fetched is a different thing
// from a signature that is not theirs.
type watched struct {
	oidc.KeySet
	err error
}

func (w *watched) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	payload, err := w.KeySet.VerifySignature(ctx, jwt)
	w.err = err
	return payload, err
}

// isInvalidGrant says whether the provider knows what we showed and does not
// take it (RFC 6749 §5.2).
func isInvalidGrant(err error) bool {
	var refused *oauth2.RetrieveError
	return errors.As(err, &refused) && refused.ErrorCode == "invalid_grant"
}

// single returns the value of a parameter that came once.
func single(q url.Values, name string) string {
	if len(q[name]) != 1 {
		return ""
	}
	return q[name][0]
}
