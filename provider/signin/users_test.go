package signin

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/web"
	"oauth1d/store"
)

func TestVerifyTellsOnlyTheRightPasswordApart(t *testing.T) {
	h := build(t, Config{})
	if _, err := h.users.Disable(t.Context(), "bob"); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, user, password string
		want                 error
	}{
		{"the right one", "ada", password, nil},
		{"a wrong one", "ada", password + "!", ErrWrong},
		{"an empty one", "ada", "", ErrWrong},
		{"one of a megabyte", "ada", strings.Repeat("a", 1<<20), ErrWrong},
		{"the right one of a disabled user", "bob", password, ErrWrong},
		{"one of nobody", "eve", password, ErrWrong},
		{"a name in other case", "Ada", password, ErrWrong},
		{"a name with a NUL", "ada\x00", password, ErrWrong},
		{"no name", "", password, ErrWrong},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := h.users.Verify(t.Context(), test.user, store.Secret(test.password))
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestALongPasswordAndAnUnknownUserCostWhatTheyShould(t *testing.T) {
	h := build(t, Config{})
	enough := cost{memory: 4096, time: 2, lanes: 1}
	h.users.cost, h.users.dummy = enough, newPHC(enough)
	if _, err := h.users.SetPassword(t.Context(), "ada", store.Secret(password)); err != nil {
		t.Fatal(err)
	}
	cost := func(user, password string) time.Duration {
		least := time.Hour // of several: the machine may be busy
		for range 5 {
			began := time.Now()
			if _, err := h.users.Verify(t.Context(), user, store.Secret(password)); !errors.Is(err, ErrWrong) {
				t.Fatalf("got %v, want %v", err, ErrWrong)
			}
			least = min(least, time.Since(began))
		}
		return least
	}
	known, unknown := cost("ada", "wrong password"), cost("eve", "wrong password")
	if unknown < known/3 || known < unknown/3 {
		t.Errorf("a known user costs %v, an unknown one %v: too far apart", known, unknown)
	}
	if long := cost("ada", strings.Repeat("a", 1<<20)); long > known/3 {
		t.Errorf("a password of a megabyte costs %v, a usual one %v", long, known)
	}
}

func TestNamesAndPasswordsThatCannotBeUsed(t *testing.T) {
	h := build(t, Config{})
	tests := []struct{ name, user, password, want string }{
		{"a short password", "eve", "1234567", "password_invalid: The password has 7 bytes; at least 8 are needed."},
		{"a long password", "eve", strings.Repeat("a", 1025), "password_invalid: The password has 1025 bytes; at most 1024 are accepted."},
		{"a password of two lines", "eve", "12345678\n", "password_invalid: The password has a line break in it, which nobody can type; the file that it came from may have more than one line."},
		{"no name", "", password, "user_name_invalid: The user name has 0 bytes; 1 to 255 are accepted."},
		{"a long name", strings.Repeat("e", 256), password, "user_name_invalid: The user name has 256 bytes; 1 to 255 are accepted."},
		{"a space at the end", "eve ", password, "user_name_invalid: The user name begins or ends with a space."},
		{"a line break", "e\nve", password, "user_name_invalid: The user name has a character that does not show."},
		{"an override of direction", "e\u202eve", password, "user_name_invalid: The user name has a character that does not show."},
		{"a variation of a letter that has none", "eve\ufe0f", password, "user_name_invalid: The user name has a character that does not show."},
		{"a letter that is empty", "eve\u3164", password, "user_name_invalid: The user name has a character that does not show."},
		{"a name that is not UTF-8", "e\xff", password, "user_name_invalid: The user name is not UTF-8."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := h.users.Add(t.Context(), test.user, store.Secret(test.password), false)
			var shown *web.Error
			if !errors.As(err, &shown) || shown.Status != 400 {
				t.Fatalf("got %v, want a web.Error with status 400", err)
			}
			if got := shown.Error(); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestUsersComeAndGo(t *testing.T) {
	h := build(t, Config{})
	ctx := t.Context()
	if _, err := h.users.Add(ctx, "ada", store.Secret(password), false); !errors.Is(err, store.ErrExists) {
		t.Errorf("a name that is taken: got %v, want %v", err, store.ErrExists)
	}
	if u, err := h.users.Add(ctx, "Zoë Müller", store.Secret(password), true); err != nil || !u.Admin {
		t.Errorf("an administrator: got %v and %v", u.Admin, err)
	}
	list, err := h.users.List(ctx)
	if err != nil || len(list) != 3 || list[0].Name != "Zoë Müller" {
		t.Errorf("list: got %d users and %v, want 3", len(list), err)
	}
	if _, err := h.users.SetPassword(ctx, "ada", store.Secret("another password")); err != nil {
		t.Fatal(err)
	}
	if _, err := h.users.Verify(ctx, "ada", store.Secret(password)); !errors.Is(err, ErrWrong) {
		t.Errorf("the old password: got %v, want %v", err, ErrWrong)
	}
	if _, err := h.users.Verify(ctx, "ada", store.Secret("another password")); err != nil {
		t.Errorf("the new password: got %v", err)
	}
	h.removeWithTokens(t)
	_, err = h.users.Show(ctx, "ada")
	wantNotFound(t, "showing", err)
	_, err = h.users.SetPassword(ctx, "ada", store.Secret(password))
	wantNotFound(t, "a new password", err)
	_, err = h.users.Disable(ctx, "ada")
	wantNotFound(t, "disabling", err)
	_, err = h.users.Remove(ctx, "ada")
	wantNotFound(t, "removing", err)
}

func (h *house) removeWithTokens(t *testing.T) {
	t.Helper()
	if err := h.store.AddConsumer(t.Context(), store.Consumer{Key: "k"}); err != nil {
		t.Fatal(err)
	}
	if err := h.store.IssueAccessToken(t.Context(), store.AccessToken{ID: "t", Consumer: "k", User: "ada"}); err != nil {
		t.Fatal(err)
	}
	if revoked, err := h.users.Remove(t.Context(), "ada"); err != nil || revoked != 1 {
		t.Errorf("removing: got %d tokens revoked and %v, want 1", revoked, err)
	}
}

func TestNoMoreHashesAtOnceThanProcessors(t *testing.T) {
	h := newHasher(1)
	h.turns <- struct{}{} // somebody is at it
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, err := h.matches(ctx, newPHC(newCost), store.Secret(password))
		done <- err
	}()
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("whoever waits and leaves: got %v, want %v", err, context.Canceled)
	}
	for range waiting {
		h.room <- struct{}{}
	}
	var shown *web.Error
	if _, err := h.matches(t.Context(), newPHC(newCost), store.Secret(password)); !errors.As(err, &shown) || shown.Status != 503 {
		t.Errorf("with no room to wait: got %v, want a 503", err)
	}
}

func TestPHCStrings(t *testing.T) {
	good := "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$"
	hash := newPHC(newCost)
	hash.salt = []byte("somesalt")
	text := hash.String()
	if !strings.HasPrefix(text, good) {
		t.Fatalf("got %s, want it to begin with %s", text, good)
	}
	if back, err := parsePHC(text); err != nil || back.String() != text {
		t.Errorf("reading back: got %v and %v, want %v", back, err, text)
	}
	tail := strings.TrimPrefix(text, "$argon2id$v=19$m=19456,t=2,p=1")
	for _, bad := range []string{
		"", "$", password, "$2y$10$abcdefghijklmnopqrstuv",
		"$argon2i$v=19$m=19456,t=2,p=1" + tail,
		"$argon2id$v=16$m=19456,t=2,p=1" + tail,
		"$argon2id$m=19456,t=2,p=1" + tail,
		"$argon2id$v=19$m=19456,t=2" + tail,
		"$argon2id$v=19$t=2,m=19456,p=1" + tail,
		"$argon2id$v=19$m=19456,t=2,p=1,x=1" + tail,
		"$argon2id$v=19$m=019456,t=2,p=1" + tail,
		"$argon2id$v=19$m=-1,t=2,p=1" + tail,
		"$argon2id$v=19$m=19456,t=0,p=1" + tail,
		"$argon2id$v=19$m=19456,t=2,p=0" + tail,
		"$argon2id$v=19$m=4194304,t=2,p=1" + tail,
		"$argon2id$v=19$m=19456,t=1000000,p=1" + tail,
		"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ=$c29tZXNhbHRzb21lc2FsdA",
		"$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$c2hvcnQ",
		"$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$c29tZXNhbHRzb21lc2FsdA",
		text + "$",
	} {
		if _, err := parsePHC(bad); !errors.Is(err, errNotPHC) {
			t.Errorf("%q: got %v, want %v", bad, err, errNotPHC)
		}
	}
}

func TestAHashThatSomebodyElseMade(t *testing.T) {
	h := build(t, Config{})
	// From the test vectors of the reference implementation: password, somesalt.
	const theirs = "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"
	if err := h.store.AddUser(t.Context(), store.User{Name: "old", Password: theirs}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.users.Verify(t.Context(), "old", store.Secret("password")); err != nil {
		t.Errorf("the right password: got %v", err)
	}
	if _, err := h.users.Verify(t.Context(), "old", store.Secret("Password")); !errors.Is(err, ErrWrong) {
		t.Errorf("a wrong password: got %v, want %v", err, ErrWrong)
	}
}

func TestARottenHashIsOurFaultAndLetsNobodyIn(t *testing.T) {
	h := build(t, Config{})
	for _, rotten := range []string{"x", "$argon2id$v=19$"} {
		if err := h.store.AddUser(t.Context(), store.User{Name: "rotten" + rotten, Password: rotten}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.users.Verify(t.Context(), "rotten"+rotten, store.Secret(password)); err == nil || errors.Is(err, ErrWrong) {
			t.Errorf("%q: got %v, want an error of ours", rotten, err)
		}
	}
}

func TestNewPasswordsCostWhatIsRecommended(t *testing.T) {
	u := NewUsers(nil, UsersConfig{})
	hash, err := u.hasher.hash(t.Context(), u.cost, store.Secret(password))
	if err != nil {
		t.Fatal(err)
	}
	if want := "$argon2id$v=19$m=19456,t=2,p=1$"; !strings.HasPrefix(hash, want) {
		t.Errorf("got %s, want it to begin with %s", hash, want)
	}
	if u.dummy.cost != newCost {
		t.Errorf("unknown users cost %v, known ones %v", u.dummy.cost, newCost)
	}
}

// What is read as a hash is spelled in one way, and costs no more than it may.
func FuzzParsePHC(f *testing.F) {
	f.Add(newPHC(newCost).String())
	f.Add("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$c29tZXNhbHRzb21lc2FsdA")
	f.Fuzz(func(t *testing.T, s string) {
		p, err := parsePHC(s)
		if err != nil {
			return
		}
		if got := p.String(); got != s {
			t.Errorf("%q is also spelled %q", s, got)
		}
		if p.memory > 256<<10 || p.time > 16 || p.lanes > 16 {
			t.Errorf("%q costs %+v", s, p.cost)
		}
	})
}
