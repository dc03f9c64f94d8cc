package account

import (
	"fmt"
	"net/http"
	"slices"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/registry"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// What the forms about proposals are for.
const (
	purposePropose  = "account:propose"
	purposeWithdraw = "account:withdraw:" // and the consumer's key
	purposeClaim    = "account:claim:"    // and the consumer's key
	purposeDownload = "account:download:" // and the consumer's key and secret
)

// serveProposals lists what the user has proposed, over a form for more.
// GET /oauth/account/proposals.
func (h *Handler) serveProposals(v visit) error {
	page := pages.Proposals{Scopes: h.offered(nil)}
	switch v.URL.Query().Get("done") {
	case "proposed":
		page.Done = "proposed"
	case "withdrawn":
		page.Done = "withdrawn"
	}
	return h.proposals(v, http.StatusOK, page)
}

func (h *Handler) proposals(v visit, status int, page pages.Proposals) error {
	mine, err := h.registry.Owned(v.Context(), v.user)
	if err != nil {
		return fmt.Errorf("listing the proposals of user %q: %w", v.user, err)
	}
	for _, c := range mine {
		page.Mine = append(page.Mine, h.proposal(c))
	}
	page.User, page.Action = v.user, h.config.Path+ProposalsPath
	page.FormToken, page.RequestID = h.signin.FormToken(v.Request, purposePropose), web.Note(v.Context()).ID
	return h.show(v, status, page)
}

func (h *Handler) proposal(c store.Consumer) pages.Proposal {
	p := pages.Proposal{Name: c.Name, Key: c.Key, State: "approved", Since: at(c.Created)}
	switch {
	case c.Proposed != 0:
		p.State, p.Withdraw = "proposed", h.of(c.Key, "withdraw")
	case c.Disabled:
		p.State = "disabled"
	case registry.SecretPending(c):
		p.Claim = h.of(c.Key, "claim")
	}
	return p
}

// of is the address of a page about one of the user's consumers.
func (h *Handler) of(key, act string) string {
	return h.config.Path + ProposalsPath + "/" + addressOf(key) + "/" + act
}

// offered are the scopes that can be asked for. ticked, unless nil, are those that
// were ticked.
func (h *Handler) offered(ticked []string) []pages.Scope {
	var all []pages.Scope
	for _, s := range h.config.Policy.Scopes() {
		off := !s.Default
		if ticked != nil {
			off = !slices.Contains(ticked, s.Name)
		}
		all = append(all, pages.Scope{Name: s.Name, Title: s.Title, Titles: s.Titles, Detail: s.Detail, Risky: s.Risky, Off: off})
	}
	return all
}

// propose takes a proposal. POST /oauth/account/proposals.
func (h *Handler) propose(v visit) error {
	if err := h.checkForm(v, purposePropose); err != nil {
		return err
	}
	form, ticked := formOf(v), h.ticked(v)
	a := h.application(form, ticked)
	switch there, err := h.alike(v, a); {
	case err != nil:
		return err
	case there != "":
		return h.proposed(v, there, map[string]string{"name": a.Name, "again": "yes"})
	}
	c, err := h.registry.Propose(v.Context(), v.user, a)
	invalid := registry.Invalids(err)
	switch {
	case len(invalid) > 0 && invalid[0].Field == "proposals":
		return &web.Error{Status: http.StatusConflict, Title: "You have proposed enough for now", Sentence: "So many of your proposals wait for approval that no other is taken.", Code: "proposals_full", Err: err}
	case len(invalid) > 0:
		return h.proposals(v, http.StatusUnprocessableEntity, pages.Proposals{Form: form, Scopes: h.offered(ticked), Errors: fieldErrors(form, invalid)})
	case err != nil:
		return fmt.Errorf("taking a proposal of user %q: %w", v.user, err)
	}
	return h.proposed(v, c.Key, map[string]string{"name": c.Name})
}

// proposed takes a proposal down, and says that it has arrived.
func (h *Handler) proposed(v visit, key string, details map[string]string) error {
	web.Note(v.Context()).Consumer = key
	if err := h.note(v, audit.ConsumerProposed, key, details); err != nil {
		return err
	}
	return h.to(v, ProposalsPath+"?done=proposed")
}

// ticked are the scopes of the form that there are. It is never nil.
func (h *Handler) ticked(v visit) []string {
	out := []string{}
	for _, s := range h.config.Policy.Scopes() {
		if slices.Contains(v.PostForm["scope"], s.Name) {
			out = append(out, s.Name)
		}
	}
	return out
}
