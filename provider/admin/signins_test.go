package admin_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"oauth1d/provider"
	"oauth1d/provider/signin"
	"oauth1d/store"
)

const loginToken = "fedcba9876543210fedcba9876543210"

// handsOver returns a house whose application is asked to sign people in, and
// what makes a challenge as a browser would.
func handsOver(t *testing.T) (h *house, begin func() string) {
	c := signin.HandOverConfig{LoginURL: "https://app.example.test/login", Parameter: "challenge"}
	h = buildWith(t, nil, func(p *provider.Config) {
		p.SignIn.Backend, p.SignIn.HandOver, p.HandoverToken = "handover", c, store.Secret(loginToken)
	})
	asks, err := signin.NewHandOver(h.store, h.keys, c)
	must(t, err)
	return h, func() string {
		start, err := asks.Begin(t.Context(), "https://auth.example.test/oauth/signin/return", "Photo Printer")
		must(t, err)
		u, err := url.Parse(start.URL)
		must(t, err)
		return "/api/v1/signins/" + u.Query().Get("challenge")
	}
}

func TestAChallengeIsAnsweredOnce(t *testing.T) {
	h, begin := handsOver(t)
	accepted, refused := begin(), begin()
	if a := h.made("GET", accepted, ""); a.field("expires") == "" {
		t.Errorf("got %s, want until when it may be answered", a.text)
	}
	a := h.made("POST", accepted, `{"user":"ada","groups":["staff"]}`)
	if to := a.field("redirect"); !strings.HasPrefix(to, "https://auth.example.test/oauth/signin/return?") {
		t.Errorf("accepted: got %q, want the way back", to)
	}
	events := h.events()
	if last := events[len(events)-1]; last["action"] != "signin.handed-over" || last["object"] != "ada" {
		t.Errorf("got %v in the audit log, want that ada was signed in", last)
	}
	if to := h.made("DELETE", refused, "").field("redirect"); !strings.HasPrefix(to, "https://auth.example.test/oauth/signin/return?") {
		t.Errorf("refused: got %q, want the way back", to)
	}
	for _, challenge := range []string{accepted, refused, "/api/v1/signins/unknown"} {
		for _, method := range []string{"GET", "POST", "DELETE"} {
			body := map[string]string{"POST": `{"user":"eve"}`}[method]
			if a := h.call(method, challenge, body); a.status != 404 || a.code() != "not_found" {
				t.Errorf("%s again: got %d %s, want 404", method, a.status, a.text)
			}
		}
	}
}

func TestAChallengeIsNotSpentByAMistake(t *testing.T) {
	h, begin := handsOver(t)
	challenge := begin()
	for _, body := range []string{``, `{}`, `{"user":""}`, `{"user":" ada"}`, `{"user":"ada","admin":true}`, `{"user":7}`, `[]`} {
		if a := h.call("POST", challenge, body); a.status != 400 {
			t.Errorf("%s: got %d %s, want 400", body, a.status, a.text)
		}
	}
	h.made("POST", challenge, `{"user":"ada"}`)
}

func TestOnlyTheApplicationAndAdministratorsAnswerChallenges(t *testing.T) {
	h, begin := handsOver(t)
	for token, want := range map[string]int{"": 401, asker: 401, loginToken + "x": 401, loginToken: 200, bearer: 200} {
		r := httptest.NewRequest("POST", begin(), strings.NewReader(`{"user":"ada"}`))
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		if a := send(h.private, r); a.status != want {
			t.Errorf("with a token of %d bytes: got %d %s, want %d", len(token), a.status, a.text, want)
		}
	}
	for _, target := range []string{"/api/v1/status", "/api/v1/users", "/api/v1/audit"} {
		r := httptest.NewRequest("GET", target, nil)
		r.Header.Set("Authorization", "Bearer "+loginToken)
		if a := send(h.private, r); a.status != 401 {
			t.Errorf("%s with the application's token: got %d, want 401", target, a.status)
		}
	}
}

func TestWithoutAHandOverThereAreNoChallenges(t *testing.T) {
	h := build(t, nil)
	for _, method := range []string{"GET", "POST", "DELETE"} {
		if a := h.call(method, "/api/v1/signins/x", `{"user":"ada"}`); a.status != 404 || a.code() != "no_hand_over" {
			t.Errorf("%s: got %d %s, want 404 and no_hand_over", method, a.status, a.text)
		}
	}
}
