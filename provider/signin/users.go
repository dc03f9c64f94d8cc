package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// UserStore is what Users asks of the store.
type UserStore interface {
	AddUser(ctx context.Context, u store.User) error
	User(ctx context.Context, name string) (store.User, error)
	ListUsers(ctx context.Context, f store.UserFilter) ([]store.User, error)
	ChangeUser(ctx context.Context, name string, change func(*store.User) error) (store.User, error)
	RemoveUser(ctx context.Context, name string) (revoked int, err error)
}

// UsersConfig is what may be set about Users.
type UsersConfig struct {
	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Users are the built-in users. What is wrong with a name or a password is said
// by a *web.Error; everything else wraps the store's errors.
type Users struct {
	store  UserStore
	hasher *hasher
	cost   cost // of new passwords
	dummy  phc  // hashed against for users that do not exist
	now    func() time.Time
}

// NewUsers returns the users that are kept in s.
func NewUsers(s UserStore, c UsersConfig) *Users {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Users{store: s, hasher: newHasher(max(1, runtime.NumCPU()/2)), cost: newCost, dummy: newPHC(newCost), now: c.Now}
}

// Add makes a user. Its error wraps store.ErrExists when the name is taken.
func (u *Users) Add(ctx context.Context, name string, password store.Secret, admin bool) (store.User, error) {
	if err := errors.Join(checkName(name), checkPassword(password)); err != nil {
		return store.User{}, err
	}
	hash, err := u.hasher.hash(ctx, u.cost, password)
	if err != nil {
		return store.User{}, err
	}
	return u.add(ctx, store.User{Name: name, Password: hash, Admin: admin, Created: u.now().Unix()})
}

func (u *Users) add(ctx context.Context, user store.User) (store.User, error) {
	if err := u.store.AddUser(ctx, user); err != nil {
		return store.User{}, fmt.Errorf("adding user %q: %w", user.Name, err)
	}
	return user, nil
}

// SetPassword replaces a user's password and ends the user's sessions. Access
// tokens stay: they are other people's applications', and are revoked by name.
func (u *Users) SetPassword(ctx context.Context, name string, password store.Secret) (store.User, error) {
	if err := checkPassword(password); err != nil {
		return store.User{}, err
	}
	hash, err := u.hasher.hash(ctx, u.cost, password)
	if err != nil {
		return store.User{}, err
	}
	return u.change(ctx, name, func(user *store.User) { user.Password = hash })
}

// SetGroups replaces the groups of a user. Consumers that may impersonate a group
// may act as the user from then on.
func (u *Users) SetGroups(ctx context.Context, name string, groups []string) (store.User, error) {
	slices.Sort(groups)
	groups = slices.Compact(groups)
	for _, group := range groups {
		if err := checkGroup(group); err != nil {
			return store.User{}, err
		}
	}
	return u.change(ctx, name, func(user *store.User) { user.Groups = groups })
}

// Disable keeps a user out. Sessions end, and what tokens of the user sign is
// refused until Enable.
func (u *Users) Disable(ctx context.Context, name string) (store.User, error) {
	return u.change(ctx, name, func(user *store.User) { user.Disabled = true })
}

// Enable lets a disabled user in again.
func (u *Users) Enable(ctx context.Context, name string) (store.User, error) {
	return u.change(ctx, name, func(user *store.User) { user.Disabled = false })
}

func (u *Users) change(ctx context.Context, name string, change func(*store.User)) (store.User, error) {
	user, err := u.store.ChangeUser(ctx, name, func(user *store.User) error {
		change(user)
		return nil
	})
	if err != nil {
		return store.User{}, fmt.Errorf("changing user %q: %w", name, err)
	}
	return user, nil
}

// Remove deletes a user and says how many access tokens that revoked.
func (u *Users) Remove(ctx context.Context, name string) (revoked int, err error) {
	revoked, err = u.store.RemoveUser(ctx, name)
	if err != nil {
		return 0, fmt.Errorf("removing user %q: %w", name, err)
	}
	return revoked, nil
}

// List returns all users in the order of their names.
func (u *Users) List(ctx context.Context) ([]store.User, error) {
	list, err := u.store.ListUsers(ctx, store.UserFilter{})
	if err != nil {
		return nil, fmt.Errorf("listing users: %w", err)
	}
	return list, nil
}

// Show returns one user, or an error that wraps store.ErrNotFound.
func (u *Users) Show(ctx context.Context, name string) (store.User, error) {
	user, err := u.store.User(ctx, name)
	if err != nil {
		return store.User{}, fmt.Errorf("looking up user %q: %w", name, err)
	}
	return user, nil
}

// Verify returns the user with that name and password, or ErrWrong. Together with
// ErrWrong comes the user whose password it is not, if there is one, for the
// audit log only: nothing of it may show.
func (u *Users) Verify(ctx context.Context, name string, password store.Secret) (store.User, error) {
	if len(password) == 0 || len(password) > maxPassword {
		return store.User{}, ErrWrong // the same for everybody, and free of charge
	}
	user, hash, err := u.find(ctx, name)
	if err != nil {
		return store.User{}, err
	}
	matches, err := u.hasher.matches(ctx, hash, password)
	if err != nil {
		return store.User{}, err
	}
	_, old := hash.(imported)
	if old && !matches {
		// Another program's hash is soon computed; that must not tell that the
		// user exists.
		if _, err := u.hasher.matches(ctx, u.dummy, password); err != nil {
			return store.User{}, err
		}
	}
	if !matches || user.Name == "" || user.Disabled {
		return user, ErrWrong
	}
	if old {
		return u.rehash(ctx, user, password)
	}
	return user, nil
}

// find returns the user and its hash, or a hash that nothing matches: for names of
// nobody, and of users whose password another system knows.
func (u *Users) find(ctx context.Context, name string) (store.User, kept, error) {
	if checkName(name) != nil {
		return store.User{}, u.dummy, nil
	}
	user, err := u.store.User(ctx, name)
	switch {
	case errors.Is(err, store.ErrNotFound), err == nil && user.Source != "":
		return store.User{}, u.dummy, nil
	case err != nil:
		return store.User{}, nil, fmt.Errorf("looking up a user: %w", err)
	}
	hash, err := parseKept(user.Password)
	if err != nil {
		return store.User{}, nil, fmt.Errorf("reading the password of user %q: %w", user.Name, err)
	}
	return user, hash, nil
}

const maxUserName = 255 // bytes

// checkName refuses names that a log or a header could show as another's.
func checkName(name string) error {
	reason := ""
	switch {
	case name == "" || len(name) > maxUserName:
		reason = fmt.Sprintf("The user name has %d bytes; 1 to %d are accepted.", len(name), maxUserName)
	case !utf8.ValidString(name):
		reason = "The user name is not UTF-8."
	case strings.TrimSpace(name) != name:
		reason = "The user name begins or ends with a space."
	case strings.ContainsFunc(name, invisible), strings.ContainsFunc(name, blank):
		reason = "The user name has a character that does not show."
	default:
		return nil
	}
	return &web.Error{Status: http.StatusBadRequest, Title: "This user name cannot be used", Sentence: reason, Code: "user_name_invalid"}
}

func checkGroup(name string) error {
	if store.IsGroup(name) {
		return nil
	}
	return &web.Error{Status: http.StatusBadRequest, Title: "This group cannot be used", Code: "group_invalid",
		Sentence: fmt.Sprintf("The name of a group has 1 to %d bytes, no comma, no @ or blank at its beginning, and nothing that does not show.", store.MaxGroup)}
}

func invisible(c rune) bool {
	return !unicode.IsPrint(c)
}

// blank takes characters that count as printable and of which nothing is seen:
// with one of them in it, two users' names look the same.
func blank(c rune) bool {
	return unicode.In(c, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector) || c == '\u2800' // an empty braille cell
}
