package account

import (
	"errors"
	"fmt"
	"net/http"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/registry"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// mine is a consumer of the user's, or store.ErrNotFound.
func (h *Handler) mine(v visit) (store.Consumer, error) {
	c, err := h.registry.Show(v.Context(), v.key)
	if err == nil && c.Owner != v.user {
		err = store.ErrNotFound
	}
	return c, err
}

// unknown is said of what is not there, and of what is somebody else's.
func unknown() error {
	return &web.Error{Status: http.StatusNotFound, Title: "There is no such proposal", Sentence: "It may have been deleted, or it belongs to somebody else.", Code: "proposal_unknown"}
}

// serveWithdraw asks again. GET /oauth/account/proposals/{key}/withdraw.
func (h *Handler) serveWithdraw(v visit) error {
	c, err := h.mine(v)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unknown()
	case err == nil && c.Proposed == 0:
		return h.to(v, ProposalsPath) // it was approved, as the list shows
	case err != nil:
		return fmt.Errorf("looking up a proposal: %w", err)
	}
	return h.show(v, http.StatusOK, pages.ProposalConfirm{
		Act: "withdraw", Name: c.Name, Key: c.Key, Action: h.of(c.Key, "withdraw"), FormToken: h.signin.FormToken(v.Request, purposeWithdraw+c.Key),
		Cancel: h.config.Path + ProposalsPath, User: v.user, RequestID: web.Note(v.Context()).ID,
	})
}

// withdraw removes what has not been approved.
// POST /oauth/account/proposals/{key}/withdraw.
func (h *Handler) withdraw(v visit) error {
	if err := h.checkForm(v, purposeWithdraw+v.key); err != nil {
		return err
	}
	err := h.registry.Withdraw(v.Context(), v.key, v.user)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return unknown()
	case len(registry.Invalids(err)) > 0:
		return h.to(v, ProposalsPath) // it was approved, as the list shows
	case err != nil:
		return fmt.Errorf("withdrawing a proposal: %w", err)
	}
	if err := h.note(v, audit.ConsumerRemoved, v.key, map[string]string{"withdrawn": "yes"}); err != nil {
		return err
	}
	return h.to(v, ProposalsPath+"?done=withdrawn")
}
