package admin

import (
	"errors"
	"net/http"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeIntrospect tells the application about an access token, in the words of
// RFC 7662 §2.2, as far as OAuth 1.0a has the same things. A token that is not
// live is inactive and nothing more is said. The token is named by its text or by
// its ID, which the application knows from X-OAuth-Token-Id.
// POST /api/v1/introspect, with the form token=….
func (h *Handler) ServeIntrospect(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return &web.Error{Status: http.StatusBadRequest, Code: "bad_form", Sentence: "the body is no form; expected token=…"}
	}
	names := r.PostForm["token"]
	if len(names) != 1 || names[0] == "" {
		return &web.Error{Status: http.StatusBadRequest, Code: "token_absent", Sentence: "the form names no token; expected token=… once"}
	}
	t, err := h.find(r.Context(), names[0])
	switch {
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrExpired), errors.Is(err, store.ErrRevoked):
		return web.JSON(w, http.StatusOK, adminapi.Introspection{})
	case err != nil:
		return refuse(err, "access token", shortened(names[0]))
	}
	switch live, err := h.mayAct(r, t); {
	case err != nil:
		return err
	case !live:
		return web.JSON(w, http.StatusOK, adminapi.Introspection{})
	}
	return web.JSON(w, http.StatusOK, adminapi.Introspection{
		Active: true, ClientID: t.Consumer, Username: t.User, Subject: t.User, Scope: strings.Join(t.Scopes, " "),
		TokenType: "oauth1", TokenID: t.ID, Issued: t.Issued, Expires: t.End(),
	})
}

// mayAct reports whether the token's consumer is let in, and its user.
func (h *Handler) mayAct(r *http.Request, t store.AccessToken) (bool, error) {
	c, err := h.Store.Credentials(r.Context(), t.Consumer, t.ID)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	return err == nil && c.TokenErr == nil && !c.Consumer.Disabled && c.Consumer.Proposed == 0 && !c.User.Refused(), err
}
