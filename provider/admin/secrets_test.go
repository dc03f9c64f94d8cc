package admin_test

import (
	"os"
	"strings"
	"testing"

	"oauth1d/provider/adminapi/apitest"
)

// A secret is shown when it is made, and never again (ADM-05): no GET, no other
// answer, no log and no backup holds it in clear.
func TestSecretsAreShownOnce(t *testing.T) {
	h := build(t, nil)
	given, password := "kd94hf93k423kf44", "correct horse battery"
	made := h.made("POST", "/api/v1/consumers", `{"name":"Jira"}`).fields
	key, first := made["key"].(string), made["secret"].(string)
	h.made("POST", "/api/v1/consumers", printer)
	rotated := h.made("POST", "/api/v1/consumers/"+key+"/rotate", "").field("secret")
	h.made("POST", "/api/v1/users", ada)
	issued := h.made("POST", "/api/v1/tokens", `{"consumer":"printer","user":"ada"}`).fields
	token, tokenSecret, id := issued["token"].(string), issued["secret"].(string), issued["id"].(string)
	if first == "" || rotated == "" || rotated == first || token == "" || tokenSecret == "" {
		t.Fatal("a secret that should have been shown was not")
	}
	secrets := map[string]string{
		"a consumer secret that was given": given, "a consumer secret": first, "a rotated secret": rotated, "a password": password,
		"a token": token, "a token's secret": tokenSecret, "the bearer token": bearer,
	}
	lacksThem := func(what, text string) {
		t.Helper()
		for name, s := range secrets {
			if strings.Contains(text, s) {
				t.Errorf("%s holds %s", what, name)
			}
		}
	}
	for _, target := range append(everyGET(t, map[string]string{"key": key, "name": "ada", "id": id}), "/api/v1/consumers/printer", "/api/v1/tokens/"+token, "/metrics") {
		text := h.made("GET", target, "").text
		lacksThem("GET "+target, text)
		if strings.Contains(text, "argon2id") { // a backup has to hold the hashes
			t.Errorf("GET %s holds a password's hash", target)
		}
	}
	for _, a := range []struct{ method, target, body string }{
		{"PATCH", "/api/v1/consumers/printer", `{"name":"Printer"}`},
		{"POST", "/api/v1/consumers/printer/disable", ""},
		{"POST", "/api/v1/consumers/printer/enable", ""},
		{"POST", "/api/v1/users/ada/disable", ""},
		{"POST", "/api/v1/users/ada/enable", ""},
		{"POST", "/api/v1/check", ""},
		{"POST", "/api/v1/backup", ""},
		{"DELETE", "/api/v1/tokens/" + token, ""},
	} {
		lacksThem(a.method+" "+a.target, h.made(a.method, a.target, a.body).text)
	}
	// Refusals repeat what was sent only as far as it is no secret.
	lacksThem("a refusal", h.call("GET", "/api/v1/tokens/"+token+"x", "").text)
	lacksThem("a refusal", h.call("POST", "/api/v1/consumers", `{"name":"","secret":"`+given+` "}`).text)
	lacksThem("a refusal", h.call("POST", "/api/v1/users", `{"name":"bob","password":"`+password+`\n"}`).text)
	for name, file := range map[string]string{"the audit log": h.journal, "the log": h.log} {
		text, err := os.ReadFile(file)
		must(t, err)
		lacksThem(name, string(text))
	}
}

func TestAnswersAreNotKept(t *testing.T) {
	h := build(t, nil)
	for _, a := range []answer{h.made("POST", "/api/v1/consumers", printer), h.made("GET", "/api/v1/consumers", ""), h.call("GET", "/api/v1/consumers/nobody", "")} {
		if got := a.header.Get("Cache-Control"); got != "no-store" {
			t.Errorf("got Cache-Control %q, want no-store", got)
		}
		if got := a.header.Get("Content-Type"); got != "application/json" {
			t.Errorf("got Content-Type %q, want application/json", got)
		}
	}
}

// everyGET is what the description says can be looked at, with the names of what
// is there.
func everyGET(t *testing.T, names map[string]string) (targets []string) {
	t.Helper()
	for path, item := range apitest.Document(t).Paths.Map() {
		if item.Get == nil || strings.HasPrefix(path, "/api/v1/signins/") || strings.HasPrefix(path, "/api/v1/refusals/") {
			continue // these have tests of their own
		}
		for name, value := range names {
			path = strings.ReplaceAll(path, "{"+name+"}", value)
		}
		if path == "/api/v1/tokens/count" {
			path += "?user=ada"
		}
		targets = append(targets, path)
	}
	if len(targets) < 14 {
		t.Fatalf("got %d things to look at, want all of the API's", len(targets))
	}
	return targets
}
