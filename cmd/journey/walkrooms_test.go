package journey

import (
	"fmt"
	"slices"
	"testing"

	"oauth1d/provider/adminapi"
)

// consumer registers a consumer that the scripts know by that name.
func (b *building) consumer(t *testing.T, as string, n adminapi.NewConsumer) {
	t.Helper()
	n.Key, n.Profile = as+"-key", "rfc5849"
	a, err := b.site.wire.admin.AddConsumer(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	b.site.consumers[as] = &consumer{key: a.Key, secret: a.Secret}
	b.site.callbacks[as] = "oob"
	if len(n.Callbacks) > 0 {
		b.site.callbacks[as] = n.Callbacks[0]
	}
}

func (b *building) user(t *testing.T, n adminapi.NewUser) {
	t.Helper()
	if _, err := b.site.wire.admin.AddUser(t.Context(), n); err != nil {
		t.Fatal(err)
	}
}

func (b *building) issue(t *testing.T, as, user string, scopes ...string) {
	t.Helper()
	if _, err := b.site.wire.admin.IssueToken(t.Context(), adminapi.NewToken{Consumer: as + "-key", User: user, Scopes: scopes}); err != nil {
		t.Fatal(err)
	}
}

// Names that break a page that is not made for them.
const (
	overlongName = `<script>alert(1)</script> "Overlong"NameWithoutASpaceThatGoesOnAndOnAndOnUntilNothingElseFitsBesideItOnAnyScreenThatPeopleHave`
	rightToLeft  = "طابعة الصور (تجريبية) 2"
)

// furnishPublic is what the users of the walk meet.
func furnishPublic(t *testing.T, b *building) {
	t.Helper()
	for name, password := range map[string]string{"ada": adaPassword, "grace": gracePassword, "newt": gracePassword, "crowd": gracePassword} {
		b.user(t, adminapi.NewUser{Name: name, Password: password})
	}
	back := []string{b.Consumer + "/ready"}
	b.consumer(t, "printer", adminapi.NewConsumer{Name: "Photo Printer", Description: "Prints your holiday photos.", Publisher: "Printers Ltd", Contact: "help@printer.test", Verified: true, Callbacks: back})
	b.consumer(t, "device", adminapi.NewConsumer{Name: "Picture Frame", Callbacks: []string{"oob"}})
	b.consumer(t, "phone", adminapi.NewConsumer{Name: "Phone App", Callbacks: []string{"com.example.phone:/ready"}})
	b.consumer(t, "overlong", adminapi.NewConsumer{Name: overlongName, Description: `<img src=x onerror=alert(1)>`, Publisher: `"><b>Publisher</b>`, Callbacks: []string{"oob"}})
	b.consumer(t, "arabic", adminapi.NewConsumer{Name: rightToLeft, Description: "تطبع صور عطلتك.", Publisher: "شركة الطباعة", Callbacks: back})
	for _, as := range []string{"removed", "disabled", "keyboard"} {
		b.consumer(t, as, adminapi.NewConsumer{Name: "Album Viewer", Callbacks: back})
	}
	b.issue(t, "printer", "grace", "albums", "delete")
	for i := range 51 {
		as := fmt.Sprintf("crowd%02d", i)
		b.consumer(t, as, adminapi.NewConsumer{Name: fmt.Sprintf("Application %02d", i+1), Publisher: "Many Ltd", Callbacks: back})
		b.issue(t, as, "crowd", "albums")
	}
}

// furnishOffice leaves something for every page of the administration.
func furnishOffice(t *testing.T, b *building) {
	t.Helper()
	b.user(t, adminapi.NewUser{Name: "boss", Password: "the boss of it all", Admin: true})
	b.user(t, adminapi.NewUser{Name: "ada", Password: adaPassword})
	b.user(t, adminapi.NewUser{Name: "محمد", Password: adaPassword})
	back := []string{b.Consumer + "/ready"}
	b.consumer(t, "printer", adminapi.NewConsumer{Name: "Photo Printer", Description: "Prints your holiday photos.", Publisher: "Printers Ltd", Contact: "help@printer.test", Verified: true, Callbacks: back})
	b.consumer(t, "sha1", adminapi.NewConsumer{Name: "Old Library", Publisher: "Yesterday plc", Methods: []string{"HMAC-SHA1"}, Callbacks: []string{"oob"}})
	b.consumer(t, "arabic", adminapi.NewConsumer{Name: rightToLeft, Publisher: "شركة الطباعة", Callbacks: back})
	b.consumer(t, "overlong", adminapi.NewConsumer{Name: overlongName, Description: `<img src=x onerror=alert(1)>`, Callbacks: []string{"oob"}})
	b.consumer(t, "disabled", adminapi.NewConsumer{Name: "Retired Viewer", Callbacks: back})
	b.consumer(t, "doomed", adminapi.NewConsumer{Name: "Doomed Viewer", Callbacks: back})
	if _, err := b.site.wire.admin.DisableConsumer(t.Context(), "disabled-key"); err != nil {
		t.Fatal(err)
	}
	for i := range 51 {
		b.issue(t, "printer", []string{"ada", "محمد"}[i%2], slices.Repeat([]string{"albums", "delete"}, 1)[:1+i%2]...)
	}
	b.issue(t, "doomed", "ada", "albums")
	// Somebody's library is wrong.
	forged := *b.site.consumers["printer"]
	forged.secret = "not the secret"
	if _, _, a, err := b.site.wire.requestToken(&forged, b.site.callbacks["printer"]); err != nil || a.problem != "signature_invalid" {
		t.Fatalf("a forged request got %+v, %v", a, err)
	}
}
