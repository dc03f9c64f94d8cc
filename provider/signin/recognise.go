package signin

import (
	"errors"
	"fmt"
	"net/http"
	"slices"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// recognised asks the backend about a request, once.
func (s *SignIn) recognised(r *http.Request) (Identity, error) {
	b := browserOf(r)
	if !b.asked {
		b.asked = true
		b.identity, b.unrecognised = s.config.Backend.Recogniser.Recognise(r.Context(), r)
	}
	return b.identity, b.unrecognised
}

// stillThere says whether the backend recognises the user whom the session is
// of. Whoever signs out at the application, or in as somebody else, has done so
// here as well; and whoever has left a group there is in it no more.
func (s *SignIn) stillThere(r *http.Request, user *store.User) bool {
	if s.config.Backend.Recogniser == nil {
		return true
	}
	id, err := s.recognised(r)
	if err != nil && !errors.Is(err, ErrNobody) {
		browserOf(r).err = fmt.Errorf("asking who is signed in: %w", err)
	}
	if err != nil || id.User != user.Name {
		return false
	}
	if id.Groups == nil || slices.Equal(groups(id.Groups), user.Groups) {
		return true
	}
	if *user, err = s.see(r.Context(), id); err != nil {
		browserOf(r).err = fmt.Errorf("keeping the groups of who is signed in: %w", err)
	}
	return err == nil
}

// recognise lets in whoever the backend knows, and sends others to where they
// sign in.
func (s *SignIn) recognise(w http.ResponseWriter, r *http.Request, way wayBack) error {
	if err := s.admit(w, r); err != nil {
		return err
	}
	id, err := s.recognised(r)
	switch {
	case errors.Is(err, ErrNobody):
	case err != nil:
		s.metrics.count(outcomeError)
		return fmt.Errorf("asking who is signed in: %w", err)
	case !way.Again || way.Sent || s.config.Backend.Recogniser.Login(s.absolute(way.Handle)) == "":
		// Where there is no page to sign in at, that is all that can be shown.
		return s.counted(s.enter(w, r, id, way))
	}
	if way.Sent {
		return s.unrecognised(w, r, way)
	}
	if way.Handle == "" {
		way.Handle = s.remember(r, wayBack{Path: s.config.SignInPath})
	}
	login := s.config.Backend.Recogniser.Login(s.absolute(way.Handle))
	if login == "" {
		return &web.Error{Status: http.StatusForbidden, Code: "signin_not_recognised", Title: "Nobody is signed in",
			Sentence: "Nothing says who you are. Sign in at the application, then open this page again."}
	}
	s.markSent(r, way.Handle, true)
	if err := s.keep(w, r); err != nil {
		return err
	}
	web.SeeOther(w, login)
	return nil
}

// unrecognised ends what would otherwise go round in circles: somebody came back
// from the sign-in page and is still nobody. The next try begins anew.
func (s *SignIn) unrecognised(w http.ResponseWriter, r *http.Request, way wayBack) error {
	s.metrics.count(outcomeWrong)
	s.markSent(r, way.Handle, false)
	if err := s.keep(w, r); err != nil {
		return err
	}
	return &web.Error{Status: http.StatusForbidden, Code: "signin_not_recognised", Title: "Nobody is signed in",
		Sentence: "You came back from the sign-in page, but the application does not say who you are. Load this page again to try once more."}
}
