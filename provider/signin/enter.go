package signin

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"oauth1d/provider/audit"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// tokenActor is an administrator who came with the admin token.
const tokenActor = "admin:token"

// enter makes the session the user's, under a new id, and moves on. The cookie
// leaves when the audit log has it.
func (s *SignIn) enter(w http.ResponseWriter, r *http.Request, id Identity, way wayBack) error {
	user, err := s.arrive(r.Context(), id)
	if err != nil {
		return err
	}
	return s.open(w, r, way, actor(user.Name), func(ctx context.Context) {
		web.Note(ctx).User = user.Name
		s.sessions.Put(ctx, userField, user.Name)
		s.sessions.Put(ctx, stampField, stamp(user))
		s.sessions.Remove(ctx, tokenField)
	})
}

// enterByToken is enter for whoever has brought the admin token.
func (s *SignIn) enterByToken(w http.ResponseWriter, r *http.Request, way wayBack) error {
	return s.open(w, r, way, tokenActor, func(ctx context.Context) {
		s.sessions.Remove(ctx, userField)
		s.sessions.Put(ctx, tokenField, true)
		s.sessions.Put(ctx, stampField, s.tokenStamp())
	})
}

// byToken says whether the session is of whoever brought the token that is still
// the admin token.
func (s *SignIn) byToken(ctx context.Context) bool {
	return s.config.Administrators && len(s.config.AdminToken) > 0 && s.sessions.GetBool(ctx, tokenField) &&
		sameText(s.tokenStamp(), s.sessions.GetString(ctx, stampField))
}

func (s *SignIn) tokenStamp() string {
	sum := sha256.Sum256(s.config.AdminToken)
	return hex.EncodeToString(sum[:])
}

// open gives the browser a new session that put makes somebody's.
func (s *SignIn) open(w http.ResponseWriter, r *http.Request, way wayBack, who string, put func(context.Context)) error {
	ctx := r.Context()
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("renewing a session: %w", err)
	}
	now := s.config.Now()
	put(ctx)
	s.sessions.Put(ctx, realmField, s.sessions.Cookie.Name)
	s.sessions.Put(ctx, untilField, now.Add(s.config.SessionTTL).Unix())
	s.sessions.Put(ctx, provedField, now.Unix())
	s.sessions.Put(ctx, formKeyField, newFormKey())
	s.spend(r, way.Handle)
	token, err := s.commit(ctx)
	if err != nil {
		return err
	}
	err = s.audit(ctx, audit.Event{
		Action: audit.SigninOK, Actor: who, RequestID: web.Note(ctx).ID,
		Details: map[string]string{"backend": s.config.Backend.Name, "address": networkOf(s.config.Address(r))},
	})
	if err != nil {
		return err
	}
	s.giveCookie(w, r, token)
	to := way.Path
	if to == "" {
		to = s.home()
	}
	web.SeeOther(w, to)
	return nil
}

// home is where somebody goes who came for no other reason.
func (s *SignIn) home() string {
	if s.config.HomePath != "" {
		return s.config.HomePath
	}
	return s.config.SignInPath
}

// errNotWanted is a user whom the backend lets in and we do not.
type errNotWanted struct{ why *web.Error }

func (e errNotWanted) Error() string { return e.why.Error() }
func (e errNotWanted) Unwrap() error { return e.why }

// arrive takes down whom a backend has let in, and returns the user as kept.
func (s *SignIn) arrive(ctx context.Context, id Identity) (store.User, error) {
	if s.config.Backend.Name == BuiltIn {
		user, err := s.store.User(ctx, id.User)
		if err != nil {
			return user, fmt.Errorf("looking up who has signed in: %w", err)
		}
		return user, nil
	}
	if err := checkName(id.User); err != nil {
		return store.User{}, fmt.Errorf("taking a user from %s: %w", s.config.Backend.Name, err)
	}
	user, err := s.see(ctx, id)
	switch {
	case errors.Is(err, store.ErrExists):
		return user, errNotWanted{&web.Error{Status: http.StatusForbidden, Code: "user_name_taken", Title: "This account cannot be used here",
			Sentence: "An account of the same name is kept here itself. Ask the administrator, who has to remove or rename one of them."}}
	case err != nil:
		return user, err
	case user.Disabled:
		return user, errNotWanted{&web.Error{Status: http.StatusForbidden, Code: "user_disabled", Title: "Your account is disabled here",
			Sentence: "Applications cannot act for it. Ask the administrator if you think that this is wrong."}}
	}
	return user, nil
}

// see keeps what a backend says about a user.
func (s *SignIn) see(ctx context.Context, id Identity) (store.User, error) {
	u := store.User{Name: id.User, Source: s.config.Backend.Name, Subject: id.Subject, Groups: groups(id.Groups), Checked: s.config.Now().Unix()}
	if len(id.Refresh) > 0 {
		var err error
		if u.Refresh, err = s.keys.Seal(id.Refresh, store.UserRefreshPlace(id.User)); err != nil {
			return u, fmt.Errorf("sealing what a backend gave for a user: %w", err)
		}
	}
	old, err := s.store.User(ctx, id.User)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return u, fmt.Errorf("looking up user %q: %w", id.User, err)
	}
	if u, err = s.store.SeeUser(ctx, u); err != nil {
		return u, fmt.Errorf("keeping user %q: %w", id.User, err)
	}
	if old.AnotherPerson(u) {
		return u, s.audit(ctx, audit.Event{Action: audit.UserReplaced, Actor: "daemon", Object: id.User, RequestID: web.Note(ctx).ID,
			Details: map[string]string{"backend": s.config.Backend.Name}})
	}
	return u, nil
}

// maxGroups bounds what one user may bring along.
const maxGroups = 1000

// groups are those of a backend that can be named here, sorted. The others could
// be required by no consumer and told to no application.
func groups(all []string) []string {
	var out []string
	for _, g := range all {
		if store.IsGroup(g) {
			out = append(out, g)
		}
	}
	slices.Sort(out)
	out = slices.Compact(out)
	return out[:min(len(out), maxGroups)]
}

// counted counts a sign-in that was let in, or not.
func (s *SignIn) counted(err error) error {
	s.metrics.count(outcomeOf(err))
	return err
}

func outcomeOf(err error) string {
	var not errNotWanted
	switch {
	case err == nil:
		return outcomeOK
	case errors.As(err, &not):
		return outcomeRefused
	}
	return outcomeError
}
