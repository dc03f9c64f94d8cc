package admin_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"oauth1d/store"
)

func TestProposalsAreApprovedAndRejected(t *testing.T) {
	c := open(t, nil)
	for _, key := range []string{"good", "bad"} {
		must(t, c.store.AddConsumer(t.Context(), store.Consumer{
			Key: key, Name: "The " + key + " one", Methods: []string{"HMAC-SHA1"}, Callbacks: []string{"oob"}, Profile: store.ProfileRFC5849, BodyHash: store.BodyHashIfPresent,
			Owner: "bob", Proposed: c.clock.now().Unix(), Created: c.clock.now().Unix(),
		}))
	}
	ada := c.administrator()
	list := ada.get("/admin/consumers?state=proposed")
	list.wants(http.StatusOK, "The good one", "The bad one", "proposed by bob")
	good := list.link(t, "The good one", ada)
	good.wants(http.StatusOK, "This is a proposal", "bob has proposed it")
	c.clock.pass(11 * time.Minute)
	asked := ada.send(good, "/admin/consumers/good/approve", nil)
	again := asked.follow(ada)
	back := ada.send(again, "/admin/signin", url.Values{"password": {adaPassword}}).follow(ada)
	back.wants(http.StatusOK, "Please press the button once more.")
	ada.send(back, "/admin/consumers/good/approve", nil).follow(ada).wants(http.StatusOK, "The proposal was approved.")
	if _, there := c.made("GET", "/api/v1/consumers/good", "").fields["proposed"]; there {
		t.Error("the approved one is still a proposal")
	}
	reject := ada.get("/admin/consumers/bad").link(t, "Reject …", ada)
	reject.wants(http.StatusOK, "Reject the proposal The bad one?")
	ada.send(reject, "/admin/consumers/bad/remove", nil).follow(ada).wants(http.StatusOK, "The proposal was rejected and is gone.")
	ada.get("/admin/consumers/bad").wants(http.StatusNotFound)
	// A form of a proposal that has become a consumer removes nothing unasked.
	must(t, c.store.AddConsumer(t.Context(), store.Consumer{Key: "bad", Name: "Back", Methods: []string{"HMAC-SHA1"}, BodyHash: store.BodyHashIfPresent, Profile: store.ProfileRFC5849}))
	ada.send(reject, "/admin/consumers/bad/remove", nil).wants(http.StatusUnprocessableEntity, "This is not what is to be typed.")
}

func TestTokensAreFoundPagedAndRevoked(t *testing.T) {
	c := open(t, nil)
	c.made("POST", "/api/v1/consumers", printer)
	c.made("POST", "/api/v1/consumers", `{"key":"jira","name":"Jira","callbacks":["oob"]}`)
	for range 60 {
		c.made("POST", "/api/v1/tokens", `{"consumer":"printer","user":"bob"}`)
	}
	one := c.made("POST", "/api/v1/tokens", `{"consumer":"jira","user":"bob"}`).field("id")
	ada := c.administrator()
	seen := map[string]bool{}
	for p := ada.get("/admin/tokens?consumer=printer"); ; p = p.link(t, "More", ada) {
		p.wants(http.StatusOK, "60 access tokens match.")
		for _, a := range p.elements("a") {
			if id, ok := strings.CutPrefix(attr(a, "href"), "/admin/tokens/"); ok && !strings.HasPrefix(id, "revoke") {
				seen[id] = true
			}
		}
		if !strings.Contains(p.text, `rel="next"`) {
			p.link(t, "First page", ada).wants(http.StatusOK)
			break
		}
	}
	if len(seen) != 60 {
		t.Errorf("got %d tokens on all pages, want 60", len(seen))
	}
	ada.get("/admin/tokens?q="+one[:6]).wants(http.StatusOK, one)
	ada.get("/admin/tokens?consumer=nobody").wants(http.StatusNotFound, `there is no consumer "nobody"`)
	ada.get("/admin/tokens/"+strings.Repeat("0", 32)).wants(http.StatusNotFound, "This does not exist")
	single := ada.get("/admin/tokens/" + one)
	ada.send(single, "/admin/tokens/"+one+"/revoke", nil).follow(ada).wants(http.StatusOK, "The access token was revoked.", "Revoked")
	ada.get("/admin/tokens/revoke").wants(http.StatusBadRequest, "All tokens at once are not revoked")
	confirm := ada.get("/admin/consumers/printer?tab=rights").link(t, "Revoke them all …", ada)
	confirm.wants(http.StatusOK, "Revoke 60 access tokens?")
	ada.send(confirm, "/admin/tokens/revoke", nil).follow(ada).wants(http.StatusOK, "60 access tokens were revoked.")
	ada.get("/admin/consumers/printer?tab=rights").wants(http.StatusOK, "This consumer has 0 live access tokens.")
}

func TestUsersOnThePages(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	form := ada.get("/admin/users/new")
	ada.send(form, "/admin/users/new", url.Values{"name": {"eve"}, "password": {"another good one"}, "again": {"another"}}).wants(http.StatusUnprocessableEntity, "The two passwords differ.")
	ada.send(form, "/admin/users/new", url.Values{"name": {"eve"}, "password": {"short"}, "again": {"short"}}).wants(http.StatusBadRequest, "at least 8")
	taken := ada.send(form, "/admin/users/new", url.Values{"name": {"bob"}, "password": {"another good one"}, "again": {"another good one"}})
	taken.wants(http.StatusConflict, `there is a user "bob" already`)
	if taken.value("name") != "bob" || strings.Contains(taken.text, "another good one") {
		t.Error("the name is lost, or the password came back")
	}
	made := ada.send(form, "/admin/users/new", url.Values{"name": {"new"}, "password": {"another good one"}, "again": {"another good one"}})
	user := made.follow(ada)
	user.wants(http.StatusOK, "The user was added and can sign in.")
	press := func(action string, typed url.Values, deed string) {
		t.Helper()
		ada.send(ada.get("/admin/users/=new"), "/admin/users/=new/"+action, typed).follow(ada).wants(http.StatusOK, deed)
	}
	press("disable", nil, "Disabled. It counts from the next request on.")
	press("enable", nil, "Enabled. It counts from the next request on.")
	press("groups", url.Values{"groups": {"staff\r\nboard\r\n"}}, "Saved.")
	press("password", url.Values{"password": {"yet another one"}, "again": {"yet another one"}}, "The password was replaced.")
	wantField(t, c.made("GET", "/api/v1/users/new", "").fields, "groups", "[board staff]")
	ada.get("/admin/users?q=NE").wants(http.StatusOK, "new", "staff")
	remove := ada.get("/admin/users/=new/remove")
	ada.send(remove, "/admin/users/=new/remove", url.Values{"confirm": {"bob"}}).wants(http.StatusUnprocessableEntity)
	ada.send(remove, "/admin/users/=new/remove", url.Values{"confirm": {"new"}}).follow(ada).wants(http.StatusOK, "Removed.")
	ada.get("/admin/users/=new").wants(http.StatusNotFound)
}

func TestUsersOfAnotherSystemAreNotChangedHere(t *testing.T) {
	c := open(t, nil)
	for i := range 55 {
		_, err := c.store.SeeUser(t.Context(), store.User{Name: fmt.Sprintf("ldap-%02d", i), Source: "ldap", Groups: []string{"staff"}, Checked: c.clock.now().Unix()})
		must(t, err)
	}
	ada := c.administrator()
	first := ada.get("/admin/users?q=ldap")
	first.wants(http.StatusOK, "ldap-00", "ldap-49")
	first.link(t, "More", ada).wants(http.StatusOK, "ldap-50", "ldap-54")
	if built := ada.get("/admin/users?source=built-in"); strings.Contains(built.words(), "ldap-") {
		t.Error("among the built-in users are others")
	}
	one := ada.get("/admin/users/ldap-00")
	one.wants(http.StatusOK, "Password and groups of this user are changed at ldap.", "staff")
	if one.form("/admin/users/ldap-00/password") != nil || one.form("/admin/users/ldap-00/groups") != nil {
		t.Error("there is a form for a password or groups of a user of another system")
	}
	ada.send(one, "/admin/users/ldap-00/disable", nil).follow(ada).wants(http.StatusOK, "Disabled.")
}
