package admin_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// A consumer's life on the pages, from the first form to the last.
func TestAConsumerOnThePages(t *testing.T) {
	c := open(t, scoped(t))
	ada := c.administrator()
	form := ada.get("/admin/consumers").link(t, "Add a consumer", ada)
	secret := ada.send(form, "/admin/consumers/new", url.Values{
		"key": {"jira"}, "name": {"Jira"}, "description": {"Tracks\r\nissues."}, "publisher": {"Atlassian"}, "contact": {"help@jira.example.test"},
		"callbacks": {"https://jira.example.test/ready\r\n\r\n oob \r\n"}, "methods": {"HMAC-SHA1"}, "profile": {"atlassian"}, "body_hash": {"required"},
	})
	secret.wants(http.StatusOK, "The secret of Jira", "shown once")
	if secret.value("consumer_secret") == "" || secret.value("copy-key") != "jira" || secret.value("copy-request_token") != "https://auth.example.test/oauth/request-token" {
		t.Errorf("the page with the secret lacks it, the key, or the address of the first leg")
	}
	made := c.made("GET", "/api/v1/consumers/jira", "").fields
	for name, want := range map[string]string{
		"name": "Jira", "description": "Tracks issues.", "publisher": "Atlassian", "contact": "help@jira.example.test",
		"callbacks": "[https://jira.example.test/ready oob]", "methods": "[HMAC-SHA1]", "profile": "atlassian", "body_hash": "required", "enabled": "true", "verified": "false",
	} {
		wantField(t, made, name, want)
	}
	save := func(tab string, typed url.Values) page {
		t.Helper()
		got := ada.send(ada.get("/admin/consumers/jira?tab="+tab), "/admin/consumers/jira/"+tab, typed)
		if got.location != "/admin/consumers/jira?tab="+tab+"&done=saved" {
			t.Fatalf("saving %s: got status %d and %q; it says %q", tab, got.status, got.location, got.problems())
		}
		return got.follow(ada)
	}
	save("details", url.Values{"name": {"Jira Cloud"}, "verified": {"1"}}).wants(http.StatusOK, "Saved.", "Jira Cloud", "Verified")
	save("incoming", url.Values{"methods": {"HMAC-SHA1", "HMAC-SHA256"}, "accept": {"stray-commas"}, "callbacks": {"oob"}}).wants(http.StatusOK, "Saved.")
	save("rights", url.Values{"scopes": {"delete"}, "groups": {"staff\nboard"}}).wants(http.StatusOK, "Delete your photos")
	save("limits", url.Values{"access_ttl_seconds": {"30d"}, "idle_ttl_seconds": {"90m"}}).wants(http.StatusOK, "Saved.")
	changed := c.made("GET", "/api/v1/consumers/jira", "").fields
	for name, want := range map[string]string{
		"name": "Jira Cloud", "verified": "true", "methods": "[HMAC-SHA1 HMAC-SHA256]", "accept": "[stray-commas]", "callbacks": "[oob]", "scopes": "[delete]",
		"groups": "[staff board]", "access_ttl_seconds": "2592000", "idle_ttl_seconds": "5400", "description": "Tracks issues.", "profile": "atlassian",
	} {
		wantField(t, changed, name, want)
	}
	if got := ada.get("/admin/consumers/jira?tab=limits"); got.value("access_ttl_seconds") != "30d" || got.value("idle_ttl_seconds") != "90m" {
		t.Errorf("the spans are shown as %q and %q", got.value("access_ttl_seconds"), got.value("idle_ttl_seconds"))
	}
	press := func(action, tab, deed string) {
		t.Helper()
		got := ada.send(ada.get("/admin/consumers/jira?tab="+tab), "/admin/consumers/jira/"+action, nil)
		got.follow(ada).wants(http.StatusOK, deed)
	}
	press("disable", "incoming", "Disabled. It counts from the next request on.")
	wantField(t, c.made("GET", "/api/v1/consumers/jira", "").fields, "enabled", "false")
	press("enable", "incoming", "Enabled. It counts from the next request on.")
	remove := ada.get("/admin/consumers/jira/remove")
	ada.send(remove, "/admin/consumers/jira/remove", url.Values{"confirm": {"Jira"}}).wants(http.StatusUnprocessableEntity, "This is not what is to be typed.")
	ada.send(remove, "/admin/consumers/jira/remove", url.Values{"confirm": {"jira"}}).follow(ada).wants(http.StatusOK, "Removed.")
	ada.get("/admin/consumers/jira").wants(http.StatusNotFound, "This does not exist")
	ada.send(remove, "/admin/consumers/jira/remove", url.Values{"confirm": {"jira"}}).wants(http.StatusNotFound)
}

func wantField(t *testing.T, fields map[string]any, name, want string) {
	t.Helper()
	got := strings.Trim(strings.ReplaceAll(string(mustJSON(t, fields[name])), `","`, " "), `"`)
	got = strings.NewReplacer(`["`, "[", `"]`, "]").Replace(got)
	if got != want {
		t.Errorf("%s: got %s, want %s", name, got, want)
	}
}

func mustJSON(t *testing.T, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v)
	must(t, err)
	return b
}

// link goes where a link with these words leads.
func (p page) link(t *testing.T, words string, b *browser) page {
	t.Helper()
	for _, a := range p.elements("a") {
		if strings.TrimSpace(textOf(a)) == words {
			return b.get(attr(a, "href"))
		}
	}
	t.Fatalf("%s has no link %q", p.path, words)
	return page{}
}

// What is wrong stands beside its field and in the summary, and nothing that was
// typed is lost but secrets.
func TestWhatIsWrongIsSaidAndNothingTypedIsLost(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	typed := url.Values{
		"key": {"a b"}, "name": {"  "}, "description": {"Words"}, "publisher": {"Pub"}, "contact": {"javascript:alert(1)"}, "callbacks": {"http://a.example/x\nnothing"},
		"methods": {"RSA-SHA1", "HMAC-SHA1"}, "secret": {"kd94hf93k423kf44"}, "public_key": {"not a key"}, "verified": {"1"}, "profile": {"magento"},
	}
	got := ada.send(ada.get("/admin/consumers/new"), "/admin/consumers/new", typed)
	got.wants(http.StatusBadRequest, "This was not done yet")
	for _, id := range []string{"key", "description", "publisher", "contact", "callbacks", "public_key"} {
		if value := strings.ReplaceAll(got.value(id), "\r\n", "\n"); value != typed.Get(id) {
			t.Errorf("%s came back as %q, want %q", id, value, typed.Get(id))
		}
	}
	values := fields(got.form("/admin/consumers/new"))
	if strings.Join(values["methods"], " ") != "HMAC-SHA1 RSA-SHA1" || values.Get("verified") != "1" || values.Get("profile") != "magento" {
		t.Errorf("boxes came back as %v, %v and %v", values["methods"], values["verified"], values["profile"])
	}
	if strings.Contains(got.text, "kd94hf93k423kf44") {
		t.Error("the secret came back")
	}
	for _, id := range []string{"name", "contact", "callbacks"} {
		n := got.element(id)
		if n == nil || attr(n, "aria-invalid") != "true" || !strings.Contains(attr(n, "aria-describedby"), id+"-problem") || !strings.Contains(got.text, `href="#`+id+`"`) {
			t.Errorf("%s is not marked, described and linked to", id)
		}
	}
	// A problem about a field that the form lacks is told all the same.
	c.made("POST", "/api/v1/consumers", printer)
	noKey := ada.send(ada.get("/admin/consumers/printer?tab=incoming"), "/admin/consumers/printer/incoming", url.Values{"methods": {"RSA-SHA1"}})
	noKey.wants(http.StatusBadRequest, "RSA-SHA1 needs the application's RSA public key")
	// Nothing is saved by a form of which one field is wrong.
	limits := ada.send(ada.get("/admin/consumers/printer?tab=limits"), "/admin/consumers/printer/limits", url.Values{"access_ttl_seconds": {"1d"}, "idle_ttl_seconds": {"soon"}})
	limits.wants(http.StatusUnprocessableEntity, "This is no span of time")
	if limits.value("idle_ttl_seconds") != "soon" || limits.value("access_ttl_seconds") != "1d" {
		t.Error("what was typed about spans is lost")
	}
	wantField(t, c.made("GET", "/api/v1/consumers/printer", "").fields, "access_ttl_seconds", "0")
	// A private key is not handed round.
	private := ada.send(ada.get("/admin/consumers/printer/public-key"), "/admin/consumers/printer/public-key", url.Values{"public_key": {"-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----"}})
	private.wants(http.StatusBadRequest, "only its owner may ever have it")
	if strings.Contains(private.text, "MIIE") {
		t.Error("a private key came back")
	}
}

func (p page) element(id string) *html.Node {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && attr(n, "id") == id {
			return n
		}
	}
	return nil
}

// Names that browsers take for steps in a path, and those of our own pages, are
// names like any other.
func TestOddKeysHaveTheirPages(t *testing.T) {
	c := open(t, nil)
	ada := c.administrator()
	for _, key := range []string{"new", ".", "..", "=", "=new", "a/b", "a%2Fb", "%", "a?b=c", "a#b", "a;b", "a+b", `a"b'<c>`, "~", "//", "a\\b", "rotate"} {
		body := string(mustJSON(t, map[string]any{"key": key, "name": "Odd " + key, "callbacks": []string{"oob"}}))
		c.made("POST", "/api/v1/consumers", body)
		list := ada.get("/admin/consumers?q=" + url.QueryEscape("Odd "+key))
		shown := list.link(t, "Odd "+key, ada)
		shown.wants(http.StatusOK, "Odd "+key)
		if shown.value("copy-key") != key {
			t.Errorf("%q: got the page of %q", key, shown.value("copy-key"))
		}
		incoming := shown.link(t, "Incoming authentication", ada)
		for _, f := range incoming.elements("form") {
			if action := attr(f, "action"); strings.HasSuffix(action, "/disable") {
				ada.send(incoming, action, nil).follow(ada).wants(http.StatusOK, "Disabled. It counts")
			}
		}
		wantField(t, c.made("GET", "/api/v1/consumers/"+url.PathEscape(key), "").fields, "enabled", "false")
	}
}

// ADM-06: names are words and links are none of ours to make.
func TestHostileNamesStayWords(t *testing.T) {
	c := open(t, scoped(t))
	const evil = `<script>alert(1)</script><img src=x onerror=alert(1)>"' style=x`
	body := string(mustJSON(t, map[string]any{"key": "evil", "name": evil, "description": evil, "publisher": evil, "callbacks": []string{"oob"}, "contact": "mallory@evil.example",
		"groups": []string{"<script>alert(1)</script>"}, "two_legged": true, "acts_as": evil, "impersonates": []string{evil}}))
	c.made("POST", "/api/v1/consumers", body)
	if got := c.call("PATCH", "/api/v1/consumers/evil", `{"contact":"javascript:alert(1)"}`); got.status != http.StatusBadRequest {
		t.Errorf("a javascript: link as contact: got status %d, want 400", got.status)
	}
	c.made("POST", "/api/v1/users", string(mustJSON(t, map[string]any{"name": evil, "password": adaPassword})))
	c.made("POST", "/api/v1/tokens", string(mustJSON(t, map[string]any{"consumer": "evil", "user": evil, "scopes": []string{"<script>"}})))
	ada := c.administrator()
	for _, path := range []string{
		"/admin/", "/admin/consumers", "/admin/consumers?q=" + url.QueryEscape(evil), "/admin/consumers/evil", "/admin/consumers/evil?tab=incoming", "/admin/consumers/evil?tab=rights",
		"/admin/consumers/evil?tab=limits", "/admin/consumers/evil/rotate", "/admin/consumers/evil/two-legged", "/admin/consumers/evil/remove", "/admin/tokens", "/admin/tokens?user=" + url.QueryEscape(evil),
		"/admin/users", "/admin/users/" + url.PathEscape(evil), "/admin/users/" + url.PathEscape(evil) + "/remove", "/admin/audit", "/admin/audit?actor=" + url.QueryEscape(evil), "/admin/config?q=" + url.QueryEscape(evil),
		"/admin/requests?consumer=" + url.QueryEscape(evil), "/admin/?done=" + url.QueryEscape(evil),
	} {
		got := ada.get(path)
		got.wants(http.StatusOK)
		for n := range got.root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			if n.Data == "script" || n.Data == "img" || has(n, "style") || has(n, "onerror") {
				t.Errorf("%s has an element %s that nobody of us has written", path, n.Data)
			}
			for _, name := range []string{"href", "action", "src", "formaction"} {
				if strings.HasPrefix(strings.ToLower(strings.TrimSpace(attr(n, name))), "javascript:") {
					t.Errorf("%s has %s=%s", path, name, attr(n, name))
				}
			}
		}
	}
}
