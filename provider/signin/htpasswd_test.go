package signin

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

const oldPassword = "old password"

func TestImportedUsersSignInWithTheirOldPasswords(t *testing.T) {
	file, err := os.Open("testdata/users.htpasswd")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	users, err := ReadHTPasswd(file)
	if err != nil || len(users) != 8 {
		t.Fatalf("got %d users and %v, want 8", len(users), err)
	}
	h := build(t, Config{})
	for _, u := range users {
		if _, err := h.users.AddHashed(t.Context(), u.Name, u.Hash); err != nil {
			t.Fatalf("%s: %v", u.Name, err)
		}
		if _, err := h.users.Verify(t.Context(), u.Name, store.Secret("other password")); !errors.Is(err, ErrWrong) {
			t.Errorf("%s, another password: got %v, want ErrWrong", u.Name, err)
		}
		if _, err := h.users.Verify(t.Context(), u.Name, store.Secret(oldPassword)); err != nil {
			t.Errorf("%s: got %v", u.Name, err)
		}
		kept, err := h.store.User(t.Context(), u.Name)
		if err != nil || !strings.HasPrefix(kept.Password, "$argon2id$") {
			t.Errorf("%s: what is kept afterwards is not a hash of ours, %v", u.Name, err)
		}
		if _, err := h.users.Verify(t.Context(), u.Name, store.Secret(oldPassword)); err != nil {
			t.Errorf("%s, the next time: got %v", u.Name, err)
		}
		if _, err := h.users.Verify(t.Context(), u.Name, store.Secret("other password")); !errors.Is(err, ErrWrong) {
			t.Errorf("%s, another password the next time: got %v, want ErrWrong", u.Name, err)
		}
	}
	if _, err := h.users.AddHashed(t.Context(), "ada", users[0].Hash); !errors.Is(err, store.ErrExists) {
		t.Errorf("a name that is taken: got %v", err)
	}
}

// CON-09: a hash that is soon computed does not tell that there is such a user.
func TestAWrongPasswordOfAnImportedUserTakesAsLongAsAnUnknownUser(t *testing.T) {
	h := build(t, Config{})
	if _, err := h.users.AddHashed(t.Context(), "fast", store.Secret("$apr1$saltsalt$xSSl2aVst5/Ytn4T9Wi7p/")); err != nil {
		t.Fatal(err)
	}
	h.users.dummy = newPHC(cost{memory: 64 << 10, time: 4, lanes: 1}) // so costly that nothing else counts
	took := func(name string) time.Duration {
		began := time.Now()
		if _, err := h.users.Verify(t.Context(), name, store.Secret("other password")); !errors.Is(err, ErrWrong) {
			t.Errorf("%s: got %v, want ErrWrong", name, err)
		}
		return time.Since(began)
	}
	if imported, unknown := took("fast"), took("nobody"); imported < unknown/10 {
		t.Errorf("got %v for the imported user, and %v for one who does not exist", imported, unknown)
	}
}

func TestLinesThatCannotBeTaken(t *testing.T) {
	_, err := ReadHTPasswd(strings.NewReader(strings.Join([]string{
		"good:$apr1$saltsalt$xSSl2aVst5/Ytn4T9Wi7p/",
		"no colon",
		"plain:hunter2",
		"des:rqXexS6ZhobKA",
		"empty:",
		":$apr1$saltsalt$xSSl2aVst5/Ytn4T9Wi7p/",
		"good:$apr1$saltsalt$xSSl2aVst5/Ytn4T9Wi7p/",
		"costly:$2y$31$abcdefghijklmnopqrstuuy/hRAjNeG6dSnb28AiTVYcGaWmlYDb6",
		"long:$6$rounds=999999999$saltsalt$g0GOi",
		"damaged:{SHA}%%%",
		"line\tbreak:{SHA}ieM4EGoa6Qw7AEsbrA6merwiqrQ=",
	}, "\n")))
	if err == nil {
		t.Fatal("all of it was taken")
	}
	got := strings.Split(err.Error(), "\n")
	for i, n := range []string{"2", "3", "4", "5", "6", "7", "8", "9", "10", "11"} {
		if i >= len(got) || !strings.HasPrefix(got[i], "line "+n+": ") {
			t.Fatalf("got\n%v\nwant a line about each of 2 to 11", err)
		}
	}
	for _, secret := range []string{"hunter2", "rqXexS6ZhobKA", "saltsalt", "%%%"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error repeats %q", secret)
		}
	}
	if !strings.Contains(err.Error(), "line 1 already") {
		t.Errorf("got %v, want the line of the user who stands there twice", err)
	}
}

// A user of another system has no password here, and trying one tells nothing.
func TestUsersOfOtherSystemsHaveNoPassword(t *testing.T) {
	h := build(t, Config{})
	if _, err := h.store.SeeUser(t.Context(), store.User{Name: "grace", Source: "ldap", Checked: 1}); err != nil {
		t.Fatal(err)
	}
	for _, typed := range []string{"x", password} {
		if u, err := h.users.Verify(t.Context(), "grace", store.Secret(typed)); !errors.Is(err, ErrWrong) || u.Name != "" {
			t.Errorf("got %+v, %v; want ErrWrong and nobody", u, err)
		}
	}
}

func FuzzReadHTPasswd(f *testing.F) {
	sample, err := os.ReadFile("testdata/users.htpasswd")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sample))
	f.Add("a:$2y$06$\nb:{SSHA}\nc:$5$$")
	f.Fuzz(func(t *testing.T, text string) {
		users, err := ReadHTPasswd(strings.NewReader(text))
		if err != nil && len(users) > 0 {
			t.Error("there are users beside an error")
		}
		for _, u := range users {
			if checkName(u.Name) != nil {
				t.Errorf("took the name %q", u.Name)
			}
		}
	})
}
