package adminapi_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/adminapi"
)

func TestTheAuditLogIsReadPageByPage(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	b.consumer(t, "scanner")
	page, err := b.client.Audit(t.Context(), adminapi.AuditFilter{Limit: 2})
	must(t, err)
	if len(page.Records) != 2 || page.Records[0].Object != "scanner" || page.Next != 2 {
		t.Fatalf("got %+v, want the two newest", page)
	}
	page, err = b.client.Audit(t.Context(), adminapi.AuditFilter{Before: page.Next, Action: "consumer", Actor: "admin:socket", Outcome: "ok", Since: time.Now().Add(-time.Hour), Until: time.Now().Add(time.Hour)})
	must(t, err)
	if len(page.Records) != 1 || page.Records[0].Object != "printer" || page.Records[0].Details["name"] != "Photo Printer" || page.Next != 0 {
		t.Errorf("got %+v, want the first", page)
	}
}

func TestTheAuditLogIsExportedAsLines(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	var out bytes.Buffer
	must(t, b.client.ExportAudit(t.Context(), adminapi.AuditFilter{Object: "ada", Limit: 1}, &out))
	var one adminapi.AuditRecord
	must(t, json.Unmarshal(out.Bytes(), &one))
	if one.Seq != 2 || one.Action != "user.added" || strings.Count(out.String(), "\n") != 1 {
		t.Errorf("got %s, want one line about ada", out.String())
	}
	out.Reset()
	must(t, b.client.ExportAudit(t.Context(), adminapi.AuditFilter{Object: "nobody"}, &out))
	if out.Len() > 0 {
		t.Errorf("got %q, want nothing", out.String())
	}
}

func TestListsAreWalkedToTheirEnd(t *testing.T) {
	b := newBench(t)
	for _, key := range []string{"a", "b", "c"} {
		b.consumer(t, key)
	}
	b.user(t, "ada")
	b.user(t, "bob")
	no, builtIn := false, ""
	consumers, err := b.client.FindConsumers(t.Context(), adminapi.ConsumerFilter{Search: "PHOTO", Proposed: &no, After: "a", Limit: 1})
	must(t, err)
	if len(consumers.Consumers) != 1 || consumers.Consumers[0].Key != "b" || consumers.Next != "b" {
		t.Errorf("got %+v, want b and that there is more", consumers)
	}
	users, err := b.client.FindUsers(t.Context(), adminapi.UserFilter{Search: "B", Source: &builtIn})
	must(t, err)
	if len(users.Users) != 1 || users.Users[0].Name != "bob" || users.Next != "" {
		t.Errorf("got %+v, want bob", users)
	}
	all, err := b.client.Consumers(t.Context(), adminapi.ConsumerFilter{Limit: 1})
	must(t, err)
	everybody, err := b.client.Users(t.Context(), adminapi.UserFilter{Limit: 1})
	must(t, err)
	if len(all) != 3 || len(everybody) != 2 {
		t.Errorf("got %d consumers and %d users, want 3 and 2", len(all), len(everybody))
	}
}

func TestTokensAreCounted(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "ada")
	issued := b.token(t, "printer", "ada")
	b.token(t, "printer", "ada")
	n, err := b.client.CountTokens(t.Context(), adminapi.TokenFilter{User: "ada", Search: "is not looked at", Limit: 1})
	must(t, err)
	if n != 2 {
		t.Errorf("got %d, want 2", n)
	}
	found, err := b.client.Tokens(t.Context(), adminapi.TokenFilter{Search: issued.ID[:8]})
	must(t, err)
	if len(found.Tokens) != 1 || found.Tokens[0].ID != issued.ID {
		t.Errorf("got %+v, want the token that was looked for", found)
	}
	_, err = b.client.CountTokens(t.Context(), adminapi.TokenFilter{})
	wantRefusal(t, err, http.StatusBadRequest, "name a consumer, a user, or both")
}

func TestTheOverviewHasWhatIsWrong(t *testing.T) {
	b := newBench(t)
	b.ready = http.ErrServerClosed
	o, err := b.client.Overview(t.Context())
	must(t, err)
	if o.Ready || len(o.Findings) != 1 || o.Findings[0].Code != adminapi.NotReady || o.Findings[0].Severity != adminapi.Critical {
		t.Errorf("got %+v, want that the daemon is not ready", o)
	}
	if settings, err := b.client.Settings(t.Context()); err != nil || len(settings) != 0 {
		t.Errorf("got %v and %v, want no settings where there is no configuration", settings, err)
	}
}

func TestWithoutAHandOverNoSignInIsAnswered(t *testing.T) {
	b := newBench(t)
	_, err := b.client.Challenge(t.Context(), "x/y")
	wantRefusal(t, err, http.StatusNotFound, "signin.backend")
	_, err = b.client.AcceptSignIn(t.Context(), "x", adminapi.SignedIn{User: "ada"})
	wantRefusal(t, err, http.StatusNotFound, "signin.backend")
	_, err = b.client.RefuseSignIn(t.Context(), "x")
	wantRefusal(t, err, http.StatusNotFound, "signin.backend")
}
