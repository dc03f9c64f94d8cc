package account_test

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider"
	"oauth1d/provider/audit"
	"oauth1d/provider/registry"
	"oauth1d/store"
)

// proposalForm is a form that is filled in as it should be.
func proposalForm(token string, change ...string) url.Values {
	form := url.Values{
		"form_token": {token}, "name": {"Printer"}, "description": {"Prints photos."}, "publisher": {"Prints Ltd"}, "contact": {"help@example.com"},
		"callback": {"https://printer.example.net/ready"}, "scope": {"read"},
	}
	for i := 0; i+1 < len(change); i += 2 {
		form.Set(change[i], change[i+1])
	}
	return form
}

func TestProposalsThatAreSwitchedOffAreNotThere(t *testing.T) {
	h := build(t, func(c *provider.Config) { c.Proposals = false })
	p := h.as(t, "ada")
	for _, path := range []string{"/oauth/account/proposals", "/oauth/account/proposals/x/claim", "/oauth/account/proposals/x/withdraw", "/oauth/account/proposals/x/download"} {
		p.get(path).is(t, path, http.StatusNotFound, "")
		p.post(path, proposalForm("x")).is(t, "POST "+path, http.StatusNotFound, "")
	}
	if got := p.get("/oauth/account"); got.status != http.StatusOK || strings.Contains(got.body, "proposals") {
		t.Errorf("the account page leads to proposals, or status %d", got.status)
	}
}

func TestProposing(t *testing.T) {
	h := build(t, scoped(t))
	p := h.as(t, "ada")
	page := p.get("/oauth/account/proposals")
	if page.status != http.StatusOK || !strings.Contains(page.body, "You have not proposed any application yet.") || len(page.all(`value="(read|write)" checked`)) != 1 {
		t.Fatalf("got status %d:\n%s", page.status, page.body)
	}
	const name = "طابعة الصور"
	form := proposalForm(page.field(t, "form_token"), "name", "  "+name+" \n", "callback", "", "verified", "1", "key", "chosen", "secret", "chosen", "two_legged", "1", "groups", "staff")
	form["scope"] = []string{"write", "unknown", "read"}
	p.post("/oauth/account/proposals", form).is(t, "proposing", http.StatusSeeOther, "/oauth/account/proposals?done=proposed")
	owned, err := h.registry.Owned(t.Context(), "ada")
	must(t, err)
	if len(owned) != 1 {
		t.Fatalf("got %d", len(owned))
	}
	c := owned[0]
	want := store.Consumer{
		Key: c.Key, Name: name, Description: "Prints photos.", Publisher: "Prints Ltd", Contact: "help@example.com", Callbacks: []string{"oob"},
		Scopes: []string{"read", "write"}, Owner: "ada", Proposed: h.clock.Now().Unix(), Disabled: true, Created: h.clock.Now().Unix(), Revision: c.Revision,
		Methods: c.Methods, Profile: store.ProfileRFC5849, BodyHash: c.BodyHash,
	}
	if diff := cmp.Diff(want, c); diff != "" || c.Key == "chosen" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
	lines := h.acts(t, audit.ConsumerProposed)
	if len(lines) != 1 || lines[0]["actor"] != "user:ada" || lines[0]["object"] != c.Key {
		t.Errorf("audit: got %v", lines)
	}
	list := p.get("/oauth/account/proposals?done=proposed")
	if diff := cmp.Diff([]string{name}, list.names()); diff != "" || !strings.Contains(list.body, "Waits for approval") || !strings.Contains(list.body, "Your proposal has arrived.") {
		t.Errorf("got (+), want (-):\n%s\n%s", diff, list.body)
	}
	if got := h.as(t, "bob").get("/oauth/account/proposals").body; strings.Contains(got, name) || strings.Contains(got, c.Key) {
		t.Error("bob sees ada's proposal")
	}
}

func publicPEM(t *testing.T, bits int) string {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, bits)
	must(t, err)
	der, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	must(t, err)
	return string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
}

func TestWhatIsWrongWithAProposalIsSaidAtItsField(t *testing.T) {
	h := build(t, scoped(t))
	p := h.as(t, "ada")
	token := p.get("/oauth/account/proposals").field(t, "form_token")
	for _, test := range []struct {
		name   string
		change []string
		fields []string // with their codes' first words
	}{
		{"no name", []string{"name", " \t "}, []string{"name missing"}},
		{"a name that turns the text around", []string{"name", "a\u202eb"}, []string{"name cannot"}},
		{"a long name", []string{"name", strings.Repeat("ä", 201)}, []string{"name long"}},
		{"a name that is no text", []string{"name", "\xff"}, []string{"name cannot"}},
		{"a long description", []string{"description", strings.Repeat("ä", 1001)}, []string{"description long"}},
		{"a long publisher", []string{"publisher", strings.Repeat("ä", 201)}, []string{"publisher long"}},
		{"nobody who answers for it", []string{"contact", ""}, []string{"contact missing"}},
		{"a contact that is no address", []string{"contact", "javascript:alert(1)"}, []string{"contact cannot"}},
		{"a callback that is none", []string{"callback", "javascript:alert(1)"}, []string{"callback cannot"}},
		{"a relative callback", []string{"callback", "/ready"}, []string{"callback cannot"}},
		{"a key that is none", []string{"public_key", "-----BEGIN PUBLIC KEY-----"}, []string{"public_key cannot"}},
		{"a short key", []string{"public_key", publicPEM(t, 1024)}, []string{"public_key cannot"}},
		{"no scope", []string{"scope", "unknown"}, []string{"scope missing"}},
		{"all at once", []string{"name", "", "contact", "", "callback", "x", "scope", ""}, []string{"name missing", "contact missing", "scope missing", "callback cannot"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			form := proposalForm(token, append([]string{"description", `A <b>"bold"</b> one`}, test.change...)...)
			got := p.post("/oauth/account/proposals", form)
			if got.status != http.StatusUnprocessableEntity {
				t.Fatalf("got %d to %q, want 422\n%s", got.status, got.location(), got.body)
			}
			if diff := cmp.Diff(test.fields, got.wrong()); diff != "" {
				t.Errorf("got (+), want (-):\n%s", diff)
			}
			kept := map[string]string{}
			for _, field := range []string{"name", "publisher", "contact", "callback"} {
				kept[field], _ = got.first(`id="` + field + `" name="` + field + `" value="([^"]*)"`)
			}
			for field, value := range kept {
				if want := strings.TrimSpace(form.Get(field)); value != want {
					t.Errorf("%s: got %q, want %q as it was typed", field, value, want)
				}
			}
			if d, _ := got.first(`(?s)<textarea id="description"[^>]*>\n?(.*?)</textarea>`); d != form.Get("description") {
				t.Errorf("description: got %q", d)
			}
		})
	}
	if owned, err := h.registry.Owned(t.Context(), "ada"); err != nil || len(owned) != 0 {
		t.Errorf("got %d proposals, error %v", len(owned), err)
	}
	if got := h.acts(t, audit.ConsumerProposed); len(got) != 0 {
		t.Errorf("audit: got %v", got)
	}
}

// wrong is what the page's summary says of which field.
func (a answer) wrong() []string {
	summary, _ := a.first(`(?s)<div class="summary" role="alert">(.*?)</div>`)
	var all []string
	for _, item := range strings.Split(summary, "<li>")[1:] {
		field, _, _ := strings.Cut(strings.TrimPrefix(item, `<a href="#`), `"`)
		for _, word := range []string{"missing", "long", "cannot"} {
			if strings.Contains(item, " "+word) {
				all = append(all, field+" "+word)
				break
			}
		}
	}
	return all
}

func TestProposalsAreLimited(t *testing.T) {
	h := build(t, nil)
	for range 10 {
		_, err := h.registry.Propose(t.Context(), "ada", registry.Application{Name: "A"})
		must(t, err)
	}
	p := h.as(t, "ada")
	got := p.post("/oauth/account/proposals", proposalForm(p.get("/oauth/account/proposals").field(t, "form_token")))
	if got.status != http.StatusConflict || !strings.Contains(got.body, "You have proposed enough for now") {
		t.Errorf("got status %d:\n%s", got.status, got.body)
	}
}

func TestAProposalThatIsSentTwiceIsOne(t *testing.T) {
	h := build(t, nil)
	p := h.as(t, "ada")
	token := p.get("/oauth/account/proposals").field(t, "form_token")
	key := publicPEM(t, 2048)
	for range 3 {
		p.post("/oauth/account/proposals", proposalForm(token, "public_key", key)).is(t, "proposing", http.StatusSeeOther, "/oauth/account/proposals?done=proposed")
	}
	p.post("/oauth/account/proposals", proposalForm(token)).is(t, "one without a key", http.StatusSeeOther, "/oauth/account/proposals?done=proposed")
	owned, err := h.registry.Owned(t.Context(), "ada")
	must(t, err)
	// Nothing is said to have arrived that is not taken down.
	if lines := h.acts(t, audit.ConsumerProposed); len(owned) != 2 || len(lines) != 4 || lines[1]["object"] != lines[0]["object"] {
		t.Errorf("got %d proposals, want 2, and audit lines %v", len(owned), lines)
	}
}

func TestWithdrawing(t *testing.T) {
	h := build(t, nil)
	propose := func(owner, name string) string {
		c, err := h.registry.Propose(t.Context(), owner, registry.Application{Name: name})
		must(t, err)
		return "/oauth/account/proposals/" + c.Key + "/withdraw"
	}
	mine, late, bobs := propose("ada", "<i>Mine"), propose("ada", "Late"), propose("bob", "Bobs")
	p := h.as(t, "ada")
	page, latePage, bobPage := p.get(mine), p.get(late), h.as(t, "bob").get(bobs)
	p.post(bobs, url.Values{"form_token": {bobPage.field(t, "form_token")}}).is(t, "bob's", http.StatusForbidden, "")
	same := map[string]answer{"bob's": p.get(bobs), "an unknown one": p.get("/oauth/account/proposals/unknown/withdraw"), "the claim of bob's": p.get(strings.Replace(bobs, "withdraw", "claim", 1))}
	for what, got := range same {
		got.is(t, what, http.StatusNotFound, "")
		if !strings.Contains(got.body, "There is no such proposal") {
			t.Errorf("%s: got\n%s", what, got.body)
		}
	}
	p.confirm(page).is(t, "withdrawing", http.StatusSeeOther, "/oauth/account/proposals?done=withdrawn")
	lines := h.acts(t, audit.ConsumerRemoved)
	if len(lines) != 1 || lines[0]["actor"] != "user:ada" || "/oauth/account/proposals/"+lines[0]["object"].(string)+"/withdraw" != mine {
		t.Errorf("audit: got %v", lines)
	}
	p.confirm(page).is(t, "once more", http.StatusNotFound, "")

	_, err := h.registry.Approve(t.Context(), strings.Split(late, "/")[4])
	must(t, err)
	p.confirm(latePage).is(t, "what was approved", http.StatusSeeOther, "/oauth/account/proposals")
	p.get(late).is(t, "its page", http.StatusSeeOther, "/oauth/account/proposals")
	if diff := cmp.Diff([]string{"Late"}, p.get("/oauth/account/proposals").names()); diff != "" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
}
