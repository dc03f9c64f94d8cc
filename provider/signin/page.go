package signin

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// purposeSignIn is what the form token of the sign-in page is for.
const purposeSignIn = "signin"

// The sentences of the sign-in page.
const (
	sayWrong = "The user name or the password is wrong."
	sayStale = "This page was open for too long, or cookies are switched off. Please try again."
)

// ServeSignIn shows the sign-in page and takes what was typed into it.
// GET and POST /oauth/signin.
func (s *SignIn) ServeSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := browserOf(r).err; err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		return s.showPage(w, r)
	}
	outcome, err := s.attempt(w, r)
	s.metrics.count(outcome)
	return err
}

// showPage shows the form, or moves on a user who needs none.
func (s *SignIn) showPage(w http.ResponseWriter, r *http.Request) error {
	way := s.recall(r, r.URL.Query().Get("return"))
	if _, ok := s.User(r); ok {
		if way.Path != "" {
			seeOther(w, way.Path)
			return nil
		}
		return render(w, http.StatusOK, pages.Home{Site: s.config.Site})
	}
	return s.form(w, r, http.StatusOK, pages.SignIn{Return: way.Handle, For: way.For})
}

// form shows the sign-in form. It needs a session, to tie the form to.
func (s *SignIn) form(w http.ResponseWriter, r *http.Request, status int, page pages.SignIn) error {
	if err := s.admit(w, r); err != nil {
		return err
	}
	if !s.good(r.Context()) {
		if err := s.keep(w, r); err != nil {
			return err
		}
	}
	page.Site, page.Action = s.config.Site, s.config.SignInPath
	page.FormToken, page.RequestID = s.FormToken(r, purposeSignIn), web.Note(r.Context()).ID
	if status == http.StatusUnauthorized {
		// A 401 must name a scheme. Browsers know none of this name and show
		// the page.
		w.Header().Set("WWW-Authenticate", "Form")
	}
	return render(w, status, page)
}

// attempt looks at a name and a password and says what came of it.
func (s *SignIn) attempt(w http.ResponseWriter, r *http.Request) (outcome string, err error) {
	name, password, err := credentials(r)
	if err != nil {
		return outcomeError, err
	}
	way := s.recall(r, r.PostForm.Get("return"))
	again := func(status int, problem string) error {
		return s.form(w, r, status, pages.SignIn{Return: way.Handle, For: way.For, Username: shown(name), Problem: problem})
	}
	if !s.CheckFormToken(r, purposeSignIn, r.PostForm.Get("form_token")) {
		return outcomeError, again(http.StatusForbidden, sayStale)
	}
	address := networkOf(s.config.Address(r))
	back, wait := s.throttle.take(name, address, s.config.Now())
	if wait > 0 {
		setRetryAfter(w, wait)
		return outcomeThrottled, again(http.StatusTooManyRequests, "There were too many wrong attempts. Try again in "+spell(wait)+".")
	}
	user, err := s.users.Verify(r.Context(), name, password)
	switch {
	case errors.Is(err, ErrWrong):
		if err := s.auditFailure(r.Context(), user, address); err != nil {
			return outcomeError, err
		}
		return outcomeWrong, again(http.StatusUnauthorized, sayWrong)
	case err != nil:
		back()
		return outcomeError, fmt.Errorf("checking a password: %w", err)
	}
	back()
	if err := s.enter(w, r, user, address, way); err != nil {
		return outcomeError, err
	}
	return outcomeOK, nil
}

// credentials reads the form. The entrance limits the body.
func credentials(r *http.Request) (name string, password store.Secret, err error) {
	if err := parseForm(r); err != nil {
		return "", nil, err
	}
	names, passwords := r.PostForm["username"], r.PostForm["password"]
	if len(names) != 1 || len(passwords) != 1 {
		return "", nil, &web.Error{Status: http.StatusBadRequest, Title: "This form is incomplete", Sentence: "It must have one user name and one password. Go back and try again.", Code: "form_incomplete"}
	}
	return names[0], store.Secret(passwords[0]), nil
}

func parseForm(r *http.Request) error {
	err := r.ParseForm()
	var tooBig *http.MaxBytesError
	if err == nil || errors.As(err, &tooBig) {
		return err
	}
	return &web.Error{Status: http.StatusBadRequest, Title: "This form could not be read", Sentence: "Go back and try again.", Code: "form_unreadable", Err: err}
}

// auditFailure takes a wrong password down. What was typed as an unknown user's
// name is left out: it may be a password that went into the wrong field.
func (s *SignIn) auditFailure(ctx context.Context, user store.User, address string) error {
	reason := "wrong password"
	switch {
	case user.Name == "":
		reason = "unknown user"
	case user.Disabled:
		reason = "disabled"
	}
	return s.audit(ctx, audit.Event{
		Action: audit.SigninFailed, Actor: actor(user.Name), Outcome: audit.Refused, RequestID: web.Note(ctx).ID,
		Details: map[string]string{"backend": backend, "address": address, "reason": reason},
	})
}

func actor(user string) string {
	if user == "" {
		return "anonymous"
	}
	return "user:" + user
}

// enter makes the session the user's, under a new id, and moves on. The cookie
// leaves when the audit log has it.
func (s *SignIn) enter(w http.ResponseWriter, r *http.Request, user store.User, address string, way wayBack) error {
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renewing a session: %w", err)
	}
	s.sessions.Put(ctx, userField, user.Name)
	s.sessions.Put(ctx, stampField, stamp(user))
	s.sessions.Put(ctx, untilField, s.config.Now().Add(s.config.SessionTTL).Unix())
	s.sessions.Put(ctx, formKeyField, newFormKey())
	token, err := s.commit(ctx)
	if err != nil {
		return err
	}
	note := web.Note(ctx)
	note.User = user.Name
	err = s.audit(ctx, audit.Event{
		Action: audit.SigninOK, Actor: actor(user.Name), RequestID: note.ID,
		Details: map[string]string{"backend": backend, "address": address},
	})
	if err != nil {
		return err
	}
	s.giveCookie(w, r, token)
	to := way.Path
	if to == "" {
		to = s.config.SignInPath
	}
	seeOther(w, to)
	return nil
}

// render writes a page with a status; after an error nothing was written.
func render(w http.ResponseWriter, status int, page any) error {
	var b bytes.Buffer
	if err := pages.Render(&b, page); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	// A write error means that whoever asked has gone.
	_, _ = w.Write(b.Bytes())
	return nil
}

// shown is what of a typed name goes back onto the page.
func shown(name string) string {
	if checkName(name) != nil {
		return ""
	}
	return name
}

// spell says a time to wait in words.
func spell(wait time.Duration) string {
	if n := seconds(wait); n <= 90 {
		return fmt.Sprintf("%d seconds", n)
	}
	return fmt.Sprintf("%d minutes", int((wait+time.Minute-1)/time.Minute))
}
