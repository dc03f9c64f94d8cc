package admin

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"oauth1d/provider/web"
)

// read decodes a request body. An empty one is left to the handler's defaults;
// what the handler does not know is refused, because whoever sent it believes
// that it does something.
func read(r *http.Request, into any) error {
	d := json.NewDecoder(r.Body)
	d.DisallowUnknownFields()
	err := d.Decode(into)
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err == nil {
		// Only the end may follow; More would take a closing bracket for it.
		if _, err = d.Token(); errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = errors.New("there is more after the object")
		}
	}
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return err
	}
	return &web.Error{Status: http.StatusBadRequest, Code: "bad_json", Sentence: "the body is not the JSON that is expected: " + jsonFault(err)}
}

// jsonFault says what is wrong in terms of JSON and not of Go.
func jsonFault(err error) string {
	var typed *json.UnmarshalTypeError
	if !errors.As(err, &typed) {
		return strings.TrimPrefix(err.Error(), "json: ")
	}
	expected := map[string]string{"string": "a string", "bool": "true or false", "slice": "a list of strings", "int64": "a whole number"}[typed.Type.Kind().String()]
	if expected == "" {
		expected = "an object"
	}
	if typed.Field == "" {
		return fmt.Sprintf("expected %s, got %s", expected, typed.Value)
	}
	return fmt.Sprintf("%q: expected %s, got %s", typed.Field, expected, typed.Value)
}
