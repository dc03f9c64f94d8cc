package boltstore

import (
	"context"
	"errors"
	"slices"

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
	err := s.read(ctx, opUser, func(t *tx) error {
		body, err := t.get(users, []byte(name))
		if err != nil {
			return err
		}
		if u, err = decodeUser(name, body); err != nil {
			return rotten(users, err)
		}
		return nil
	})
	if err != nil {
		return store.User{}, err
	}
	return u, nil
}

// ListUsers returns all users.
func (s *Store) ListUsers(ctx context.Context) ([]store.User, error) {
	var list []store.User
	err := s.read(ctx, opListUsers, func(t *tx) error {
		return t.all(users, func(name string, body []byte) error {
			u, err := decodeUser(name, body)
			list = append(list, u)
			return err
		})
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
		edited := old
		if err := change(&edited); err != nil {
			return store.User{}, err
		}
		edited.Name, edited.Created, edited.Revision = old.Name, old.Created, old.Revision+1
		err = s.write(ctx, opChangeUser, func(t *tx) error {
			if err := t.still(users, name, encodeUser(old)); err != nil {
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
		if revoked, err = t.revokeAll(store.TokenFilter{User: name}); err != nil {
			return err
		}
		if err := t.dropRequestTokensDecidedBy(name); err != nil {
			return err
		}
		if err := t.actsNoMore(name); err != nil {
			return err
		}
		t.counts.users--
		return t.delete(users, []byte(name))
	})
	if err != nil {
		return 0, err
	}
	return revoked, nil
}

// disabled reports whether name is a built-in user who has been disabled. It
// looks at the record's flags only.
func (t *tx) disabled(name string) (bool, error) {
	body, err := t.get(users, []byte(name))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return body[1]&flagDisabled != 0, nil
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
