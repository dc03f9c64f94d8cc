package boltstore

import (
	"context"
	"errors"
	"slices"
	"strings"

	"oauth1d/store"
)

// AddUser adds u.
func (s *Store) AddUser(ctx context.Context, u store.User) error {
	return s.write(ctx, opAddUser, func(t *tx) error {
		if t.has(users, u.Name) {
			return store.ErrExists
		}
		t.counts.users++
		return t.put(users, []byte(u.Name), encodeUser(u))
	})
}

// User returns the user with that name.
func (s *Store) User(ctx context.Context, name string) (store.User, error) {
	var u store.User
	err := s.read(ctx, opUser, func(t *tx) (err error) {
		u, err = t.user(name)
		return err
	})
	return u, err
}

func (t *tx) user(name string) (store.User, error) {
	body, err := t.get(users, []byte(name))
	if err != nil {
		return store.User{}, err
	}
	u, err := decodeUser(name, body)
	if err != nil {
		return store.User{}, rotten(users, err)
	}
	return u, nil
}

// ListUsers returns the users that match f. Only those whose names match are
// decoded.
func (s *Store) ListUsers(ctx context.Context, f store.UserFilter) ([]store.User, error) {
	var list []store.User
	search := strings.ToLower(f.Search)
	err := s.read(ctx, opListUsers, func(t *tx) (err error) {
		t.under(users, nil, []byte(f.After), func(key []byte) bool {
			name := string(key)
			if name == f.After && name != "" || !strings.Contains(strings.ToLower(name), search) {
				return true
			}
			var u store.User
			if u, err = t.user(name); err != nil {
				return false
			}
			if f.Source == nil || *f.Source == u.Source {
				list = append(list, u)
			}
			return f.Limit <= 0 || len(list) < f.Limit
		})
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// ChangeUser lets change edit the user and keeps the result. See ChangeConsumer.
func (s *Store) ChangeUser(ctx context.Context, name string, change func(*store.User) error) (store.User, error) {
	for {
		old, err := s.User(ctx, name)
		if err != nil {
			return store.User{}, err
		}
		edited, before := old, encodeUser(old) // before change can reach its slices
		if err := change(&edited); err != nil {
			return store.User{}, err
		}
		edited.Name, edited.Source = old.Name, old.Source
		edited.Created, edited.Revision = old.Created, old.Revision+1
		err = s.write(ctx, opChangeUser, func(t *tx) error {
			if err := t.still(users, name, before); err != nil {
				return err
			}
			return t.put(users, []byte(name), encodeUser(edited))
		})
		switch {
		case err == nil:
			return edited, nil
		case !errors.Is(err, errLost):
			return store.User{}, err
		}
	}
}

// RemoveUser deletes the user, revokes every access token that acts for it, and
// deletes the request tokens that would still become one.
func (s *Store) RemoveUser(ctx context.Context, name string) (int, error) {
	var revoked int
	err := s.write(ctx, opRemoveUser, func(t *tx) (err error) {
		if !t.has(users, name) {
			return store.ErrNotFound
		}
		revoked, err = t.removeUser(name)
		return err
	})
	if err != nil {
		return 0, err
	}
	return revoked, nil
}

// removeUser deletes a user with all that the name stood for.
func (t *tx) removeUser(name string) (revoked int, err error) {
	if revoked, err = t.revokeAll(store.TokenFilter{User: name}); err != nil {
		return 0, err
	}
	if err := t.dropRequestTokensDecidedBy(name); err != nil {
		return 0, err
	}
	if err := t.actsNoMore(name); err != nil {
		return 0, err
	}
	if err := t.ownsNoMore(name); err != nil {
		return 0, err
	}
	t.counts.users--
	return revoked, t.delete(users, []byte(name))
}

// userOf returns the user of a, if there is one, without what only sign-in may
// see.
func (t *tx) userOf(a store.AccessToken) (store.User, error) {
	u, err := t.user(a.User)
	if errors.Is(err, store.ErrNotFound) {
		return store.User{}, nil
	}
	u.Password, u.Refresh = "", nil
	return u, err
}

// actsNoMore takes a user who is removed out of what consumers may do without a
// token. A consumer that acted as that user alone may not do so any more at all:
// acting as nobody is not what was allowed to it.
func (t *tx) actsNoMore(name string) error {
	changed := map[string]store.Consumer{}
	err := t.all(consumers, func(key string, body []byte) error {
		c, err := decodeConsumer(key, body)
		if err != nil {
			return err
		}
		if c.TwoLeggedUser == name && name != "" {
			c.TwoLegged, c.TwoLeggedUser, c.Impersonates = false, "", nil
		} else if i := slices.Index(c.Impersonates, name); i >= 0 {
			c.Impersonates = slices.Delete(c.Impersonates, i, i+1)
		} else {
			return nil
		}
		c.Revision++
		changed[key] = c
		return nil
	})
	if err != nil {
		return err
	}
	for key, c := range changed {
		if err := t.put(consumers, []byte(key), encodeConsumer(c)); err != nil {
			return err
		}
	}
	return nil
}
