package signin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

func TestAUserURLThatIsAsked(t *testing.T) {
	var status int
	var body string
	var asked []string
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.RequestURI+" "+r.Header.Get("Authorization"))
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	defer app.Close()
	u := NewUserURL(app.URL+"/users/{user}?full=1", store.Secret("hunter2"), time.Second)
	for name, tt := range map[string]struct {
		status int
		body   string
		want   string
	}{
		"there":                {200, `{"groups":["a"]}`, "[a] <nil>"},
		"there, without words": {200, ``, "[] <nil>"},
		"not found":            {404, ``, "[] the user is gone"},
		"gone":                 {410, ``, "[] the user is gone"},
		"forbidden":            {403, ``, "[] asking about a user: the application answered 403"},
		"broken":               {500, ``, "[] asking about a user: the application answered 500"},
		"without an end":       {200, strings.Repeat(" ", maxSaid+1), "[] reading the application's answer about a user: it has more than 65536 bytes"},
		"sent elsewhere":       {302, ``, "[] asking about a user: the application answered 302"},
	} {
		status, body = tt.status, tt.body
		id, err := u.LookUp(t.Context(), `office\ada+b&c ü`, nil)
		if got := fmt.Sprint(id.Groups, " ", err); got != tt.want {
			t.Errorf("%s: got %s, want %s", name, got, tt.want)
		}
	}
	status, body = 200, "nonsense"
	if _, err := u.LookUp(t.Context(), "ada", nil); err == nil {
		t.Error("nonsense was taken for an answer")
	}
	if want := "/users/office%5Cada+b&c%20%C3%BC?full=1 Bearer hunter2"; asked[0] != want {
		t.Errorf("asked %q, want %q", asked[0], want)
	}
	before := len(asked)
	for _, name := range []string{".", "..", "x/../ada", "ada/", `x\..\ada`} {
		if _, err := u.LookUp(t.Context(), name, nil); err == nil || len(asked) != before {
			t.Errorf("%q was asked about", name)
		}
	}
}
