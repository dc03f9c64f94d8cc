package web

import "context"

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
}

// Note returns the note of the request that ctx belongs to. Outside of any
// request it returns a note that nobody reads.
func Note(ctx context.Context) *RequestNote {
	if x := exchangeOf(ctx); x != nil {
		return &x.note
	}
	return new(RequestNote)
}
