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
func (h *Handler) decide(w http.ResponseWriter, r *http.Request, t store.RequestToken, c store.Consumer, user, token string) error {
	if !h.signin.CheckFormToken(r, t.ID, r.PostForm.Get("form_token")) {
		return &web.Error{Status: http.StatusForbidden, Title: "This form is out of date", Sentence: "Nothing was granted. Go back to the application and start again.", Code: "form_token_invalid"}
	}
	d := store.Decision{User: user}
	var verifier string
	switch r.PostForm.Get("decision") {
	case "allow":
		d.Allowed = true
		verifier = store.NewVerifier()
		if t.Callback == outOfBand {
			verifier = store.NewPIN()
		}
		d.Verifier = store.VerifierHash(verifier)
	case "deny":
	default:
		return &web.Error{Status: http.StatusBadRequest, Title: "No answer was given", Sentence: "Choose Allow or Deny. Nothing was granted.", Code: "decision_absent"}
	}
	switch err := h.store.Decide(r.Context(), t.ID, d); {
	case errors.Is(err, store.ErrSpent):
		return decided()
	case errors.Is(err, store.ErrNotFound):
		return gone()
	case err != nil:
		return fmt.Errorf("keeping a decision: %w", err)
	}
	action := audit.ConsentDenied
	if d.Allowed {
		action = audit.ConsentAllowed
	}
	err := h.audit.Append(r.Context(), audit.Event{
		Action: action, Actor: "user:" + user, Object: c.Key, RequestID: web.Note(r.Context()).ID,
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	h.metrics.consent(d.Allowed)
	if now, ok := h.signin.User(r); !ok || now != user {
		// Removed or disabled while deciding: the verifier, without which the
		// decision is worth nothing, stays here.
		return gone()
	}
	return h.handBack(w, r, t, c, user, token, verifier)
}

// handBack sends the user back to the consumer, or shows what to carry there. An
// empty verifier is a denial.
func (h *Handler) handBack(w http.ResponseWriter, r *http.Request, t store.RequestToken, c store.Consumer, user, token, verifier string) error {
	id := web.Note(r.Context()).ID
	switch {
	case t.Callback == outOfBand && verifier == "":
		return h.config.Pages.Show(w, r, http.StatusOK, pages.Denied{Consumer: c.Name, User: user, RequestID: id})
	case t.Callback == outOfBand:
		left := time.Unix(t.Expires, 0).Sub(h.config.Now())
		return h.config.Pages.Show(w, r, http.StatusOK, pages.PIN{Consumer: c.Name, Verifier: verifier, Left: left, User: user, RequestID: id})
	}
	back := []oauth1.Pair{{Name: "oauth_token", Value: token}, {Name: "oauth_verifier", Value: verifier}}
	if verifier == "" {
		back = profileOf(c).denial(token)
	}
	w.Header().Set("Location", addToQuery(t.Callback, back...))
	w.WriteHeader(http.StatusSeeOther)
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
