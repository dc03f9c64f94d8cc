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
// RFC 7662 §2.2, as far as OAuth 1.0a has the same things: what the gate would say
// now, too. A token that is not live is inactive and nothing more is said. The token is named by its text or by
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
	c, err := h.Store.Credentials(r.Context(), t.Consumer, t.ID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	scopes, live := h.Live(c)
	if err != nil || !live {
		return web.JSON(w, http.StatusOK, adminapi.Introspection{})
	}
	return web.JSON(w, http.StatusOK, adminapi.Introspection{
		Active: true, ClientID: t.Consumer, Username: t.User, Subject: t.User, Scope: strings.Join(scopes, " "),
		TokenType: "oauth1", TokenID: t.ID, Issued: t.Issued, Expires: t.End(),
	})
}
