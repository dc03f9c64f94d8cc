package account_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/audit"
	"oauth1d/store"
)

// told is what matters of an audit line about revoking.
func told(line map[string]any) string {
	details, _ := line["details"].(map[string]any)
	return fmt.Sprint(line["actor"], " ", line["object"], " ", details["tokens"], " of ", details["user"])
}

func TestRevokingOneLeavesTheOthers(t *testing.T) {
	h := build(t, nil)
	for _, key := range []string{"printer", "viewer"} {
		h.add(t, key, "The "+key)
		h.allow(t, "ada", key, nil)
		h.allow(t, "bob", key, nil)
	}
	h.allow(t, "ada", "printer", nil)
	p := h.as(t, "ada")
	page := p.get("/oauth/account/revoke/printer")
	if page.status != http.StatusOK || !strings.Contains(page.body, "The printer") || strings.Contains(page.body, "The viewer") {
		t.Fatalf("got status %d:\n%s", page.status, page.body)
	}
	p.confirm(page).is(t, "revoking", http.StatusSeeOther, "/oauth/account?done=revoked")
	for who, want := range map[[2]string]int{{"ada", "printer"}: 0, {"ada", "viewer"}: 1, {"bob", "printer"}: 1, {"bob", "viewer"}: 1} {
		if got := h.tokens(t, who[0], who[1]); got != want {
			t.Errorf("%v: got %d tokens, want %d", who, got, want)
		}
	}
	lines := h.acts(t, audit.TokenRevoked)
	if len(lines) != 1 || told(lines[0]) != "user:ada printer 2 of ada" || lines[0]["request_id"] == "" {
		t.Errorf("audit: got %v", lines)
	}
	list := p.get("/oauth/account?done=revoked")
	if diff := cmp.Diff([]string{"The viewer"}, list.names()); diff != "" || !strings.Contains(list.body, "The application can no longer use your account.") {
		t.Errorf("the list afterwards: got (+), want (-):\n%s", diff)
	}

	// The form again, by a reload, and the page again, by the back button.
	p.confirm(page).is(t, "once more", http.StatusSeeOther, "/oauth/account?done=revoked")
	p.get("/oauth/account/revoke/printer").is(t, "back", http.StatusSeeOther, "/oauth/account")
	if got := h.acts(t, audit.TokenRevoked); len(got) != 1 {
		t.Errorf("audit after a replay: got %v", got)
	}
}

func TestRevokingAllLeavesOtherUsers(t *testing.T) {
	h := build(t, nil)
	for _, key := range []string{"printer", "viewer"} {
		h.add(t, key, "The "+key)
		h.allow(t, "ada", key, nil)
		h.allow(t, "bob", key, nil)
	}
	p := h.as(t, "ada")
	page := p.get("/oauth/account/revoke")
	if !strings.Contains(page.body, "Revoke what all 2 applications may do?") {
		t.Errorf("got\n%s", page.body)
	}
	p.confirm(page).is(t, "revoking", http.StatusSeeOther, "/oauth/account?done=revoked_all")
	if ada, bob := h.tokens(t, "ada", ""), h.tokens(t, "bob", ""); ada != 0 || bob != 2 {
		t.Errorf("got %d tokens of ada, %d of bob", ada, bob)
	}
	if lines := h.acts(t, audit.TokenRevoked); len(lines) != 1 || told(lines[0]) != "user:ada  2 of ada" && told(lines[0]) != "user:ada <nil> 2 of ada" {
		t.Errorf("audit: got %v", lines)
	}
	if got := p.get("/oauth/account?done=revoked_all").body; !strings.Contains(got, "No application can use your account any longer.") {
		t.Errorf("got\n%s", got)
	}
	p.confirm(page).is(t, "once more", http.StatusSeeOther, "/oauth/account?done=revoked_all")
	p.get("/oauth/account/revoke").is(t, "back", http.StatusSeeOther, "/oauth/account")
}

// A link can be made by anybody, and must not say what is not so.
func TestALinkSaysNothingThatIsNotSo(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	p := h.as(t, "ada")
	for _, query := range []string{"done=revoked_all", "done=all", "done=%3Cscript%3E", "done=revoked_all&done=revoked", "consumer=Printer"} {
		if got := p.get("/oauth/account?" + query); got.status != http.StatusOK || strings.Contains(got.body, `class="notice"`) {
			t.Errorf("%s: got status %d and a notice", query, got.status)
		}
	}
}

func TestAnExpiredTokenThatCanBeRenewedIsListedAndRevoked(t *testing.T) {
	h := build(t, nil)
	h.add(t, "jira", "Jira")
	h.add(t, "printer", "Printer")
	now := h.clock.Now()
	id := h.allow(t, "ada", "jira", func(a *store.AccessToken) {
		a.Expires, a.Session, a.SessionExpires = now.Add(time.Minute).Unix(), [32]byte{1}, now.AddDate(0, 1, 0).Unix()
	})
	h.allow(t, "ada", "printer", func(a *store.AccessToken) { a.Expires = now.Add(time.Minute).Unix() })
	h.clock.pass(2 * time.Minute)
	p := h.as(t, "ada")
	list := p.get("/oauth/account")
	if diff := cmp.Diff([]string{"Jira"}, list.names()); diff != "" || !strings.Contains(list.body, now.AddDate(0, 1, 0).UTC().Format("2006-01-02")) {
		t.Errorf("got (+), want (-), until its session ends:\n%s", diff)
	}
	p.confirm(p.get("/oauth/account/revoke/jira")).is(t, "revoking", http.StatusSeeOther, "/oauth/account?done=revoked")
	if _, err := h.store.AccessToken(t.Context(), id); err == nil || err.Error() != store.ErrRevoked.Error() {
		t.Errorf("got error %v, want %v", err, store.ErrRevoked)
	}
}

func TestAConsumerThatIsDisabledOrRemovedMeanwhile(t *testing.T) {
	h := build(t, nil)
	for _, key := range []string{"printer", "viewer"} {
		h.add(t, key, "The "+key)
		h.allow(t, "ada", key, nil)
	}
	p := h.as(t, "ada")
	printer, viewer := p.get("/oauth/account/revoke/printer"), p.get("/oauth/account/revoke/viewer")
	if _, err := h.registry.Disable(t.Context(), "printer"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.registry.Remove(t.Context(), "viewer"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"The printer"}, p.get("/oauth/account").names()); diff != "" {
		t.Errorf("got (+), want (-): one that is disabled can be enabled again:\n%s", diff)
	}
	p.confirm(viewer).is(t, "what was removed", http.StatusSeeOther, "/oauth/account?done=revoked")
	p.confirm(printer).is(t, "what is disabled", http.StatusSeeOther, "/oauth/account?done=revoked")
	if got := h.tokens(t, "ada", ""); got != 0 {
		t.Errorf("tokens: got %d", got)
	}
}

// segment is what every browser and proxy leaves as it is.
var segment = regexp.MustCompile(`^/oauth/account/revoke/[A-Za-z0-9_~-]+$`)

func TestHostileNamesAndKeys(t *testing.T) {
	h := build(t, nil)
	names := map[string]string{
		"a/b": "<script>alert(1)</script>", "%2F": "אבג דהו", "..": "{{.User}}", ".": `"><img src=x>`, "a?b=c": "x</bdi></h2>", "a#b": "A & B", "~": "tilde",
		"~YQ": "not a", "a": "plain", "a%20b": "&amp;", `\`: "back", "//evil.example": "slashes", ";x": "semicolon", "=": "equals", "'\"<>": "quotes",
		strings.Repeat("k/", 127): "long " + strings.Repeat("W", 190), "revoke": "word", "%": "per cent",
	}
	for key, name := range names {
		h.add(t, key, name)
		h.allow(t, "ada", key, nil)
		h.allow(t, "bob", key, nil)
	}
	p := h.as(t, "ada")
	list := p.get("/oauth/account")
	if len(list.names()) != len(names) || strings.Contains(list.body, "<script") || strings.Contains(list.body, "<img src=x") {
		t.Fatalf("got %q\n%s", list.names(), list.body)
	}
	byName := map[string]string{}
	for key, name := range names {
		byName[name] = key
	}
	for i, link := range list.links() {
		key := byName[list.names()[i]]
		if !segment.MatchString(link) {
			t.Errorf("%q: got address %q", key, link)
		}
		page := p.get(link)
		if page.status != http.StatusOK || page.action(t) != link || strings.Contains(page.body, "<script") {
			t.Errorf("%q at %s: got status %d", key, link, page.status)
			continue
		}
		p.confirm(page).is(t, key, http.StatusSeeOther, "/oauth/account?done=revoked")
		if ada, bob := h.tokens(t, "ada", key), h.tokens(t, "bob", key); ada != 0 || bob != 1 || h.tokens(t, "ada", "") != len(names)-i-1 {
			t.Errorf("%q: got %d tokens of ada, %d of bob, %d of ada in all", key, ada, bob, h.tokens(t, "ada", ""))
		}
	}
	if got := len(h.acts(t, audit.TokenRevoked)); got != len(names) {
		t.Errorf("audit: got %d lines, want %d", got, len(names))
	}
}

// What is another user's and what is not there look the same (CON-08).
func TestNobodyLearnsWhatOthersHaveAllowed(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "bob", "printer", nil)
	h.add(t, "idle", "Idle")
	p := h.as(t, "ada")
	token := p.get("/oauth/account/proposals").field(t, "form_token")
	for _, key := range []string{"printer", "idle", "unknown", "~cHJpbnRlcg", "~", "~%00", "%2e%2e", "printer%00"} {
		p.get("/oauth/account/revoke/"+key).is(t, "GET "+key, http.StatusSeeOther, "/oauth/account")
		p.post("/oauth/account/revoke/"+key, map[string][]string{"form_token": {token}}).is(t, "POST "+key, http.StatusForbidden, "")
	}
	if got := h.tokens(t, "bob", "printer"); got != 1 {
		t.Errorf("tokens of bob: got %d", got)
	}
}

func TestAUserWhoIsDisabledMeanwhile(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	p := h.as(t, "ada")
	page, all := p.get("/oauth/account/revoke/printer"), p.get("/oauth/account/revoke")
	if _, err := h.store.ChangeUser(t.Context(), "ada", func(u *store.User) error { u.Disabled = true; return nil }); err != nil {
		t.Fatal(err)
	}
	for what, got := range map[string]answer{"list": p.get("/oauth/account"), "one": p.confirm(page), "all": p.confirm(all)} {
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/oauth/signin?") {
			t.Errorf("%s: got %d to %q", what, got.status, got.location())
		}
	}
	if got := h.tokens(t, "ada", ""); got != 1 {
		t.Errorf("tokens: got %d", got)
	}
}

func TestWithoutTheAuditLogNothingIsSaidToBeDone(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	p := h.as(t, "ada")
	one, form := p.get("/oauth/account/revoke/printer"), p.get("/oauth/account/proposals")
	must(t, h.audit.Close())
	p.confirm(one).is(t, "revoking", http.StatusInternalServerError, "")
	p.post("/oauth/account/proposals", proposalForm(form.field(t, "form_token"))).is(t, "proposing", http.StatusInternalServerError, "")
}
