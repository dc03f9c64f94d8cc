package admin_test

import (
	"net/http/httptest"
	"testing"
)

func TestTheTokenIsAsked(t *testing.T) {
	h := build(t, nil)
	for _, row := range []struct {
		name   string
		header map[string][]string
		status int
		code   string
	}{
		{"nothing", nil, 401, "unauthorized"},
		{"the token", map[string][]string{"Authorization": {"Bearer " + bearer}}, 200, ""},
		{"its scheme in small letters", map[string][]string{"Authorization": {"bearer " + bearer}}, 200, ""},
		{"another token", map[string][]string{"Authorization": {"Bearer 00000000000000000000000000000000"}}, 401, "unauthorized"},
		{"the beginning of the token", map[string][]string{"Authorization": {"Bearer " + bearer[:31]}}, 401, "unauthorized"},
		{"the token and more", map[string][]string{"Authorization": {"Bearer " + bearer + "0"}}, 401, "unauthorized"},
		{"the token after two spaces", map[string][]string{"Authorization": {"Bearer  " + bearer}}, 401, "unauthorized"},
		{"an empty token", map[string][]string{"Authorization": {"Bearer "}}, 401, "unauthorized"},
		{"the scheme alone", map[string][]string{"Authorization": {"Bearer"}}, 401, "unauthorized"},
		{"the token as a password", map[string][]string{"Authorization": {"Basic " + bearer}}, 401, "unauthorized"},
		{"the token without a scheme", map[string][]string{"Authorization": {bearer}}, 401, "unauthorized"},
		{"two headers, the right one first", map[string][]string{"Authorization": {"Bearer " + bearer, "Bearer x"}}, 401, "unauthorized"},
		{"two headers, both right", map[string][]string{"Authorization": {"Bearer " + bearer, "Bearer " + bearer}}, 401, "unauthorized"},
		{"OAuth credentials", map[string][]string{"Authorization": {`OAuth oauth_consumer_key="k", oauth_token="` + bearer + `"`}}, 401, "unauthorized"},
		{"a loopback address that is claimed", map[string][]string{"X-Forwarded-For": {"127.0.0.1"}, "X-Real-Ip": {"127.0.0.1"}, "Forwarded": {"for=127.0.0.1"}}, 401, "unauthorized"},
		{"an administrator's name that is claimed", map[string][]string{"Remote-User": {"ada"}, "X-Forwarded-User": {"ada"}}, 401, "unauthorized"},
		{"the token, from a page", map[string][]string{"Authorization": {"Bearer " + bearer}, "Origin": {"https://auth.example.test"}}, 403, "browser_refused"},
		{"the token, from a page without an origin", map[string][]string{"Authorization": {"Bearer " + bearer}, "Origin": {"null"}}, 403, "browser_refused"},
		{"the token, from a browser", map[string][]string{"Authorization": {"Bearer " + bearer}, "Cookie": {"oauth1d=x"}}, 403, "browser_refused"},
		{"an empty cookie", map[string][]string{"Authorization": {"Bearer " + bearer}, "Cookie": {""}}, 403, "browser_refused"},
	} {
		t.Run(row.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/api/v1/consumers", nil)
			for name, values := range row.header {
				r.Header[name] = values
			}
			got := send(h.private, r)
			if got.status != row.status || got.code() != row.code {
				t.Errorf("got %d %q, want %d %q", got.status, got.code(), row.status, row.code)
			}
			if _, there := got.fields["consumers"]; there != (row.status == 200) {
				t.Errorf("got the registry: %v, want %v", there, row.status == 200)
			}
		})
	}
}

// Nobody knows a token from a header, nor is an act done before it is refused.
func TestActsWithoutTheTokenAreNotDone(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/users", ada)
	before := h.events()
	for _, a := range acts {
		if got := send(h.private, httptest.NewRequest(a.method, a.target, nil)); got.status != 401 {
			t.Errorf("%s %s: got %d, want 401", a.method, a.target, got.status)
		}
		r := httptest.NewRequest(a.method, a.target, nil)
		r.Header.Set("Origin", "https://evil.example.net")
		if got := send(h.socket, r); got.status != 403 {
			t.Errorf("%s %s from a page, on the socket: got %d, want 403", a.method, a.target, got.status)
		}
	}
	if got := h.events(); len(got) != len(before) {
		t.Errorf("got %d lines in the audit log, want %d as before", len(got), len(before))
	}
}

func TestTheAuditLogSaysByWhichWayAnActCame(t *testing.T) {
	h := build(t, nil)
	r := httptest.NewRequest("POST", "/api/v1/check", nil)
	r.Header.Set("Authorization", "Bearer "+bearer)
	if got := send(h.private, r); got.status != 200 {
		t.Fatalf("got %d %s, want 200", got.status, got.text)
	}
	h.made("POST", "/api/v1/consumers", printer)
	r = httptest.NewRequest("POST", "/api/v1/consumers/printer/disable", nil)
	r.Header.Set("Authorization", "Bearer "+bearer)
	if got := send(h.private, r); got.status != 200 {
		t.Fatalf("got %d %s, want 200", got.status, got.text)
	}
	events := h.events()
	if got := events[len(events)-1]["actor"]; got != "admin:token" {
		t.Errorf("got actor %v, want admin:token", got)
	}
}
