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

// renew gives a new access token for an old one and the handle of its session,
// as the session extension has it (OAuth Session 1.0, draft 1). The old token may
// have expired; it is void from then on. The handle stays the session's, and so
// does the end of the session. When the answer is lost, the consumer has to walk the
// dance again, as after an exchange.
func (h *Handler) renew(w http.ResponseWriter, r *http.Request, g verify.Grant) error {
	if err := g.Member(); err != nil {
		return err
	}
	if g.AccessToken.Unused(h.config.Now().Unix()) {
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "this access token has not been used for too long and cannot be renewed; walk the dance again")
	}
	c, t, err := h.newAccessToken(g.Consumer)
	if err != nil {
		return err
	}
	t.Session, t.SessionExpires = [32]byte{}, 0 // those of the old token
	t, err = h.store.Renew(r.Context(), g.AccessToken.ID, store.VerifierHash(g.Request.SessionHandle), t)
	if err != nil {
		return notRenewed(err)
	}
	c.handle = g.Request.SessionHandle
	if err := h.issued(r.Context(), audit.AccessTokenRenewed, t); err != nil {
		return err
	}
	return h.tellAccessToken(w, g, t, c)
}

// notRenewed says to the consumer, who proved to hold the token, why it is not
// renewed.
func notRenewed(err error) error {
	switch {
	case errors.Is(err, store.ErrRevoked):
		return oauth1.Refuse(oauth1.ProblemTokenRevoked, "this access token has been revoked, or renewed already; the new one was handed out then")
	case errors.Is(err, store.ErrExpired):
		return oauth1.Refuse(oauth1.ProblemPermissionDenied, "the time for which the user has given access is over; walk the dance again")
	case errors.Is(err, store.ErrWrongVerifier):
		return oauth1.Rejected("oauth_session_handle")
	case errors.Is(err, store.ErrNotFound):
		p := oauth1.Rejected("oauth_session_handle")
		p.Advice = "this access token has no session and cannot be renewed"
		return p
	}
	return fmt.Errorf("renewing an access token: %w", err)
}

// ServeRevokeToken ends the access token that signs the request, because its
// consumer needs it no more. POST /oauth/revoke-token.
func (h *Handler) ServeRevokeToken(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() { h.metrics.step("revoke_token", err) }()
	g, err := h.ask(w, r, verify.Holder)
	if err != nil {
		return err
	}
	if err := h.store.Revoke(r.Context(), g.AccessToken.ID); err != nil {
		return fmt.Errorf("revoking an access token: %w", err)
	}
	err = h.audit.Append(r.Context(), audit.Event{
		Action: audit.TokenRevoked, Actor: "consumer:" + g.Consumer.Key, Object: g.AccessToken.ID,
		Details: map[string]string{"consumer": g.Consumer.Key, "user": g.AccessToken.User}, RequestID: web.Note(r.Context()).ID,
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	if p := profileOf(g.Consumer); p.revoked != nil {
		return writeJSON(w, p.revoked(g.Request.Token))
	}
	write(w, formType, nil)
	return nil
}
