package admin_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"oauth1d/provider"
	"oauth1d/provider/adminapi/apitest"
	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/signin"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Every operation of the description is done once, and its answer is as described.
func TestEveryOperationAnswersAsDescribed(t *testing.T) {
	c := signin.HandOverConfig{LoginURL: "https://app.example.test/login", Parameter: "challenge"}
	ring := explain.NewRing(explain.RingConfig{})
	h := buildWith(t, func(p *provider.Parts) {
		p.Refused = ring
		p.Reload = func(context.Context) error { return nil }
	}, func(p *provider.Config) {
		p.SignIn.Backend, p.SignIn.HandOver, p.Dialects = "handover", c, []string{web.Envoy}
	})
	t.Cleanup(ring.Wait)
	checker, ok := h.socket.(*apitest.Checker)
	if !ok {
		t.Fatal("the house does not check its answers")
	}
	token := ""
	for _, a := range acts {
		if strings.HasPrefix(a.target, "/api/v1/users/ada") && a.method == "DELETE" {
			h.lookAtAll(token)
		}
		got := h.made(a.method, strings.Replace(a.target, "TOKEN", token, 1), a.body)
		if a.action == "token.issued" {
			token = got.field("token")
			h.askAbout(token)
		}
	}
	h.signIns(c)
	h.refusals()
	must(t, h.store.AddConsumer(t.Context(), store.Consumer{Key: "proposed", Name: "x", Proposed: time.Now().Unix(), Owner: "ada",
		Methods: []string{"HMAC-SHA256"}, Profile: store.ProfileRFC5849, BodyHash: store.BodyHashOff, Callbacks: []string{"oob"}, Created: 1}))
	h.made("POST", "/api/v1/consumers/proposed/approve", "")
	h.made("POST", "/api/v1/users", ada)
	h.made("PUT", "/api/v1/users/ada/groups", `{"groups":["staff"]}`)
	h.made("POST", "/api/v1/check", "")
	h.made("POST", "/api/v1/reload", "")
	if missed := checker.Missed(); len(missed) > 0 {
		t.Errorf("never done: %s", strings.Join(missed, ", "))
	}
}

func (h *house) lookAtAll(token string) {
	for _, target := range everyGET(h.t, map[string]string{"key": "printer", "name": "ada", "id": token}) {
		h.made("GET", target, "")
	}
}

func (h *house) askAbout(token string) {
	r := httptest.NewRequest("POST", "/api/v1/introspect", strings.NewReader("token="+token))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if a := send(h.socket, r); a.fields["active"] != true {
		h.t.Errorf("introspecting: got %s, want a live token", a.text)
	}
}

func (h *house) signIns(c signin.HandOverConfig) {
	asks, err := signin.NewHandOver(h.store, h.keys, c)
	must(h.t, err)
	for _, method := range []string{"POST", "DELETE"} {
		start, err := asks.Begin(h.t.Context(), "https://auth.example.test/oauth/signin/return", "Printer")
		must(h.t, err)
		challenge := "/api/v1/signins/" + start.URL[strings.Index(start.URL, "=")+1:]
		h.made("GET", challenge, "")
		h.made(method, challenge, map[string]string{"POST": `{"user":"ada"}`}[method])
	}
}

// refusals asks for a token as nobody, and has that explained.
func (h *house) refusals() {
	s := oauth1.Signer{ConsumerKey: "nobody", ConsumerSecret: []byte("x"), Method: oauth1.HMACSHA1}
	pairs, err := s.Sign(&oauth1.Message{Method: "POST", Scheme: "https", Host: "auth.example.test", Target: "/oauth/request-token"},
		oauth1.Pair{Name: "oauth_callback", Value: "oob"})
	must(h.t, err)
	r := httptest.NewRequest("POST", "/oauth/request-token", nil)
	r.Header.Set("Authorization", oauth1.AuthorizationHeader("", pairs))
	refused := send(h.public, r).header.Get("X-Request-Id")
	h.made("GET", "/api/v1/refusals/"+refused+"/explanation", "")
	h.made("POST", "/api/v1/refusals/"+refused+"/explanation", `{"base_string":"POST&x&y"}`)
	h.made("POST", "/api/v1/explain", `{"method":"GET","url":"https://auth.example.test/","authorization":["OAuth oauth_consumer_key=\"x\""]}`)
}
