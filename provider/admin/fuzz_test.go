package admin

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/web"
)

// A body is read, or refused with a sentence and a status of the caller's fault.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "{}", `{"name":"a","callbacks":["oob"]}`, `{"name":1}`, `{"nom":"a"}`, `{} {}`, `[1`, "\x00", `{"access_ttl_seconds":1e99}`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var n adminapi.NewConsumer
		err := read(httptest.NewRequest("POST", "/", strings.NewReader(body)), &n)
		var shown *web.Error
		if err != nil && (!errors.As(err, &shown) || shown.Status != http.StatusBadRequest || shown.Sentence == "") {
			t.Fatalf("%q: got %v", body, err)
		}
	})
}
