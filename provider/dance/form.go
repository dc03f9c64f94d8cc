package dance

import (
	"errors"
	"io"
	"net/http"

	"oauth1d/provider/oauth1"
)

// readForm reads the body of a request to a token endpoint, whatever it is: the
// parser looks at it only when it is a form.
func readForm(w http.ResponseWriter, r *http.Request, limit int) ([]byte, error) {
	if r.Header.Get("Content-Encoding") != "" {
		p := oauth1.Refuse(oauth1.ProblemParameterRejected, "a compressed body cannot be verified; send it without Content-Encoding")
		p.Status = http.StatusUnsupportedMediaType
		return nil, p
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(limit)))
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		p := oauth1.Refuse(oauth1.ProblemParameterRejected, "the body is larger than this service accepts")
		p.Status = http.StatusRequestEntityTooLarge
		return nil, p
	case err != nil:
		p := oauth1.Refuse(oauth1.ProblemParameterRejected, "the body did not arrive")
		p.Err = err
		return nil, p
	}
	return body, nil
}
