package boltstore

import (
	"context"
	"errors"

	"oauth1d/store"
)

// SeeUser adds or refreshes a user of another source.
func (s *Store) SeeUser(ctx context.Context, u store.User) (store.User, error) {
	if u.Source == "" {
		return store.User{}, store.ErrExists
	}
	var seen store.User
	err := s.write(ctx, opSeeUser, func(t *tx) error {
		old, err := t.user(u.Name)
		switch {
		case errors.Is(err, store.ErrNotFound):
			t.counts.users++
			seen = firstSeen(u)
		case err != nil:
			return err
		case old.Source == "":
			return store.ErrExists
		case old.AnotherPerson(u):
			if _, err := t.removeUser(u.Name); err != nil {
				return err
			}
			t.counts.users++
			seen = firstSeen(u)
		default:
			seen = seenAgain(old, u)
		}
		return t.put(users, []byte(u.Name), encodeUser(seen))
	})
	if err != nil {
		return store.User{}, err
	}
	return seen, nil
}

// firstSeen takes nothing but what a source may say of a user.
func firstSeen(u store.User) store.User {
	return store.User{Name: u.Name, Source: u.Source, Groups: u.Groups, Created: u.Checked, Checked: u.Checked, Subject: u.Subject, Refresh: u.Refresh}
}

func seenAgain(old, u store.User) store.User {
	if old.Source != u.Source {
		old.Source, old.Subject, old.Refresh = u.Source, "", nil // another's words for the user
	}
	if u.Subject != "" {
		old.Subject = u.Subject
	}
	old.Groups, old.Gone = u.Groups, false
	old.Checked = max(old.Checked, u.Checked)
	if len(u.Refresh) != 0 {
		old.Refresh = u.Refresh
	}
	old.Revision++
	return old
}
