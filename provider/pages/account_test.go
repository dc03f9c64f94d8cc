package pages

import (
	"strings"
	"testing"
)

func TestAccountListsWhatWasAllowed(t *testing.T) {
	root := parsePage(t, samples()["account"])
	main := one(t, root, "main")
	for _, want := range []string{
		"You are signed in as ada", "2 applications may use your account.", "Photo Printer", "See your albums", "Delete your photos Take care", "Printers Ltd Verified",
		"Allowed since 28 February 2026", "Last used 3 March 2026", "Allowed until 28 February 2027",
		"Calendar Everything that you can do yourself, in your name.", "Not given Not verified", "Last used Never", "Until you revoke it.",
	} {
		if !strings.Contains(text(main), want) {
			t.Errorf("page does not say %q", want)
		}
	}
	for _, id := range []string{"1", "2"} {
		one(t, main, "a", "href=/oauth/account/revoke?id="+id)
	}
	one(t, main, "a", "href=/oauth/account/revoke")
	one(t, main, "form", "action=/oauth/signout", "method=post")
	one(t, root, "a", "href=/oauth/proposals")
	if found := find(main, "nav"); len(found) != 0 {
		t.Error("page leads to pages that are not there")
	}
}

func TestAccountLeadsOn(t *testing.T) {
	main := one(t, parsePage(t, samples()["account-page"]), "main")
	one(t, main, "a", "rel=prev", "href=/oauth/account")
	one(t, main, "a", "rel=next", "href=/oauth/account?after=2")
	if got, want := text(one(t, main, "p", "role=status")), "The application can no longer use your account."; got != want {
		t.Errorf("notice is %q, want %q", got, want)
	}
	if !strings.Contains(text(main), "57 applications") {
		t.Error("page does not count those of the other pages")
	}
}

func TestAccountWithNothingAllowed(t *testing.T) {
	main := one(t, parsePage(t, samples()["account-empty"]), "main")
	if !strings.Contains(text(main), "No application may use your account.") {
		t.Error("page does not say so")
	}
	if found := find(main, "a"); len(found) != 0 {
		t.Errorf("%d links, want none: there is nothing to revoke", len(found))
	}
}

// Taking back is a post with a form token; keeping is a link that changes nothing.
func TestConfirmations(t *testing.T) {
	for name, wants := range map[string]struct{ heading, action, cancel string }{
		"account-confirm":     {"Revoke what Photo Printer may do?", "/oauth/account/revoke", "/oauth/account"},
		"account-confirm-all": {"Revoke what all 57 applications may do?", "/oauth/account/revoke", "/oauth/account"},
		"proposal-withdraw":   {"Delete Diary?", "/oauth/proposals/withdraw", "/oauth/proposals"},
		"proposal-claim":      {"The secret of Diary", "/oauth/proposals/claim", "/oauth/proposals"},
	} {
		main := one(t, parsePage(t, samples()[name]), "main")
		if got := text(one(t, main, "h1")); got != wants.heading {
			t.Errorf("%s: heading is %q, want %q", name, got, wants.heading)
		}
		form := one(t, main, "form", "method=post", "action="+wants.action)
		one(t, form, "input", "type=hidden", "name=form_token", "value=Zm9ybQ")
		one(t, form, "button", "type=submit")
		one(t, form, "a", "href="+wants.cancel)
	}
}

func TestProposalWithAMistake(t *testing.T) {
	root := parsePage(t, samples()["proposals-wrong"])
	link := one(t, one(t, root, "div", "role=alert"), "a", "href=#contact")
	if got := text(link); !strings.HasPrefix(got, "Contact cannot be used like this.") {
		t.Errorf("summary says %q", got)
	}
	one(t, root, "input", "name=contact", "value=nobody", "aria-invalid=true", "aria-describedby=contact-hint contact-error")
	one(t, root, "input", "name=name", "value=Diary", "aria-describedby=name-hint")
	if got := rawText(one(t, root, "textarea", "name=description")); got != "Keeps a diary." {
		t.Errorf("description is %q", got)
	}
	if !strings.HasPrefix(text(one(t, root, "title")), "Problem: ") {
		t.Error("title does not say that there is a problem")
	}
}

func TestSecretCanBeTakenAlong(t *testing.T) {
	main := one(t, parsePage(t, samples()["proposal-secret"]), "main")
	one(t, main, "input", "id=secret", "value=kd94hf93k423kf44", "readonly=", "autocomplete=off")
	form := one(t, main, "form", "method=post", "action=/oauth/proposals/download")
	for _, format := range []string{"env", "json"} {
		one(t, form, "button", "name=format", "value="+format)
	}
}
