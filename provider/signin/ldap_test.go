package signin

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"oauth1d/store"
)

// adasPassword is that of most entries.
const adasPassword = "correct horse battery"

func TestLDAP(t *testing.T) {
	s := startSlapd(t, true)
	for _, part := range []struct {
		name string
		test func(*testing.T, *slapd)
	}{
		{"sign in", testLDAPSignIn}, {"hostile names", testLDAPNames}, {"work", testLDAPWork}, {"look up", testLDAPLookUp}, {"groups", testLDAPGroups},
		{"secrecy", testLDAPSecrecy}, {"account that searches", testLDAPService}, {"base", testLDAPBase}, {"many at once", testLDAPMany},
		{"caller gone", testLDAPCallerGone}, {"removed", testLDAPRemoved}, {"restarted", testLDAPRestarted},
	} {
		t.Run(part.name, func(t *testing.T) { part.test(t, s) })
	}
}

func testLDAPSignIn(t *testing.T, s *slapd) {
	ada := Identity{User: "ada", Groups: []string{"archivists", "photographers"}}
	byMail := func(c *LDAPConfig) { c.UserFilter = "(&(objectClass=inetOrgPerson)(|(uid={user})(mail={user})))" }
	onlyMail := func(c *LDAPConfig) { c.UserFilter = "(mail={user})" }
	tests := []struct {
		name            string
		change          func(*LDAPConfig)
		typed, password string
		want            Identity // zero: ErrWrong
	}{
		{"right", nil, "ada", adasPassword, ada},
		{"the name is the directory's, not what was typed", nil, "ADA", adasPassword, ada},
		{"the directory's spelling stays", nil, "carol", adasPassword, Identity{User: "Carol"}},
		{"inner blanks are the directory's to judge", nil, "a da", adasPassword, Identity{}},
		{"by mail address", onlyMail, "Ada@Example.org", adasPassword, ada},
		{"by name or mail address", byMail, "ada@example.org", adasPassword, ada},
		{"another's mail address is the name", byMail, "ada", adasPassword, Identity{}},
		{"UTF-8 in name, password and entry", nil, "zoë", "Straße der Pferde", Identity{User: "zoë", Groups: []string{"photographers"}}},
		{"the entry is called by every special character", nil, `odd(*)\`, adasPassword, Identity{User: `odd(*)\`, Groups: []string{"archivists"}}},
		{"wrong", nil, "ada", "wrong horse battery", Identity{}},
		{"another's", nil, "ada", "Straße der Pferde", Identity{}},
		{"the right one and more", nil, "ada", adasPassword + "x", Identity{}},
		{"none", nil, "ada", "", Identity{}},
		{"a NUL, which is none to some", nil, "ada", "\x00", Identity{}},
		{"the right one and a NUL", nil, "ada", adasPassword + "\x00", Identity{}},
		{"too long", nil, "ada", strings.Repeat("a", maxPassword+1), Identity{}},
		{"unknown", nil, "mallory", adasPassword, Identity{}},
		{"no user, but an entry", nil, "reader", readerPass, Identity{}},
		{"disabled", nil, "locked", adasPassword, Identity{}},
		{"without a password", nil, "nopassword", adasPassword, Identity{}},
		{"without a password, and none typed", nil, "nopassword", "", Identity{}},
		{"two entries", nil, "twin", adasPassword, Identity{}},
		{"one entry with two names", nil, "eve", adasPassword, Identity{}},
		{"the name does not show", onlyMail, "invisible@example.org", adasPassword, Identity{}},
		{"no entry below the base", func(c *LDAPConfig) { c.BaseDN = "ou=groups," + suffix }, "ada", adasPassword, Identity{}},
		{"the entry has no such attribute", func(c *LDAPConfig) { c.UserAttribute = "employeeNumber" }, "ada", adasPassword, Identity{}},
		{"the filter excludes", func(c *LDAPConfig) { c.UserFilter = "(&(uid={user})(!(mail=ada*)))" }, "ada", adasPassword, Identity{}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := s.users(t, test.change).Check(t.Context(), test.typed, store.Secret(test.password))
			if test.want.User == "" && !errors.Is(err, ErrWrong) || test.want.User != "" && err != nil {
				t.Fatalf("got %v and error %v, want %v", got, err, test.want)
			}
			if diff := cmp.Diff(withoutID(t, got), test.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

func testLDAPNames(t *testing.T, s *slapd) {
	names := []string{
		"*", "a*", "*da", "ada)(uid=*", "ada)(|(uid=*", "*)(uid=*))(|(uid=*", "ada))(&(uid=ada", `\2a`, `ad\61`, `\61da`, "ada\x00", "\x00", "(ada)", "ada)", "(", ")",
		"|", "&", "!", "=", "(uid=ada)", "uid=ada", "uid=ada,ou=people," + suffix, "ada,ou=people", "ada+cn=Ada Lovelace", `ada\`, `"ada"`, "<ada>", "#616461", "ada;x", "{user}", "{dn}",
		" ada", "ada ", "ada\n", "\tada", "ada\r\nuserPassword: x", "a\u0301da", "аda", "ada\u200b", "ada\u202e", "\ufffd", "ad\xe1", "\xff", "", strings.Repeat("a", maxUserName+1), strings.Repeat("*", 1<<20),
		strings.Repeat("(", maxUserName), strings.Repeat(`\`, maxUserName), strings.Repeat("é", maxUserName/2),
	}
	d := s.users(t, func(c *LDAPConfig) { c.UserFilter = "(|(uid={user})(cn={user}))" })
	for _, name := range names {
		for _, password := range []string{adasPassword, readerPass} {
			if got, err := d.Check(t.Context(), name, store.Secret(password)); !errors.Is(err, ErrWrong) || got.User != "" {
				t.Errorf("%.60q: got %v and error %v, want %v", name, got, err, ErrWrong)
			}
		}
		if got, err := d.LookUp(t.Context(), name, nil); !errors.Is(err, ErrGone) || got.User != "" {
			t.Errorf("looking up %.60q: got %v and error %v, want %v", name, got, err, ErrGone)
		}
	}
}

// Whoever is unknown, unfit or disabled costs the directory what a wrong password
// costs; and there is no bind without a password, which this directory grants.
func testLDAPWork(t *testing.T, s *slapd) {
	d := s.users(t, nil)
	check := func(name, password string) ([]string, string) {
		return s.during(t, func() {
			if _, err := d.Check(t.Context(), name, store.Secret(password)); !errors.Is(err, ErrWrong) {
				t.Errorf("%s: got error %v", name, err)
			}
		})
	}
	search := []string{"BIND " + readerDN, "SRCH " + suffix}
	got, log := check("ada", "wrong horse battery")
	if want := append(slices.Clone(search), "BIND uid=ada,ou=people,"+suffix); !slices.Equal(got, want) {
		t.Errorf("wrong password: got %q, want %q", got, want)
	}
	if strings.Contains(log, "wrong horse") {
		t.Error("the directory's log has the password")
	}
	for _, name := range []string{"mallory", "locked", "twin", "eve"} {
		got, log := check(name, adasPassword)
		if want := append(slices.Clone(search), "BIND cn=oauth1d-nobody,"+suffix); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
		if !strings.Contains(log, "err=49") {
			t.Errorf("%s: the bind was not refused:\n%s", name, log)
		}
	}
	from := s.mark()
	for _, password := range []string{"", "\x00", strings.Repeat("a", maxPassword+1)} {
		if _, err := d.Check(t.Context(), "ada", store.Secret(password)); !errors.Is(err, ErrWrong) {
			t.Errorf("got error %v", err)
		}
	}
	acts, _ := s.during(t, func() { d.LookUp(t.Context(), "mallory", nil) })
	if now := s.since(from); strings.Count(now, " ACCEPT ") != 1 || !slices.Equal(acts, search) {
		t.Errorf("passwords that are none were not refused before asking:\n%s", now)
	}
	raw := s.root(t)
	if err := raw.UnauthenticatedBind("uid=ada,ou=people," + suffix); err != nil {
		t.Errorf("the directory is not careless enough to show anything: %v", err)
	}
	if err := raw.Bind("", adasPassword); err != nil {
		t.Errorf("the directory is not careless enough to show anything: %v", err)
	}
	for dn, password := range map[string]string{"uid=ada,ou=people," + suffix: "", "": adasPassword} {
		if matches, err := tryPassword(raw, dn, store.Secret(password)); matches || err != nil {
			t.Errorf("%q: got %v and error %v, want false", dn, matches, err)
		}
	}
}

func testLDAPLookUp(t *testing.T, s *slapd) {
	ada := Identity{User: "ada", Groups: []string{"archivists", "photographers"}}
	tests := []struct {
		name   string
		change func(*LDAPConfig)
		user   string
		want   Identity
		err    error
	}{
		{"there", nil, "ada", ada, nil},
		{"there, and signs in by mail address", func(c *LDAPConfig) { c.UserFilter = "(mail={user})" }, "ada", ada, nil},
		{"there, though her name is another's mail address", func(c *LDAPConfig) { c.UserFilter = "(|(uid={user})(mail={user}))" }, "ada", ada, nil},
		{"there, without a password", nil, "nopassword", Identity{User: "nopassword"}, nil},
		{"there, called by every special character", nil, `odd(*)\`, Identity{User: `odd(*)\`, Groups: []string{"archivists"}}, nil},
		{"unknown", nil, "mallory", Identity{}, ErrGone},
		{"disabled", nil, "locked", Identity{}, ErrGone},
		{"another spelling is another user", nil, "Ada", Identity{}, ErrGone},
		{"no longer among those who may", func(c *LDAPConfig) { c.UserFilter = "(&(uid={user})(!(sn=Lovelace)))" }, "ada", Identity{}, ErrGone},
		{"two of them", nil, "twin", Identity{}, errSeveral},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := s.users(t, test.change).LookUp(t.Context(), test.user, nil)
			if !errors.Is(err, test.err) {
				t.Errorf("got error %v, want %v", err, test.err)
			}
			if diff := cmp.Diff(withoutID(t, got), test.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

func testLDAPGroups(t *testing.T, s *slapd) {
	tests := []struct {
		name, base, filter, user string
		want                     []string
	}{
		{"by entry", "ou=groups," + suffix, "(member={dn})", "ada", []string{"archivists", "photographers"}},
		{"by name", "ou=groups," + suffix, "(memberUid={user})", "ada", []string{"wheel"}},
		{"by both", "ou=groups," + suffix, "(|(member={dn})(memberUid={user}))", "ada", []string{"archivists", "photographers", "wheel"}},
		{"by an entry that is not ASCII, in an attribute that is", "ou=groups," + suffix, "(|(member={dn})(memberUid={user}))", "zoë", []string{"photographers"}},
		{"by special characters", "ou=groups," + suffix, "(|(member={dn})(memberUid={user}))", `odd(*)\`, []string{"archivists", "wheel"}},
		{"by a rule", "ou=groups," + suffix, "(member:distinguishedNameMatch:={dn})", "ada", []string{"archivists", "photographers"}},
		{"of one kind", "ou=groups," + suffix, "(&(objectClass=posixGroup)(|(member={dn})(memberUid={user})))", "ada", []string{"wheel"}},
		{"in none", "ou=groups," + suffix, "(member={dn})", "bob", nil},
		{"groups are elsewhere", "ou=people," + suffix, "(member={dn})", "ada", nil},
		{"groups are not asked for", "", "(member={dn})", "ada", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := s.users(t, func(c *LDAPConfig) { c.GroupBaseDN, c.GroupFilter = test.base, test.filter }).LookUp(t.Context(), test.user, nil)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.Groups, test.want); diff != "" {
				t.Errorf("(-got +want):\n%s", diff)
			}
		})
	}
}

// withoutID takes the entry's id out of an identity, which slapd has made up.
func withoutID(t *testing.T, id Identity) Identity {
	t.Helper()
	if strings.HasPrefix(id.Subject, "entryUUID:") != (id.User != "") {
		t.Errorf("the id of %q is %q, want its entryUUID", id.User, id.Subject)
	}
	id.Subject = ""
	return id
}
