package signin

import (
	"context"
	"crypto/subtle"
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

// What the sign-in page says about the last attempt, in the words of
// pages.SignIn.
const (
	problemWrong      = "wrong"
	problemWrongToken = "wrong_token"
	problemStale      = "stale"
	problemThrottled  = "throttled"
)

// ServeSignIn shows the sign-in page and takes what was typed into it, or sends
// people to where they sign in. GET and POST /oauth/signin.
func (s *SignIn) ServeSignIn(w http.ResponseWriter, r *http.Request) error {
	if err := browserOf(r).err; err != nil {
		return err
	}
	if r.Method != http.MethodPost {
		return s.showPage(w, r)
	}
	if s.config.Backend.Passwords == nil {
		w.Header().Set("Allow", "GET, HEAD")
		return &web.Error{Status: http.StatusMethodNotAllowed, Title: "There is no password to be typed here", Sentence: "People sign in elsewhere. Go back to the application and start again.", Code: "method_not_allowed"}
	}
	outcome, err := s.attempt(w, r)
	s.metrics.count(outcome)
	return err
}

// showPage shows the form, sends people elsewhere, or moves on a user who need
// not sign in.
func (s *SignIn) showPage(w http.ResponseWriter, r *http.Request) error {
	way := s.recall(r, r.URL.Query().Get("return"))
	who := s.Actor(r)
	if err := browserOf(r).err; err != nil {
		return err
	}
	switch {
	case who != "" && !way.Again && way.Path != "":
		web.SeeOther(w, way.Path)
		return nil
	case who != "" && !way.Again && s.config.HomePath != "":
		web.SeeOther(w, s.config.HomePath)
		return nil
	case who != "" && !way.Again:
		name, _ := s.User(r)
		return s.show(w, r, http.StatusOK, pages.Home{User: name})
	case s.config.Backend.Recogniser != nil:
		return s.recognise(w, r, way)
	case s.config.Backend.Elsewhere != nil:
		return s.sendAway(w, r, way)
	}
	return s.form(w, r, http.StatusOK, s.pageOf(r, way))
}

// pageOf is the form for a way back.
func (s *SignIn) pageOf(r *http.Request, way wayBack) pages.SignIn {
	page := pages.SignIn{Return: way.Handle, For: way.For}
	if way.Again {
		page.As, _ = s.User(r)
	}
	return page
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
	page.Action, page.Token = s.config.SignInPath, s.config.Administrators && len(s.config.AdminToken) > 0
	page.FormToken, page.RequestID = s.FormToken(r, purposeSignIn), web.Note(r.Context()).ID
	if status == http.StatusUnauthorized {
		// A 401 must name a scheme. Browsers know none of this name and show
		// the page.
		w.Header().Set("WWW-Authenticate", "Form")
	}
	return s.show(w, r, status, page)
}

func (s *SignIn) show(w http.ResponseWriter, r *http.Request, status int, page any) error {
	return s.config.Pages.Show(w, r, status, page)
}

// attempt looks at what was typed and says what came of it.
func (s *SignIn) attempt(w http.ResponseWriter, r *http.Request) (outcome string, err error) {
	typed, err := s.credentials(r)
	if err != nil {
		return outcomeError, err
	}
	way := s.recall(r, r.PostForm.Get("return"))
	again := func(status int, problem string, wait time.Duration) error {
		page := s.pageOf(r, way)
		page.Username, page.Problem, page.Wait = shown(typed.name), problem, wait
		return s.form(w, r, status, page)
	}
	if !s.CheckFormToken(r, purposeSignIn, r.PostForm.Get("form_token")) {
		return outcomeError, again(http.StatusForbidden, problemStale, 0)
	}
	back, wait, err := s.throttle.take(r.Context(), typed.account(), networkOf(s.config.Address(r)), s.config.Now())
	if err != nil {
		return outcomeError, err
	}
	if wait > 0 {
		setRetryAfter(w, wait)
		return outcomeThrottled, again(http.StatusTooManyRequests, problemThrottled, wait)
	}
	id, err := s.check(r.Context(), typed)
	switch {
	case errors.Is(err, ErrWrong):
		if err := s.auditFailure(r, id.User); err != nil {
			return outcomeError, err
		}
		problem := problemWrong
		if typed.byToken {
			problem = problemWrongToken
		}
		return outcomeWrong, again(http.StatusUnauthorized, problem, 0)
	case err != nil:
		return outcomeError, errors.Join(fmt.Errorf("checking a password: %w", err), back())
	}
	if err := back(); err != nil {
		return outcomeError, err
	}
	if typed.byToken {
		err = s.enterByToken(w, r, way)
	} else {
		err = s.enter(w, r, id, way)
	}
	return outcomeOf(err), err
}

// typed is what came with the form.
type typed struct {
	name     string
	password store.Secret
	byToken  bool // password is what should be the admin token
}

// account is whose attempts are counted.
func (t typed) account() string {
	if t.byToken {
		return "\x00admin token" // the name of no user
	}
	return t.name
}

// check looks at a password, or at the admin token.
func (s *SignIn) check(ctx context.Context, t typed) (Identity, error) {
	if !t.byToken {
		return s.config.Backend.Passwords.Check(ctx, t.name, t.password)
	}
	if len(s.config.AdminToken) == 0 || subtle.ConstantTimeCompare(t.password, s.config.AdminToken) != 1 {
		return Identity{}, ErrWrong
	}
	return Identity{}, nil
}

// credentials reads the form. The entrance limits the body.
func (s *SignIn) credentials(r *http.Request) (typed, error) {
	if err := web.ParseForm(r); err != nil {
		return typed{}, err
	}
	names, passwords, tokens := r.PostForm["username"], r.PostForm["password"], r.PostForm["token"]
	if s.config.Administrators && len(tokens) == 1 && len(names) == 0 {
		return typed{password: store.Secret(tokens[0]), byToken: true}, nil
	}
	if len(names) != 1 || len(passwords) != 1 {
		return typed{}, &web.Error{Status: http.StatusBadRequest, Title: "This form is incomplete", Sentence: "It must have one user name and one password. Go back and try again.", Code: "form_incomplete"}
	}
	return typed{name: names[0], password: store.Secret(passwords[0])}, nil
}

// auditFailure takes a wrong password down. What was typed as an unknown user's
// name is left out: it may be a password that went into the wrong field.
func (s *SignIn) auditFailure(r *http.Request, user string) error {
	details := map[string]string{"backend": s.config.Backend.Name, "address": networkOf(s.config.Address(r))}
	if s.config.Backend.Name == BuiltIn {
		details["reason"] = s.reason(r.Context(), user)
	}
	return s.audit(r.Context(), audit.Event{
		Action: audit.SigninFailed, Actor: actor(user), Outcome: audit.Refused, RequestID: web.Note(r.Context()).ID, Details: details,
	})
}

// reason says to the administrator what nobody at the browser learns.
func (s *SignIn) reason(ctx context.Context, user string) string {
	if user == "" {
		return "unknown user"
	}
	switch u, err := s.store.User(ctx, user); {
	case err == nil && u.Disabled:
		return "disabled"
	case err == nil && s.config.Administrators && !u.Admin:
		return "no administrator, or wrong password"
	}
	return "wrong password"
}

func actor(user string) string {
	if user == "" {
		return "anonymous"
	}
	return "user:" + user
}

// shown is what of a typed name goes back onto the page.
func shown(name string) string {
	if checkName(name) != nil {
		return ""
	}
	return name
}
