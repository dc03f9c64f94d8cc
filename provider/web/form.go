package web

import (
	"errors"
	"net/http"
)

// ParseForm reads the parameters of a page's address and of its form. A body that
// is longer than the entrance reads is left to the entrance to word.
func ParseForm(r *http.Request) error {
	err := r.ParseForm()
	var tooBig *http.MaxBytesError
	if err == nil || errors.As(err, &tooBig) {
		return err
	}
	return &Error{
		Status: http.StatusBadRequest, Code: "form_unreadable", Title: "This form could not be read",
		Sentence: "The address or the form arrived damaged. Nothing was changed. Go back and try again.", Err: err,
	}
}

// StaleForm refuses a form that was not shown to this session for what it asks.
func StaleForm() error {
	return &Error{
		Status: http.StatusForbidden, Code: "form_token_invalid", Title: "This form is out of date",
		Sentence: "Nothing was changed. Go back, load the page again and repeat what you did.",
	}
}
