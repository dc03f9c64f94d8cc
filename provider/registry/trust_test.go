package registry

import (
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/store"
)

func TestContactsThatCanBeShown(t *testing.T) {
	for _, contact := range []string{
		"", "help@example.com", "first.last+photos@mail.example.co.uk", "o'neil@xn--bcher-kva.example", "postmaster@localhost",
		"https://printer.example/support", "https://printer.example:8443/support?topic=oauth",
	} {
		if err := checkContact(contact); err != nil {
			t.Errorf("%q: got error %v", contact, err)
		}
	}
}

// A contact becomes a link that administrators and users follow (ADM-06).
func TestContactsThatCannot(t *testing.T) {
	const neither = "expected a mail address such as help@example.com, or an https URL"
	for _, test := range []struct{ name, contact, want string }{
		{"a scheme", "MAILTO:help@example.com", `contact: "MAILTO:help@example.com" begins with a scheme; ` + neither + "; leave out mailto:"},
		{"a name before the address", "Help <help@example.com>", `contact: "Help <help@example.com>" is neither; ` + neither},
		{"further recipients", "help@example.com,eve@example.com", `contact: "help@example.com,eve@example.com" is neither; ` + neither},
		{"a copy to somebody", "help?cc=eve@example.com", `contact: "help?cc=eve@example.com" is neither; ` + neither},
		{"a text along", "help@example.com?body=x", `contact: "help@example.com?body=x" is neither; ` + neither},
		{"an escaped copy", "help%3Fcc=eve@example.com", `contact: "help%3Fcc=eve@example.com" is neither; ` + neither},
		{"quotes", `"help me"@example.com`, `contact: "\"help me\"@example.com" is neither; ` + neither},
		{"an address in brackets", "help@[127.0.0.1]", `contact: "help@[127.0.0.1]" is neither; ` + neither},
		{"a line break", "help@example.com\nBcc: eve@example.com", `contact: "help@example.com\nBcc: eve@example.com" is neither; ` + neither},
		{"a look-alike host", "help@exаmple.com", `contact: "help@exаmple.com" is neither; ` + neither},
		{"two dots", "help@example..com", `contact: "help@example..com" is neither; ` + neither},
		{"no host", "help@", `contact: "help@" is neither; ` + neither},
		{"no name", "@example.com", `contact: "@example.com" is neither; ` + neither},
		{"two ats", "a@b@example.com", `contact: "a@b@example.com" is neither; ` + neither},
		{"only a name", "Ada", `contact: "Ada" is neither; ` + neither},
		{"http", "http://printer.example/", `contact: "http://printer.example/" is neither; ` + neither},
		{"a script", "javascript:alert(1)", `contact: "javascript:alert(1)" is neither; ` + neither},
		{"data", "data:text/html,x@example.com", `contact: "data:text/html,x@example.com" is neither; ` + neither},
		{"a user name before the host", "https://printer.example@evil.example/", `contact: "https://printer.example@evil.example/" has a user name before the host; leave out everything up to the @`},
		{"a backslash", `https://printer.example\@evil.example/`, `contact: "https://printer.example\\@evil.example/" has a backslash, which browsers read as a slash; write / or %5C`},
		{"no host in the URL", "https:///support", `contact: "https:///support" has no host; write https://host/path`},
	} {
		if got := errText(checkContact(test.contact)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
	}
	if checkContact(strings.Repeat("a", 250)+"@b.example") == nil {
		t.Error("a long address: got no error")
	}
}

func TestOnlyAPublisherCanBeVerified(t *testing.T) {
	r := open(t, Config{})
	_, _, err := r.Add(t.Context(), Application{Name: "A", Verified: true, Publisher: " "})
	if got, want := errText(err), "verified: there is no publisher that could have been verified; name the publisher as well"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	c, _, err := r.Add(t.Context(), Application{Name: "A", Verified: true, Publisher: "Prints Ltd", Contact: "help@example.com"})
	if err != nil || !c.Verified || c.Contact != "help@example.com" {
		t.Errorf("got %+v, error %v", c, err)
	}
	none, no := "", false
	if _, err := r.Set(t.Context(), c.Key, Change{Publisher: &none}); err == nil {
		t.Error("the publisher of a verified consumer was taken away")
	}
	c, err = r.Set(t.Context(), c.Key, Change{Publisher: &none, Verified: &no, Contact: &none})
	if err != nil || c.Verified || c.Publisher != "" || c.Contact != "" {
		t.Errorf("got %+v, error %v", c, err)
	}
}

func TestScopesAndGroupsOfAConsumer(t *testing.T) {
	r := open(t, Config{})
	c, _, err := r.Add(t.Context(), Application{Name: "A", Scopes: []string{"photos:read", "photos:read", "a/b"}, Groups: []string{"staff", "Domain Users", "développeurs"}})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"photos:read", "a/b", "staff", "Domain Users", "développeurs"}
	if diff := cmp.Diff(want, append(c.Scopes, c.Groups...)); diff != "" {
		t.Errorf("got (+), want (-):\n%s", diff)
	}
	name := "B"
	if c, err = r.Set(t.Context(), c.Key, Change{Name: &name}); err != nil || len(c.Scopes) != 2 || len(c.Groups) != 3 {
		t.Errorf("another field was changed: got %v and %v, error %v", c.Scopes, c.Groups, err)
	}
	if c, err = r.Set(t.Context(), c.Key, Change{Scopes: []string{}, Groups: []string{"it"}}); err != nil || len(c.Scopes) != 0 || !cmp.Equal(c.Groups, []string{"it"}) {
		t.Errorf("replaced: got %v and %v, error %v", c.Scopes, c.Groups, err)
	}
	for _, scope := range []string{"", "a b", "a,b", `a"b`, `a\b`, "ä", "a\n", strings.Repeat("s", 256)} {
		refused(t, r, c, "scopes", Change{Scopes: []string{"good", scope}})
	}
	for _, group := range []string{"", " a", "a ", "a,b", "@staff", "a\u202eb", "\xff", strings.Repeat("g", 256)} {
		refused(t, r, c, "groups", Change{Groups: []string{"good", group}})
	}
	if _, err := r.Set(t.Context(), c.Key, Change{Scopes: strings.Split(strings.Repeat("s", 51), "")}); err != nil {
		t.Errorf("one name many times: got error %v", err)
	}
	var many []string
	for i := range 51 {
		many = append(many, strings.Repeat("s", i+1))
	}
	refused(t, r, c, "scopes", Change{Scopes: many})
	refused(t, r, c, "groups", Change{Groups: many})
}

// refused checks that a change is refused because of one field alone.
func refused(t *testing.T, r testOnlyParts, c store.Consumer, field string, change Change) {
	t.Helper()
	_, err := r.Set(t.Context(), c.Key, change)
	if all := Invalids(err); len(all) != 1 || all[0].Field != field {
		t.Errorf("%+v: got error %v, want one about %s", change, err, field)
	}
}

// FuzzCheckContact: what is taken can stand in a link as it is.
func FuzzCheckContact(f *testing.F) {
	for _, seed := range []string{"help@example.com", "a?cc=b@example.com", "https://a.example/b?c#d", "mailto:a@b", "a@b\r\nc"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, contact string) {
		if checkContact(contact) != nil || contact == "" {
			return
		}
		link := contact
		if !strings.HasPrefix(contact, "https://") {
			link = "mailto:" + contact
		}
		u, err := url.Parse(link)
		if err != nil || u.String() != link || u.User != nil || u.Fragment != "" {
			t.Errorf("%q: got %v, error %v", link, u, err)
		}
		if u.Scheme == "mailto" && (u.RawQuery != "" || strings.Count(u.Opaque, "@") != 1) {
			t.Errorf("%q: got query %q of %q", link, u.RawQuery, u.Opaque)
		}
	})
}
