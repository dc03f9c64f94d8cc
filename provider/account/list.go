package account

import (
	"net/http"
	"net/url"
	"strconv"

	"oauth1d/provider/pages"
	"oauth1d/provider/web"
)

// perPage is how many consumers stand on one page of the list.
const perPage = 50

// What the address of the list says has just been done.
const (
	doneOne = "revoked"
	doneAll = "revoked_all"
)

// serveList shows what the user has granted. GET /oauth/account.
func (h *Handler) serveList(v visit) error {
	all, err := h.grants(v.Context(), v.user, "")
	if err != nil {
		return err
	}
	query := v.URL.Query()
	number := pageOf(query, len(all))
	page := pages.Account{
		User: v.user, Count: len(all), RequestID: web.Note(v.Context()).ID,
		Prev: h.numbered(number-1, len(all)), Next: h.numbered(number+1, len(all)),
	}
	if len(all) > 0 {
		page.RevokeAll = h.config.Path + revokePath
	}
	// The name of what was revoked is not in the address, where anybody could
	// write another.
	switch done := query.Get("done"); {
	case done == doneOne:
		page.Done = "revoked"
	case done == doneAll && len(all) == 0:
		page.Done = "revoked_all"
	}
	for _, g := range all[min(number*perPage, len(all)):min((number+1)*perPage, len(all))] {
		on, err := h.onPage(v.Context(), g)
		if err != nil {
			return err
		}
		page.Grants = append(page.Grants, on)
	}
	return h.show(v, http.StatusOK, page)
}

// pageOf is the page that is asked for, from 0; the first when there is no such.
func pageOf(query url.Values, count int) int {
	n, err := strconv.Atoi(query.Get("page"))
	if err != nil || n < 1 || n > (count+perPage-1)/perPage {
		return 0
	}
	return n - 1
}

// numbered is the address of a page, or "" when there is no such.
func (h *Handler) numbered(number, count int) string {
	if number < 0 || number*perPage >= count {
		return ""
	}
	return h.config.Path + "?page=" + strconv.Itoa(number+1)
}
