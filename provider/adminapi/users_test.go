package adminapi_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/signin"
	"oauth1d/store"
)

func TestAUserFromBeginToEnd(t *testing.T) {
	b := newBench(t)
	ada, err := b.client.AddUser(t.Context(), adminapi.NewUser{Name: "ada lovelace/é", Password: password, Admin: true})
	must(t, err)
	if !ada.Admin || !ada.Enabled {
		t.Errorf("got %+v, want an administrator who is enabled", ada)
	}
	users := signin.NewUsers(b.store, signin.UsersConfig{})
	if _, err := users.Verify(t.Context(), ada.Name, store.Secret(password)); err != nil {
		t.Errorf("with the first password: %v", err)
	}
	_, err = b.client.SetPassword(t.Context(), ada.Name, "another good one")
	must(t, err)
	if _, err := users.Verify(t.Context(), ada.Name, store.Secret(password)); err == nil {
		t.Error("the old password still works")
	}
	disabled, err := b.client.DisableUser(t.Context(), ada.Name)
	must(t, err)
	if disabled.Enabled {
		t.Error("a disabled user shows as enabled")
	}
	_, err = b.client.EnableUser(t.Context(), ada.Name)
	must(t, err)
	all, err := b.client.Users(t.Context(), adminapi.UserFilter{})
	must(t, err)
	if d := cmp.Diff(all, []adminapi.User{ada}); d != "" {
		t.Errorf("the list (-got +want):\n%s", d)
	}
	b.consumer(t, "printer")
	issued := b.token(t, "printer", ada.Name)
	ended, err := b.client.RemoveUser(t.Context(), ada.Name)
	must(t, err)
	if ended.Tokens != 1 {
		t.Errorf("got %d revoked tokens, want 1", ended.Tokens)
	}
	shown, err := b.client.Token(t.Context(), issued.Token)
	must(t, err)
	if shown.State != "revoked" {
		t.Errorf("the token of a removed user is %s, want revoked", shown.State)
	}
}

func TestUsersAreRefusedInWords(t *testing.T) {
	b := newBench(t)
	b.user(t, "ada")
	add := func(name, password string) error {
		_, err := b.client.AddUser(t.Context(), adminapi.NewUser{Name: name, Password: password})
		return err
	}
	wantRefusal(t, add("ada", password), http.StatusConflict, `there is a user "ada" already`)
	wantRefusal(t, add("eve", "short"), http.StatusBadRequest, "8")
	wantRefusal(t, add("eve\x1b[2J", password), http.StatusBadRequest, "does not show")
	_, err := b.client.User(t.Context(), "eve")
	wantRefusal(t, err, http.StatusNotFound, `there is no user "eve"`)
	_, err = b.client.SetPassword(t.Context(), "eve", password)
	wantRefusal(t, err, http.StatusNotFound, `there is no user "eve"`)
}
