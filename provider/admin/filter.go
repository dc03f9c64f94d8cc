package admin

import (
	"fmt"
	"net/http"
	"net/url"

	"oauth1d/provider/web"
	"oauth1d/store"
)

const (
	maxList   = 1000 // tokens in one answer
	maxText   = 255  // bytes of a user name
	maxScopes = 50
)

// A listing says which tokens are to be listed.
type listing struct {
	store.TokenFilter
	prefix string // of their IDs
	exact  string // the ID that the prefix may be, unless the page is behind it
}

// listed reads which tokens are to be listed.
func (h *Handler) listed(r *http.Request) (l listing, err error) {
	q, err := queryOf(r, "consumer", "user", "search", "after", "limit")
	if err != nil {
		return l, err
	}
	if l.TokenFilter, err = h.filter(r, q); err != nil {
		return l, err
	}
	if l.Limit, err = limitOf(q, maxList, maxList); err != nil {
		return l, err
	}
	l.prefix, l.After = q.Get("search"), q.Get("after")
	if len(l.prefix) > maxSearch {
		return l, badFilter("search is longer than any ID")
	}
	if l.After < l.prefix {
		l.After, l.exact = l.prefix, l.prefix
	}
	return l, nil
}

// meant reads which tokens are to be ended or counted: all of a consumer, of a
// user, or of a consumer for a user.
func (h *Handler) meant(r *http.Request) (store.TokenFilter, error) {
	q, err := queryOf(r, "consumer", "user")
	if err != nil {
		return store.TokenFilter{}, err
	}
	if q.Get("consumer") == "" && q.Get("user") == "" {
		return store.TokenFilter{}, &web.Error{Status: http.StatusBadRequest, Code: "filter_absent",
			Sentence: "name a consumer, a user, or both; all tokens at once are not revoked"}
	}
	return h.filter(r, q)
}

// filter reads whose tokens are meant. A consumer that does not exist is said to,
// rather than to have none.
func (h *Handler) filter(r *http.Request, q url.Values) (store.TokenFilter, error) {
	f := store.TokenFilter{Consumer: q.Get("consumer"), User: q.Get("user")}
	if len(f.User) > maxText {
		return f, badFilter("no user name is that long")
	}
	if f.Consumer != "" {
		if _, err := h.Registry.Show(r.Context(), f.Consumer); err != nil {
			return f, refuse(err, "consumer", f.Consumer)
		}
	}
	return f, nil
}

func badFilter(sentence string) error {
	return &web.Error{Status: http.StatusBadRequest, Code: "bad_filter", Sentence: sentence}
}

// checkScopes refuses what the application could not tell apart again: scopes
// reach it in one header, separated by spaces.
func checkScopes(scopes []string) error {
	const expected = "expected printable ASCII without spaces, commas, quotes and backslashes, at most 255 characters"
	if len(scopes) > maxScopes {
		return &web.Error{Status: http.StatusBadRequest, Code: "bad_scope", Sentence: fmt.Sprintf("there are more than %d scopes", maxScopes)}
	}
	for _, s := range scopes {
		if !store.IsScope(s) {
			return &web.Error{Status: http.StatusBadRequest, Code: "bad_scope", Sentence: fmt.Sprintf("%.40q is no scope: %s", s, expected)}
		}
	}
	return nil
}
