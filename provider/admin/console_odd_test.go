package admin_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// Whatever stands in an address or a form, the answer is a page that says what is
// wrong, and never a fault of ours.
func TestOddQueriesAndFormsAreNoFaultOfOurs(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	ada := c.administrator()
	odds := []string{"<x>", "\x00", "\xff\xfe", "-1", "99999999999999999999", strings.Repeat("a", 3000), "%", "a&b=c", "\u202e", "new"}
	for _, path := range paths("GET") {
		names := map[string][]string{
			"/admin/consumers": {"q", "state", "after"}, "/admin/consumers/printer": {"tab", "done", "count"}, "/admin/users": {"q", "source", "after"},
			"/admin/tokens": {"q", "consumer", "user", "after"}, "/admin/tokens/revoke": {"consumer", "user"}, "/admin/requests": {"consumer"},
			"/admin/audit": {"action", "actor", "object", "outcome", "since", "until", "before"}, "/admin/audit/export": {"actor", "since"},
			"/admin/config": {"q", "show"}, "/admin/confirm": {"back"},
		}[path]
		for _, name := range names {
			for _, odd := range odds {
				if got := ada.get(path + "?" + url.Values{name: {odd}}.Encode()); got.status >= 500 {
					t.Errorf("%s with %s=%.20q: got status %d", path, name, odd, got.status)
				}
			}
		}
	}
	// Nor are addresses that no browser would write.
	for _, target := range []string{`/admin/?q=\`, `/admin/consumers?q=\\evil.example`, `/admin/consumers/a\b`, `/admin/consumers/%5c`, "/admin/?;=&%zz", "/admin/consumers/%ff%00"} {
		if got := send(c.private, httptest.NewRequest("GET", target, nil)); got.status >= 500 {
			t.Errorf("%s for nobody: got status %d", target, got.status)
		}
	}
	for _, target := range []struct{ page, action string }{
		{"/admin/consumers/new", "/admin/consumers/new"}, {"/admin/consumers/printer?tab=details", "/admin/consumers/printer/details"},
		{"/admin/consumers/printer?tab=incoming", "/admin/consumers/printer/incoming"}, {"/admin/consumers/printer?tab=rights", "/admin/consumers/printer/rights"},
		{"/admin/consumers/printer?tab=limits", "/admin/consumers/printer/limits"}, {"/admin/consumers/printer?tab=limits", "/admin/consumers/printer/debug"},
		{"/admin/consumers/printer/two-legged", "/admin/consumers/printer/two-legged"}, {"/admin/consumers/printer/rotate", "/admin/consumers/printer/rotate"},
		{"/admin/consumers/printer/public-key", "/admin/consumers/printer/public-key"}, {"/admin/users/bob", "/admin/users/bob/groups"},
		{"/admin/users/bob", "/admin/users/bob/password"}, {"/admin/users/new", "/admin/users/new"},
	} {
		for _, odd := range []string{"<x>", "\x00", "\xff\xfe", "-1", "99999999999999999999", strings.Repeat("a", 3000), "\u202e"} {
			shown := ada.get(target.page)
			values := url.Values{}
			for name := range fields(shown.form(target.action)) {
				if !strings.HasPrefix(name, "form_") {
					values[name] = []string{odd}
				}
			}
			for _, name := range []string{"two_legged", "grace_seconds", "debug_for_seconds", "methods", "accept", "scopes", "profile", "body_hash", "password", "again"} {
				values[name] = []string{odd}
			}
			if got := ada.send(shown, target.action, values); got.status >= 500 {
				t.Errorf("%s with %.20q: got status %d", target.action, odd, got.status)
			}
		}
	}
}
