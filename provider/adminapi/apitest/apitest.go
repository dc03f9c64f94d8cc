// Package apitest holds the admin API to its description, in tests: whatever
// passes through its Handler must be as the document in package adminapi says.
package apitest

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"

	"oauth1d/provider/adminapi"
)

// Document reads the description, which must be valid itself, with its examples.
func Document(t testing.TB) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(adminapi.OpenAPI())
	if err != nil {
		t.Fatalf("reading openapi.yaml: %v", err)
	}
	if err := doc.Validate(context.Background(), openapi3.EnableExamplesValidation()); err != nil {
		t.Fatalf("openapi.yaml: %v", err)
	}
	return doc
}

// Handler passes requests below /api/v1/ on to h and fails the test when an
// answer is not as described, when a request is accepted that is not, or when an
// answer to a GET holds a secret that was seen before.
func Handler(t testing.TB, h http.Handler) *Checker {
	t.Helper()
	return &Checker{t: t, doc: Document(t), next: h, accepted: map[string]bool{}}
}

// A Checker is a handler that holds another one to the description.
type Checker struct {
	t    testing.TB
	doc  *openapi3.T
	next http.Handler

	mu       sync.Mutex
	secrets  []string        // that answers and requests had
	accepted map[string]bool // operations that were done
}

// Missed lists the operations of the description that have never been done.
func (c *Checker) Missed() (ids []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, item := range c.doc.Paths.Map() {
		for _, o := range item.Operations() {
			if !c.accepted[o.OperationID] {
				ids = append(ids, o.OperationID)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func (c *Checker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if !strings.HasPrefix(path, "/api/v1/") || r.Method == http.MethodHead {
		c.next.ServeHTTP(w, r)
		return
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Errorf("%s %s: reading the request: %v", r.Method, path, err)
		return
	}
	again := func() *http.Request {
		copied := r.Clone(r.Context())
		copied.Body = io.NopCloser(bytes.NewReader(body))
		return copied
	}
	answer := httptest.NewRecorder()
	broken := served(c.next, answer, again())
	if !broken {
		c.check(again(), body, answer)
	}
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
	if broken {
		panic(http.ErrAbortHandler)
	}
}

// served reports whether the answer was broken off, which is how a stream fails.
func served(h http.Handler, w http.ResponseWriter, r *http.Request) (broken bool) {
	defer func() {
		if p := recover(); p == http.ErrAbortHandler {
			broken = true
		} else if p != nil {
			panic(p)
		}
	}()
	h.ServeHTTP(w, r)
	return false
}

// check compares one exchange with the document.
func (c *Checker) check(r *http.Request, body []byte, answer *httptest.ResponseRecorder) {
	name := r.Method + " " + r.URL.EscapedPath()
	if len(name) > 100 {
		name = name[:100] + "…"
	}
	c.secretsIn(r, body, answer, name)
	path, params, found := match(c.doc, r.URL.EscapedPath())
	var operation *openapi3.Operation
	if found {
		operation = c.doc.Paths.Value(path).GetOperation(r.Method)
	}
	if operation == nil {
		c.undocumented(answer, name)
		return
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params,
		Route:   &routers.Route{Spec: c.doc, Path: path, PathItem: c.doc.Paths.Value(path), Method: r.Method, Operation: operation},
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: true, AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, SkipSettingDefaults: true},
	}
	c.checkAnswer(in, answer, name)
	if answer.Code < 300 {
		c.mu.Lock()
		c.accepted[operation.OperationID] = true
		c.mu.Unlock()
		c.checkRequest(in, name)
	}
}

// undocumented paths and methods are answered with a refusal of the API's form.
func (c *Checker) undocumented(answer *httptest.ResponseRecorder, name string) {
	if answer.Code < 400 {
		c.t.Errorf("%s was answered %d, but is not in openapi.yaml", name, answer.Code)
	}
}

func (c *Checker) checkAnswer(in *openapi3filter.RequestValidationInput, answer *httptest.ResponseRecorder, name string) {
	kind := answer.Header().Get("Content-Type")
	options := *in.Options
	// What is no JSON is described by its kind alone.
	options.ExcludeResponseBody = kind != "application/json"
	err := openapi3filter.ValidateResponse(context.Background(), (&openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: answer.Code, Header: answer.Header(), Options: &options,
	}).SetBodyBytes(answer.Body.Bytes()))
	if err != nil {
		c.t.Errorf("%s was answered %d, not as openapi.yaml says: %v\n%s", name, answer.Code, err, answer.Body)
	}
	described := in.Route.Operation.Responses.Status(answer.Code)
	if described == nil {
		described = in.Route.Operation.Responses.Default()
	}
	if described.Value.Content.Get(kind) == nil {
		c.t.Errorf("%s was answered with %q, which openapi.yaml does not have", name, kind)
	}
}

// checkRequest looks at a request that was accepted.
func (c *Checker) checkRequest(in *openapi3filter.RequestValidationInput, name string) {
	described := map[string]bool{}
	for _, all := range []openapi3.Parameters{in.Route.PathItem.Parameters, in.Route.Operation.Parameters} {
		for _, p := range all {
			described[p.Value.In+" "+p.Value.Name] = true
		}
	}
	for parameter := range in.Request.URL.Query() {
		if !described["query "+parameter] {
			c.t.Errorf("%s: the query's %q was accepted and is not in openapi.yaml", name, parameter)
		}
	}
	if in.Request.ContentLength != 0 && in.Request.Header.Get("Content-Type") == "" {
		in.Request.Header.Set("Content-Type", "application/json") // the API reads nothing else
	}
	options := *in.Options
	options.ExcludeRequestBody = in.Request.ContentLength == 0
	in.Options = &options
	if err := openapi3filter.ValidateRequest(context.Background(), in); err != nil {
		c.t.Errorf("%s was accepted, but is not as openapi.yaml says: %v", name, err)
	}
}

// match finds the path of the document, and what its parameters stand for.
func match(doc *openapi3.T, path string) (template string, params map[string]string, found bool) {
	got := strings.Split(path, "/")
	best := -1
	for candidate := range doc.Paths.Map() {
		want := strings.Split(candidate, "/")
		values, literal, ok := fits(want, got)
		if ok && literal > best {
			template, params, found, best = candidate, values, true, literal
		}
	}
	return template, params, found
}

// fits says how many segments are the same: /tokens/count is no token.
func fits(want, got []string) (params map[string]string, literal int, ok bool) {
	if len(want) != len(got) {
		return nil, 0, false
	}
	params = map[string]string{}
	for i := range want {
		switch {
		case strings.HasPrefix(want[i], "{") && got[i] != "":
			value, err := url.PathUnescape(got[i])
			if err != nil {
				return nil, 0, false
			}
			params[strings.Trim(want[i], "{}")] = value
		case want[i] == got[i]:
			literal++
		default:
			return nil, 0, false
		}
	}
	return params, literal, true
}
