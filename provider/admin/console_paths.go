package admin

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"oauth1d/provider/pages"
	"oauth1d/provider/web"
)

const (
	root          = "/admin/"
	consumersPath = root + "consumers"
	tokensPath    = root + "tokens"
	usersPath     = root + "users"
	requestsPath  = root + "requests"
	auditPath     = root + "audit"
	configPath    = root + "config"
	secretPath    = root + "secret"
	newName       = "new"
)

// segment spells a name as one segment of a path. Names that a browser would
// take for a step in the path, and those that stand for pages of ours, get a
// sign before them, and so do those that begin with it.
func segment(name string) string {
	if name == "." || name == ".." || name == newName || strings.HasPrefix(name, "=") {
		name = "=" + name
	}
	return url.PathEscape(name)
}

// named is segment's inverse.
func named(r *http.Request, variable string) string {
	return strings.TrimPrefix(r.PathValue(variable), "=")
}

func consumerPath(key string) string { return consumersPath + "/" + segment(key) }
func userPath(name string) string    { return usersPath + "/" + segment(name) }
func tokenPath(id string) string     { return tokensPath + "/" + segment(id) }
func requestPath(id string) string   { return requestsPath + "/" + segment(id) }

// tab is the address of a tab of a consumer.
func tab(key, name string) string { return consumerPath(key) + "?tab=" + name }

// with adds a query to a path; values that are empty are left out.
func with(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// done sends the browser on to a page that says what has been done. What it says
// is chosen by a code: a link that somebody else has made can say nothing of
// its own.
func done(w http.ResponseWriter, path, code string, count int) error {
	if count > 0 {
		path = and(path, "count", strconv.Itoa(count))
	}
	web.SeeOther(w, and(path, "done", code))
	return nil
}

// and adds to a path that may have a query.
func and(path, name, value string) string {
	separator := "?"
	if strings.Contains(path, "?") {
		separator = "&"
	}
	return path + separator + name + "=" + url.QueryEscape(value)
}

// What may have been done.
var deeds = []string{
	"saved", "enabled", "disabled", "key_replaced", "grace_ended", "removed", "rejected", "approved", "debug_on", "debug_off",
	"token_revoked", "tokens_revoked", "user_added", "password_set", "reloaded", "confirmed",
}

func doneOf(r *http.Request) pages.AdminDone {
	q := r.URL.Query()
	code := q.Get("done")
	if r.Method == http.MethodPost || !slices.Contains(deeds, code) {
		return pages.AdminDone{}
	}
	n, err := strconv.Atoi(q.Get("count"))
	if err != nil || n < 0 {
		n = 0
	}
	return pages.AdminDone{Code: code, Count: n}
}
