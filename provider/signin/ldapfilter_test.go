package signin

import (
	"fmt"
	"strings"
	"testing"

	ber "github.com/go-asn1-ber/asn1-ber"
	"github.com/go-ldap/ldap/v3"

	"oauth1d/store"
)

// FuzzLDAPFilter holds that whatever is typed is a value: the filter that is sent
// has the shape that it has for a plain name, and compares with what was typed, whole.
func FuzzLDAPFilter(f *testing.F) {
	for _, s := range []string{"ada", "*", "ada)(uid=*", `\2a`, "\x00", "((((", "{dn}", "{user}", "é", "\xff", "\ufffd", "uid=ada,ou=people", `a\`, "", ")", "&", "!(x=y)"} {
		f.Add(s, "uid=ada,"+suffix)
		f.Add("ada", s)
	}
	user := []string{"(uid={user})", "(|(uid={user})(mail={user}@example.org))", "(&(objectClass=person)(!(x=y))(cn=a-{user}-b))"}
	group := []string{"(member={dn})", "(|(member={dn})(memberUid={user}))", "(member:1.2.840.113556.1.4.1941:={dn})", "(&(a=*)(b=c*d)(e>=f)(member={dn}))"}
	f.Fuzz(func(t *testing.T, name, dn string) {
		same := func(got, plain string) {
			t.Helper()
			filled := strings.NewReplacer(printed("NAME"), printed(name), printed("ENTRY"), printed(dn))
			if got, want := shapeOf(t, got), filled.Replace(shapeOf(t, plain)); got != want {
				t.Errorf("%q for %q in %q: got %s, want %s", plain, name, dn, got, want)
			}
		}
		for _, filter := range user {
			same(fillFilter(filter, name, dn), fillFilter(filter, "NAME", "ENTRY"))
			same(findAgain(filter, "uid", name), findAgain(filter, "uid", "NAME"))
		}
		for _, filter := range group {
			same(fillFilter(filter, name, dn), fillFilter(filter, "NAME", "ENTRY"))
		}
	})
}

func printed(s string) string { return fmt.Sprintf("%x", s) }

// shapeOf spells a compiled filter: its comparisons, and their values in hex.
func shapeOf(t *testing.T, filter string) string {
	t.Helper()
	p, err := ldap.CompileFilter(filter)
	if err != nil {
		t.Fatalf("compiling %q: %v", filter, err)
	}
	return spellPacket(p)
}

func spellPacket(p *ber.Packet) string {
	s := fmt.Sprintf("%d.%d", p.ClassType, p.Tag)
	if p.Value != nil {
		s += fmt.Sprintf("=%x", p.Value)
	}
	for _, child := range p.Children {
		s += "(" + spellPacket(child) + ")"
	}
	return s
}

func TestMistakesInTheLDAPConfiguration(t *testing.T) {
	good := LDAPConfig{URL: "ldap://localhost", BaseDN: suffix}
	tests := []struct {
		name   string
		change func(*LDAPConfig)
		want   []string // in the error; none: no error
	}{
		{"none", func(*LDAPConfig) {}, nil},
		{"with everything", func(c *LDAPConfig) {
			c.URL, c.BindDN, c.BindPassword, c.GroupBaseDN = "ldaps://[::1]:1636/", readerDN, store.Secret(readerPass), "ou=Gruppen für alle,"+suffix
			c.UserFilter, c.UserAttribute = "(&(objectClass=inetOrgPerson)(|(uid={user})(mail={user}@example.org))(!(employeeType=left)))", "sAMAccountName"
			c.GroupFilter, c.GroupAttribute = "(|(member:1.2.840.113556.1.4.1941:={dn})(memberUid={user}))", "ou"
		}, nil},
		{"a user in brackets", func(c *LDAPConfig) { c.UserFilter = "((uid={user}))" }, nil},
		{"all at once", func(c *LDAPConfig) {
			*c = LDAPConfig{URL: "http://localhost", BindDN: "cn=x", UserFilter: "uid={user}", UserAttribute: "a b", GroupFilter: "(", GroupAttribute: "*", Timeout: -1}
		}, []string{"url: ", "base_dn: is missing", "bind_dn: ", "user_filter: ", "user_attribute: ", "group_filter: ", "group_attribute: ", "timeout: "}},
		{"no URL", func(c *LDAPConfig) { c.URL = "" }, []string{"url: "}},
		{"no host", func(c *LDAPConfig) { c.URL = "ldap:///dc=example" }, []string{"url: "}},
		{"no URL that can be read", func(c *LDAPConfig) { c.URL = "ldap://a b\x00" }, []string{"url: "}},
		{"a socket", func(c *LDAPConfig) { c.URL = "ldapi://%2frun%2fldapi" }, []string{"url: "}},
		{"a base in the URL", func(c *LDAPConfig) { c.URL = "ldap://localhost/dc=example" }, []string{"url: "}},
		{"a password in the URL", func(c *LDAPConfig) { c.URL = "ldap://cn=x:" + adasPassword[:7] + "@localhost" }, []string{"url: "}},
		{"StartTLS on ldaps", func(c *LDAPConfig) { c.URL, c.StartTLS = "ldaps://localhost", true }, []string{"start_tls: "}},
		{"a password for nobody", func(c *LDAPConfig) { c.BindPassword = store.Secret("x") }, []string{"bind_dn: "}},
		{"bases that are none", func(c *LDAPConfig) { c.BaseDN, c.GroupBaseDN = "example", "ou=x," }, []string{"base_dn: ", "group_base_dn: "}},
		{"user filter: without a place", func(c *LDAPConfig) { c.UserFilter = "(uid=ada)" }, []string{"user_filter: ", "nowhere"}},
		{"user filter: of another kind", func(c *LDAPConfig) { c.UserFilter = "(uid=%s)" }, []string{"user_filter: ", "nowhere"}},
		{"user filter: the beginning is enough", func(c *LDAPConfig) { c.UserFilter = "(uid={user}*)" }, []string{"user_filter: ", "may only be"}},
		{"user filter: the end is enough", func(c *LDAPConfig) { c.UserFilter = "(uid=*{user})" }, []string{"user_filter: ", "may only be"}},
		{"user filter: all but the user", func(c *LDAPConfig) { c.UserFilter = "(!(uid={user}))" }, []string{"user_filter: ", "may only be"}},
		{"user filter: or greater", func(c *LDAPConfig) { c.UserFilter = "(uid>={user})" }, []string{"user_filter: ", "may only be"}},
		{"user filter: or similar", func(c *LDAPConfig) { c.UserFilter = "(uid~={user})" }, []string{"user_filter: ", "may only be"}},
		{"user filter: by a rule", func(c *LDAPConfig) { c.UserFilter = "(uid:caseExactMatch:={user})" }, []string{"user_filter: ", "may only be"}},
		{"user filter: which attribute", func(c *LDAPConfig) { c.UserFilter = "({user}=ada)" }, []string{"user_filter: ", "may only be"}},
		{"user filter: whether there is an attribute", func(c *LDAPConfig) { c.UserFilter = "({user}=*)" }, []string{"user_filter: ", "may only be"}},
		{"user filter: twice in one value", func(c *LDAPConfig) { c.UserFilter = "(cn={user} {user})" }, []string{"user_filter: ", "may only be"}},
		{"user filter: after half an escape", func(c *LDAPConfig) { c.UserFilter = `(cn=\2{user})` }, []string{"user_filter: "}},
		{"user filter: two", func(c *LDAPConfig) { c.UserFilter = "(uid={user})(cn={user})" }, []string{"user_filter: "}},
		{"user filter: open", func(c *LDAPConfig) { c.UserFilter = "(&(uid={user})" }, []string{"user_filter: "}},
		{"group filter: without a place", func(c *LDAPConfig) { c.GroupFilter = "(cn=*)" }, []string{"group_filter: ", "nowhere"}},
		{"group filter: all but the user's", func(c *LDAPConfig) { c.GroupFilter = "(!(member={dn}))" }, []string{"group_filter: ", "may only be"}},
		{"group filter: a pattern", func(c *LDAPConfig) { c.GroupFilter = "(memberUid=*{user}*)" }, []string{"group_filter: ", "may only be"}},
		{"group filter: which rule", func(c *LDAPConfig) { c.GroupFilter = "(member:{dn}:=x)" }, []string{"group_filter: ", "may only be"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := good
			test.change(&c)
			d, err := NewLDAP(c)
			if (err == nil) != (test.want == nil) || (d == nil) != (err != nil) {
				t.Fatalf("got error %v, want one with %q", err, test.want)
			}
			for _, want := range test.want {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("got error %q, want one with %q", err, want)
				}
			}
			if err != nil && strings.Contains(err.Error(), adasPassword[:7]) {
				t.Errorf("the error has the password: %v", err)
			}
		})
	}
}

func TestTheSearchingAccountsPasswordIsNotPrinted(t *testing.T) {
	d, err := NewLDAP(LDAPConfig{URL: "ldap://localhost", BaseDN: suffix, BindDN: readerDN, BindPassword: store.Secret(readerPass)})
	if err != nil {
		t.Fatal(err)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
		for _, v := range []any{d, d.config, struct{ D *LDAP }{d}} {
			if text := fmt.Sprintf(verb, v); strings.Contains(text, readerPass) || strings.Contains(text, printed(readerPass)) || strings.Contains(text, fmt.Sprint([]byte(readerPass))) {
				t.Errorf("%s of a %T: got %q", verb, v, text)
			}
		}
	}
}
