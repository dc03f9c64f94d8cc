package pages

import (
	"strings"
	"testing"
)

func TestConsentAsks(t *testing.T) {
	root := parsePage(t, samples()["consent"])
	if got, want := text(one(t, root, "h1")), "Allow Photo Printer to use your Lighthouse Photos account?"; got != want {
		t.Errorf("heading is %q, want %q", got, want)
	}
	if got, want := text(one(t, root, "title")), text(one(t, root, "h1")); got != want {
		t.Errorf("title is %q, want the question %q", got, want)
	}
	if got, want := text(one(t, root, "strong", "class=host")), "printer.example.test"; got != want {
		t.Errorf("bold host is %q, want %q", got, want)
	}
	main := text(one(t, root, "main"))
	for _, want := range []string{
		"You are signed in as ada",
		"See your albums",
		"Delete your photos Take care",
		"Prints your holiday photos.",
		"Registered by Printers Ltd",
		"Not verified.",
		"Until 28 May 2026, 13:05 UTC, or until you revoke it.",
		"Only allow this if you trust all code in the application.",
		"Either way you will return to printer.example.test",
	} {
		if !strings.Contains(main, want) {
			t.Errorf("page does not say %q", want)
		}
	}
	one(t, root, "a", "href=https://help.example.test/")
	if !strings.Contains(text(one(t, root, "footer")), "01J9ZK3V7QW2") {
		t.Error("page does not show the request id")
	}
}

// The buttons differ in value and words only, so no style can prefer one; the
// decision is the first form, and needs nothing but a press.
func TestConsentButtonsAreEqual(t *testing.T) {
	root := parsePage(t, samples()["consent"])
	form := find(root, "form")[0]
	buttons := find(form, "button", "name=decision")
	if len(buttons) != 2 {
		t.Fatalf("%d buttons decide, want 2", len(buttons))
	}
	for i, want := range []string{"allow", "deny"} {
		b := buttons[i]
		if attr(b, "value") != want || strings.ToLower(text(b)) != want || attr(b, "type") != "submit" {
			t.Errorf("button %d is %s=%q, want %s", i, text(b), attr(b, "value"), want)
		}
		if attr(b, "class") != "" || attr(b, "id") != "" || attr(b, "autofocus") != "" {
			t.Errorf("button %s can be styled apart from the other", want)
		}
		if b.Parent != buttons[0].Parent {
			t.Errorf("button %s stands elsewhere", want)
		}
	}
	for _, scope := range []string{"albums:read", "comments", "albums:delete"} {
		box := one(t, form, "input", "type=checkbox", "name=scope", "value="+scope, "checked=")
		if text(box.Parent) == "" || box.Parent.Data != "label" {
			t.Errorf("box of %s has no label", scope)
		}
	}
	if got := len(find(form, "input")); got != 5 {
		t.Errorf("%d inputs in the form, want three boxes and the two hidden ones", got)
	}
	one(t, form, "input", "type=hidden", "name=oauth_token", "value=hh5s93j4hdidpola")
	one(t, form, "input", "type=hidden", "name=form_token", "value=Zm9ybQ")
}

func TestNotYouPostsElsewhere(t *testing.T) {
	root := parsePage(t, samples()["consent"])
	form := one(t, root, "form", "id=switch", "action=/oauth/signout")
	one(t, form, "input", "type=hidden", "name=oauth_token", "value=hh5s93j4hdidpola")
	one(t, form, "input", "type=hidden", "name=form_token", "value=Zm9ybQ")
	b := one(t, root, "button", "form=switch")
	if attr(b, "name") != "" || text(b) != "Not you?" {
		t.Errorf("button is %q with the name %q", text(b), attr(b, "name"))
	}
}

func TestConsentWithLittleToSay(t *testing.T) {
	root := parseText(t, renderOf(t, setOf(t, bare), "", samples()["consent-bare"]))
	main := text(one(t, root, "main"))
	for _, want := range []string{
		"Change everything that you can change there, in your name.",
		"Until you revoke it.",
		"Registered by Not given",
		"Verified by an administrator of Lighthouse Photos",
		"you will get a code to type into the application",
	} {
		if !strings.Contains(main, want) {
			t.Errorf("page does not say %q", want)
		}
	}
	for _, not := range []string{"Not verified", "Not you?", "return to", "In its own words", "Earlier"} {
		if strings.Contains(main, not) {
			t.Errorf("page says %q", not)
		}
	}
	if got := len(find(root, "form")); got != 1 {
		t.Errorf("%d forms, want 1", got)
	}
	if got := text(one(t, root, "footer")); got != "" {
		t.Errorf("footer says %q, want nothing", got)
	}
}

func TestSignIn(t *testing.T) {
	root := parsePage(t, samples()["signin"])
	form := one(t, root, "form", "action=/oauth/signin")
	one(t, form, "input", "type=text", "name=username", "autocomplete=username", "value=")
	one(t, form, "input", "type=password", "name=password", "autocomplete=current-password")
	one(t, form, "input", "type=hidden", "name=return", "value=r3turn")
	one(t, form, "input", "type=hidden", "name=form_token", "value=Zm9ybQ")
	for _, id := range []string{"username", "password"} {
		one(t, form, "label", "for="+id)
		one(t, form, "input", "id="+id)
	}
	if !strings.Contains(text(one(t, root, "main")), "Photo Printer asks to use your account") {
		t.Error("page does not say who asks")
	}
	if found := find(root, "*", "role=alert"); len(found) != 0 {
		t.Error("page has an error summary without an error")
	}
}

func TestSignInAgain(t *testing.T) {
	root := parsePage(t, samples()["signin-wrong"])
	summary := one(t, root, "div", "role=alert")
	if got, want := text(one(t, summary, "a", "href=#username")), "The user name or the password is wrong."; got != want {
		t.Errorf("summary says %q, want %q", got, want)
	}
	one(t, root, "input", "name=username", "value=ada", "aria-invalid=true", "aria-describedby=problem")
	password := one(t, root, "input", "name=password", "aria-invalid=true", "aria-describedby=problem")
	if attr(password, "value") != "" {
		t.Error("page gives the password back")
	}
	if !strings.HasPrefix(text(one(t, root, "title")), "Problem: ") {
		t.Error("title does not say that there is a problem")
	}
	if strings.Contains(text(one(t, root, "main")), "asks to use") {
		t.Error("page says that somebody asks, and nobody does")
	}
}

func TestPINIsTheWholeText(t *testing.T) {
	root := parsePage(t, samples()["pin"])
	code := one(t, root, "*", "id=oauth_verifier")
	if got, want := rawText(code), "k7Xw2PqLr9"; got != want {
		t.Errorf("element holds %q, want %q", got, want)
	}
	if code.FirstChild != code.LastChild {
		t.Error("the code is divided")
	}
	main := text(one(t, root, "main"))
	for _, want := range []string{"Photo Printer", "within 10 minutes", "You did not ask for this?"} {
		if !strings.Contains(main, want) {
			t.Errorf("page does not say %q", want)
		}
	}
}

func TestProblemShowsCodeAndRequest(t *testing.T) {
	root := parsePage(t, samples()["problem"])
	if got, want := text(one(t, root, "h1")), "This request is no longer valid"; got != want {
		t.Errorf("heading is %q, want %q", got, want)
	}
	if got, want := text(one(t, root, "code")), "404 token_rejected · 01J9ZK3V7QW2"; got != want {
		t.Errorf("technical line is %q, want %q", got, want)
	}
	if found := find(root, "form"); len(found) != 0 {
		t.Error("page has a form")
	}
}

func TestSignOutIsPosted(t *testing.T) {
	for _, name := range []string{"pin", "denied", "home"} {
		one(t, parsePage(t, samples()[name]), "form", "method=post", "action=/oauth/signout")
	}
	for _, name := range []string{"signin", "signedout", "problem"} {
		if found := find(parsePage(t, samples()[name]), "form", "action=/oauth/signout"); len(found) != 0 {
			t.Errorf("page %s offers to sign out", name)
		}
	}
}
