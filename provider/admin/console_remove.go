package admin

import (
	"net/http"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

// serveRemove asks before a consumer is removed. GET /admin/consumers/{key}/remove.
func (c *Console) serveRemove(w http.ResponseWriter, r *http.Request) error {
	return c.showRemove(w, r, http.StatusOK, nil)
}

func (c *Console) showRemove(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	a, err := c.api.Consumer(r.Context(), named(r, "key"))
	if err != nil {
		return refused(err)
	}
	n, err := c.api.CountTokens(r.Context(), adminapi.TokenFilter{Consumer: a.Key})
	if err != nil {
		return refused(err)
	}
	path := consumerPath(a.Key)
	page := pages.AdminConfirm{
		What: "remove_consumer", Name: a.Name, Key: a.Key, Count: n, Type: a.Key, Form: c.formFor(r, path+"/remove"), Back: path,
		Admin: c.frame(r, "consumers", consumersCrumb(), pages.AdminLink{URL: path, Name: a.Name}, pages.AdminLink{Code: "remove"}),
	}
	if a.Proposed != nil {
		page.What, page.Type = "reject", ""
	}
	page.Problems = problems
	return c.Pages.Show(w, r, status, page)
}

// removed deletes a consumer, or rejects a proposal.
// POST /admin/consumers/{key}/remove.
func (c *Console) removed() form {
	return form{show: c.showRemove, back: rotateBack("/remove"), fresh: true, typed: true, do: func(w http.ResponseWriter, r *http.Request) error {
		a, err := c.api.Consumer(r.Context(), named(r, "key"))
		if err != nil {
			return err
		}
		if a.Proposed == nil && r.PostForm.Get("confirm") != a.Key {
			return invalid{{Field: "confirm", Code: "mistyped"}}
		}
		ended, err := c.api.RemoveConsumer(r.Context(), a.Key)
		if err != nil {
			return err
		}
		deed := "removed"
		if a.Proposed != nil {
			deed = "rejected"
		}
		return done(w, consumersPath, deed, ended.Tokens)
	}}
}
