package admin

import (
	"net/http"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

const newUserPath = usersPath + "/" + newName

func usersCrumb() pages.AdminLink { return pages.AdminLink{URL: usersPath, Code: "users"} }

// serveUsers lists the users. GET /admin/users.
func (c *Console) serveUsers(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f := adminapi.UserFilter{Search: q.Get("q"), After: q.Get("after"), Limit: pageSize}
	page := pages.AdminUsers{Admin: c.frame(r, "users", usersCrumb()), Search: f.Search, Add: newUserPath}
	source := q.Get("source")
	switch source {
	case "":
	case "built-in":
		f.Source = new(string)
	default:
		f.Source = &source
	}
	for _, value := range []string{"", "built-in"} {
		page.Sources = append(page.Sources, pages.AdminChoice{Value: value, Chosen: value == source, URL: with(usersPath, "q", f.Search, "source", value)})
	}
	found, err := c.api.FindUsers(r.Context(), f)
	status := http.StatusOK
	if page.Problems = filterProblems(err); page.Problems != nil {
		status, err = statusOf(err), nil
	}
	if err != nil {
		return refused(err)
	}
	for _, u := range found.Users {
		page.Rows = append(page.Rows, userRow(u))
	}
	page.Paging = paging(usersPath, f.After, found.Next, "q", f.Search, "source", source)
	return c.Pages.Show(w, r, status, page)
}

func userRow(u adminapi.User) pages.AdminUserRow {
	row := pages.AdminUserRow{
		Name: u.Name, URL: userPath(u.Name), State: "enabled", Admin: u.Admin, Groups: u.Groups, Source: u.Source, Created: u.Created, Checked: plain(u.Checked),
	}
	switch {
	case !u.Enabled:
		row.State = "disabled"
	case u.Gone:
		row.State = "gone"
	}
	return row
}

// serveNewUser shows the form for a built-in user. GET /admin/users/new.
func (c *Console) serveNewUser(w http.ResponseWriter, r *http.Request) error {
	return c.showNewUser(w, r, http.StatusOK, nil)
}

func (c *Console) showNewUser(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	f := formOf(r)
	page := pages.AdminNewUser{
		Admin: c.frame(r, "users", usersCrumb(), pages.AdminLink{Code: "new_user"}), Form: c.formFor(r, newUserPath),
		Name: f.Get("name"), IsAdmin: f.Has("admin"), Back: usersPath,
	}
	for _, p := range problems {
		if p.Field == "key" {
			p.Field = "name"
		}
		page.Problems = append(page.Problems, p)
	}
	return c.Pages.Show(w, r, status, page)
}

// addUser makes a built-in user. POST /admin/users/new.
func (c *Console) addUser() form {
	return form{show: c.showNewUser, back: func(*http.Request) string { return newUserPath }, fresh: true, typed: true, do: func(w http.ResponseWriter, r *http.Request) error {
		f := r.PostForm
		if f.Get("password") != f.Get("again") {
			return invalid{{Field: "again", Code: "differs"}}
		}
		u, err := c.api.AddUser(r.Context(), adminapi.NewUser{Name: f.Get("name"), Password: f.Get("password"), Admin: f.Has("admin")})
		if err != nil {
			return err
		}
		return done(w, userPath(u.Name), "user_added", 0)
	}}
}
