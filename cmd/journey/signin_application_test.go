package journey

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Two host names of one site behind one nginx, and a cookie for the domain of both.
const (
	portalHost = "portal.lighthouse.test"
	authHost   = "auth.lighthouse.test"
)

// beside adds the portal's server to nginx.
func beside(p *portal) func(string) string {
	return func(site string) string {
		_, rest, _ := strings.Cut(site, "listen ")
		addr, _, _ := strings.Cut(rest, ";")
		return site + fmt.Sprintf("\nserver {\n  listen %s;\n  server_name %s;\n  location / { proxy_pass %s; proxy_set_header Host $http_host; }\n}\n", addr, portalHost, p.URL)
	}
}

func TestSignInThroughTheApplication(t *testing.T) {
	p := startPortal(t)
	p.domain = "lighthouse.test"
	f := startFront(t, frontConfig{host: authHost, site: beside(p), yaml: fmt.Sprintf(`signin:
  backend: application
  recheck: 1s
  recheck_grace: 4s
  user_url: %[1]s/users/{user}
  user_token_file: users.token
  application: {url: "%[1]s/whoami", login_url: "http://%[2]s:PORT/login", user_path: user.name, groups_path: groups, timeout: 500ms}
`, p.URL, portalHost), prepare: func(d *daemon) { d.overwrite("users.token", portalToken) }})
	mia := newGuest(t, f.d, f.d.addConsumer("--name", "Album", "--callback", guestCallback))

	// The browser goes to the portal's login page and comes back.
	with, link := mia.start()
	login := mia.open(link)
	if login.at.Hostname() != portalHost || !strings.HasPrefix(login.at.Query().Get("return_to"), f.base+"/oauth/signin") {
		t.Fatalf("the browser was sent to %s", login.at)
	}
	c := mia.finish(with, mia.submit(login, url.Values{"name": {"mia"}, "password": {portalPassword}}))
	if got := f.d.judged(t, c); got != "mia staff" {
		t.Errorf("the gate says %q, want mia of staff", got)
	}

	t.Run("whoever is signed in there is signed in here", func(t *testing.T) {
		with, link := mia.start()
		mia.finish(with, mia.open(link))
	})
	t.Run("not you?", func(t *testing.T) {
		with, link := mia.start()
		consent := mia.open(link)
		login := mia.submitTo(consent, "signout")
		if login.at.Hostname() != portalHost {
			t.Fatalf("somebody else was sent to %s:\n%s", login.at, login.body)
		}
		bob := mia.finish(with, mia.submit(login, url.Values{"name": {"bob"}, "password": {portalPassword}}))
		if got := f.d.judged(t, bob); got != "bob -" {
			t.Errorf("the gate says %q, want bob", got)
		}
	})
	t.Run("whoever becomes another there is the other here", func(t *testing.T) {
		with, link := mia.start()
		consent := mia.open(link)
		if !strings.Contains(consent.body, ">bob<") {
			t.Errorf("bob is not on the page:\n%s", consent.body)
		}
		there := "http://" + portalHost + f.base[strings.LastIndex(f.base, ":"):]
		resp, err := mia.http.PostForm(there+"/login", url.Values{"name": {"mia"}, "password": {portalPassword}, "return_to": {link}})
		again := mia.arrive(resp, err)
		if !strings.Contains(again.body, ">mia<") {
			t.Errorf("mia is not on the page:\n%s", again.body)
		}
		// The other's page grants nothing in mia's name.
		action, fields, _ := mainForm(consent.body)
		fields.Set("decision", "allow")
		resp, err = mia.http.PostForm(f.base+action, fields)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode < 400 {
			t.Errorf("bob's page in mia's session: %s to %s", resp.Status, resp.Header.Get("Location"))
		}
		mia.finish(with, again)

		resp, err = mia.http.PostForm(there+"/logout", nil)
		mia.arrive(resp, err)
		if p := mia.open(link[:strings.LastIndex(link, "=")+1] + startOf(mia)); p.at.Hostname() != portalHost {
			t.Errorf("after signing out there the browser is at %s", p.at)
		}
	})

	for _, trouble := range []string{"it fails", "it hangs", "it answers nonsense"} {
		t.Run("at sign-in "+trouble, func(t *testing.T) {
			eve := newGuest(t, f.d, mia.c)
			with, link := eve.start()
			login := eve.open(link)
			p.set(trouble)
			back := login.at.Query().Get("return_to")
			resp, err := eve.http.PostForm(login.at.ResolveReference(&url.URL{Path: "/login"}).String(),
				url.Values{"name": {"mia"}, "password": {portalPassword}, "return_to": {back}})
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != 503 {
				t.Errorf("coming back: %s, want 503", resp.Status)
			}
			eve.isPage(link, 503, "signin_unavailable")
			p.set("")
			eve.finish(with, eve.open(back)) // which goes on where it was
		})
	}

	t.Run("whoever is gone there", func(t *testing.T) {
		p.fire("mia")
		f.d.becomes(t, "fired", c, "permission_denied")
		p.hire("mia", "staff", "board")
		back := newGuest(t, f.d, mia.c)
		with, link := back.start()
		again := back.finish(with, back.submit(back.open(link), url.Values{"name": {"mia"}, "password": {portalPassword}}))
		if got := f.d.judged(t, again); got != "mia board,staff" {
			t.Errorf("hired again: the gate says %q", got)
		}
		f.d.becomes(t, "the token of before", c, "mia board,staff")
	})
	t.Run("a built-in account of the same name", func(t *testing.T) {
		p.hire("ada")
		eve := newGuest(t, f.d, mia.c)
		_, link := eve.start()
		login := eve.open(link)
		resp, err := eve.http.PostForm(login.at.ResolveReference(&url.URL{Path: "/login"}).String(),
			url.Values{"name": {"ada"}, "password": {portalPassword}, "return_to": {login.at.Query().Get("return_to")}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 403 {
			t.Errorf("the portal's ada: %s, want 403", resp.Status)
		}
		eve.isPage(link, 403, "user_name_taken")
	})
	t.Run("while nobody can be asked", func(t *testing.T) {
		p.set("it fails")
		began := time.Now()
		if got := f.d.judged(t, c); got != "mia board,staff" {
			t.Errorf("at once the gate says %q", got)
		}
		f.d.becomes(t, "after recheck_grace", c, "permission_denied")
		if took := time.Since(began); took < time.Second {
			t.Errorf("the grace lasted %v", took)
		}
		p.set("")
		f.d.becomes(t, "asked again", c, "mia board,staff")
	})
}

// startOf is the request token of a new dance.
func startOf(g *guest) string {
	_, link := g.start()
	return link[strings.LastIndex(link, "=")+1:]
}
