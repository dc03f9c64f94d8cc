package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"oauth1d/provider/web"
	"oauth1d/store"
)

const (
	maxList   = 1000 // tokens in one answer
	maxText   = 255  // bytes of a user name or a scope
	maxScopes = 50
)

// filter reads which tokens are meant. A consumer that does not exist is said to,
// rather than to have none.
func (h *Handler) filter(r *http.Request) (store.TokenFilter, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return store.TokenFilter{}, badFilter("the query does not decode")
	}
	for name, values := range q {
		if !slices.Contains([]string{"consumer", "user", "after", "limit"}, name) || len(values) > 1 {
			return store.TokenFilter{}, badFilter("expected consumer, user, after and limit, each at most once")
		}
	}
	f := store.TokenFilter{Consumer: q.Get("consumer"), User: q.Get("user"), After: q.Get("after"), Limit: maxList}
	if text := q.Get("limit"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > maxList {
			return f, badFilter(fmt.Sprintf("limit must be a number from 1 to %d", maxList))
		}
		f.Limit = n
	}
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
	const expected = "expected printable ASCII without spaces, quotes and backslashes, at most 255 characters"
	if len(scopes) > maxScopes {
		return &web.Error{Status: http.StatusBadRequest, Code: "bad_scope", Sentence: fmt.Sprintf("there are more than %d scopes", maxScopes)}
	}
	for _, s := range scopes {
		odd := strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r > '~' || r == '"' || r == '\\' })
		if s == "" || len(s) > maxText || odd {
			return &web.Error{Status: http.StatusBadRequest, Code: "bad_scope", Sentence: fmt.Sprintf("%.40q is no scope: %s", s, expected)}
		}
	}
	return nil
}
