package dance

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeAccessToken trades an authorized request token for an access token
// (RFC 5849 §2.3), or an access token with a session handle for a new one (see
// renew). POST /oauth/access-token.
//
// When the answer is lost on its way, the consumer has to walk the dance again:
// a second answer to the same exchange would be a second token for whoever
// repeats it.
func (h *Handler) ServeAccessToken(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() { h.metrics.step("access_token", err) }()
	g, err := h.askOf(w, r, exchangeOrRenewal)
	if err != nil {
		return err
	}
	if g.Request.SessionHandle != "" {
		return h.renew(w, r, g)
	}
	if g.Request.Verifier == "" {
		return oauth1.Absent("oauth_verifier")
	}
	c, t, err := h.newAccessToken(g.Consumer)
	if err != nil {
		return err
	}
	t, err = h.store.Redeem(r.Context(), g.RequestToken.ID, store.VerifierHash(g.Request.Verifier), t)
	if err != nil {
		return notRedeemed(err)
	}
	if err := h.issued(r.Context(), audit.AccessTokenIssued, t); err != nil {
		return err
	}
	return h.tellAccessToken(w, g, t, c)
}

// exchangeOrRenewal tells by the session handle which token a request must be
// signed with.
func exchangeOrRenewal(r *oauth1.Request) verify.Kind {
	if r.SessionHandle != "" {
		return verify.Renewal
	}
	return verify.RequestToken
}

// newAccessToken makes an access token that lives as long as the consumer's do,
// with a session where its profile has them.
func (h *Handler) newAccessToken(c store.Consumer) (credential, store.AccessToken, error) {
	p, now, out := profileOf(c), h.config.Now(), newCredential()
	t := store.AccessToken{ID: store.TokenID(out.token), Consumer: c.Key, Issued: now.Unix()}
	if life := h.life(c); life > 0 {
		t.Expires = now.Add(life).Unix()
	}
	t.Idle = int64(cmp.Or(time.Duration(c.IdleTTL)*time.Second, h.config.IdleTTL) / time.Second)
	if p.renewable > 0 {
		out.handle = store.NewVerifier()
		t.Session, t.SessionExpires = store.VerifierHash(out.handle), t.Expires+int64(p.renewable/time.Second)
	}
	var err error
	if t.Secret, err = h.keys.Seal(out.secret, store.AccessTokenSecretPlace(t.ID)); err != nil {
		return credential{}, store.AccessToken{}, fmt.Errorf("sealing an access token: %w", err)
	}
	return out, t, nil
}

// life is how long the access tokens of a consumer live; 0: until revoked.
func (h *Handler) life(c store.Consumer) time.Duration {
	return cmp.Or(time.Duration(c.AccessTTL)*time.Second, h.config.AccessTTL, profileOf(c).life)
}

// issued takes down that a consumer has got a token.
func (h *Handler) issued(ctx context.Context, action audit.Action, t store.AccessToken) error {
	note := web.Note(ctx)
	note.User, note.TokenID = t.User, t.ID
	err := h.audit.Append(ctx, audit.Event{
		Action: action, Actor: "consumer:" + t.Consumer, Object: t.ID,
		Details: map[string]string{"user": t.User}, RequestID: note.ID,
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
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
