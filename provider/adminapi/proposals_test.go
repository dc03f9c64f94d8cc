package adminapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/registry"
	"oauth1d/store"
)

// propose makes a proposal of ada's as the account page does.
func (b *bench) propose(t *testing.T, name string) store.Consumer {
	t.Helper()
	r, err := registry.New(b.store, b.keys, registry.Config{})
	must(t, err)
	c, err := r.Propose(t.Context(), "ada", registry.Application{Name: name, Callbacks: []string{"oob"}})
	must(t, err)
	return c
}

func TestAProposalFromBeginToEnd(t *testing.T) {
	b := newBench(t)
	b.user(t, "ada")
	b.consumer(t, "printer")
	key := b.propose(t, "Scanner").Key
	shown, err := b.client.Consumer(t.Context(), key)
	must(t, err)
	if shown.Enabled || shown.Proposed == nil || shown.Owner != "ada" || shown.SecretPending {
		t.Errorf("proposed: got %+v", shown)
	}
	yes := true
	page, err := b.client.FindConsumers(t.Context(), adminapi.ConsumerFilter{Proposed: &yes})
	must(t, err)
	if len(page.Consumers) != 1 || page.Consumers[0].Key != key {
		t.Errorf("the proposed ones: got %+v", page.Consumers)
	}
	_, err = b.client.EnableConsumer(t.Context(), key)
	wantRefusal(t, err, http.StatusBadRequest, "approve it first")
	_, err = b.client.RotateConsumer(t.Context(), key, adminapi.Rotation{})
	wantRefusal(t, err, http.StatusBadRequest, "approve it first")

	for _, time := range []string{"first", "second"} {
		approved, err := b.client.ApproveConsumer(t.Context(), key)
		must(t, err)
		if !approved.Enabled || approved.Proposed != nil || approved.Owner != "ada" || !approved.SecretPending || approved.Secret != "" {
			t.Errorf("approved for the %s time: got %+v", time, approved)
		}
	}
	if page, err = b.client.FindConsumers(t.Context(), adminapi.ConsumerFilter{Proposed: &yes}); err != nil || len(page.Consumers) != 0 {
		t.Errorf("nothing is proposed: got %+v, error %v", page.Consumers, err)
	}
	if got := b.audited(t, "consumer.approved"); len(got) != 1 || !strings.Contains(got[0], `"owner":"ada"`) {
		t.Errorf("the audit log has %q, want one approval with its owner", got)
	}
	_, err = b.client.ApproveConsumer(t.Context(), "nobody")
	wantRefusal(t, err, http.StatusNotFound, `there is no consumer "nobody"`)
	rejected := b.propose(t, "Fax").Key
	ended, err := b.client.RemoveConsumer(t.Context(), rejected)
	if err != nil || ended.Tokens != 0 {
		t.Errorf("rejecting: got %+v, error %v", ended, err)
	}
}

func TestWhoAnswersForAConsumerAndWhatItMayDo(t *testing.T) {
	b := newBench(t)
	added, err := b.client.AddConsumer(t.Context(), adminapi.NewConsumer{Key: "printer", Name: "Printer", Publisher: "Prints Ltd", Contact: "help@example.com",
		Verified: true, Scopes: []string{"photos:read"}, Groups: []string{"staff"}})
	must(t, err)
	warning := []string{`scope "photos:read" is not defined in policy.scopes; until it is, nobody can ask for it`}
	if d := cmp.Diff(warning, added.Warnings); d != "" {
		t.Errorf("warnings: got (+), want (-):\n%s", d)
	}
	want := added
	want.Secret, want.Warnings = "", nil
	shown, err := b.client.Consumer(t.Context(), "printer")
	must(t, err)
	if d := cmp.Diff(want, shown); d != "" {
		t.Errorf("shown: got (+), want (-):\n%s", d)
	}
	if !shown.Verified || shown.Contact != "help@example.com" || !cmp.Equal(shown.Scopes, []string{"photos:read"}) || !cmp.Equal(shown.Groups, []string{"staff"}) {
		t.Errorf("got %+v", shown)
	}
	name := "Printer 2"
	changed, err := b.client.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Name: &name})
	must(t, err)
	want.Name, want.Warnings = name, warning
	if d := cmp.Diff(want, changed); d != "" {
		t.Errorf("another field changed: got (+), want (-):\n%s", d)
	}
	contact, no, none := "https://printer.example.test/help", false, []string{}
	changed, err = b.client.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Contact: &contact, Verified: &no, Scopes: &none, Groups: &none})
	must(t, err)
	want.Contact, want.Verified, want.Scopes, want.Groups, want.Warnings = contact, false, none, none, nil
	if d := cmp.Diff(want, changed); d != "" {
		t.Errorf("all changed: got (+), want (-):\n%s", d)
	}
	if got := b.audited(t, "consumer.changed"); len(got) != 2 || !strings.Contains(got[1], `"changed":"contact,verified,scopes,groups","verified":"false"`) {
		t.Errorf("the audit log has %q", got)
	}
	if got := b.audited(t, "consumer.added"); len(got) != 1 || !strings.Contains(got[0], `"verified":"true"`) {
		t.Errorf("the audit log has %q, want who has verified it", got)
	}
	bad, names := "mailto:x@example.com", []string{"a,b"} // neither a scope nor a group
	_, err = b.client.ChangeConsumer(t.Context(), "printer", adminapi.ConsumerChange{Contact: &bad, Scopes: &names, Groups: &names})
	for _, field := range []string{"contact: ", "scopes: ", "groups: "} {
		wantRefusal(t, err, http.StatusBadRequest, field)
	}
}

// TestOwnerAndProposedAreNotForCallers: only a user proposes, and only approval
// ends it.
func TestOwnerAndProposedAreNotForCallers(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	for _, body := range []string{`{"owner":"ada"}`, `{"proposed":"2027-01-01T00:00:00Z"}`, `{"secret_pending":true}`, `{"warnings":[]}`} {
		r, err := http.NewRequestWithContext(t.Context(), "PATCH", "http://oauth1d/api/v1/consumers/printer", strings.NewReader(body))
		must(t, err)
		r.Header.Set("Content-Type", "application/json")
		resp, err := b.http.Do(r)
		must(t, err)
		resp.Body.Close()
		if resp.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got status %d, want %d", body, resp.StatusCode, http.StatusBadRequest)
		}
	}
}

func TestUsersOfAnotherSource(t *testing.T) {
	b := newBench(t)
	b.consumer(t, "printer")
	b.user(t, "root")
	_, err := b.store.SeeUser(t.Context(), store.User{Name: "ada", Source: "ldap", Groups: []string{"staff"}, Checked: 1_800_000_000})
	must(t, err)
	shown, err := b.client.User(t.Context(), "ada")
	must(t, err)
	if shown.Source != "ldap" || shown.Checked == nil || shown.Checked.Unix() != 1_800_000_000 || shown.Gone || shown.Admin || !cmp.Equal(shown.Groups, []string{"staff"}) {
		t.Errorf("got %+v", shown)
	}
	_, err = b.client.SetPassword(t.Context(), "ada", password)
	wantRefusal(t, err, http.StatusConflict, `user "ada" is one of ldap; the password and the groups are kept there`)
	_, err = b.client.SetGroups(t.Context(), "ada", []string{"admins"})
	wantRefusal(t, err, http.StatusConflict, "kept there")
	if record, err := b.store.User(t.Context(), "ada"); err != nil || record.Password != "" || !cmp.Equal(record.Groups, []string{"staff"}) {
		t.Errorf("afterwards: got %+v, error %v", record, err)
	}
	_, err = b.client.AddUser(t.Context(), adminapi.NewUser{Name: "ada", Password: password})
	wantRefusal(t, err, http.StatusConflict, `there is a user "ada" already`)
	if disabled, err := b.client.DisableUser(t.Context(), "ada"); err != nil || disabled.Enabled {
		t.Errorf("disabled: got %+v, error %v", disabled, err)
	}
	_, err = b.client.EnableUser(t.Context(), "ada")
	must(t, err)
	b.token(t, "printer", "ada")

	_, err = b.store.ChangeUser(t.Context(), "ada", func(u *store.User) error { u.Gone = true; return nil })
	must(t, err)
	_, err = b.client.IssueToken(t.Context(), adminapi.NewToken{Consumer: "printer", User: "ada"})
	wantRefusal(t, err, http.StatusConflict, `ldap says that there is no user "ada" any more`)
	ldap := "ldap"
	page, err := b.client.FindUsers(t.Context(), adminapi.UserFilter{Source: &ldap})
	must(t, err)
	if len(page.Users) != 1 || !page.Users[0].Gone {
		t.Errorf("of ldap: got %+v", page.Users)
	}
}
