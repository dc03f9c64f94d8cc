package pages

import (
	"net/http/httptest"
	"testing"
)

func TestShow(t *testing.T) {
	set, err := New(Config{Site: Site{Name: "X"}})
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	if err := set.Show(w, httptest.NewRequest("GET", "/", nil), 200, Home{}); err != nil {
		t.Fatal(err)
	}
	t.Log(w.Body.String())
}
