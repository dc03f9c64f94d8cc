package dance

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// decide takes the consent form. It needs the browser's session and a token that
// only the page shown in that session carries, for this request token.
func (h *Handler) decide(w http.ResponseWriter, r *http.Request, a asked) error {
	if !h.signin.CheckFormToken(r, a.t.ID, r.PostForm.Get("form_token")) {
		return web.StaleForm()
	}
	d := store.Decision{User: a.user}
	var verifier string
	switch r.PostForm.Get("decision") {
	case "allow":
		if d.Scopes = h.ticked(r, a.offered); len(d.Scopes) == 0 && h.config.Policy.Scoped() {
			return h.showConsent(w, r, http.StatusUnprocessableEntity, a, "nothing_ticked")
		}
		d.Allowed = true
		verifier = store.NewVerifier()
		if a.t.Callback == outOfBand {
			verifier = store.NewPIN()
		}
		d.Verifier = store.VerifierHash(verifier)
	case "deny":
	default:
		return &web.Error{Status: http.StatusBadRequest, Title: "No answer was given", Sentence: "Choose Allow or Deny. Nothing was granted.", Code: "decision_absent"}
	}
	if err := h.keepDecision(r, a, d); err != nil {
		return err
	}
	if now, ok := h.signin.User(r); !ok || now != a.user {
		// Removed or disabled while deciding: the verifier, without which the
		// decision is worth nothing, stays here.
		return gone()
	}
	return h.handBack(w, r, a, verifier)
}

// keepDecision makes a decision final, and takes it down.
func (h *Handler) keepDecision(r *http.Request, a asked, d store.Decision) error {
	switch err := h.store.Decide(r.Context(), a.t.ID, d); {
	case errors.Is(err, store.ErrSpent):
		return decided()
	case errors.Is(err, store.ErrNotFound):
		return gone()
	case err != nil:
		return fmt.Errorf("keeping a decision: %w", err)
	}
	e := audit.Event{Action: audit.ConsentDenied, Actor: "user:" + a.user, Object: a.consumer.Key, RequestID: web.Note(r.Context()).ID}
	if d.Allowed {
		e.Action = audit.ConsentAllowed
	}
	if len(d.Scopes) > 0 {
		e.Details = map[string]string{"scopes": strings.Join(d.Scopes, " ")}
	}
	if err := h.audit.Append(r.Context(), e); err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	h.metrics.consent(d.Allowed)
	return nil
}

// handBack sends the user back to the consumer, or shows what to carry there. An
// empty verifier is a denial.
func (h *Handler) handBack(w http.ResponseWriter, r *http.Request, a asked, verifier string) error {
	t, c := a.t, a.consumer
	id := web.Note(r.Context()).ID
	switch {
	case t.Callback == outOfBand && verifier == "":
		return h.config.Pages.Show(w, r, http.StatusOK, pages.Denied{Consumer: c.Name, User: a.user, RequestID: id})
	case t.Callback == outOfBand:
		left := time.Unix(t.Expires, 0).Sub(h.config.Now())
		return h.config.Pages.Show(w, r, http.StatusOK, pages.PIN{Consumer: c.Name, Verifier: verifier, Left: left, User: a.user, RequestID: id})
	}
	back := []oauth1.Pair{{Name: "oauth_token", Value: a.token}, {Name: "oauth_verifier", Value: verifier}}
	if verifier == "" {
		back = profileOf(c).denial(a.token)
	}
	web.SeeOther(w, addToQuery(t.Callback, back...))
	return nil
}

// addToQuery appends to the query of a registered callback and leaves the rest
// as it was registered. A registered callback has no fragment.
func addToQuery(callback string, pairs ...oauth1.Pair) string {
	separator := "?"
	if strings.Contains(callback, "?") {
		separator = "&"
		if strings.HasSuffix(callback, "?") || strings.HasSuffix(callback, "&") {
			separator = ""
		}
	}
	return callback + separator + oauth1.Encode(pairs)
}
