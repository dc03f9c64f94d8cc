package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"oauth1d/provider/oauth1"
)

func TestProtocolRefusals(t *testing.T) {
	s := newHouse(t)
	tests := []struct {
		name      string
		err       error
		status    int
		body      string
		typ       string
		challenge bool
	}{
		{"a wrong signature is told with a challenge", oauth1.Refuse("signature_invalid", "look again"), 401,
			"oauth_problem=signature_invalid&oauth_problem_advice=look%20again", formType, true},
		{"a missing parameter as well, as old libraries look there", oauth1.Absent("oauth_nonce"), 400,
			"oauth_problem=parameter_absent&oauth_parameters_absent=oauth_nonce", formType, true},
		{"a refused consumer as well", oauth1.Refuse("consumer_key_refused", ""), 403, "oauth_problem=consumer_key_refused", formType, true},
		{"too many requests without", oauth1.Refuse("rate_limited", ""), 429, "oauth_problem=rate_limited", formType, false},
		{"too large a body is told", &http.MaxBytesError{Limit: 1000}, 413, "oauth_problem=parameter_rejected", formType, false},
		{"our own fault says nothing of itself", errors.New("secret disk path"), 500, "Internal Server Error\n", "text/plain; charset=utf-8", false},
		{"an error for people is one line", &Error{Status: 404, Sentence: "Nothing here."}, 404, "Nothing here.\n", "text/plain; charset=utf-8", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(s.Protocol("request_token", failing(tt.err)))
			h := w.Result().Header
			if w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.body) || h.Get("Content-Type") != tt.typ {
				t.Errorf("%d %q %q, want %d %q… %q", w.Code, w.Body, h.Get("Content-Type"), tt.status, tt.body, tt.typ)
			}
			if got := strings.HasPrefix(h.Get("WWW-Authenticate"), `OAuth realm="https://auth.example.test"`); got != tt.challenge {
				t.Errorf("challenge %q", h.Get("WWW-Authenticate"))
			}
			if h.Get("Cache-Control") != "no-store" || h.Get("Pragma") != "no-cache" || h["Set-Cookie"] != nil || h["Location"] != nil {
				t.Errorf("headers %v", h)
			}
		})
	}
}

func TestProtocolLimitsBodies(t *testing.T) {
	s := newHouse(t)
	url := serve(t, s.Outer(s.Protocol("request_token", func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return err
		}
		w.WriteHeader(http.StatusOK)
		return nil
	})))
	for n, want := range map[int]int{990: 200, 1001: 413} {
		resp, err := http.Post(url, formType, strings.NewReader("a="+strings.Repeat("x", n)))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != want || resp.Close != (want == 413) {
			t.Errorf("%d bytes: status %d, closes %v", n, resp.StatusCode, resp.Close)
		}
	}
}

func TestAPI(t *testing.T) {
	s := newHouse(t)
	ok := s.API("consumers", func(w http.ResponseWriter, _ *http.Request) error {
		return JSON(w, http.StatusCreated, map[string]string{"key": "k"})
	})
	if w := get(ok); w.Code != 201 || w.Body.String() != "{\"key\":\"k\"}\n" || w.Header().Get("Content-Type") != "application/json" {
		t.Errorf("answer %d %q", w.Code, w.Body)
	}
	for _, name := range []string{"Cookie", "Origin"} {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header[name] = []string{""}
		if w := ask(ok, r); w.Code != 403 || !strings.Contains(w.Body.String(), `"code":"browser_refused"`) {
			t.Errorf("with %s: %d %q", name, w.Code, w.Body)
		}
	}
	tests := []struct {
		name   string
		err    error
		status int
		body   string
	}{
		{"a refusal has a code and a sentence", &Error{Status: 404, Code: "consumer_unknown", Sentence: "no consumer k"}, 404,
			`{"error":{"code":"consumer_unknown","message":"no consumer k","request_id":"`},
		{"an OAuth refusal as well", oauth1.Refuse("token_revoked", "it was revoked"), 401,
			`{"error":{"code":"token_revoked","message":"it was revoked","request_id":"`},
		{"our own fault says nothing of itself", errors.New("secret disk path"), 500,
			`{"error":{"code":"internal_error","message":"This is a fault of the service`},
		{"what cannot be encoded is our own fault", JSON(nil, 200, func() {}), 500, `{"error":{"code":"internal_error"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			w := get(s.API("consumers", failing(tt.err)))
			if w.Code != tt.status || !strings.HasPrefix(w.Body.String(), tt.body) {
				t.Errorf("%d %q, want %d %q…", w.Code, w.Body, tt.status, tt.body)
			}
			if h := w.Result().Header; h["Set-Cookie"] != nil || h.Get("Cache-Control") != "no-store" || h.Get("Content-Type") != "application/json" {
				t.Errorf("headers %v", h)
			}
		})
	}
}
