package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// A Header is a Recogniser that reads who is signed in from headers which a proxy
// sets. It believes only peers that are the operator's proxies.
type Header struct {
	User, Groups string // names of the headers; Groups may be empty

	// Trusted says whether a request comes from a proxy that sets, or removes,
	// these headers.
	Trusted func(*http.Request) bool
}

// Login says that there is no page of ours or of the application to sign in at:
// the proxy has asked already.
func (h Header) Login(string) string { return "" }

// Recognise reads the headers. Nothing in a name is decoded: two names must not
// become one.
func (h Header) Recognise(_ context.Context, r *http.Request) (Identity, error) {
	values := r.Header.Values(h.User)
	if len(values) == 0 || !h.Trusted(r) {
		return Identity{}, ErrNobody
	}
	if len(values) > 1 {
		return Identity{}, unavailable(errors.New("reading who is signed in: the proxy sent two " + h.User))
	}
	if values[0] == "" || values[0] == "-" {
		return Identity{}, ErrNobody
	}
	if err := checkName(values[0]); err != nil {
		return Identity{}, unavailable(fmt.Errorf("reading who is signed in from %s: %w", h.User, err))
	}
	id := Identity{User: values[0]}
	if h.Groups != "" {
		id.Groups = []string{} // no header says: none
		for _, v := range r.Header.Values(h.Groups) {
			id.Groups = append(id.Groups, listed(v)...)
		}
	}
	return id, nil
}
