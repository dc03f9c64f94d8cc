package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

const (
	usualRefusals = 100 // in one list, unless limit says so
	maxRefusals   = 1000
	maxRequestID  = 64 // bytes; no request id is that long
)

// ServeListRefusals lists the requests that were refused last, newest first.
// GET /api/v1/refusals.
func (h *Handler) ServeListRefusals(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "consumer", "limit")
	if err != nil {
		return err
	}
	limit, err := limitOf(q, usualRefusals, maxRefusals)
	if err != nil {
		return err
	}
	out := adminapi.Refusals{Refusals: []adminapi.Refusal{}}
	for _, f := range h.Explain.List(q.Get("consumer"), limit) {
		out.Refusals = append(out.Refusals, adminapi.Refusal{
			ID: f.ID, Time: f.Time.UTC(), Problem: f.Problem, Consumer: f.Consumer, Known: f.Registered,
			TokenID: f.TokenID, Method: f.Method, URL: f.URL,
		})
	}
	return web.JSON(w, http.StatusOK, out)
}

// ServeExplainRefusal explains a request that was refused; the body may hold the
// consumer's own base string.
// GET, POST /api/v1/refusals/{id}/explanation.
func (h *Handler) ServeExplainRefusal(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "consumer")
	if err != nil {
		return err
	}
	var theirs adminapi.BaseString
	if r.Method == http.MethodPost {
		if err := read(r, &theirs); err != nil {
			return err
		}
	}
	id := r.PathValue("id")
	report, err := h.Explain.Kept(r.Context(), id, q.Get("consumer"), theirs.BaseString)
	switch {
	case errors.Is(err, explain.ErrUnknown):
		return &web.Error{Status: http.StatusNotFound, Code: "not_found", Sentence: noSuchRefusal(id, q.Get("consumer"))}
	case errors.Is(err, explain.ErrExpired), errors.Is(err, explain.ErrCrowded):
		return &web.Error{Status: http.StatusNotFound, Code: "expired", Sentence: err.Error()}
	case err != nil:
		return fmt.Errorf("explaining a refusal: %w", err)
	}
	return web.JSON(w, http.StatusOK, explanation(report))
}

func noSuchRefusal(id, consumer string) string {
	whose := "refused request"
	if consumer != "" {
		whose = fmt.Sprintf("refused request of consumer %.60q", consumer)
	}
	return fmt.Sprintf("there is no %s %.*q; the id stands in the X-Request-Id header of the refusal, and requests that fail verification are kept for an hour, some hundreds of them, until the daemon ends; for all other problems see: oauth1d help errors", whose, maxRequestID, id)
}

// ServeExplain explains a request that is given as it was sent, whether it was
// ever seen here or not. POST /api/v1/explain.
func (h *Handler) ServeExplain(w http.ResponseWriter, r *http.Request) error {
	var g adminapi.Given
	if err := read(r, &g); err != nil {
		return err
	}
	scheme, host, target, err := oauth1.SplitURL(g.URL)
	switch {
	case g.Method == "":
		return badRequest("method is missing; expected the HTTP method, such as GET")
	case g.URL == "":
		return badRequest("url is missing; expected the URL as it was sent, with its query")
	case err != nil:
		return badRequest("url is not what was sent: " + strings.TrimPrefix(err.Error(), "splitting URL: "))
	}
	if g.Host != "" {
		host = g.Host
	}
	report, err := h.Explain.Request(r.Context(), &oauth1.Message{
		Method: g.Method, Scheme: scheme, Host: host, Target: target,
		Authorization: g.Authorization, ContentType: g.ContentType, Body: []byte(g.Body),
	}, g.BaseString)
	if err != nil {
		return fmt.Errorf("explaining a request: %w", err)
	}
	return web.JSON(w, http.StatusOK, explanation(report))
}

func badRequest(sentence string) error {
	return &web.Error{Status: http.StatusBadRequest, Code: "bad_request", Sentence: sentence}
}

// queryOf reads a query with these names and no others, each at most once.
func queryOf(r *http.Request, names ...string) (url.Values, error) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, badFilter("the query does not decode")
	}
	for name, values := range q {
		if !slices.Contains(names, name) || len(values) > 1 {
			return nil, badFilter("expected " + strings.Join(names, ", ") + ", at most once")
		}
	}
	return q, nil
}

// explanation is a report as the API shows it.
func explanation(r explain.Report) adminapi.Explanation {
	out := adminapi.Explanation{
		ID: r.ID, Time: r.Time.UTC(), Valid: r.Right, Problem: r.Problem,
		Cause: r.Cause, Causes: append([]string{}, r.Causes...), Certain: r.Certain, Side: r.Side, Sentence: r.Sentence, Advice: r.Advice,
		BaseString: r.BaseString, TheirBase: r.TheirBase,
		Consumer: r.Consumer, TokenID: r.TokenID, Method: r.Method, URL: r.URL,
	}
	if d := r.Difference; d != nil {
		out.Difference = &adminapi.Difference{Offset: d.Offset, Part: d.Part, Ours: d.Ours, Theirs: d.Theirs}
	}
	return out
}
