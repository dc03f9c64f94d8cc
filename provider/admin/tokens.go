package admin

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeListTokens lists live access tokens, filtered by consumer, user and the
// beginning of their IDs, a page at a time. GET /api/v1/tokens.
func (h *Handler) ServeListTokens(w http.ResponseWriter, r *http.Request) error {
	l, err := h.listed(r)
	if err != nil {
		return err
	}
	limit := l.Limit
	l.Limit++ // to know whether there are more
	all, err := h.Store.ListAccessTokens(r.Context(), l.TokenFilter)
	if err != nil {
		return refuse(err, "access token", "")
	}
	if l.exact != "" {
		t, err := h.Store.AccessToken(r.Context(), l.exact)
		if err == nil && (l.Consumer == "" || t.Consumer == l.Consumer) && (l.User == "" || t.User == l.User) {
			all = append([]store.AccessToken{t}, all...)
		}
	}
	out := adminapi.Tokens{Tokens: []adminapi.Token{}}
	for _, t := range all {
		if !strings.HasPrefix(t.ID, l.prefix) {
			break // they are in order
		}
		if len(out.Tokens) == limit {
			out.Next = out.Tokens[limit-1].ID
			break
		}
		out.Tokens = append(out.Tokens, token(t, nil))
	}
	return web.JSON(w, http.StatusOK, out)
}

// ServeCountTokens says how many access tokens ServeRevokeTokens would end.
// GET /api/v1/tokens/count.
func (h *Handler) ServeCountTokens(w http.ResponseWriter, r *http.Request) error {
	f, err := h.meant(r)
	if err != nil {
		return err
	}
	var out adminapi.Count
	for f.Limit = maxList; ; {
		some, err := h.Store.ListAccessTokens(r.Context(), f)
		if err != nil {
			return refuse(err, "access token", "")
		}
		out.Count += len(some)
		if len(some) < f.Limit {
			return web.JSON(w, http.StatusOK, out)
		}
		f.After = some[len(some)-1].ID
	}
}

// ServeIssueToken makes an access token without a dance, as an administrator may
// for a consumer and a user, and answers with its secret, this once.
// POST /api/v1/tokens.
func (h *Handler) ServeIssueToken(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.NewToken
	if err := read(r, &n); err != nil {
		return err
	}
	if err := checkScopes(n.Scopes); err != nil {
		return err
	}
	u, err := h.Users.Show(r.Context(), n.User)
	if err != nil {
		return refuse(err, "user", n.User)
	}
	if u.Gone {
		return &web.Error{Status: http.StatusConflict, Code: "user_gone", Sentence: fmt.Sprintf("%s says that there is no user %q any more", u.Source, n.User)}
	}
	if u.Disabled {
		return &web.Error{Status: http.StatusConflict, Code: "disabled", Sentence: fmt.Sprintf("user %q is disabled", n.User)}
	}
	text, secret, now := store.NewToken(), store.NewSecret(), h.Now()
	t := store.AccessToken{ID: store.TokenID(text), Consumer: n.Consumer, User: u.Name, Scopes: n.Scopes, Issued: now.Unix()}
	c, err := h.Registry.Show(r.Context(), n.Consumer)
	if err != nil {
		return refuse(err, "consumer", n.Consumer)
	}
	if ttl := cmp.Or(seconds(c.AccessTTL), h.AccessTTL); ttl > 0 {
		t.Expires = now.Add(ttl).Unix()
	}
	t.Idle = int64(cmp.Or(seconds(c.IdleTTL), h.IdleTTL) / time.Second)
	if t.Secret, err = h.Keys.Seal(secret, store.AccessTokenSecretPlace(t.ID)); err != nil {
		return fmt.Errorf("sealing an access token: %w", err)
	}
	if err := h.Store.IssueAccessToken(r.Context(), t); err != nil {
		return refuse(err, "consumer", n.Consumer)
	}
	if err := h.note(r, audit.TokenIssued, t.ID, map[string]string{"consumer": t.Consumer, "user": t.User}); err != nil {
		return err
	}
	out := token(t, nil)
	out.Token, out.Secret = text, secret.Reveal()
	return web.JSON(w, http.StatusCreated, out)
}

// ServeShowToken shows an access token, named by its text or its ID, while a
// record of it is kept. GET /api/v1/tokens/{id}.
func (h *Handler) ServeShowToken(w http.ResponseWriter, r *http.Request) error {
	t, err := h.find(r.Context(), r.PathValue("id"))
	if err != nil && !errors.Is(err, store.ErrExpired) && !errors.Is(err, store.ErrRevoked) {
		return refuse(err, "access token", shortened(r.PathValue("id")))
	}
	return web.JSON(w, http.StatusOK, token(t, err))
}

// ServeRevokeToken ends an access token, named by its text or its ID.
// DELETE /api/v1/tokens/{id}.
func (h *Handler) ServeRevokeToken(w http.ResponseWriter, r *http.Request) error {
	t, err := h.find(r.Context(), r.PathValue("id"))
	if err != nil && !errors.Is(err, store.ErrRevoked) {
		return refuse(err, "access token", shortened(r.PathValue("id")))
	}
	if err := h.Store.Revoke(r.Context(), t.ID); err != nil {
		return refuse(err, "access token", t.ID)
	}
	if err := h.note(r, audit.TokenRevoked, t.ID, map[string]string{"consumer": t.Consumer, "user": t.User}); err != nil {
		return err
	}
	t, err = h.Store.AccessToken(r.Context(), t.ID)
	return web.JSON(w, http.StatusOK, token(t, err))
}

// ServeRevokeTokens ends all access tokens of a consumer, a user, or both.
// DELETE /api/v1/tokens.
func (h *Handler) ServeRevokeTokens(w http.ResponseWriter, r *http.Request) error {
	f, err := h.meant(r)
	if err != nil {
		return err
	}
	n, err := h.Store.RevokeAll(r.Context(), f)
	if err != nil {
		return refuse(err, "access token", "")
	}
	if n == 0 && f.User != "" {
		// A misspelt name must not look like a job well done. A name with tokens
		// need not be a built-in user.
		if _, err := h.Users.Show(r.Context(), f.User); err != nil {
			return refuse(err, "user", f.User)
		}
	}
	details := map[string]string{"consumer": f.Consumer, "user": f.User, "revoked": strconv.Itoa(n)}
	if err := h.note(r, audit.TokenRevoked, "", details); err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, adminapi.Ended{Tokens: n})
}

// find looks an access token up by its text, then by its ID.
func (h *Handler) find(ctx context.Context, name string) (store.AccessToken, error) {
	t, err := h.Store.AccessToken(ctx, store.TokenID(name))
	if errors.Is(err, store.ErrNotFound) && t.ID == "" {
		return h.Store.AccessToken(ctx, name)
	}
	return t, err
}

// shortened spares an answer, and whatever logs it, the whole text of a token.
func shortened(token string) string {
	if len(token) > 8 {
		return token[:8] + "…"
	}
	return token
}

// token is an access token as the API shows it; err is what the store said of it.
func token(t store.AccessToken, err error) adminapi.Token {
	out := adminapi.Token{ID: t.ID, Consumer: t.Consumer, User: t.User, Scopes: append([]string{}, t.Scopes...), Issued: when(t.Issued), State: "live"}
	out.Expires, out.Used = maybe(t.End()), maybe(t.Used)
	switch {
	case errors.Is(err, store.ErrRevoked):
		out.State = "revoked"
	case errors.Is(err, store.ErrExpired):
		out.State = "expired"
	}
	return out
}
