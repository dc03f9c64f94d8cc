package account

import (
	"fmt"
	"net/http"
	"strconv"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// What the forms that revoke are for.
const (
	purposeRevokeAll = "account:revoke-all"
	purposeRevoke    = "account:revoke:" // and the consumer's key
)

// serveRevoke asks again before one consumer loses its access.
// GET /oauth/account/revoke/{key}.
func (h *Handler) serveRevoke(v visit) error {
	if v.key == "" {
		return h.to(v, "")
	}
	found, err := h.grants(v.Context(), v.user, v.key)
	if err != nil {
		return err
	}
	if len(found) != 1 {
		return h.to(v, "") // nothing is left to be revoked, as the list shows
	}
	on, err := h.onPage(v.Context(), found[0])
	if err != nil {
		return err
	}
	return h.show(v, http.StatusOK, pages.AccountConfirm{
		Action: on.Revoke, FormToken: h.signin.FormToken(v.Request, purposeRevoke+v.key), User: v.user, Grant: &on, Count: 1,
		Cancel: h.config.Path, RequestID: web.Note(v.Context()).ID,
	})
}

// revoke ends all tokens with which one consumer acts for the user.
// POST /oauth/account/revoke/{key}.
func (h *Handler) revoke(v visit) error {
	if err := h.checkForm(v, purposeRevoke+v.key); err != nil {
		return err
	}
	if v.key == "" {
		return h.to(v, "") // not all of them
	}
	return h.end(v, store.TokenFilter{User: v.user, Consumer: v.key}, doneOne)
}

// serveRevokeAll asks again before all of them do. GET /oauth/account/revoke.
func (h *Handler) serveRevokeAll(v visit) error {
	all, err := h.grants(v.Context(), v.user, "")
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return h.to(v, "")
	}
	return h.show(v, http.StatusOK, pages.AccountConfirm{
		Action: h.config.Path + revokePath, FormToken: h.signin.FormToken(v.Request, purposeRevokeAll), User: v.user, Count: len(all),
		Cancel: h.config.Path, RequestID: web.Note(v.Context()).ID,
	})
}

// revokeAll ends every token that acts for the user. POST /oauth/account/revoke.
func (h *Handler) revokeAll(v visit) error {
	if err := h.checkForm(v, purposeRevokeAll); err != nil {
		return err
	}
	return h.end(v, store.TokenFilter{User: v.user}, doneAll)
}

// end revokes, and goes back to the list. What is gone already is no mistake.
func (h *Handler) end(v visit, f store.TokenFilter, done string) error {
	web.Note(v.Context()).Consumer = f.Consumer
	n, err := h.store.RevokeAll(v.Context(), f)
	if err != nil {
		return fmt.Errorf("revoking what user %q has granted: %w", v.user, err)
	}
	if n > 0 {
		if err := h.note(v, audit.TokenRevoked, f.Consumer, map[string]string{"user": v.user, "tokens": strconv.Itoa(n)}); err != nil {
			return err
		}
	}
	return h.to(v, "?done="+done)
}
