package admin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"oauth1d/provider/adminapi/apitest"
)

// everyOperation is each operation of the description, as "METHOD path".
func everyOperation(t *testing.T) (all []string) {
	t.Helper()
	for path, item := range apitest.Document(t).Paths.Map() {
		for method := range item.Operations() {
			all = append(all, method+" "+strings.NewReplacer("{", "", "}", "").Replace(path))
		}
	}
	if len(all) < 35 {
		t.Fatalf("got %d operations, want all of the API's", len(all))
	}
	return all
}

// Being able to reach the private listener is no authority, whatever a request
// claims, and the public one does not have the API at all (ADM-01).
func TestNoOperationIsForStrangers(t *testing.T) {
	h := build(t, nil)
	claims := []http.Header{
		{},
		{"X-Forwarded-For": {"127.0.0.1"}, "X-Real-Ip": {"::1"}, "Forwarded": {"for=127.0.0.1"}, "X-Forwarded-Host": {"localhost"}},
		{"Remote-User": {"ada"}, "X-Oauth1d-Secret": {"x"}, "X-Forwarded-User": {"admin"}},
		{"Authorization": {`OAuth oauth_consumer_key="printer", oauth_token="` + bearer + `", oauth_signature="x"`}},
		{"Authorization": {"Bearer " + strings.Repeat("0", len(bearer))}},
	}
	before := len(h.events())
	for _, operation := range everyOperation(t) {
		method, path, _ := strings.Cut(operation, " ")
		for _, claim := range claims {
			r := httptest.NewRequest(method, path, nil)
			r.Header = claim.Clone()
			if a := send(h.private, r); a.status != 401 || a.code() != "unauthorized" {
				t.Errorf("%s with %v: got %d %s, want 401", operation, claim, a.status, a.code())
			}
		}
		r := httptest.NewRequest(method, path, nil)
		r.Header.Set("Authorization", "Bearer "+bearer)
		if a := send(h.public, r); a.status != 404 && a.status != 405 {
			t.Errorf("%s on the public listener: got %d, want 404", operation, a.status)
		}
	}
	if after := len(h.events()); after != before {
		t.Errorf("got %d lines in the audit log, want %d as before", after, before)
	}
}

// No page acts through the API, whatever its browser has (ADM-03).
func TestNoOperationIsForPages(t *testing.T) {
	h := build(t, nil)
	before := len(h.events())
	for _, operation := range everyOperation(t) {
		method, path, _ := strings.Cut(operation, " ")
		for _, header := range []http.Header{
			{"Origin": {"https://evil.example.net"}}, {"Origin": {"https://auth.example.test"}}, {"Origin": {"null"}}, {"Cookie": {"oauth1d=x"}},
		} {
			for name, to := range map[string]http.Handler{"the socket": h.socket, "the private listener": h.private} {
				r := httptest.NewRequest(method, path, nil)
				r.Header = header.Clone()
				r.Header.Set("Authorization", "Bearer "+bearer)
				if a := send(to, r); a.status != 403 || a.code() != "browser_refused" {
					t.Errorf("%s on %s with %v: got %d %s, want 403", operation, name, header, a.status, a.code())
				}
			}
		}
	}
	if after := len(h.events()); after != before {
		t.Errorf("got %d lines in the audit log, want %d as before", after, before)
	}
}
