package journey

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

const handOverToken = "answers-challenges-only-0123456789"

// answerChallenge answers one by the admin API.
func answerChallenge(t *testing.T, d *daemon, method, challenge, token, body string) (status int, answer map[string]any) {
	t.Helper()
	resp := raw{method: method, target: "/api/v1/signins/" + challenge, body: body, headers: []string{
		"Host: " + d.private, "Content-Type: application/json", "Authorization: Bearer " + token}}.send(t, d.private)
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		t.Fatalf("%s of a challenge: %s, %v", method, resp.Status, err)
	}
	return resp.StatusCode, answer
}

func TestSignInIsHandedOver(t *testing.T) {
	p := startPortal(t)
	d := newSteadyDaemon(t, fmt.Sprintf("signin:\n  backend: handover\n  handover: {login_url: \"%s/login\"}\nadmin: {handover_token_file: handover.token, token_file: admin.token}\n", p.URL))
	d.overwrite("handover.token", handOverToken)
	d.overwrite("admin.token", "opens-everything-0123456789abcdef")
	d.start()
	p.handOver = func(challenge, user string) string {
		status, asked := answerChallenge(t, d, "GET", challenge, handOverToken, "")
		if status != 200 || !strings.Contains(fmt.Sprint(asked), "Album") {
			t.Errorf("asked what a challenge is about: %d %v", status, asked)
		}
		status, said := answerChallenge(t, d, "POST", challenge, handOverToken, `{"user": "`+user+`", "groups": ["staff"]}`)
		to, _ := said["redirect"].(string)
		if status != 200 || !strings.HasPrefix(to, d.base+"/oauth/signin/return?") {
			t.Errorf("accepting: %d %v", status, said)
		}
		for _, method := range []string{"POST", "GET", "DELETE"} {
			if status, said := answerChallenge(t, d, method, challenge, handOverToken, `{"user": "bob"}`); status != 404 {
				t.Errorf("%s of an answered challenge: %d %v", method, status, said)
			}
		}
		return to
	}
	mia := newGuest(t, d, d.addConsumer("--name", "Album", "--callback", guestCallback))
	with, link := mia.start()
	login := mia.open(link)
	if !strings.HasPrefix(login.at.String(), p.URL+"/login?challenge=") {
		t.Fatalf("the browser was sent to %s", login.at)
	}
	c := mia.finish(with, mia.submit(login, url.Values{"name": {"mia"}, "password": {portalPassword}}))
	if got := d.judged(t, c); got != "mia staff" {
		t.Errorf("the gate says %q, want mia of staff", got)
	}

	challengeOf := func(g *guest) (string, string) {
		_, link := g.start()
		return g.open(link).at.Query().Get("challenge"), link
	}
	t.Run("the token opens nothing else", func(t *testing.T) {
		challenge, _ := challengeOf(newGuest(t, d, mia.c))
		for _, target := range []string{"/api/v1/consumers", "/api/v1/users", "/api/v1/tokens", "/api/v1/config", "/api/v1/signins"} {
			resp := raw{target: target, headers: []string{"Host: " + d.private, "Authorization: Bearer " + handOverToken}}.send(t, d.private)
			if resp.StatusCode < 400 {
				t.Errorf("%s with the token for challenges: %s", target, resp.Status)
			}
		}
		for _, wrong := range []string{"", "x", handOverToken + "0", handOverToken[1:], c.token} {
			if status, said := answerChallenge(t, d, "POST", challenge, wrong, `{"user": "mia"}`); status != 401 && status != 403 {
				t.Errorf("a challenge with another token: %d %v", status, said)
			}
		}
		resp := raw{method: "POST", target: "/api/v1/signins/" + challenge, body: `{"user": "mia"}`, headers: []string{
			"Host: " + d.public, "Content-Type: application/json", "Authorization: Bearer " + handOverToken}}.send(t, d.public)
		if resp.StatusCode < 400 {
			t.Errorf("a challenge on the public listener: %s", resp.Status)
		}
		if status, said := answerChallenge(t, d, "POST", challenge, handOverToken, `{"user": "mia"}`); status != 200 {
			t.Errorf("the challenge afterwards: %d %v", status, said)
		}
	})
	t.Run("refused", func(t *testing.T) {
		eve := newGuest(t, d, mia.c)
		challenge, _ := challengeOf(eve)
		status, said := answerChallenge(t, d, "DELETE", challenge, handOverToken, "")
		to, _ := said["redirect"].(string)
		if status != 200 {
			t.Fatalf("refusing: %d %v", status, said)
		}
		eve.isPage(to, 403, "signin_refused")
	})
	t.Run("another browser's link", func(t *testing.T) {
		eve, victim := newGuest(t, d, mia.c), newGuest(t, d, mia.c)
		challenge, _ := challengeOf(eve)
		_, said := answerChallenge(t, d, "POST", challenge, handOverToken, `{"user": "eve"}`)
		to, _ := said["redirect"].(string)
		victim.isPage(to, 403, "signin_return_unknown")
		_, link := challengeOf(victim) // is elsewhere too, and is given eve's link
		victim.isPage(to, 403, "signin_return_unknown")
		if at := victim.open(link).at; !strings.HasPrefix(at.String(), p.URL) {
			t.Errorf("the victim is signed in, and at %s", at)
		}
		mixed, err := url.Parse(to)
		if err != nil {
			t.Fatal(err)
		}
		mine, _ := challengeOf(victim)
		_, said = answerChallenge(t, d, "POST", mine, handOverToken, `{"user": "victim"}`)
		back, err := url.Parse(fmt.Sprint(said["redirect"]))
		if err != nil {
			t.Fatal(err)
		}
		q := back.Query()
		q.Set("code", mixed.Query().Get("code"))
		back.RawQuery = q.Encode()
		victim.isPage(back.String(), 403, "signin_refused")
	})
	t.Run("a link twice", func(t *testing.T) {
		eve := newGuest(t, d, mia.c)
		challenge, _ := challengeOf(eve)
		_, said := answerChallenge(t, d, "POST", challenge, handOverToken, `{"user": "eve"}`)
		to, _ := said["redirect"].(string)
		if p := eve.open(to); !strings.Contains(p.body, ">eve<") {
			t.Errorf("eve is not on the page:\n%s", p.body)
		}
		eve.isPage(to, http.StatusForbidden, "signin_return_unknown")
	})
}
