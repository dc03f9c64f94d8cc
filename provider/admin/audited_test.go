package admin_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const (
	printer = `{"key":"printer","name":"Photo Printer","callbacks":["oob"],"secret":"kd94hf93k423kf44"}`
	ada     = `{"name":"ada","password":"correct horse battery"}`
)

// An act is a call that changes something, and the line it leaves.
type act struct{ method, target, body, action, object string }

// acts go through a consumer's, a user's and a token's life. TOKEN stands for the
// token that was issued.
var acts = []act{
	{"POST", "/api/v1/consumers", printer, "consumer.added", "printer"},
	{"PATCH", "/api/v1/consumers/printer", `{"name":"Printer"}`, "consumer.changed", "printer"},
	{"POST", "/api/v1/consumers/printer/rotate", ``, "consumer.rotated", "printer"},
	{"POST", "/api/v1/consumers/printer/disable", ``, "consumer.disabled", "printer"},
	{"POST", "/api/v1/consumers/printer/enable", ``, "consumer.enabled", "printer"},
	{"POST", "/api/v1/users", ada, "user.added", "ada"},
	{"POST", "/api/v1/users/ada/password", `{"password":"a better horse battery"}`, "user.password-changed", "ada"},
	{"POST", "/api/v1/users/ada/disable", ``, "user.disabled", "ada"},
	{"POST", "/api/v1/users/ada/enable", ``, "user.enabled", "ada"},
	{"POST", "/api/v1/tokens", `{"consumer":"printer","user":"ada"}`, "token.issued", "ID"},
	{"DELETE", "/api/v1/tokens/TOKEN", ``, "token.revoked", "ID"},
	{"DELETE", "/api/v1/tokens?user=ada", ``, "token.revoked", ""},
	{"POST", "/api/v1/backup", ``, "store.backed-up", "STORE"},
	{"DELETE", "/api/v1/users/ada", ``, "user.removed", "ada"},
	{"DELETE", "/api/v1/consumers/printer", ``, "consumer.removed", "printer"},
}

func TestEachActLeavesItsLine(t *testing.T) {
	h := build(t, nil)
	names := strings.NewReplacer("STORE", h.call("GET", "/api/v1/status", "").field("store_id"))
	token := ""
	for _, a := range acts {
		got := h.made(a.method, strings.Replace(a.target, "TOKEN", token, 1), a.body)
		if a.action == "token.issued" {
			token = got.field("token")
			names = strings.NewReplacer("ID", got.field("id"), "STORE", h.call("GET", "/api/v1/status", "").field("store_id"))
		}
		events := h.events()
		last := events[len(events)-1]
		object, _ := last["object"].(string)
		if diff := cmp.Diff([]any{last["action"], object, last["actor"]}, []any{a.action, names.Replace(a.object), "admin:socket"}); diff != "" {
			t.Errorf("%s %s: line in the audit log, got - want +\n%s", a.method, a.target, diff)
		}
		if last["request_id"] != got.header.Get("X-Request-Id") {
			t.Errorf("%s %s: got request id %v in the audit log, want that of the answer, %q", a.method, a.target, last["request_id"], got.header.Get("X-Request-Id"))
		}
	}
}

// A full audit log must not let a credential out whose line was never written.
func TestNothingIsAnsweredThatCouldNotBeAudited(t *testing.T) {
	for i, a := range acts {
		t.Run(a.action, func(t *testing.T) {
			h := build(t, nil)
			token := ""
			for _, before := range acts[:i] {
				got := h.made(before.method, strings.Replace(before.target, "TOKEN", token, 1), before.body)
				if before.action == "token.issued" {
					token = got.field("token")
				}
			}
			must(t, h.audit.Close())
			got := h.call(a.method, strings.Replace(a.target, "TOKEN", token, 1), a.body)
			if got.status != 503 || got.code() != "not_audited" {
				t.Errorf("got %d %s, want 503 not_audited", got.status, got.text)
			}
			for _, field := range []string{"secret", "token", "key", "id", "name"} {
				if _, there := got.fields[field]; there {
					t.Errorf("the refusal holds %q: %s", field, got.text)
				}
			}
		})
	}
}

// What was refused did not happen, and nothing says it did.
func TestRefusedActsLeaveNoLine(t *testing.T) {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)
	before := len(h.events())
	for _, a := range []struct {
		name, method, target, body string
		status                     int
	}{
		{"a key that is taken", "POST", "/api/v1/consumers", printer, 409},
		{"a consumer that is not there", "POST", "/api/v1/consumers/nobody/disable", "", 404},
		{"a consumer without a name", "POST", "/api/v1/consumers", `{}`, 400},
		{"a callback that runs code", "PATCH", "/api/v1/consumers/printer", `{"callbacks":["javascript:alert(1)"]}`, 400},
		{"a password that is too short", "POST", "/api/v1/users", `{"name":"ada","password":"short"}`, 400},
		{"a password for nobody", "POST", "/api/v1/users/nobody/password", `{"password":"correct horse battery"}`, 404},
		{"a token for nobody", "POST", "/api/v1/tokens", `{"consumer":"printer","user":"nobody"}`, 404},
		{"a token that is not there", "DELETE", "/api/v1/tokens/nothing", "", 404},
		{"all tokens at once", "DELETE", "/api/v1/tokens", "", 400},
	} {
		if got := h.call(a.method, a.target, a.body); got.status != a.status {
			t.Errorf("%s: got %d %s, want %d", a.name, got.status, got.text, a.status)
		}
	}
	if got := len(h.events()); got != before {
		t.Errorf("got %d lines in the audit log, want %d as before", got, before)
	}
}
