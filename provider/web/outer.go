package web

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// requestIDHeader names our own request id in answers. One that comes with the
// request is not ours and not looked at.
const requestIDHeader = "X-Request-Id"

var errSilent = errors.New("the handler neither answered nor returned an error")

// Outer wraps the router. It names the request, logs and counts it, and turns a
// panic into a refusal.
func (s *Web) Outer(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := &exchange{ResponseWriter: w, route: s.nowhere, start: s.now()}
		x.note.ID, x.note.log = rand.Text(), s.log
		w.Header()[requestIDHeader] = []string{x.note.ID}
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		defer s.finish(x, r) // with the note: a fault has a request id as well
		h.ServeHTTP(x, r)
	})
}

// finish is deferred, so that it can recover.
func (s *Web) finish(x *exchange, r *http.Request) {
	aborted := false
	switch v := recover(); {
	case v == http.ErrAbortHandler: // someone decided to break the connection
		aborted = true
	case v != nil:
		s.metrics.panics.Inc()
		x.stack = debug.Stack()
		aborted = !s.fail(x, x, r, fmt.Errorf("panic: %v", v))
	case x.status == 0:
		// net/http would now answer 200, and for an auth subrequest that is
		// an admission.
		s.fail(x, x, r, errSilent)
	}
	s.metrics.count(x, r.Method, s.now().Sub(x.start))
	s.logRequest(x, r)
	if aborted {
		panic(http.ErrAbortHandler) // net/http then closes the connection
	}
}

// fail answers err and says whether it could: not if an answer was begun.
func (s *Web) fail(w http.ResponseWriter, x *exchange, r *http.Request, err error) bool {
	f := judge(err)
	x.ours, x.cause = f.ours, f.cause
	x.note.Problem = f.code
	if f.problem != nil {
		x.note.Problem = f.problem.Outcome()
	}
	if x.status != 0 {
		return false
	}
	x.route.refuse(w, r, f)
	return true
}

// entrance runs h and words what it returns with refuse.
func (s *Web) entrance(endpoint string, refuse refuser, h Handler) http.Handler {
	rt := s.metrics.route(endpoint, refuse)
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchangeOf(r.Context())
		x.route, x.note.Endpoint = rt, endpoint
		if err := h(w, r); err != nil && !s.fail(w, x, r, err) {
			// Half an answer must not look like a whole one.
			panic(http.ErrAbortHandler)
		}
	})
	outer := s.Outer(inner)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if exchangeOf(r.Context()) == nil {
			outer.ServeHTTP(w, r)
			return
		}
		inner(w, r)
	})
}

// Named gives a plain handler, such as that of the metrics, its name in the log
// and in the metrics. It must write something: silence is a fault here as
// everywhere.
func (s *Web) Named(endpoint string, h http.Handler) http.Handler {
	return s.entrance(endpoint, s.refuseAnyone, func(w http.ResponseWriter, r *http.Request) error {
		h.ServeHTTP(w, r)
		return nil
	})
}
