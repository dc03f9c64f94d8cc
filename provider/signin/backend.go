package signin

import (
	"context"
	"errors"
	"net/http"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// An Identity is who a backend says sits at a browser.
type Identity struct {
	User   string
	Groups []string // nil: none, and a Recogniser that says nothing about them

	// Refresh is what a Directory wants to see when it is asked about the user
	// again. Empty: nothing, or nothing new.
	Refresh store.Secret

	// Subject is what the backend calls the person for good, while a name may be
	// given to somebody else one day. Empty: it has no such thing.
	Subject string
}

// What a backend may answer. Any other error means that it could not be asked:
// nobody is signed in then, and nobody is taken for gone.
var (
	// ErrWrong is the one answer to a wrong password, an unknown and a disabled
	// user.
	ErrWrong = errors.New("user name or password is wrong")

	// ErrNobody says that nobody is signed in at the backend, or that the person
	// did not want to.
	ErrNobody = errors.New("nobody is signed in")

	// ErrGone says that the backend knows no such user any more.
	ErrGone = errors.New("the user is gone")

	// ErrUnanswerable says that a Directory has no means to ask about this user,
	// now or later, as without a refresh token.
	ErrUnanswerable = errors.New("nobody can be asked about this user")
)

// A Backend is the way by which people sign in: exactly one of Passwords,
// Recogniser and Elsewhere, and a Directory if it has one.
type Backend struct {
	Name string // as metrics and the records of its users call it

	Passwords  Passwords
	Recogniser Recogniser
	Elsewhere  Elsewhere
	Directory  Directory
}

// Passwords look at a name and a password that were typed into our own page.
type Passwords interface {
	// Check returns the user, or ErrWrong.
	Check(ctx context.Context, name string, password store.Secret) (Identity, error)
}

// A Recogniser knows from the request itself who is signed in, because the
// application or a proxy has done that. It is asked about every request.
type Recogniser interface {
	// Recognise returns the user, or ErrNobody.
	Recognise(ctx context.Context, r *http.Request) (Identity, error)

	// Login returns the URL at which people sign in and from which they come
	// back to returnTo, or "" when there is none.
	Login(returnTo string) string
}

// Elsewhere signs people in on pages of its own and sends them back to callback.
type Elsewhere interface {
	// Begin says where to send the browser, on behalf of the consumer of that
	// name if it is not empty.
	Begin(ctx context.Context, callback, forConsumer string) (Start, error)

	// Finish takes the browser back. pending is of the Start whose State the
	// callback has named, kept in the same browser's session, and comes once.
	Finish(ctx context.Context, r *http.Request, pending []byte) (Identity, error)
}

// Again is what an Elsewhere may be that would otherwise take whoever it knows
// already for the answer.
type Again interface {
	// Another returns the URL of a Start at which somebody has to sign in anew, or
	// somebody else.
	Another(url string) string
}

// A Start is the beginning of signing in elsewhere.
type Start struct {
	URL     string // where the browser goes
	State   string // what the callback brings back in the parameter "state"
	Pending []byte // kept in the browser's session until then
}

// A Directory is asked again, later, whether a user is still there.
type Directory interface {
	// LookUp returns the user, or ErrGone. refresh is the last that the backend
	// gave for the user.
	LookUp(ctx context.Context, user string, refresh store.Secret) (Identity, error)
}

// unavailable says to a person that the backend could not be asked; err is for
// our log.
func unavailable(err error) error {
	return &web.Error{
		Status: http.StatusServiceUnavailable, Code: "signin_unavailable", Err: err, Title: "Signing in does not work at the moment",
		Sentence: "The system that knows the accounts does not answer. Nothing was granted. Please try again in a few minutes.",
	}
}
