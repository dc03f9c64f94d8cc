package dance

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"oauth1d/provider/pages"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeAuthorize shows who asks for what and takes the user's decision
// (RFC 5849 §2.2). GET and POST /oauth/authorize.
//
// Nothing but the stored request token decides where the user goes next: a
// callback in the query is not looked at, and a token that is not good for a
// decision ends on a page here, never in a redirect.
func (h *Handler) ServeAuthorize(w http.ResponseWriter, r *http.Request) error {
	token, err := tokenOf(r)
	if err != nil {
		return err
	}
	t, c, err := h.pending(r, token)
	if err != nil {
		return err
	}
	web.Note(r.Context()).Consumer = c.Key
	user, ok := h.signin.User(r)
	if !ok {
		return h.signin.Ask(w, r, h.config.AuthorizePath+"?oauth_token="+url.QueryEscape(token), c.Name)
	}
	web.Note(r.Context()).User = user
	if err := h.mayUse(r, c); err != nil {
		return err
	}
	a := asked{token: token, t: t, consumer: c, user: user, offered: h.offered(t, c)}
	if h.config.Policy.Scoped() && len(a.offered) == 0 {
		return &web.Error{Status: http.StatusForbidden, Code: "scopes_gone", Title: "What it asks for cannot be allowed any more", Contact: c.Contact,
			Sentence: "The administrator has changed what this application may do. Go back to it and start again."}
	}
	if r.Method == http.MethodPost {
		return h.decide(w, r, a)
	}
	return h.showConsent(w, r, http.StatusOK, a, "")
}

// asked is what a user is to decide about.
type asked struct {
	token    string // the request token's text
	t        store.RequestToken
	consumer store.Consumer
	user     string
	offered  []string // scopes
}

// tokenOf returns the one oauth_token of the query, or of the form.
func tokenOf(r *http.Request) (string, error) {
	if err := web.ParseForm(r); err != nil {
		return "", err
	}
	values := r.Form["oauth_token"]
	if r.Method == http.MethodPost {
		values = r.PostForm["oauth_token"]
	}
	if len(values) != 1 || values[0] == "" {
		return "", &web.Error{Status: http.StatusBadRequest, Title: "This link is incomplete", Sentence: "The application sent you here without saying what it asks for. Go back to it and start again.", Code: "oauth_token_absent"}
	}
	return values[0], nil
}

// pending returns a request token that is still to be decided about, and its
// consumer.
func (h *Handler) pending(r *http.Request, token string) (store.RequestToken, store.Consumer, error) {
	var c store.Consumer
	t, err := h.store.RequestToken(r.Context(), store.TokenID(token))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return t, c, gone()
	case err != nil:
		return t, c, fmt.Errorf("looking up a request token: %w", err)
	case t.Decided != 0:
		return t, c, decided()
	}
	c, err = h.store.Consumer(r.Context(), t.Consumer)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && (c.Disabled || c.Proposed != 0):
		return t, c, &web.Error{Status: http.StatusForbidden, Title: "This application is not allowed here", Sentence: "The administrator has switched it off. Nothing was granted.", Code: "consumer_key_refused"}
	case err != nil:
		return t, c, fmt.Errorf("looking up the consumer: %w", err)
	}
	return t, c, nil
}

func gone() error {
	return &web.Error{Status: http.StatusNotFound, Title: "This request is no longer valid", Sentence: "It was used already or has expired. Go back to the application and start again.", Code: "token_rejected"}
}

func decided() error {
	return &web.Error{Status: http.StatusConflict, Title: "This request was already answered", Sentence: "The first answer counts, and nothing was changed now. Go back to the application; to answer differently, start again there.", Code: "token_used"}
}

// showConsent shows who asks for what. problem is what was wrong with an answer.
func (h *Handler) showConsent(w http.ResponseWriter, r *http.Request, status int, a asked, problem string) error {
	since, has, err := h.granted(r.Context(), a.user, a.consumer.Key)
	if err != nil {
		return err
	}
	if since.IsZero() {
		has = nil // nothing is new where nothing was before
	}
	var ticked []string
	if r.Method == http.MethodPost {
		ticked = append([]string{}, h.ticked(r, a.offered)...)
	}
	h.allowScheme(w, a.t.Callback)
	host, app := returnsTo(a.t.Callback)
	c := a.consumer
	return h.config.Pages.Show(w, r, status, pages.Consent{
		Action: h.config.AuthorizePath, SwitchAction: h.config.SignOutPath,
		Token: a.token, FormToken: h.signin.FormToken(r, a.t.ID),
		Consumer: c.Name, Description: c.Description, Publisher: c.Publisher, Contact: c.Contact, Verified: c.Verified,
		User: a.user, Scopes: h.scopesOnPage(a.offered, has, ticked), Problem: problem,
		ReturnHost: host, ReturnApp: app, Since: since, Until: h.until(c),
		RequestID: web.Note(r.Context()).ID,
	})
}

// until says until when the user grants access, renewals included. Zero: until
// somebody takes it back.
func (h *Handler) until(c store.Consumer) time.Time {
	life := h.life(c)
	if life == 0 {
		return time.Time{}
	}
	return h.config.Now().Add(life + profileOf(c).renewable)
}

// returnsTo names the host where the user goes after deciding, or the private-use
// scheme of the application that takes over. Neither: nowhere.
func returnsTo(callback string) (host, app string) {
	if callback == outOfBand {
		return "", ""
	}
	u, err := url.Parse(callback)
	switch {
	case err != nil:
		return "", ""
	case u.Host == "":
		return "", u.Scheme
	}
	return u.Host, ""
}

// allowScheme lets the consent form's answer redirect to a private-use scheme,
// which the pages' usual policy does not name.
func (h *Handler) allowScheme(w http.ResponseWriter, callback string) {
	scheme, _, found := strings.Cut(callback, ":")
	if found && scheme != "https" && scheme != "http" {
		w.Header().Set("Content-Security-Policy", pages.ContentSecurityPolicyForScheme(scheme))
	}
}
