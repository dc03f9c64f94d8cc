package web

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"time"
)

// An exchange is one request and what has become of it. It stands between the
// handlers and the connection and remembers which status was sent.
//
// It is made anew for each request and not taken from a pool: the context that
// leads to it may be held by a goroutine that outlives the request, such as one
// of an upstream connection, and would then lead into a stranger's request.
type exchange struct {
	http.ResponseWriter
	note   RequestNote
	route  *route
	start  time.Time
	status int    // 0 as long as nothing was sent
	ours   bool   // it failed through a fault of ours
	cause  error  // for the log
	stack  []byte // of a panic
}

type exchangeKey struct{}

func exchangeOf(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{}).(*exchange)
	return x
}

// sent notes the status of the answer. The informational ones come before it.
func (x *exchange) sent(status int) {
	if x.status == 0 && (status >= 200 || status == http.StatusSwitchingProtocols) {
		x.status = status
	}
}

func (x *exchange) WriteHeader(status int) {
	x.sent(status)
	x.ResponseWriter.WriteHeader(status)
}

func (x *exchange) Write(p []byte) (int, error) {
	x.sent(http.StatusOK)
	return x.ResponseWriter.Write(p)
}

// ReadFrom lets the connection use sendfile and splice.
func (x *exchange) ReadFrom(r io.Reader) (int64, error) {
	x.sent(http.StatusOK)
	return io.Copy(x.ResponseWriter, r)
}

// FlushError is what http.ResponseController calls.
func (x *exchange) FlushError() error {
	x.sent(http.StatusOK)
	return http.NewResponseController(x.ResponseWriter).Flush()
}

func (x *exchange) Flush() { _ = x.FlushError() }

// Hijack hands the connection over. Whoever takes it has switched protocols.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err == nil {
		x.sent(http.StatusSwitchingProtocols)
	}
	return conn, rw, err
}

// Unwrap gives http.ResponseController the connection's deadlines.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }
