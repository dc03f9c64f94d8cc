package admin

import (
	"net/http"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

const mostRefusals = 200 // on one page

func requestsCrumb() pages.AdminLink { return pages.AdminLink{URL: requestsPath, Code: "requests"} }

// serveRequests lists the requests that were refused last. GET /admin/requests.
func (c *Console) serveRequests(w http.ResponseWriter, r *http.Request) error {
	consumer := strings.TrimSpace(r.URL.Query().Get("consumer"))
	page := pages.AdminRequests{Admin: c.frame(r, "requests", requestsCrumb()), Consumer: consumer}
	found, err := c.api.Refusals(r.Context(), consumer, mostRefusals)
	if err != nil {
		return refused(err)
	}
	for _, f := range found {
		row := pages.AdminRequestRow{
			ID: f.ID, URL: requestPath(f.ID), Time: f.Time, Problem: f.Problem, Consumer: pages.AdminLink{Name: f.Consumer}, Method: f.Method, Target: f.URL,
		}
		if f.Known {
			row.Consumer.URL = consumerPath(f.Consumer)
		}
		page.Rows = append(page.Rows, row)
	}
	return c.Pages.Show(w, r, http.StatusOK, page)
}

// serveRequest explains one. GET /admin/requests/{id}.
func (c *Console) serveRequest(w http.ResponseWriter, r *http.Request) error {
	return c.showRequest(w, r, http.StatusOK, nil)
}

func (c *Console) showRequest(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	e, err := c.api.Explanation(r.Context(), named(r, "id"), "", "")
	if err != nil {
		return refused(err)
	}
	page := c.explained(r, e)
	page.Problems, page.Typed = problems, formOf(r).Get("base_string")
	return c.Pages.Show(w, r, status, page)
}

func (c *Console) explained(r *http.Request, e adminapi.Explanation) pages.AdminRequest {
	page := pages.AdminRequest{
		Admin: c.frame(r, "requests", requestsCrumb(), pages.AdminLink{Code: "request"}),
		Request: pages.AdminRequestRow{
			ID: e.ID, Time: e.Time, Problem: e.Problem, Consumer: pages.AdminLink{Name: e.Consumer}, Method: e.Method, Target: e.URL,
		},
		Cause: e.Cause, Causes: e.Causes, Certain: e.Certain, Side: e.Side, Sentence: e.Sentence, Advice: e.Advice, Base: e.BaseString, TheirBase: e.TheirBase,
		Form: c.formFor(r, requestPath(e.ID)),
	}
	if d := e.Difference; d != nil {
		page.Difference = &pages.AdminDifference{Offset: d.Offset, Part: d.Part, Ours: d.Ours, Theirs: d.Theirs}
	}
	return page
}

// compared explains a request once more, with the consumer's own base string.
// POST /admin/requests/{id}.
func (c *Console) compared() form {
	back := func(r *http.Request) string { return requestPath(named(r, "id")) }
	return form{show: c.showRequest, back: back, typed: true, do: func(w http.ResponseWriter, r *http.Request) error {
		theirs := strings.TrimSpace(r.PostForm.Get("base_string"))
		if theirs == "" {
			return invalid{{Field: "base_string", Code: "absent"}}
		}
		e, err := c.api.Explanation(r.Context(), named(r, "id"), "", theirs)
		if err != nil {
			return err
		}
		page := c.explained(r, e)
		page.Typed = theirs
		return c.Pages.Show(w, r, http.StatusOK, page)
	}}
}
