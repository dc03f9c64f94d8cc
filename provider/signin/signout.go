package signin

import (
	"fmt"
	"net/http"
	"net/url"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// purposeSignOut is what the form token of a sign-out button is for.
const purposeSignOut = "signout"

// ServeSignOut ends the session. POST /oauth/signout.
//
// The "Not you?" of the consent page posts the request token along, with the form
// token that belongs to it, and comes back to that page for whoever signs in
// next. The way there is made of our own path and a value that was shown to this
// session. A plain button posts nothing: no other site's form can press it,
// because it would come without the cookie, and without a cookie nothing ends.
func (s *SignIn) ServeSignOut(w http.ResponseWriter, r *http.Request) error {
	if err := browserOf(r).err; err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		w.Header().Set("Allow", http.MethodPost)
		return &web.Error{Status: http.StatusMethodNotAllowed, Title: "Nobody was signed out", Sentence: "Use the sign-out button.", Code: "method_not_allowed"}
	}
	if err := web.ParseForm(r); err != nil {
		return err
	}
	token, got := r.PostForm.Get("oauth_token"), r.PostForm.Get("form_token")
	purpose := purposeSignOut
	if token != "" {
		purpose = store.TokenID(token)
	}
	if (token != "" || got != "") && !s.CheckFormToken(r, purpose, got) {
		return web.StaleForm()
	}
	if err := s.leave(w, r); err != nil {
		return err
	}
	if token != "" && s.config.AuthorizePath != "" {
		return s.switchUser(w, r, s.config.AuthorizePath+"?oauth_token="+url.QueryEscape(token))
	}
	return s.show(w, r, http.StatusOK, pages.SignedOut{SignIn: s.config.SignInPath})
}

// leave ends the session in the store and takes the cookie away.
func (s *SignIn) leave(w http.ResponseWriter, r *http.Request) error {
	ctx := r.Context()
	if s.sessions.Token(ctx) == "" {
		return nil
	}
	user, who := s.sessions.GetString(ctx, userField), ""
	switch {
	case user != "":
		who = actor(user)
	case s.byToken(ctx):
		who = tokenActor
	}
	if err := s.sessions.Destroy(ctx); err != nil {
		return fmt.Errorf("ending a session: %w", err)
	}
	s.giveCookie(w, r, "")
	if who == "" {
		return nil
	}
	note := web.Note(ctx)
	note.User = user
	return s.audit(ctx, audit.Event{Action: audit.SignedOut, Actor: who, RequestID: note.ID})
}

// switchUser lets somebody else sign in, and then brings them to returnTo. Another
// system that signs people in would otherwise say the same name again.
func (s *SignIn) switchUser(w http.ResponseWriter, r *http.Request, returnTo string) error {
	if s.config.Backend.Passwords != nil {
		web.SeeOther(w, returnTo)
		return nil
	}
	return s.AskAgain(w, r, returnTo)
}
