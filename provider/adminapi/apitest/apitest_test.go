package apitest

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"oauth1d/provider/adminapi"
)

// A witness takes down what a checker has to say.
type witness struct {
	testing.TB
	said []string
}

func (w *witness) Helper() {}

func (w *witness) Errorf(format string, args ...any) {
	w.said = append(w.said, fmt.Sprintf(format, args...))
}

func says(status int, kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

const refusal = `{"error":{"code":"not_found","message":"no","request_id":"X"}}`

// What checks must be able to fail.
func TestWhatIsNotDescribedIsFound(t *testing.T) {
	const json, key = "application/json", `"key":"k"`
	for _, row := range []struct {
		name, method, target, body string
		h                          http.HandlerFunc
		want                       string
	}{
		{"an answer as described", "GET", "/api/v1/tokens/count?user=ada", "", says(200, json, `{"count":1}`), ""},
		{"a refusal as described", "GET", "/api/v1/tokens/x%2Fy", "", says(404, json, refusal), ""},
		{"another path", "GET", "/metrics", "", says(200, "text/plain", "1"), ""},
		{"a path that is not described is refused", "GET", "/api/v1/nothing", "", says(404, json, refusal), ""},
		{"a stream", "GET", "/api/v1/audit/export", "", says(200, "application/x-ndjson", "{}\n"), ""},
		{"a field too many", "GET", "/api/v1/tokens/count?user=ada", "", says(200, json, `{"count":1,"more":2}`), "not as openapi.yaml says"},
		{"a field of another type", "GET", "/api/v1/tokens/count?user=ada", "", says(200, json, `{"count":"1"}`), "not as openapi.yaml says"},
		{"a field too few", "GET", "/api/v1/consumers/k", "", says(200, json, "{"+key+"}"), "not as openapi.yaml says"},
		{"a refusal of another form", "GET", "/api/v1/tokens/x", "", says(404, json, `{"error":"no"}`), "not as openapi.yaml says"},
		{"another kind of answer", "GET", "/api/v1/audit/export", "", says(200, "text/plain", "x"), "which openapi.yaml does not have"},
		{"a path that is not described is answered", "GET", "/api/v1/nothing", "", says(200, json, "{}"), "is not in openapi.yaml"},
		{"a method that is not described is answered", "PUT", "/api/v1/status", "", says(200, json, "{}"), "is not in openapi.yaml"},
		{"a parameter that is not described", "GET", "/api/v1/tokens/count?users=ada", "", says(200, json, `{"count":1}`), `"users" was accepted`},
		{"a body that is not described", "POST", "/api/v1/tokens", `{"consumer":"a","user":"b","wish":1}`,
			says(201, json, `{"id":"i","consumer":"a","user":"b","scopes":[],"issued":"2026-03-04T05:06:07Z","state":"live","token":"t","secret":"s"}`), "was accepted, but"},
	} {
		t.Run(row.name, func(t *testing.T) {
			w := &witness{TB: t}
			ask(Handler(w, row.h), row.method, row.target, row.body)
			got := strings.Join(w.said, "\n")
			if row.want == "" && got != "" || !strings.Contains(got, row.want) {
				t.Errorf("got %q, want %q", got, row.want)
			}
		})
	}
}

func TestASecretThatIsShownAgainIsFound(t *testing.T) {
	body := `{"id":"i","consumer":"a","user":"b","scopes":[],"issued":"2026-03-04T05:06:07Z","state":"live","token":"t","secret":"s3cr3t-s3cr3t"}`
	w := &witness{TB: t}
	h := Handler(w, http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if r.Method == "POST" {
			says(201, "application/json", body)(out, r)
			return
		}
		says(200, "application/json", strings.Replace(body, `,"token":"t","secret"`, `,"user"`, 1))(out, r)
	}))
	ask(h, "POST", "/api/v1/tokens", `{"consumer":"a","user":"b"}`)
	if len(w.said) > 0 {
		t.Fatalf("issuing: got %q, want nothing", w.said)
	}
	ask(h, "GET", "/api/v1/tokens/i", "")
	if !strings.Contains(strings.Join(w.said, "\n"), "holds a secret") {
		t.Errorf("got %q, want that the answer holds a secret", w.said)
	}
}

func ask(h http.Handler, method, target, body string) {
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, target, strings.NewReader(body)))
}

// Not every reader of YAML knows merge keys, and aliases grow with a reader's
// patience.
func TestTheDescriptionIsPlainYAML(t *testing.T) {
	for n, line := range strings.Split(string(adminapi.OpenAPI()), "\n") {
		text := strings.TrimSpace(line)
		if strings.HasPrefix(text, "<<:") || strings.Contains(text, ": *") || strings.Contains(text, ": &") {
			t.Errorf("line %d has an alias, an anchor or a merge key: %s", n+1, text)
		}
	}
}
