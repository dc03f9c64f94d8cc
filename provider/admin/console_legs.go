package admin

import (
	"net/http"

	"oauth1d/provider/pages"
)

// serveTwoLegged shows what requests without a token may do. It is a page of its
// own because saving it may let a consumer act for others.
// GET /admin/consumers/{key}/two-legged.
func (c *Console) serveTwoLegged(w http.ResponseWriter, r *http.Request) error {
	return c.showTwoLegged(w, r, http.StatusOK, nil)
}

func (c *Console) showTwoLegged(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	a, err := c.api.Consumer(r.Context(), named(r, "key"))
	if err != nil {
		return refused(err)
	}
	page := pages.AdminTwoLegged{AdminConsumerPage: c.consumerPage(r, a, "incoming", pages.AdminLink{Code: "two_legged"}), Back: tab(a.Key, "incoming")}
	page.Form, page.Problems = c.formFor(r, page.URL+"/two-legged"), problems
	return c.Pages.Show(w, r, status, page)
}

// twoLegged saves it. POST /admin/consumers/{key}/two-legged.
func (c *Console) twoLegged() form {
	return form{show: c.showTwoLegged, back: rotateBack("/two-legged"), fresh: true, typed: true, do: func(w http.ResponseWriter, r *http.Request) error {
		change, err := c.change("two-legged", r.PostForm)
		if err != nil {
			return err
		}
		if _, err := c.api.ChangeConsumer(r.Context(), named(r, "key"), change); err != nil {
			return err
		}
		return done(w, tab(named(r, "key"), "incoming"), "saved", 0)
	}}
}
