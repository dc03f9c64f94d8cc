package dance

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"oauth1d/provider/audit"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/verify"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// outOfBand is the callback of a consumer that cannot receive one (§2.1).
const outOfBand = "oob"

// ServeRequestToken gives a consumer a request token (RFC 5849 §2.1).
// POST /oauth/request-token.
func (h *Handler) ServeRequestToken(w http.ResponseWriter, r *http.Request) (err error) {
	defer func() { h.metrics.step("request_token", err) }()
	g, err := h.ask(w, r, verify.NoToken)
	if err != nil {
		return err
	}
	callback, err := callbackOf(g)
	if err != nil {
		return err
	}
	scopes, err := h.scopesOf(g)
	if err != nil {
		return err
	}
	c, now := newCredential(), h.config.Now()
	t := store.RequestToken{
		ID: store.TokenID(c.token), Consumer: g.Consumer.Key, Callback: callback, Scopes: scopes,
		Issued: now.Unix(), Expires: now.Add(h.config.RequestTTL).Unix(),
	}
	if t.Secret, err = h.keys.Seal(c.secret, store.RequestTokenSecretPlace(t.ID)); err != nil {
		return fmt.Errorf("sealing a request token: %w", err)
	}
	switch err := h.store.CreateRequestToken(r.Context(), t, h.config.Pending); {
	case errors.Is(err, store.ErrTooMany):
		return oauth1.Refuse(oauth1.ProblemRateLimited, "this consumer has too many request tokens that no user has decided about; wait until some expire")
	case errors.Is(err, store.ErrNotFound):
		return oauth1.Refuse(oauth1.ProblemConsumerKeyUnknown, "this consumer has just been removed")
	case err != nil:
		return fmt.Errorf("keeping a request token: %w", err)
	}
	err = h.audit.Append(r.Context(), audit.Event{
		Action: audit.RequestTokenIssued, Actor: "consumer:" + g.Consumer.Key, Object: t.ID, RequestID: web.Note(r.Context()).ID,
	})
	if err != nil {
		return fmt.Errorf("auditing: %w", err)
	}
	return h.tellRequestToken(w, g, t, c)
}

// callbackOf returns where the user goes after deciding. It refuses a callback
// that is not registered, to the letter: without one the user who comes back
// could be another than the one who was sent away, which is why 1.0 became 1.0a.
// Where a provider's consumers name none, it is the one that is registered.
func callbackOf(g verify.Grant) (string, error) {
	p, callback := profileOf(g.Consumer), g.Request.Callback
	if p.noDance != "" {
		return "", oauth1.Refuse(oauth1.ProblemPermissionDenied, p.noDance)
	}
	if slices.Contains(g.Consumer.Callbacks, callback) {
		return callback, nil
	}
	if callback == "" && p.absentIsRegistered || callback == outOfBand && p.oobIsRegistered {
		urls := slices.DeleteFunc(slices.Clone(g.Consumer.Callbacks), func(c string) bool { return c == outOfBand })
		if len(urls) == 1 {
			return urls[0], nil
		}
		e := oauth1.Rejected("oauth_callback")
		e.Advice = "this consumer has not exactly one callback URL registered, so the request must name the one that is meant"
		return "", e
	}
	if callback == "" {
		return "", oauth1.Absent("oauth_callback")
	}
	advice := "this oauth_callback is not registered for this consumer; callbacks are compared character for character"
	if callback == outOfBand {
		advice = "this consumer is not registered for out-of-band use (oob); ask the operator to allow it"
	} else if near := nearest(g.Consumer.Callbacks, callback); near != "" {
		advice += "; it differs from the registered one in its " + near
	}
	e := oauth1.Rejected("oauth_callback")
	e.Advice = advice
	return "", e
}

// nearest names the first component in which callback differs from a registered
// one, so that a developer sees a forgotten slash. The registered value itself
// is the consumer's own affair and is not repeated.
func nearest(registered []string, callback string) string {
	for _, r := range registered {
		if strings.EqualFold(r, callback) {
			return "upper and lower case"
		}
		if strings.TrimSuffix(r, "/") == strings.TrimSuffix(callback, "/") {
			return "trailing slash"
		}
		rs, rest, ok := strings.Cut(r, "://")
		cs, crest, cok := strings.Cut(callback, "://")
		if ok && cok && rest == crest && rs != cs {
			return "scheme"
		}
		if path, _, found := strings.Cut(callback, "?"); found && path == r {
			return "query"
		}
	}
	return ""
}
