package web

import (
	"net/http"
	"strings"
)

// NotFound makes the answer for paths that lead nowhere.
func (s *Web) NotFound() http.Handler {
	return s.entrance("not_found", s.refuseAnyone, func(http.ResponseWriter, *http.Request) error {
		return &Error{
			Status:   http.StatusNotFound,
			Title:    "Nothing here",
			Sentence: "There is no page at this address.",
			Code:     "not_found",
		}
	})
}

// MethodNotAllowed makes the answer for paths that know only the methods of
// allow. The router does not say which they are, and the RFC of HTTP wants them
// told.
func (s *Web) MethodNotAllowed(allow ...string) http.Handler {
	methods := strings.Join(allow, ", ")
	return s.entrance("method_not_allowed", s.refuseAnyone, func(w http.ResponseWriter, _ *http.Request) error {
		w.Header().Set("Allow", methods)
		return &Error{
			Status:   http.StatusMethodNotAllowed,
			Title:    "Not like this",
			Sentence: "This address answers " + methods + " only.",
			Code:     "method_not_allowed",
			Args:     map[string]string{"methods": methods},
		}
	})
}
