package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"oauth1d/store"
)

// HandOverConfig says how the application is asked to sign people in.
type HandOverConfig struct {
	// LoginURL is where people sign in. It gets Parameter with a challenge, which
	// the application accepts, or refuses, through the admin API, and then sends
	// the browser to where the answer says.
	LoginURL, Parameter string

	// TTL is how long that may take. Default: 10 minutes.
	TTL time.Duration

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// A HandOver is the Elsewhere of an application that prefers to be asked: it gets
// a challenge, which works once, and answers it by the admin API.
type HandOver struct {
	config HandOverConfig
	login  *url.URL
	store  SessionStore
}

// NewHandOver returns a HandOver that keeps challenges beside the sessions in s,
// sealed by k.
func NewHandOver(s SessionStore, k *store.Keyring, c HandOverConfig) (*HandOver, error) {
	if c.TTL == 0 {
		c.TTL = 10 * time.Minute
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	login, err := url.Parse(c.LoginURL)
	if err != nil {
		return nil, fmt.Errorf("reading the application's login URL: %w", err)
	}
	return &HandOver{config: c, login: login, store: sealed{s, k}}, nil
}

// A challenge is a sign-in that the application has been asked for.
type challenge struct {
	State    string `json:"state"`
	Callback string `json:"callback"`
	For      string `json:"for,omitempty"` // name of the consumer that asks
	Expires  int64  `json:"expires"`
}

// A verdict is what the application has said to a challenge.
type verdict struct {
	State  string   `json:"state"`
	User   string   `json:"user"` // empty: refused
	Groups []string `json:"groups,omitempty"`
}

// Begin makes a challenge and sends the browser to the application with it.
func (h *HandOver) Begin(ctx context.Context, callback, forConsumer string) (Start, error) {
	text, state := store.NewToken(), store.NewToken()
	expires := h.config.Now().Add(h.config.TTL).Unix()
	if err := h.keep(ctx, challengeID(text), challenge{state, callback, forConsumer, expires}, expires); err != nil {
		return Start{}, fmt.Errorf("keeping a challenge: %w", err)
	}
	u := *h.login
	q := u.Query()
	q.Set(h.config.Parameter, text)
	u.RawQuery = q.Encode()
	return Start{URL: u.String(), State: state, Pending: []byte(state)}, nil
}

// Challenge returns the name of the consumer on whose behalf a challenge was made,
// if there is one, and until when it may be answered. The error wraps
// store.ErrNotFound when it is unknown. It does not use it up.
func (h *HandOver) Challenge(ctx context.Context, text string) (forConsumer string, expires time.Time, err error) {
	data, err := h.store.Session(ctx, challengeID(text))
	if err != nil {
		return "", time.Time{}, fmt.Errorf("looking up a challenge: %w", err)
	}
	var c challenge
	if err := json.Unmarshal(data, &c); err != nil {
		return "", time.Time{}, fmt.Errorf("reading a challenge: %w", err)
	}
	return c.For, time.Unix(c.Expires, 0), nil
}

// Accept takes the application's word for who signed in, and returns where it has
// to send the browser. A challenge is answered once; afterwards, and when it is
// unknown or has expired, the error wraps store.ErrNotFound.
func (h *HandOver) Accept(ctx context.Context, text, user string, groups []string) (redirect string, err error) {
	if err := checkName(user); err != nil {
		return "", err
	}
	return h.answer(ctx, text, verdict{User: user, Groups: groups})
}

// Refuse says that nobody signed in. It is Accept in everything else.
func (h *HandOver) Refuse(ctx context.Context, text string) (redirect string, err error) {
	return h.answer(ctx, text, verdict{})
}

func (h *HandOver) answer(ctx context.Context, text string, a verdict) (redirect string, err error) {
	data, err := h.store.TakeSession(ctx, challengeID(text))
	if err != nil {
		return "", fmt.Errorf("taking a challenge: %w", err)
	}
	var c challenge
	if err := json.Unmarshal(data, &c); err != nil {
		return "", fmt.Errorf("reading a challenge: %w", err)
	}
	a.State = c.State
	code := store.NewToken()
	if err := h.keep(ctx, answerID(code), a, h.config.Now().Add(time.Minute).Unix()); err != nil {
		return "", fmt.Errorf("keeping the answer to a challenge: %w", err)
	}
	return c.Callback + "?" + url.Values{"state": {c.State}, "code": {code}}.Encode(), nil
}

// Finish takes the answer that the browser names. It counts in the browser only
// that was sent away with the challenge: whoever is given another's link is not
// signed in as the other.
func (h *HandOver) Finish(ctx context.Context, r *http.Request, pending []byte) (Identity, error) {
	data, err := h.store.TakeSession(ctx, answerID(r.URL.Query().Get("code")))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return Identity{}, ErrNobody
	case err != nil:
		return Identity{}, fmt.Errorf("taking the answer to a challenge: %w", err)
	}
	var a verdict
	if err := json.Unmarshal(data, &a); err != nil {
		return Identity{}, fmt.Errorf("reading the answer to a challenge: %w", err)
	}
	if !sameText(a.State, string(pending)) || a.User == "" {
		return Identity{}, ErrNobody
	}
	return Identity{User: a.User, Groups: a.Groups}, nil
}

func (h *HandOver) keep(ctx context.Context, id string, value any, expires int64) error {
	data, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return h.store.KeepSession(ctx, id, data, expires)
}

// Challenges and answers lie among the sessions, under hashes that no cookie
// leads to.
func challengeID(text string) string { return "challenge:" + store.TokenID(text) }
func answerID(code string) string    { return "answer:" + store.TokenID(code) }
