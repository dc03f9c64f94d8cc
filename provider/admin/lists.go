package admin

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// maxSearch is in bytes; no name is longer.
const maxSearch = 255

// ServeListConsumers lists the registry, as far as it matches, a page at a time.
// GET /api/v1/consumers.
func (h *Handler) ServeListConsumers(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "search", "proposed", "after", "limit")
	if err != nil {
		return err
	}
	limit, err := limitOf(q, maxList, maxList)
	if err != nil {
		return err
	}
	matches, err := consumerFilter(q)
	if err != nil {
		return err
	}
	all, err := h.Registry.List(r.Context())
	if err != nil {
		return refuse(err, "consumer", "")
	}
	out := adminapi.ConsumerPage{Consumers: []adminapi.Consumer{}}
	for _, c := range all {
		if !matches(c) {
			continue
		}
		if len(out.Consumers) == limit {
			out.Next = out.Consumers[limit-1].Key
			break
		}
		out.Consumers = append(out.Consumers, consumer(c, nil, h.Now()))
	}
	return web.JSON(w, http.StatusOK, out)
}

// consumerFilter reads which consumers are meant.
func consumerFilter(q url.Values) (matches func(store.Consumer) bool, err error) {
	after, search := q.Get("after"), strings.ToLower(q.Get("search"))
	if len(search) > maxSearch {
		return nil, badFilter("search is longer than any name")
	}
	proposed := q.Get("proposed")
	if proposed != "" && proposed != "true" && proposed != "false" {
		return nil, badFilter("proposed must be true or false")
	}
	return func(c store.Consumer) bool {
		if c.Key <= after && after != "" || proposed != "" && strconv.FormatBool(c.Proposed != 0) != proposed {
			return false
		}
		for _, text := range []string{c.Key, c.Name, c.Publisher} {
			if strings.Contains(strings.ToLower(text), search) {
				return true
			}
		}
		return false
	}, nil
}

// ServeListUsers lists the users that match, a page at a time.
// GET /api/v1/users.
func (h *Handler) ServeListUsers(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "search", "source", "after", "limit")
	if err != nil {
		return err
	}
	limit, err := limitOf(q, maxList, maxList)
	if err != nil {
		return err
	}
	f := store.UserFilter{Search: q.Get("search"), After: q.Get("after"), Limit: limit + 1}
	if len(f.Search) > maxSearch {
		return badFilter("search is longer than any name")
	}
	if sources, there := q["source"]; there {
		f.Source = &sources[0]
	}
	all, err := h.Store.ListUsers(r.Context(), f)
	if err != nil {
		return refuse(err, "user", "")
	}
	out := adminapi.UserPage{Users: []adminapi.User{}}
	for _, u := range all[:min(len(all), limit)] {
		out.Users = append(out.Users, user(u))
	}
	if len(all) > limit {
		out.Next = all[limit-1].Name
	}
	return web.JSON(w, http.StatusOK, out)
}

// limitOf reads how many are wanted in one answer.
func limitOf(q url.Values, usual, most int) (int, error) {
	text := q.Get("limit")
	if text == "" {
		return usual, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > most {
		return 0, badFilter(fmt.Sprintf("limit must be a number from 1 to %d", most))
	}
	return n, nil
}
