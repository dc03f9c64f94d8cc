package web

import (
	"errors"
	"io"
	"net/http"
	"time"

	"oauth1d/provider/oauth1"
)

// ReadBody reads a whole body whose parameters may be signed, at most limit
// bytes of it, within the time given; 0 leaves that to the server, which bounds
// the whole request. Its errors are Problems.
func ReadBody(w http.ResponseWriter, r *http.Request, limit int, within time.Duration) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "" {
		return nil, rejected(http.StatusUnsupportedMediaType, "a compressed body cannot be verified; send it without Content-Encoding")
	}
	if r.ContentLength > int64(limit) {
		return nil, tooLarge()
	}
	// Not every writer has deadlines (a test's recorder); the server's do.
	if within > 0 {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(within))
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(limit)))
	if err == nil && within > 0 {
		// Only then: after a failure the server looks for the rest of the body
		// before it answers, and without a deadline it would wait for ever.
		_ = http.NewResponseController(w).SetReadDeadline(time.Time{})
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return nil, tooLarge()
	case err != nil:
		p := oauth1.Refuse(oauth1.ProblemFormBodyUnavailable, "the body did not arrive")
		p.Err = err
		return nil, p
	}
	return body, nil
}

func tooLarge() error {
	return rejected(http.StatusRequestEntityTooLarge, "the body is larger than this service accepts")
}

func rejected(status int, advice string) error {
	p := oauth1.Refuse(oauth1.ProblemParameterRejected, advice)
	p.Status = status
	return p
}
