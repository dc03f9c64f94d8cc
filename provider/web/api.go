package web

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// maxAPI limits the body of an API request, in bytes.
const maxAPI = 1 << 20

// API makes an entrance for the programs of administrators. A browser is no
// such program: whatever carries a cookie or an origin is refused, so that no
// page can act through it.
func (s *Web) API(endpoint string, h Handler) http.Handler {
	return s.entrance(endpoint, s.refuseProgram, func(w http.ResponseWriter, r *http.Request) error {
		apiHeaders(w.Header())
		if r.Header["Cookie"] != nil || r.Header["Origin"] != nil {
			return &Error{
				Status:   http.StatusForbidden,
				Sentence: "the API is not for browsers; send neither Cookie nor Origin",
				Code:     "browser_refused",
			}
		}
		limitBody(r, maxAPI)
		return h(w, r)
	})
}

func apiHeaders(h http.Header) {
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
}

// apiError is the body of each refusal.
type apiError struct {
	Error apiErrorBody `json:"error"`
}

type apiErrorBody struct {
	Code      string `json:"code"`
	Message   string `json:"message"`
	RequestID string `json:"request_id"`
}

func (s *Web) refuseProgram(w http.ResponseWriter, r *http.Request, f refusal) {
	clearHeaders(w.Header())
	apiHeaders(w.Header())
	s.setChallenge(w.Header(), f)
	setRetryAfter(w.Header(), f.status)
	message := f.sentence
	if message == "" {
		message = f.title
	}
	_ = JSON(w, f.status, apiError{apiErrorBody{f.code, message, Note(r.Context()).ID}})
}

// JSON answers with v. If v cannot be encoded it writes nothing and returns an
// error, as handlers do.
func JSON(w http.ResponseWriter, status int, v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding the answer: %w", err)
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(append(body, '\n')) // if it does not arrive, nobody is there to be told
	return nil
}
