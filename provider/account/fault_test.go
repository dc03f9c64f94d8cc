package account_test

import (
	"net/http"
	"strings"
	"testing"

	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
	"oauth1d/store/storetest"
)

// fails holds that an answer says nothing but that something went wrong.
func (a answer) fails(t *testing.T, what string) {
	t.Helper()
	a.is(t, what, http.StatusInternalServerError, "")
	if strings.Contains(a.body, "injected") || a.secret() != "" {
		t.Errorf("%s: the page says too much:\n%s", what, a.body)
	}
}

func TestAStoreThatCannotBeReadOrWritten(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	_, claim := h.approved(t, "ada", registry.Application{Name: "Mine"})
	p := h.as(t, "ada")
	one, all, question, form := p.get("/oauth/account/revoke/printer"), p.get("/oauth/account/revoke"), p.get(claim), p.get("/oauth/account/proposals")
	for _, test := range []struct {
		act  storetest.Act
		name string
		do   func() answer
	}{
		{storetest.ActListAccessTokens, "the list", func() answer { return p.get("/oauth/account") }},
		{storetest.ActConsumer, "the names on it", func() answer { return p.get("/oauth/account") }},
		{storetest.ActListAccessTokens, "the question about one", func() answer { return p.get("/oauth/account/revoke/printer") }},
		{storetest.ActListAccessTokens, "the question about all", func() answer { return p.get("/oauth/account/revoke") }},
		{storetest.ActRevokeAll, "revoking one", func() answer { return p.confirm(one) }},
		{storetest.ActRevokeAll, "revoking all", func() answer { return p.confirm(all) }},
		{storetest.ActListConsumers, "the proposals", func() answer { return p.get("/oauth/account/proposals") }},
		{storetest.ActAddProposal, "proposing", func() answer { return p.post("/oauth/account/proposals", proposalForm(form.field(t, "form_token"))) }},
		{storetest.ActConsumer, "the question before the secret", func() answer { return p.get(claim) }},
		{storetest.ActChangeConsumer, "the secret", func() answer { return p.confirm(question) }},
	} {
		h.store.Before(test.act, storetest.ErrInjected)
		test.do().fails(t, test.name)
		h.store.Before(test.act, nil)
	}
	for _, action := range []audit.Action{audit.TokenRevoked, audit.ConsumerProposed, audit.ConsumerClaimed} {
		if got := h.acts(t, action); len(got) != 0 {
			t.Errorf("audit: got %v for what did not happen", got)
		}
	}
	if got := h.tokens(t, "ada", "printer"); got != 1 {
		t.Errorf("tokens: got %d, want 1", got)
	}
}

// What was done though nobody could be told must bear being done again.
func TestAnAnswerOfTheStoreThatIsLost(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	_, claim := h.approved(t, "ada", registry.Application{Name: "Mine"})
	p := h.as(t, "ada")
	one, question, form := p.get("/oauth/account/revoke/printer"), p.get(claim), proposalForm(p.get("/oauth/account/proposals").field(t, "form_token"))
	for _, act := range []storetest.Act{storetest.ActRevokeAll, storetest.ActAddProposal, storetest.ActChangeConsumer} {
		h.store.After(act, storetest.ErrInjected)
	}
	p.confirm(one).fails(t, "revoking")
	p.post("/oauth/account/proposals", form).fails(t, "proposing")
	p.confirm(question).fails(t, "the secret")
	for _, act := range []storetest.Act{storetest.ActRevokeAll, storetest.ActAddProposal, storetest.ActChangeConsumer} {
		h.store.After(act, nil)
	}
	p.confirm(one).is(t, "revoking again", http.StatusSeeOther, "/oauth/account?done=revoked")
	p.post("/oauth/account/proposals", form).is(t, "proposing again", http.StatusSeeOther, "/oauth/account/proposals?done=proposed")
	p.confirm(question).is(t, "the secret again: it is spent", http.StatusSeeOther, "/oauth/account/proposals")
	owned, err := h.registry.Owned(t.Context(), "ada")
	must(t, err)
	if got := h.acts(t, audit.ConsumerProposed); len(owned) != 2 || len(got) != 1 {
		t.Errorf("got %d consumers of ada, want 2, and audit lines %v", len(owned), got)
	}
}
