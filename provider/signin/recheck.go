package signin

import (
	"context"
	"errors"
	"fmt"
	"time"

	"oauth1d/provider/audit"
	"oauth1d/store"
)

// Recheck asks the Directory again about every user of the backend for whom an
// access token lives and who was not confirmed for Config.Recheck. One whom it
// knows no more is gone: the session ends, and tokens that act for the user are
// refused from the next request on, until the user signs in again. What could
// not be asked changes nothing; for how long such a user counts as there, the
// verifier decides.
//
// It returns how many were asked, how many of them are gone, and what kept it
// from asking, if anything did.
func (s *SignIn) Recheck(ctx context.Context) (asked, gone int, err error) {
	if s.config.Backend.Directory == nil {
		return 0, 0, nil
	}
	source := s.config.Backend.Name
	f := store.UserFilter{Source: &source, Limit: 500}
	failed := 0 // in a row
	for {
		users, listErr := s.store.ListUsers(ctx, f)
		if listErr != nil {
			return asked, gone, fmt.Errorf("listing the users of %s: %w", source, listErr)
		}
		for _, u := range users {
			outcome, oneErr := s.recheck(ctx, u)
			if outcome != notAsked {
				asked++
			}
			if outcome == nowGone {
				gone++
			}
			if oneErr == nil {
				failed = 0
				continue
			}
			// One user about whom it cannot answer must not keep the others from
			// being asked about; a backend that is down need not be asked about all.
			if err, failed = errors.Join(err, oneErr), failed+1; failed == maxFailures || ctx.Err() != nil {
				return asked, gone, err
			}
		}
		if len(users) < f.Limit {
			return asked, gone, err
		}
		f.After = users[len(users)-1].Name
	}
}

// maxFailures is how often in a row a backend may fail before it is left alone
// until the next time.
const maxFailures = 5

// What came of asking about a user.
const (
	notAsked = iota
	stillHere
	nowGone
)

// recheck asks about one user, if that is due.
func (s *SignIn) recheck(ctx context.Context, u store.User) (outcome int, err error) {
	due, err := s.due(ctx, u)
	if err != nil || !due {
		return notAsked, err
	}
	left, err := s.confirm(ctx, u)
	switch {
	case err != nil:
		s.metrics.rechecks.WithLabelValues(recheckedError).Inc()
	case left:
		s.metrics.rechecks.WithLabelValues(recheckedGone).Inc()
	default:
		s.metrics.rechecks.WithLabelValues(recheckedThere).Inc()
	}
	if left {
		return nowGone, err
	}
	return stillHere, err
}

// due says whether anything depends on knowing whether the user is still there.
func (s *SignIn) due(ctx context.Context, u store.User) (bool, error) {
	if u.Gone || u.Disabled || s.config.Now().Sub(time.Unix(u.Checked, 0)) < s.config.Recheck {
		return false, nil
	}
	tokens, err := s.store.ListAccessTokens(ctx, store.TokenFilter{User: u.Name, Limit: 1})
	if err != nil {
		return false, fmt.Errorf("looking for tokens of user %q: %w", u.Name, err)
	}
	return len(tokens) > 0, nil
}

// confirm asks about one user.
func (s *SignIn) confirm(ctx context.Context, u store.User) (gone bool, err error) {
	var refresh store.Secret
	if len(u.Refresh) > 0 {
		if refresh, err = s.keys.Open(u.Refresh, store.UserRefreshPlace(u.Name)); err != nil {
			return false, fmt.Errorf("opening what a backend gave for user %q: %w", u.Name, err)
		}
	}
	id, err := s.config.Backend.Directory.LookUp(ctx, u.Name, refresh)
	switch {
	case errors.Is(err, ErrUnanswerable):
		return false, nil
	case errors.Is(err, ErrGone), err == nil && id.User != u.Name:
		return s.leaveFor(ctx, u)
	case err != nil:
		return false, errors.Join(fmt.Errorf("asking about user %q: %w", u.Name, err), s.keepRefresh(ctx, u.Name, id.Refresh))
	}
	_, err = s.see(ctx, id)
	return false, err
}

// errSeenSince ends a change that is about a user of before.
var errSeenSince = errors.New("the user has signed in since")

// leaveFor takes down that a user is gone, unless the user has signed in while the
// backend was being asked: what it said was about what we had before.
func (s *SignIn) leaveFor(ctx context.Context, asked store.User) (gone bool, err error) {
	_, err = s.store.ChangeUser(ctx, asked.Name, func(u *store.User) error {
		if u.Revision != asked.Revision {
			return errSeenSince
		}
		u.Gone, u.Checked = true, s.config.Now().Unix()
		return nil
	})
	switch {
	case errors.Is(err, errSeenSince), errors.Is(err, store.ErrNotFound):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("taking down that user %q is gone: %w", asked.Name, err)
	}
	return true, s.audit(ctx, audit.Event{Action: audit.UserGone, Actor: "daemon", Object: asked.Name, Details: map[string]string{"backend": s.config.Backend.Name}})
}

// keepRefresh keeps what a backend gave before it failed: it may take the old one
// for stolen the next time.
func (s *SignIn) keepRefresh(ctx context.Context, name string, refresh store.Secret) error {
	if len(refresh) == 0 {
		return nil
	}
	shut, err := s.keys.Seal(refresh, store.UserRefreshPlace(name))
	if err != nil {
		return fmt.Errorf("sealing what a backend gave for a user: %w", err)
	}
	_, err = s.store.ChangeUser(ctx, name, func(u *store.User) error { u.Refresh = shut; return nil })
	if err != nil {
		return fmt.Errorf("keeping what a backend gave for a user: %w", err)
	}
	return nil
}
