package signin

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
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
// from asking, or from believing the answers, if anything did.
func (s *SignIn) Recheck(ctx context.Context) (asked, gone int, err error) {
	if s.config.Backend.Directory == nil {
		return 0, 0, nil
	}
	source := s.config.Backend.Name
	f := store.UserFilter{Source: &source, Limit: 500}
	for {
		users, listErr := s.store.ListUsers(ctx, f)
		if listErr != nil {
			return asked, gone, errors.Join(err, fmt.Errorf("listing the users of %s: %w", source, listErr))
		}
		last := len(users) < f.Limit
		if !last {
			f.After = users[len(users)-1].Name
		}
		n, leaving, goOn, askErr := s.askAround(ctx, users)
		left, leaveErr := s.letGo(ctx, leaving, n)
		asked, gone, err = asked+n, gone+left, errors.Join(err, askErr, leaveErr)
		if last || !goOn {
			return asked, gone, err
		}
	}
}

// askAround asks about those of the users who are due, and returns whom the
// Directory knows no more, and whether it is worth while to ask on.
func (s *SignIn) askAround(ctx context.Context, users []store.User) (asked int, leaving []store.User, goOn bool, err error) {
	// In any order, or a few about whom it cannot answer would hide for ever those
	// who come after them.
	rand.Shuffle(len(users), func(i, j int) { users[i], users[j] = users[j], users[i] })
	failed := 0 // in a row
	for _, u := range users {
		outcome, oneErr := s.recheck(ctx, u)
		if outcome != notAsked {
			asked++
		}
		if outcome == nowGone {
			leaving = append(leaving, u)
		}
		if oneErr == nil {
			failed = 0
			continue
		}
		// One user about whom it cannot answer must not keep the others from
		// being asked about; a backend that is down need not be asked about all.
		if err, failed = errors.Join(err, oneErr), failed+1; failed == maxFailures || ctx.Err() != nil {
			return asked, leaving, false, err
		}
	}
	return asked, leaving, true, err
}

// maxLeaving is how many users may leave at once even if they are most of those
// who were asked about.
const maxLeaving = 10

// letGo takes down who is gone. A Directory that suddenly knows hardly anybody has
// rather lost its users than they their accounts: it looks in the wrong place, or
// answers 404 to everything. That is taken for no answer; whoever has really left
// is refused when the time is over for which a user counts as there without one.
func (s *SignIn) letGo(ctx context.Context, leaving []store.User, asked int) (gone int, err error) {
	if len(leaving) > maxLeaving && 2*len(leaving) > asked {
		return 0, fmt.Errorf("%s says that %d of %d users are gone, which is not believed of so many at once: look at its configuration", s.config.Backend.Name, len(leaving), asked)
	}
	for _, u := range leaving {
		left, oneErr := s.leaveFor(ctx, u)
		if left {
			gone++
		}
		err = errors.Join(err, oneErr)
	}
	return gone, err
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

// confirm asks about one user, and keeps what is said of one who is there.
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
		return true, nil
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
