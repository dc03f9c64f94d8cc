package admin_test

import (
	"strings"
	"testing"
)

// What the daemon does not understand it does not do: whoever misspelled
// "methods" must not get a consumer with all of them.
func TestBodiesThatAreNotUnderstoodAreRefused(t *testing.T) {
	h := build(t, nil)
	for _, row := range []struct {
		name, target, body string
		status             int
		says               string
	}{
		{"an unknown field", "/api/v1/consumers", `{"name":"x","method":["PLAINTEXT"]}`, 400, "method"},
		{"a field of another call", "/api/v1/users", `{"name":"x","password":"correct horse battery","enabled":false}`, 400, "enabled"},
		{"a number for a text", "/api/v1/consumers", `{"name":7}`, 400, "name"},
		{"a text for a list", "/api/v1/consumers", `{"name":"x","callbacks":"oob"}`, 400, "callbacks"},
		{"a list of numbers", "/api/v1/consumers", `{"name":"x","methods":[1]}`, 400, "methods"},
		{"a text for yes or no", "/api/v1/users", `{"name":"x","password":"correct horse battery","admin":"yes"}`, 400, "admin"},
		{"a list", "/api/v1/consumers", `[]`, 400, ""},
		{"a text", "/api/v1/consumers", `"printer"`, 400, ""},
		{"no JSON", "/api/v1/consumers", `name=x`, 400, ""},
		{"half of it", "/api/v1/consumers", `{"name":"x"`, 400, ""},
		{"a second object", "/api/v1/consumers", `{"name":"x"}{"name":"y"}`, 400, ""},
		{"a bracket too many", "/api/v1/consumers", `{"name":"x"}}`, 400, ""},
		{"nothing where something is needed", "/api/v1/consumers", ``, 400, "name"},
		{"null", "/api/v1/tokens", `null`, 404, "user"},
		{"more than is read", "/api/v1/consumers", `{"name":"` + strings.Repeat("x", 2<<20) + `"}`, 413, ""},
		{"deep nesting", "/api/v1/consumers", strings.Repeat("[", 100_000), 400, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			got := h.call("POST", row.target, row.body)
			if got.status != row.status || !strings.Contains(got.text, row.says) {
				t.Errorf("got %d %.300s, want %d and the word %q", got.status, got.text, row.status, row.says)
			}
			if strings.Contains(got.text, "adminapi") || strings.Contains(got.text, "Go ") {
				t.Errorf("the refusal speaks of our code: %s", got.text)
			}
		})
	}
	if n := len(h.events()); n != 0 {
		t.Errorf("got %d lines in the audit log, want none", n)
	}
}

func TestListsOfTokensAreBounded(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	h.made("POST", "/api/v1/users", ada)
	for range 3 {
		h.made("POST", "/api/v1/tokens", `{"consumer":"printer","user":"ada","scopes":["read"]}`)
	}
	for _, limit := range []string{"0", "-1", "1001", "x", "1e3", "99999999999999999999"} {
		if got := h.call("GET", "/api/v1/tokens?limit="+limit, ""); got.status != 400 {
			t.Errorf("limit %s: got %d, want 400", limit, got.status)
		}
	}
	seen, after := map[string]bool{}, ""
	for range 4 {
		page := h.made("GET", "/api/v1/tokens?limit=1&after="+after, "")
		for _, token := range page.fields["tokens"].([]any) {
			seen[token.(map[string]any)["id"].(string)] = true
		}
		if after = page.field("next"); after == "" {
			break
		}
	}
	if len(seen) != 3 || after != "" {
		t.Errorf("got %d tokens page by page and next %q, want 3 and an end", len(seen), after)
	}
}
