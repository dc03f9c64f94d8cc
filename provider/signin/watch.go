package signin

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// A Watch knows whether a backend could be asked when it was last asked, for
// administrators.
type Watch struct {
	now func() time.Time

	mu   sync.Mutex
	last error
	at   time.Time
}

// NewWatch returns a Watch that knows nothing bad.
func NewWatch(now func() time.Time) *Watch { return &Watch{now: now} }

// remembered is for how long a failure counts after which nothing was heard: a
// night without visitors is no outage.
const remembered = 15 * time.Minute

// Reachable says why the backend could not be asked the last time, or nil.
func (w *Watch) Reachable(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.now().Sub(w.at) > remembered {
		return nil
	}
	return w.last
}

// saw takes down what came of a question. A wrong password is an answer. That
// nobody is signed in need not be one, when there was no cookie to ask about; and
// that somebody has gone away meanwhile says nothing.
func (w *Watch) saw(ctx context.Context, err error) {
	if ctx.Err() != nil || errors.Is(err, ErrNobody) || errors.Is(err, ErrUnanswerable) {
		return
	}
	var shown *web.Error
	unavailable := errors.As(err, &shown) && shown.Status == http.StatusServiceUnavailable
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last, w.at = nil, w.now()
	if unavailable {
		w.last = errors.New("the last question was not answered")
		if shown.Err != nil {
			w.last = shown.Err
		}
	}
}

// Around returns b, watched.
func (w *Watch) Around(b Backend) Backend {
	if b.Passwords != nil {
		b.Passwords = watchedPasswords{b.Passwords, w}
	}
	if b.Recogniser != nil {
		b.Recogniser = watchedRecogniser{b.Recogniser, w}
	}
	if b.Elsewhere != nil {
		b.Elsewhere = watchedElsewhere{b.Elsewhere, w}
	}
	if b.Directory != nil {
		b.Directory = watchedDirectory{b.Directory, w}
	}
	return b
}

type watchedPasswords struct {
	Passwords
	watch *Watch
}

func (p watchedPasswords) Check(ctx context.Context, name string, password store.Secret) (Identity, error) {
	id, err := p.Passwords.Check(ctx, name, password)
	p.watch.saw(ctx, err)
	return id, err
}

type watchedRecogniser struct {
	Recogniser
	watch *Watch
}

func (p watchedRecogniser) Recognise(ctx context.Context, r *http.Request) (Identity, error) {
	id, err := p.Recogniser.Recognise(ctx, r)
	p.watch.saw(ctx, err)
	return id, err
}

type watchedElsewhere struct {
	Elsewhere
	watch *Watch
}

func (p watchedElsewhere) Begin(ctx context.Context, callback, forConsumer string) (Start, error) {
	s, err := p.Elsewhere.Begin(ctx, callback, forConsumer)
	p.watch.saw(ctx, err)
	return s, err
}

func (p watchedElsewhere) Finish(ctx context.Context, r *http.Request, pending []byte) (Identity, error) {
	id, err := p.Elsewhere.Finish(ctx, r, pending)
	p.watch.saw(ctx, err)
	return id, err
}

// Another is the backend's, if it has one.
func (p watchedElsewhere) Another(u string) string {
	if again, ok := p.Elsewhere.(Again); ok {
		return again.Another(u)
	}
	return u
}

type watchedDirectory struct {
	Directory
	watch *Watch
}

func (p watchedDirectory) LookUp(ctx context.Context, user string, refresh store.Secret) (Identity, error) {
	id, err := p.Directory.LookUp(ctx, user, refresh)
	p.watch.saw(ctx, err)
	return id, err
}
