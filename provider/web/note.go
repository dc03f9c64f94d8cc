package web

import (
	"context"
	"log/slog"
)

// A RequestNote holds what the log line of a request says about it. Handlers
// fill it in while they learn it; only the goroutine of the request touches it.
//
// Its values may come from strangers: they are shortened and escaped in the
// log, and never become metric labels.
type RequestNote struct {
	ID       string // our own, and also in the X-Request-Id answer header
	Endpoint string // name of the entrance, set by it
	Consumer string // consumer key
	User     string
	TokenID  string // never the token itself
	Problem  string // why it was refused, empty if it was not

	log *slog.Logger // nil outside of a request
}

// Warn logs something about the request that its own line has no place for,
// such as what the operator should mend. What a stranger sent goes into args.
func (n *RequestNote) Warn(msg string, args ...any) {
	if n.log != nil {
		n.log.With("request_id", n.ID).Warn(msg, args...)
	}
}

// Note returns the note of the request that ctx belongs to. Outside of any
// request it returns a note that nobody reads.
func Note(ctx context.Context) *RequestNote {
	if x := exchangeOf(ctx); x != nil {
		return &x.note
	}
	return new(RequestNote)
}
