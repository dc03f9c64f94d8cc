package signin

import (
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/url"

	"oauth1d/provider/web"
)

// ReturnPath is where people come back to who were sent elsewhere to sign in,
// below the path of the sign-in page.
const ReturnPath = "/return"

// A pending is one sign-in elsewhere that has begun in this browser.
type pending struct {
	state  string
	data   string // base64
	handle string // of the way back
}

// What people are told who come back and are not signed in.
var (
	pageStale = web.Error{Status: http.StatusForbidden, Code: "signin_return_unknown", Title: "This sign-in is over",
		Sentence: "It was not begun in this browser, it took too long, or it was finished already. Go back to the application and start again."}

	pageRefused = web.Error{Status: http.StatusForbidden, Code: "signin_refused", Title: "You are not signed in",
		Sentence: "The other system did not let you in, or you have cancelled. Nothing was granted. Go back to the application to start again."}
)

// because returns e with a cause for our log.
func because(e web.Error, cause error) error {
	e.Err = cause
	return &e
}

// maxPending is how many tabs may be elsewhere at once.
const maxPending = 4

// sendAway begins signing in elsewhere. What a backend keeps of that outlives its
// place in the session, so that having one does not make it free.
func (s *SignIn) sendAway(w http.ResponseWriter, r *http.Request, way wayBack) error {
	if err := s.slowDown(w, r); err != nil {
		return err
	}
	start, err := s.config.Backend.Elsewhere.Begin(r.Context(), s.config.Origin+s.config.SignInPath+ReturnPath, way.For)
	if err != nil {
		s.metrics.count(outcomeError)
		return fmt.Errorf("beginning to sign in elsewhere: %w", err)
	}
	if start.State == "" || len(start.Pending) == 0 {
		return errors.New("beginning to sign in elsewhere: the backend named no state")
	}
	if again, ok := s.config.Backend.Elsewhere.(Again); ok && way.Again {
		start.URL = again.Another(start.URL)
	}
	all := append(s.pending(r), pending{start.State, base64.StdEncoding.EncodeToString(start.Pending), way.Handle})
	s.putPending(r, all[max(0, len(all)-maxPending):])
	if err := s.keep(w, r); err != nil {
		return err
	}
	web.SeeOther(w, start.URL)
	return nil
}

// ServeReturn takes somebody back who has signed in elsewhere.
// GET /oauth/signin/return.
func (s *SignIn) ServeReturn(w http.ResponseWriter, r *http.Request) error {
	if err := browserOf(r).err; err != nil {
		return err
	}
	p, found := s.takePending(r, r.URL.Query().Get("state"))
	if s.config.Backend.Elsewhere == nil || !found {
		return because(pageStale, nil)
	}
	// It comes once, whatever becomes of it.
	if err := s.keep(w, r); err != nil {
		return err
	}
	data, err := base64.StdEncoding.DecodeString(p.data)
	if err != nil {
		return fmt.Errorf("reading what was kept of a sign-in: %w", err)
	}
	id, err := s.config.Backend.Elsewhere.Finish(r.Context(), r, data)
	switch {
	case errors.Is(err, ErrNobody), errors.Is(err, ErrWrong), errors.Is(err, ErrGone):
		s.metrics.count(outcomeWrong)
		return because(pageRefused, err)
	case err != nil:
		s.metrics.count(outcomeError)
		return fmt.Errorf("finishing a sign-in elsewhere: %w", err)
	}
	return s.counted(s.enter(w, r, id, s.recall(r, p.handle)))
}

func (s *SignIn) pending(r *http.Request) []pending {
	flat, _ := s.sessions.Get(r.Context(), pendingField).([]string)
	var all []pending
	for ; len(flat) >= 3; flat = flat[3:] {
		all = append(all, pending{flat[0], flat[1], flat[2]})
	}
	return all
}

func (s *SignIn) putPending(r *http.Request, all []pending) {
	var flat []string
	for _, p := range all {
		flat = append(flat, p.state, p.data, p.handle)
	}
	s.sessions.Put(r.Context(), pendingField, flat)
}

// takePending removes from the session what belongs to a state.
func (s *SignIn) takePending(r *http.Request, state string) (taken pending, found bool) {
	var rest []pending
	for _, p := range s.pending(r) {
		if !found && state != "" && sameText(p.state, state) {
			taken, found = p, true
			continue
		}
		rest = append(rest, p)
	}
	if found {
		s.putPending(r, rest)
	}
	return taken, found
}

// absolute is where another system sends people back to the sign-in page.
func (s *SignIn) absolute(handle string) string {
	return s.config.Origin + s.config.SignInPath + "?return=" + url.QueryEscape(handle)
}
