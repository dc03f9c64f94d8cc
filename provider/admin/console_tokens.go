package admin

import (
	"errors"
	"net/http"
	"net/url"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
)

func tokensCrumb() pages.AdminLink { return pages.AdminLink{URL: tokensPath, Code: "tokens"} }

func tokenFilter(q url.Values) adminapi.TokenFilter {
	return adminapi.TokenFilter{
		Consumer: strings.TrimSpace(q.Get("consumer")), User: strings.TrimSpace(q.Get("user")), Search: strings.TrimSpace(q.Get("q")),
		After: q.Get("after"), Limit: pageSize,
	}
}

// serveTokens lists live access tokens. GET /admin/tokens.
func (c *Console) serveTokens(w http.ResponseWriter, r *http.Request) error {
	f := tokenFilter(r.URL.Query())
	page := pages.AdminTokens{
		Admin: c.frame(r, "tokens", tokensCrumb()), Consumer: f.Consumer, Owner: f.User, Search: f.Search,
		Filtered: f.Consumer != "" || f.User != "" || f.Search != "",
	}
	found, err := c.api.Tokens(r.Context(), f)
	if err == nil && f.Search == "" && (f.Consumer != "" || f.User != "") {
		page.Count, err = c.api.CountTokens(r.Context(), f)
		page.Revoke = with(tokensPath+"/revoke", "consumer", f.Consumer, "user", f.User)
	}
	status := http.StatusOK
	if page.Problems = filterProblems(err); page.Problems != nil {
		status, err = statusOf(err), nil
	}
	if err != nil {
		return refused(err)
	}
	for _, t := range found.Tokens {
		page.Rows = append(page.Rows, tokenRow(t))
	}
	page.Paging = paging(tokensPath, f.After, found.Next, "consumer", f.Consumer, "user", f.User, "q", f.Search)
	return c.Pages.Show(w, r, status, page)
}

// filterProblems are what is wrong with a filter, such as a consumer that does
// not exist.
func filterProblems(err error) []pages.AdminProblem {
	var api *adminapi.Error
	if errors.As(err, &api) && api.NotFound() {
		return []pages.AdminProblem{{Text: api.Message}}
	}
	return problemsOf(err)
}

func tokenRow(t adminapi.Token) pages.AdminTokenRow {
	row := pages.AdminTokenRow{
		ID: t.ID, URL: tokenPath(t.ID), Consumer: pages.AdminLink{Name: t.Consumer, URL: consumerPath(t.Consumer)},
		Scopes: t.Scopes, Issued: t.Issued, Used: plain(t.Used), Expires: plain(t.Expires), State: t.State,
	}
	if t.User != "" {
		row.Owner = pages.AdminLink{Name: t.User, URL: userPath(t.User)}
	}
	return row
}

// serveToken shows one. GET /admin/tokens/{id}.
func (c *Console) serveToken(w http.ResponseWriter, r *http.Request) error {
	return c.showToken(w, r, http.StatusOK, nil)
}

func (c *Console) showToken(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	t, err := c.api.Token(r.Context(), named(r, "id"))
	if err != nil {
		return refused(err)
	}
	page := pages.AdminToken{Admin: c.frame(r, "tokens", tokensCrumb(), pages.AdminLink{Code: "token"}), Token: tokenRow(t)}
	if t.State == "live" {
		page.Revoke = c.formFor(r, tokenPath(t.ID)+"/revoke")
	}
	page.Problems = problems
	return c.Pages.Show(w, r, status, page)
}

func tokenBack(r *http.Request) string { return tokenPath(named(r, "id")) }

// tokenRevoked ends one. POST /admin/tokens/{id}/revoke.
func (c *Console) tokenRevoked() form {
	return form{show: c.showToken, back: tokenBack, do: func(w http.ResponseWriter, r *http.Request) error {
		if err := c.api.RevokeToken(r.Context(), named(r, "id")); err != nil {
			return err
		}
		return done(w, tokenBack(r), "token_revoked", 0)
	}}
}

// serveRevoke asks before many are revoked, and says how many.
// GET /admin/tokens/revoke.
func (c *Console) serveRevoke(w http.ResponseWriter, r *http.Request) error {
	return c.showRevoke(w, r, http.StatusOK, nil)
}

func (c *Console) showRevoke(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	q := r.URL.Query()
	if r.Method == http.MethodPost {
		q = r.PostForm
	}
	f := tokenFilter(q)
	if f.Consumer == "" && f.User == "" {
		return &web.Error{Status: http.StatusBadRequest, Code: "filter_absent", Title: "All tokens at once are not revoked",
			Sentence: "Name a consumer, a user, or both: filter the list of tokens first."}
	}
	n, err := c.api.CountTokens(r.Context(), f)
	if err != nil {
		return refused(err)
	}
	page := pages.AdminConfirm{
		Admin: c.frame(r, "tokens", tokensCrumb(), pages.AdminLink{Code: "revoke"}), What: "revoke", Count: n, Consumer: f.Consumer, Of: f.User,
		Form: c.formFor(r, tokensPath+"/revoke"), Back: with(tokensPath, "consumer", f.Consumer, "user", f.User),
	}
	page.Problems = problems
	return c.Pages.Show(w, r, status, page)
}

// tokensRevoked ends all of a consumer, a user, or both.
// POST /admin/tokens/revoke.
func (c *Console) tokensRevoked() form {
	back := func(r *http.Request) string {
		return with(tokensPath+"/revoke", "consumer", r.PostFormValue("consumer"), "user", r.PostFormValue("user"))
	}
	return form{show: c.showRevoke, back: back, do: func(w http.ResponseWriter, r *http.Request) error {
		f := tokenFilter(r.PostForm)
		f = adminapi.TokenFilter{Consumer: f.Consumer, User: f.User} // of the rest, a revocation knows nothing
		ended, err := c.api.RevokeTokens(r.Context(), f)
		if err != nil {
			return err
		}
		return done(w, with(tokensPath, "consumer", f.Consumer, "user", f.User), "tokens_revoked", ended.Tokens)
	}}
}
