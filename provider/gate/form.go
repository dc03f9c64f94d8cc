package gate

import (
	"errors"
	"io"
	"net/http"
	"time"

	"oauth1d/provider/oauth1"
)

// formDeadline bounds the wait for a body that a misconfigured proxy announces
// and never sends.
const formDeadline = 2 * time.Second

// form returns the body of a form post. Its parameters are part of the
// signature (RFC 5849 §3.4.1.3.1), and whoever stands in the middle can add a
// form to a request that was signed without one; so a form that cannot be seen
// is refused, not overlooked.
func (g *Gate) form(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	m := oauth1.Message{ContentType: r.Header["Content-Type"]}
	if form, err := m.HasForm(); !form {
		return nil, err
	}
	if !g.config.ReadForms {
		return nil, oauth1.Refuse(oauth1.ProblemFormBodyUnavailable,
			"form posts cannot be verified here because the reverse proxy does not forward the body; send the parameters in the query, or ask the operator to route form posts through inline mode")
	}
	body, err := readForm(w, r, g.config.Limits.Form, formDeadline)
	if err != nil {
		return nil, err
	}
	if len(body) == 0 {
		return nil, oauth1.Refuse(oauth1.ProblemFormBodyUnavailable, "the reverse proxy announced a form and forwarded no body")
	}
	return body, nil
}

// readForm reads a whole form, at most limit bytes of it, within the time given;
// 0 leaves it to the server, which bounds the whole request.
func readForm(w http.ResponseWriter, r *http.Request, limit int, within time.Duration) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "" {
		p := oauth1.Refuse(oauth1.ProblemParameterRejected, "a compressed form cannot be verified; send it without Content-Encoding")
		p.Status = http.StatusUnsupportedMediaType
		return nil, p
	}
	if r.ContentLength > int64(limit) {
		return nil, formTooLarge()
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
		return nil, formTooLarge()
	case err != nil:
		p := oauth1.Refuse(oauth1.ProblemFormBodyUnavailable, "the form's body did not arrive")
		p.Err = err
		return nil, p
	}
	return body, nil
}

func formTooLarge() error {
	p := oauth1.Refuse(oauth1.ProblemParameterRejected, "the form is larger than this service accepts")
	p.Status = http.StatusRequestEntityTooLarge
	return p
}
