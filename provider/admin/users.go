package admin

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// ServeAddUser makes a built-in user. POST /api/v1/users.
func (h *Handler) ServeAddUser(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.NewUser
	if err := read(r, &n); err != nil {
		return err
	}
	u, err := h.addUser(r.Context(), n)
	if err != nil {
		return refuse(err, "user", n.Name)
	}
	if err := h.note(r, audit.UserAdded, u.Name, map[string]string{"admin": strconv.FormatBool(u.Admin)}); err != nil {
		return err
	}
	return web.JSON(w, http.StatusCreated, user(u))
}

func (h *Handler) addUser(ctx context.Context, n adminapi.NewUser) (store.User, error) {
	if n.PasswordHash == "" {
		return h.Users.Add(ctx, n.Name, store.Secret(n.Password), n.Admin)
	}
	if n.Password != "" || n.Admin {
		return store.User{}, &web.Error{Status: http.StatusBadRequest, Code: "bad_json",
			Sentence: "password_hash stands in place of password, and makes no administrator"}
	}
	return h.Users.AddHashed(ctx, n.Name, store.Secret(n.PasswordHash))
}

// ServeShowUser shows one user. GET /api/v1/users/{name}.
func (h *Handler) ServeShowUser(w http.ResponseWriter, r *http.Request) error {
	u, err := h.Users.Show(r.Context(), r.PathValue("name"))
	if err != nil {
		return refuse(err, "user", r.PathValue("name"))
	}
	return web.JSON(w, http.StatusOK, user(u))
}

// ServeSetPassword replaces a password. POST /api/v1/users/{name}/password.
func (h *Handler) ServeSetPassword(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.Password
	if err := read(r, &n); err != nil {
		return err
	}
	if err := h.builtIn(r); err != nil {
		return err
	}
	u, err := h.Users.SetPassword(r.Context(), r.PathValue("name"), store.Secret(n.Password))
	return h.changedUser(w, r, audit.UserPasswordChanged, u, err)
}

// ServeSetGroups replaces the groups of a user. PUT /api/v1/users/{name}/groups.
func (h *Handler) ServeSetGroups(w http.ResponseWriter, r *http.Request) error {
	var n adminapi.Groups
	if err := read(r, &n); err != nil {
		return err
	}
	if err := h.builtIn(r); err != nil {
		return err
	}
	u, err := h.Users.SetGroups(r.Context(), r.PathValue("name"), n.Groups)
	return h.changedUser(w, r, audit.UserGroupsChanged, u, err)
}

// ServeEnableUser lets a user in again. POST /api/v1/users/{name}/enable.
func (h *Handler) ServeEnableUser(w http.ResponseWriter, r *http.Request) error {
	u, err := h.Users.Enable(r.Context(), r.PathValue("name"))
	return h.changedUser(w, r, audit.UserEnabled, u, err)
}

// ServeDisableUser keeps a user out, and every token that acts for it, from the
// next request on. POST /api/v1/users/{name}/disable.
func (h *Handler) ServeDisableUser(w http.ResponseWriter, r *http.Request) error {
	u, err := h.Users.Disable(r.Context(), r.PathValue("name"))
	return h.changedUser(w, r, audit.UserDisabled, u, err)
}

// ServeRemoveUser deletes a user and revokes its tokens.
// DELETE /api/v1/users/{name}.
func (h *Handler) ServeRemoveUser(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	n, err := h.Users.Remove(r.Context(), name)
	if err != nil {
		return refuse(err, "user", name)
	}
	if err := h.note(r, audit.UserRemoved, name, map[string]string{"tokens_revoked": strconv.Itoa(n)}); err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, adminapi.Ended{Tokens: n})
}

func (h *Handler) changedUser(w http.ResponseWriter, r *http.Request, action audit.Action, u store.User, err error) error {
	if err != nil {
		return refuse(err, "user", r.PathValue("name"))
	}
	if err := h.note(r, action, u.Name, nil); err != nil {
		return err
	}
	return web.JSON(w, http.StatusOK, user(u))
}

// builtIn refuses to change what another source keeps: it would be changed back
// when the user is next seen, and a password would be a second way in.
func (h *Handler) builtIn(r *http.Request) error {
	name := r.PathValue("name")
	u, err := h.Users.Show(r.Context(), name)
	if err != nil {
		return refuse(err, "user", name)
	}
	if u.Source != "" {
		return &web.Error{Status: http.StatusConflict, Code: "other_source",
			Sentence: fmt.Sprintf("user %q is one of %s; the password and the groups are kept there", name, u.Source)}
	}
	return nil
}

func user(u store.User) adminapi.User {
	return adminapi.User{
		Name: u.Name, Source: u.Source, Checked: maybe(u.Checked), Gone: u.Gone,
		Admin: u.Admin, Groups: append([]string{}, u.Groups...), Enabled: !u.Disabled, Created: when(u.Created),
	}
}
