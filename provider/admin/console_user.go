package admin

import (
	"context"
	"net/http"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

// serveUser shows one user. GET /admin/users/{name}.
func (c *Console) serveUser(w http.ResponseWriter, r *http.Request) error {
	return c.showUser(w, r, http.StatusOK, nil)
}

func (c *Console) showUser(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	u, n, err := c.userAndTokens(r)
	if err != nil {
		return err
	}
	path := userPath(u.Name)
	page := pages.AdminUser{
		Admin: c.frame(r, "users", usersCrumb(), pages.AdminLink{URL: path, Name: u.Name}), Row: userRow(u),
		Audit: with(auditPath, "actor", "user:"+u.Name), Yourself: actorOf(r) == "user:"+u.Name, Groups: unlines(u.Groups), Tokens: n,
		List: with(tokensPath, "user", u.Name), Revoke: with(tokensPath+"/revoke", "user", u.Name), Remove: path + "/remove",
	}
	if u.Enabled {
		page.Disable = c.formFor(r, path+"/disable")
	} else {
		page.Enable = c.formFor(r, path+"/enable")
	}
	if u.Source == "" { // those of another system are changed there
		page.GroupsForm, page.Password = c.formFor(r, path+"/groups"), c.formFor(r, path+"/password")
	}
	if f := formOf(r); f.Has("groups") {
		page.Groups = f.Get("groups")
	}
	page.Problems = problems
	return c.Pages.Show(w, r, status, page)
}

// userAndTokens returns the user of the page and how many access tokens act for
// the user.
func (c *Console) userAndTokens(r *http.Request) (u adminapi.User, tokens int, err error) {
	if u, err = c.api.User(r.Context(), named(r, "name")); err != nil {
		return u, 0, refused(err)
	}
	if tokens, err = c.api.CountTokens(r.Context(), adminapi.TokenFilter{User: u.Name}); err != nil {
		return u, 0, refused(err)
	}
	return u, tokens, nil
}

func userBack(r *http.Request) string { return userPath(named(r, "name")) }

// userPressed takes a button of a user's page.
func (c *Console) userPressed(deed string, act func(ctx context.Context, name string) (adminapi.User, error)) form {
	return form{show: c.showUser, back: userBack, do: func(w http.ResponseWriter, r *http.Request) error {
		if _, err := act(r.Context(), named(r, "name")); err != nil {
			return err
		}
		return done(w, userBack(r), deed, 0)
	}}
}

// groupsSaved replaces the groups of a built-in user.
// POST /admin/users/{name}/groups.
func (c *Console) groupsSaved() form {
	return form{show: c.showUser, back: userBack, fresh: true, typed: true, do: func(w http.ResponseWriter, r *http.Request) error {
		if _, err := c.api.SetGroups(r.Context(), named(r, "name"), lines(r.PostForm.Get("groups"))); err != nil {
			return err
		}
		return done(w, userBack(r), "saved", 0)
	}}
}

// passwordSet replaces the password of a built-in user, who is signed out
// everywhere by it. POST /admin/users/{name}/password.
func (c *Console) passwordSet() form {
	return form{show: c.showUser, back: userBack, fresh: true, do: func(w http.ResponseWriter, r *http.Request) error {
		f := r.PostForm
		if f.Get("password") != f.Get("again") {
			return invalid{{Field: "again", Code: "differs"}}
		}
		if _, err := c.api.SetPassword(r.Context(), named(r, "name"), f.Get("password")); err != nil {
			return err
		}
		return done(w, userBack(r), "password_set", 0)
	}}
}

// serveRemoveUser asks before a user is removed. GET /admin/users/{name}/remove.
func (c *Console) serveRemoveUser(w http.ResponseWriter, r *http.Request) error {
	return c.showRemoveUser(w, r, http.StatusOK, nil)
}

func (c *Console) showRemoveUser(w http.ResponseWriter, r *http.Request, status int, problems []pages.AdminProblem) error {
	u, n, err := c.userAndTokens(r)
	if err != nil {
		return err
	}
	path := userPath(u.Name)
	page := pages.AdminConfirm{
		Admin: c.frame(r, "users", usersCrumb(), pages.AdminLink{URL: path, Name: u.Name}, pages.AdminLink{Code: "remove"}),
		What:  "remove_user", Name: u.Name, Key: u.Name, Count: n, Type: u.Name, Form: c.formFor(r, path+"/remove"), Back: path,
	}
	page.Problems = problems
	return c.Pages.Show(w, r, status, page)
}

// userRemoved deletes a user. POST /admin/users/{name}/remove.
func (c *Console) userRemoved() form {
	back := func(r *http.Request) string { return userBack(r) + "/remove" }
	return form{show: c.showRemoveUser, back: back, fresh: true, typed: true, do: func(w http.ResponseWriter, r *http.Request) error {
		name := named(r, "name")
		if r.PostForm.Get("confirm") != name {
			return invalid{{Field: "confirm", Code: "mistyped"}}
		}
		ended, err := c.api.RemoveUser(r.Context(), name)
		if err != nil {
			return err
		}
		return done(w, usersPath, "removed", ended.Tokens)
	}}
}
