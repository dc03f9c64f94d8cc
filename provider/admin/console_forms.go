package admin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
)

// A form is something that an administrator posts.
type form struct {
	// show draws the page that the form stands on, with what was typed and why it
	// was not taken. It decides nothing.
	show func(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error

	// do acts and sends the browser on.
	do web.Handler

	// fresh wants a password that was given just now. Where nothing is typed, the
	// browser is sent to ask for it; else the page comes back with a link, so that
	// what was typed is still there.
	fresh, typed bool

	// once refuses the same form a second time, as after a reload of the page with
	// the answer: what it does gives another result each time.
	once bool

	// back is the page that the form stands on.
	back func(*http.Request) string
}

// post takes a form. Whatever keeps it from being taken, the page comes back
// with what was typed; only passwords and secrets have to be typed again.
func (c *Console) post(f form) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := web.ParseForm(r); err != nil {
			return err
		}
		if f.typed && len(r.PostForm) > 0 && c.SignIn.Actor(r) == "" {
			return c.unsigned(w, r)
		}
		return c.signedIn(f.back, c.take(f))(w, r)
	}
}

// take is post for whoever is signed in.
func (c *Console) take(f form) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		token := r.PostForm.Get("form_token")
		if !c.SignIn.CheckFormToken(r, purpose(r.URL.EscapedPath(), r.PostForm.Get("form_id")), token) {
			return f.show(w, r, http.StatusForbidden, []pages.AdminProblem{{Code: "stale"}})
		}
		if f.fresh && !f.typed && !c.SignIn.Fresh(r) {
			return c.SignIn.AskAgain(w, r, and(f.back(r), "done", "confirmed"))
		}
		if f.fresh && !c.SignIn.Fresh(r) {
			return f.show(w, r, http.StatusForbidden, []pages.AdminProblem{{Code: "confirm", URL: with(root+"confirm", "back", f.back(r))}})
		}
		if f.once && !c.spent.spend(token, c.Now()) {
			return &web.Error{Status: http.StatusConflict, Code: "done_already", Title: "This was done already",
				Sentence: "The form was sent a second time, and nothing was done again. A secret is shown once only; if you do not have it, replace it."}
		}
		err := f.do(w, r)
		if problems := problemsOf(err); problems != nil {
			if f.once {
				c.spent.forgive(token)
			}
			return f.show(w, r, statusOf(err), onForm(problems, r.PostForm))
		}
		return refused(err)
	}
}

// formFor is a form that posts to a path, tied to this session and this path. One
// that is to be taken once has an id of its own.
func (c *Console) formFor(r *http.Request, path string) pages.AdminForm {
	return pages.AdminForm{Action: path, Token: c.SignIn.FormToken(r, purpose(path, ""))}
}

func (c *Console) formOnce(r *http.Request, path string) pages.AdminForm {
	id := newFormID()
	return pages.AdminForm{Action: path, ID: id, Token: c.SignIn.FormToken(r, purpose(path, id))}
}

// purpose is what a form token is for: a form of the administration pages cannot
// be sent to another path than its own.
func purpose(path, id string) string { return "admin\x00" + path + "\x00" + id }

// invalid is a mistake that this page has found before the API was asked.
type invalid []pages.AdminProblem

func (i invalid) Error() string { return fmt.Sprintf("%d fields are not as they should be", len(i)) }

// problemsOf returns what an administrator can mend about a form, or nil.
func problemsOf(err error) []pages.AdminProblem {
	var own invalid
	if errors.As(err, &own) {
		return own
	}
	var api *adminapi.Error
	if !errors.As(err, &api) || !slices.Contains([]int{http.StatusBadRequest, http.StatusConflict, http.StatusUnprocessableEntity}, api.Status) {
		return nil
	}
	switch api.Code {
	case "user_name_invalid":
		return []pages.AdminProblem{{Field: "name", Text: api.Message}}
	case "password_invalid":
		return []pages.AdminProblem{{Field: "password", Text: api.Message}}
	case "exists":
		return []pages.AdminProblem{{Field: "key", Text: api.Message}}
	case "invalid":
		return fieldProblems(api.Message)
	}
	return []pages.AdminProblem{{Text: api.Message}}
}

// fieldProblems reads the registry's list: a line for each field.
func fieldProblems(list string) []pages.AdminProblem {
	var all []pages.AdminProblem
	for line := range strings.SplitSeq(list, "\n") {
		field, text, found := strings.Cut(line, ": ")
		if !found || strings.ContainsAny(field, " \"") {
			field, text = "", line
		}
		all = append(all, pages.AdminProblem{Field: field, Text: text})
	}
	return all
}

// onForm leaves with their fields the problems whose fields the form has. Another
// one, such as a key that a method needs, is told beside none.
func onForm(problems []pages.AdminProblem, form url.Values) []pages.AdminProblem {
	boxes := map[string]string{"methods": "incoming", "accept": "incoming", "scopes": "rights", "confirm": "confirm"}
	for i, p := range problems {
		box := boxes[p.Field] // boxes that are not ticked post nothing
		if p.Field == "" || form.Has(p.Field) || box != "" && form.Has(box) || p.Code != "" {
			continue
		}
		problems[i] = pages.AdminProblem{Text: p.Field + ": " + p.Text}
	}
	return problems
}

func statusOf(err error) int {
	var api *adminapi.Error
	if errors.As(err, &api) {
		return api.Status
	}
	return http.StatusUnprocessableEntity
}

// refused says in words for people what the API has refused.
func refused(err error) error {
	var api *adminapi.Error
	if !errors.As(err, &api) {
		return err
	}
	if api.Status >= http.StatusInternalServerError && api.Code == "" {
		return err
	}
	return &web.Error{Status: api.Status, Code: "admin_" + api.Code, Title: titles[api.Status], Sentence: api.Message}
}

var titles = map[int]string{
	http.StatusNotFound:           "This does not exist",
	http.StatusConflict:           "This cannot be done now",
	http.StatusServiceUnavailable: "The daemon cannot do this now",
}

// lines reads a field with one thing on each line.
func lines(text string) []string {
	all := []string{}
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	return all
}

// unlines is the inverse of lines.
func unlines(all []string) string { return strings.Join(all, "\n") }

// plain is a time that may not be there.
func plain(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
