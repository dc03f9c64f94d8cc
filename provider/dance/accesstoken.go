package dance

import (
	"errors"
	"fmt"
	"net/http"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeAccessToken trades an authorized request token for an access token
// (RFC 5849 §2.3). POST /oauth/access-token.
//
// When the answer is lost on its way, the consumer has to walk the dance again:
// a second answer to the same exchange would be a second token for whoever
// repeats it.
func (h *Handler) ServeAccessToken(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() { h.metrics.step("access_token", err) }()
	g, err := h.ask(w, r, verify.RequestToken)
	if err != nil {
		return err
	}
	if g.Request.Verifier == "" {
		return oauth1.Absent("oauth_verifier")
	}
	token, secret := store.NewToken(), store.NewSecret()
	now := h.config.Now()
	t := store.AccessToken{ID: store.TokenID(token), Consumer: g.Consumer.Key, Issued: now.Unix()}
	if h.config.AccessTTL > 0 {
		t.Expires = now.Add(h.config.AccessTTL).Unix()
	}
	if t.Secret, err = h.keys.Seal(secret, store.AccessTokenSecretPlace(t.ID)); err != nil {
		return fmt.Errorf("sealing an access token: %w", err)
	}
	t, err = h.store.Redeem(r.Context(), g.RequestToken.ID, store.VerifierHash(g.Request.Verifier), t)
	if err != nil {
		return notRedeemed(err)
	}
	note := web.Note(r.Context())
	note.User, note.TokenID = t.User, t.ID
	err = h.audit.Append(r.Context(), audit.Event{
		Action: audit.AccessTokenIssued, Actor: "consumer:" + g.Consumer.Key, Object: t.ID,
		Details: map[string]string{"user": t.User}, RequestID: note.ID,
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	answer(w, g.Consumer, oauth1.Pair{Name: "oauth_token", Value: token},
		oauth1.Pair{Name: "oauth_token_secret", Value: secret.Reveal()})
	return nil
}

// notRedeemed says to the consumer, who proved to hold the request token, why it
// is worth nothing.
func notRedeemed(err error) error {
	switch {
	case errors.Is(err, store.ErrUndecided):
		return oauth1.Refuse(oauth1.ProblemPermissionUnknown, "the user has not decided yet; send the user to the authorize page first")
	case errors.Is(err, store.ErrDenied):
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the user has refused access")
	case errors.Is(err, store.ErrWrongVerifier):
		return oauth1.Refuse(oauth1.ProblemVerifierInvalid, "the oauth_verifier is not the one that the user brought back; after a few wrong ones the request token is void")
	case errors.Is(err, store.ErrSpent):
		return oauth1.Refuse(oauth1.ProblemTokenRejected, "too many wrong verifiers were tried with this request token; ask for a new one")
	case errors.Is(err, store.ErrExpired):
		return oauth1.Refuse(oauth1.ProblemTokenExpired, "this request token has expired; ask for a new one and send the user to the authorize page again")
	case errors.Is(err, store.ErrNotFound):
		return oauth1.Refuse(oauth1.ProblemTokenUsed, "this request token has just been exchanged; the access token was handed out then")
	}
	return fmt.Errorf("redeeming a request token: %w", err)
}
