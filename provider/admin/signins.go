package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// SignIns answers the challenges with which a browser is sent to the
// application's login page. An unknown, answered or expired challenge is
// store.ErrNotFound; it is answered once.
type SignIns interface {
	// Challenge says what a challenge is about.
	Challenge(ctx context.Context, challenge string) (adminapi.Challenge, error)

	// Accept says who is at the browser, and returns where to send it.
	Accept(ctx context.Context, challenge string, user string, groups []string) (redirect string, err error)

	// Refuse says that nobody will sign in, and returns where to send the
	// browser.
	Refuse(ctx context.Context, challenge string) (redirect string, err error)
}

// ServeShowSignIn says what a challenge is about.
// GET /api/v1/signins/{challenge}.
func (h *Handler) ServeShowSignIn(w http.ResponseWriter, r *http.Request) error {
	if h.SignIns == nil {
		return noHandOver()
	}
	c, err := h.SignIns.Challenge(r.Context(), r.PathValue("challenge"))
	if err != nil {
		return noChallenge(err)
	}
	return web.JSON(w, http.StatusOK, c)
}

// ServeAcceptSignIn takes the application's word for who is at the browser.
// POST /api/v1/signins/{challenge}.
func (h *Handler) ServeAcceptSignIn(w http.ResponseWriter, r *http.Request) error {
	if h.SignIns == nil {
		return noHandOver()
	}
	var s adminapi.SignedIn
	if err := read(r, &s); err != nil {
		return err
	}
	if s.User == "" {
		return badRequest(`user is missing; expected {"user":"…"}`)
	}
	to, err := h.SignIns.Accept(r.Context(), r.PathValue("challenge"), s.User, s.Groups)
	if err != nil {
		return noChallenge(err)
	}
	if err := h.note(r, audit.SigninHandedOver, s.User, nil); err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, adminapi.Redirect{Redirect: to})
}

// ServeRefuseSignIn takes the application's word for that nobody signs in.
// DELETE /api/v1/signins/{challenge}.
func (h *Handler) ServeRefuseSignIn(w http.ResponseWriter, r *http.Request) error {
	if h.SignIns == nil {
		return noHandOver()
	}
	to, err := h.SignIns.Refuse(r.Context(), r.PathValue("challenge"))
	if err != nil {
		return noChallenge(err)
	}
	return web.JSON(w, http.StatusOK, adminapi.Redirect{Redirect: to})
}

func noHandOver() error {
	return &web.Error{Status: http.StatusNotFound, Code: "no_hand_over",
		Sentence: "sign-in is not handed over here; set signin.backend to handover"}
}

// noChallenge says why a challenge is not answered. Its text is not repeated: it
// opens a session.
func noChallenge(err error) error {
	var shown *web.Error
	switch {
	case errors.As(err, &shown):
		return err
	case errors.Is(err, store.ErrNotFound), errors.Is(err, store.ErrExpired), errors.Is(err, store.ErrSpent):
		return &web.Error{Status: http.StatusNotFound, Code: "not_found",
			Sentence: "there is no such challenge, or it was answered, or it has expired; send the browser back to where it came from to begin again"}
	}
	return fmt.Errorf("sign-in challenge: %w", err)
}
