package admin

import (
	"context"
	"io"
	"net/http"
)

// inProcess carries the pages' calls to the admin API, which is in this process.
// A page can therefore show and do nothing that the API does not have, and what
// the API refuses no page can do.
type inProcess struct{ api http.Handler }

// RoundTrip answers as soon as the API begins to; what it writes is handed on
// while it writes it, so that an export need not fit into memory. The answer's
// body must be closed, which waits for the API to end.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	actor, _ := r.Context().Value(actorKey{}).(string)
	in := r.Clone(bare{r.Context(), actor})
	in.RequestURI, in.RemoteAddr = r.URL.RequestURI(), "oauth1d"
	if in.Body == nil {
		in.Body = http.NoBody
	}
	body, to := io.Pipe()
	w := &answering{header: http.Header{}, to: to, begun: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer w.end()
		t.api.ServeHTTP(w, in)
	}()
	select {
	case <-w.begun:
	case <-done: // ended without an answer, which the API's entrance forbids
		<-w.begun
	}
	return &http.Response{
		Status: http.StatusText(w.status), StatusCode: w.status, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: w.sent, ContentLength: -1, Request: r, Body: &answered{body, done},
	}, nil
}

// bare is a context without what the page's entrance keeps in it: the API's has
// a note, a request id and a line in the log of its own.
type bare struct {
	context.Context
	actor string
}

func (b bare) Value(key any) any {
	if key == (actorKey{}) {
		return b.actor
	}
	return nil
}

// answering is what the API writes to.
type answering struct {
	header, sent http.Header
	status       int
	begun        chan struct{} // closed when status and sent are there
	to           *io.PipeWriter
}

func (a *answering) Header() http.Header { return a.header }

func (a *answering) WriteHeader(status int) {
	if a.status != 0 || status < 200 {
		return
	}
	a.status, a.sent = status, a.header.Clone()
	close(a.begun)
}

func (a *answering) Write(p []byte) (int, error) {
	a.WriteHeader(http.StatusOK)
	return a.to.Write(p)
}

// end closes the answer. A panic of the API's, which its entrance raises only to
// break an answer off, breaks this one off as well and goes no further.
func (a *answering) end() {
	broken := recover() != nil
	if a.status == 0 {
		a.WriteHeader(http.StatusInternalServerError)
	}
	if broken {
		a.to.CloseWithError(io.ErrUnexpectedEOF)
		return
	}
	a.to.Close()
}

// answered is the body of an answer; closing it waits for whoever writes it.
type answered struct {
	*io.PipeReader
	done chan struct{}
}

func (a *answered) Close() error {
	err := a.PipeReader.Close() // a write that waits for a reader fails now
	<-a.done
	return err
}
