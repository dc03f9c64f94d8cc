package signin

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/alexedwards/scs/v2"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// SessionStore is where sessions are kept.
type SessionStore interface {
	Session(ctx context.Context, id string) (data []byte, err error)
	KeepSession(ctx context.Context, id string, data []byte, expires int64) error
	RenewSession(ctx context.Context, id string, data []byte, expires int64) error
	EndSession(ctx context.Context, id string) error
	TakeSession(ctx context.Context, id string) (data []byte, err error)
}

// What a session holds. Before sign-in that is the form key and the ways back.
const (
	formKeyField = "form-key" // []byte
	returnsField = "returns"  // []string, see ask.go
	pendingField = "pending"  // []string, see elsewhere.go
	userField    = "user"     // string
	tokenField   = "token"    // bool: an administrator by token, who is no user
	stampField   = "stamp"    // string: of the password, or the token, that was good then
	untilField   = "until"    // int64: when it ends, used or not
	touchedField = "touched"  // int64: when the idle time last began
	provedField  = "proved"   // int64: when the password was last given
	realmField   = "realm"    // string: the cookie's name, so that no session serves under another
)

// strangerTTL is how long the session of somebody who has not signed in lasts.
// It need not outlive the request token that brought them here.
const strangerTTL = 15 * time.Minute

// A browser is what a request has brought with it beside the session's data.
type browser struct {
	err   error  // the session could not be read: nothing may be built on it
	found string // hash of the token under which the store had it, or ""

	// What a Recogniser has said of the request.
	asked        bool
	identity     Identity
	unrecognised error
}

type browserKey struct{}

var errNotLoaded = errors.New("no session was loaded: the handler is not behind SignIn.Load")

func browserOf(r *http.Request) *browser {
	if b, ok := r.Context().Value(browserKey{}).(*browser); ok {
		return b
	}
	return &browser{err: errNotLoaded}
}

// Cookies are the names that the session's cookie has, on http and on https, for
// people and for administrators.
var Cookies = []string{"oauth1d", "__Host-oauth1d", "oauth1d-admin", "__Host-oauth1d-admin"}

// cookieName is the session's. With its prefix, no other host, and nobody on the
// way, can plant a cookie of this name.
func (c Config) cookieName() string {
	name := "oauth1d"
	if c.Administrators {
		name += "-admin"
	}
	if c.Secure {
		return "__Host-" + name
	}
	return name
}

// newSessions sets up scs for everything but its middleware. That one saves the
// session while the answer is being written, when it is too late to refuse.
func newSessions(s SessionStore, c Config) *scs.SessionManager {
	m := scs.New()
	m.Store = sessions{s}
	m.HashTokenInStore = true
	m.Lifetime = c.SessionTTL // SetDeadline has the last word, by our clock
	m.Cookie.Name = c.cookieName()
	m.Cookie.Path = "/"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Persist = false // it ends with the browser
	m.Cookie.Secure = c.Secure
	if c.Administrators {
		m.Cookie.SameSite = http.SameSiteStrictMode // nobody is sent here by another site
	}
	return m
}

// Load makes the browser's session available to the handlers behind it. They
// refuse when it could not be read.
func (s *SignIn) Load(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Cookie")
		b := new(browser)
		base := context.WithValue(r.Context(), browserKey{}, b)
		ctx, err := s.sessions.Load(base, s.cookieOf(r))
		if err == nil && !s.ours(ctx) {
			b.found = ""
			ctx, err = s.sessions.Load(base, "")
		}
		if err != nil {
			ctx, b.err = base, fmt.Errorf("loading a session: %w", err)
		} else {
			b.err = s.touch(ctx)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

// cookieOf returns the session's token. What is not one costs no look-up, and of
// two, which only another host can have planted, neither is taken.
func (s *SignIn) cookieOf(r *http.Request) string {
	cookies := r.CookiesNamed(s.sessions.Cookie.Name)
	if len(cookies) != 1 || len(cookies[0].Value) != base64.RawURLEncoding.EncodedLen(32) {
		return ""
	}
	return cookies[0].Value
}

// ours says whether a session was made under our cookie: whoever signed in as a
// user has not signed in as an administrator. Of any other, nothing is taken.
func (s *SignIn) ours(ctx context.Context) bool {
	realm := s.sessions.GetString(ctx, realmField)
	return realm == "" || realm == s.sessions.Cookie.Name
}

// signedIn says whether the session is somebody's.
func (s *SignIn) signedIn(ctx context.Context) bool {
	return s.sessions.GetString(ctx, userField) != "" || s.sessions.GetBool(ctx, tokenField)
}

// touch lets the idle time of a user's session begin anew. To spare the store it
// does so only after a sixteenth of it, by which a session can end too early.
func (s *SignIn) touch(ctx context.Context) error {
	if !s.signedIn(ctx) {
		return nil
	}
	touched := time.Unix(s.sessions.GetInt64(ctx, touchedField), 0)
	if s.config.Now().Sub(touched) < s.config.IdleTTL/16 {
		return nil
	}
	_, err := s.commit(ctx)
	return err
}

// commit saves the session, with its end, and returns the token that the browser
// must show.
func (s *SignIn) commit(ctx context.Context) (token string, err error) {
	now := s.config.Now()
	end := now.Add(strangerTTL)
	if s.signedIn(ctx) {
		s.sessions.Put(ctx, touchedField, now.Unix())
		end = now.Add(s.config.IdleTTL)
		if until := time.Unix(s.sessions.GetInt64(ctx, untilField), 0); until.Before(end) {
			end = until
		}
	} else if s.sessions.GetBytes(ctx, formKeyField) == nil {
		s.sessions.Put(ctx, formKeyField, newFormKey())
		s.sessions.Put(ctx, realmField, s.sessions.Cookie.Name)
	}
	s.sessions.SetDeadline(ctx, end)
	token, _, err = s.sessions.Commit(ctx)
	if errors.Is(err, store.ErrNotFound) {
		return "", ended()
	}
	if err != nil {
		return "", fmt.Errorf("keeping a session: %w", err)
	}
	return token, nil
}

// ended is for requests that were under way when their session ended elsewhere.
func ended() error {
	return &web.Error{Status: http.StatusForbidden, Title: "You were signed out", Sentence: "This happened in another window. Load the page again to go on.", Code: "session_ended"}
}

// good says that the session is kept already and lasts long enough to fill in a
// form, so that showing one costs the store nothing.
func (s *SignIn) good(ctx context.Context) bool {
	return s.sessions.Token(ctx) != "" && s.sessions.Status(ctx) == scs.Unmodified && s.sessions.GetBytes(ctx, formKeyField) != nil &&
		s.sessions.Deadline(ctx).Sub(s.config.Now()) > strangerTTL/2
}

// keep saves the session and gives the browser its cookie.
func (s *SignIn) keep(w http.ResponseWriter, r *http.Request) error {
	token, err := s.commit(r.Context())
	if err != nil {
		return err
	}
	s.giveCookie(w, r, token)
	return nil
}

// giveCookie sets the cookie, or takes it away when token is empty.
func (s *SignIn) giveCookie(w http.ResponseWriter, r *http.Request, token string) {
	var expiry time.Time
	if token != "" {
		expiry = s.sessions.Deadline(r.Context())
	}
	w.Header().Del("Set-Cookie") // the last word counts, and nobody else has one here
	s.sessions.WriteSessionCookie(r.Context(), w, token, expiry)
	w.Header().Set("Cache-Control", "no-store")
}

// sessions lets scs keep its sessions in our store. scs hands it hashes of
// tokens only.
type sessions struct{ store SessionStore }

func (s sessions) FindCtx(ctx context.Context, id string) ([]byte, bool, error) {
	data, err := s.store.Session(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, false, nil
	}
	if b, ok := ctx.Value(browserKey{}).(*browser); ok && err == nil {
		b.found = id
	}
	return data, err == nil, err
}

// CommitCtx never brings back a session that ended while the request was under
// way: after a sign-out, whoever else holds the cookie is out too.
func (s sessions) CommitCtx(ctx context.Context, id string, data []byte, expires time.Time) error {
	if b, ok := ctx.Value(browserKey{}).(*browser); ok && b.found == id {
		return s.store.RenewSession(ctx, id, data, expires.Unix())
	}
	return s.store.KeepSession(ctx, id, data, expires.Unix())
}

func (s sessions) DeleteCtx(ctx context.Context, id string) error {
	return s.store.EndSession(ctx, id)
}

// scs asks for these too and calls them never, because the ones above exist.
func (s sessions) Find(id string) ([]byte, bool, error) { return s.FindCtx(context.Background(), id) }
func (s sessions) Delete(id string) error               { return s.DeleteCtx(context.Background(), id) }
func (s sessions) Commit(id string, data []byte, expires time.Time) error {
	return s.CommitCtx(context.Background(), id, data, expires)
}
