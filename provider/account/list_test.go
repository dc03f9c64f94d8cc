package account_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"oauth1d/provider"
	"oauth1d/store"
)

func TestWhoIsNotSignedInSignsInAndComesBack(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	for path, back := range map[string]string{
		"/oauth/account":                        "/oauth/account",
		"/oauth/account/revoke":                 "/oauth/account",
		"/oauth/account/revoke/printer":         "/oauth/account",
		"/oauth/account/proposals":              "/oauth/account/proposals",
		"/oauth/account/proposals/x/claim":      "/oauth/account/proposals",
		"/oauth/account/proposals/x/withdraw":   "/oauth/account/proposals",
		"POST /oauth/account/revoke":            "/oauth/account",
		"POST /oauth/account/revoke/printer":    "/oauth/account",
		"POST /oauth/account/proposals":         "/oauth/account/proposals",
		"POST /oauth/account/proposals/x/claim": "/oauth/account/proposals",
	} {
		p := h.visitor(t)
		var got answer
		if form, isForm := strings.CutPrefix(path, "POST "); isForm {
			got = p.post(form, nil)
		} else {
			got = p.get(path)
		}
		if got.status != http.StatusSeeOther || !strings.HasPrefix(got.location(), "/oauth/signin?return=") {
			t.Errorf("%s: got %d to %q", path, got.status, got.location())
			continue
		}
		p.signIn(p.get(got.location()), "ada").is(t, path, http.StatusSeeOther, back)
		if got := p.get(back); got.status != http.StatusOK {
			t.Errorf("%s: back at %s: got status %d", path, back, got.status)
		}
	}
	if got := h.tokens(t, "ada", "printer"); got != 1 {
		t.Errorf("tokens: got %d, want 1", got)
	}
}

func TestAUserWhoHasAllowedNothing(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "bob", "printer", nil)
	p := h.as(t, "ada")
	got := p.get("/oauth/account")
	if got.status != http.StatusOK || !strings.Contains(got.body, "No application may use your account.") || len(got.links()) != 0 || strings.Contains(got.body, "Printer") {
		t.Errorf("got status %d:\n%s", got.status, got.body)
	}
	if strings.Contains(got.body, `"/oauth/account/revoke"`) {
		t.Error("there is nothing to revoke, but a button for it")
	}
	if cc := got.header.Get("Cache-Control"); cc != "no-store" {
		t.Errorf("Cache-Control: got %q", cc)
	}
	p.get("/oauth/account/revoke").is(t, "revoking nothing", http.StatusSeeOther, "/oauth/account")
}

func TestTheTokensOfAConsumerAreOneGrant(t *testing.T) {
	h := build(t, scoped(t, "read"))
	h.add(t, "printer", "Printer")
	h.add(t, "viewer", "Viewer")
	day := func(n int) int64 { return h.clock.Now().AddDate(0, 0, n).Unix() }
	h.allow(t, "ada", "printer", func(a *store.AccessToken) {
		a.Issued, a.Used, a.Expires, a.Scopes = day(-30), day(-20), day(1), []string{"read"}
	})
	h.allow(t, "ada", "printer", func(a *store.AccessToken) {
		a.Issued, a.Used, a.Expires, a.Scopes = day(-10), day(-9), day(8), []string{"write", "gone"}
	})
	h.allow(t, "ada", "viewer", func(a *store.AccessToken) { a.Issued, a.Scopes = day(-5), []string{"read"} })
	got := h.as(t, "ada").get("/oauth/account")
	if diff := cmp.Diff([]string{"Viewer", "Printer"}, got.names()); diff != "" {
		t.Errorf("got (+), want (-), the last used first:\n%s", diff)
	}
	printer := got.body[strings.LastIndex(got.body, "<li>\n<h2"):]
	for _, want := range []string{"Look at your photos", "Change your photos", "gone"} {
		if !strings.Contains(printer, want) {
			t.Errorf("no scope %q", want)
		}
	}
	for what, unix := range map[string]int64{"since": day(-30), "used": day(-9), "until": day(8)} {
		if want := time.Unix(unix, 0).UTC().Format("2006-01-02"); !strings.Contains(printer, want) {
			t.Errorf("%s: no %s in\n%s", what, want, printer)
		}
	}
	viewer := got.body[:len(got.body)-len(printer)]
	for _, want := range []string{"Until you revoke it.", "Never"} {
		if !strings.Contains(viewer, want) || strings.Contains(printer, want) {
			t.Errorf("the viewer, not the printer, has %q:\n%s", want, got.body)
		}
	}
}

func TestWhatATokenMayDoIsSaidAsThePolicyHasIt(t *testing.T) {
	const everything = "Everything that you can do yourself"
	for _, test := range []struct {
		name   string
		scoped bool
		scopes [][]string
		want   []string
		not    []string
	}{
		{"without scopes, a token may do everything", false, [][]string{nil}, []string{everything}, nil},
		{"also one from when there were scopes", false, [][]string{{"read"}}, []string{everything}, nil},
		{"one scope", true, [][]string{{"read"}}, []string{"Look at your photos"}, []string{everything, "Change"}},
		{"a token from before scopes has those that the policy says", true, [][]string{nil}, []string{"Look at your photos"}, []string{everything, "Change"}},
		{"beside one that has others", true, [][]string{nil, {"write"}}, []string{"Look at your photos", "Change your photos"}, []string{everything}},
		{"a scope that is not defined any more", true, [][]string{{"old"}}, []string{"old"}, []string{everything}},
	} {
		t.Run(test.name, func(t *testing.T) {
			var change func(*provider.Config)
			if test.scoped {
				change = scoped(t, "read")
			}
			h := build(t, change)
			h.add(t, "printer", "Printer")
			for _, scopes := range test.scopes {
				h.allow(t, "ada", "printer", func(a *store.AccessToken) { a.Scopes = scopes })
			}
			p := h.as(t, "ada")
			for _, path := range []string{"/oauth/account", "/oauth/account/revoke/printer"} {
				got := p.get(path).body
				for _, want := range test.want {
					if !strings.Contains(got, want) {
						t.Errorf("%s: no %q", path, want)
					}
				}
				for _, not := range test.not {
					if strings.Contains(got, not) {
						t.Errorf("%s: got %q", path, not)
					}
				}
			}
		})
	}
}

func TestTheListOfManyHasPages(t *testing.T) {
	h := build(t, nil)
	for i := range 51 {
		key := fmt.Sprintf("k%02d", i)
		h.add(t, key, "App "+key)
		h.allow(t, "ada", key, func(a *store.AccessToken) { a.Issued -= int64(i) })
	}
	p := h.as(t, "ada")
	first, second := p.get("/oauth/account"), p.get("/oauth/account?page=2")
	if a, b := first.names(), second.names(); len(a) != 50 || len(b) != 1 || a[0] != "App k00" || b[0] != "App k50" {
		t.Errorf("got %d and %v", len(a), b)
	}
	next, _ := first.first(`rel="next" href="([^"]*)"`)
	prev, _ := second.first(`rel="prev" href="([^"]*)"`)
	if next != "/oauth/account?page=2" || prev != "/oauth/account?page=1" {
		t.Errorf("got next %q, prev %q", next, prev)
	}
	if strings.Contains(first.body, `rel="prev"`) || strings.Contains(second.body, `rel="next"`) {
		t.Error("there is no page before the first nor after the last")
	}
	if !strings.Contains(second.body, "51 applications may use your account.") {
		t.Error("the count is not that of all")
	}
	for _, nonsense := range []string{"0", "-1", "3", "x", "1.5", "9223372036854775807", "184467440737095517", "99999999999999999999", "%00", "2&page=1", ""} {
		got := p.get("/oauth/account?page=" + nonsense)
		if want := "App k00"; nonsense != "2&page=1" && (got.status != http.StatusOK || len(got.names()) != 50 || got.names()[0] != want) {
			t.Errorf("page %q: got status %d, %d names; want the first page", nonsense, got.status, len(got.names()))
		}
	}
}

func TestTenThousandConsumersOfOneUser(t *testing.T) {
	h := build(t, nil)
	const many = 10_000
	var adding sync.WaitGroup
	for lane := range 200 {
		adding.Go(func() {
			for i := lane; i < many; i += 200 {
				key := fmt.Sprintf("k%05d", i)
				if err := h.store.AddConsumer(t.Context(), store.Consumer{Key: key, Name: "App " + key, Secret: store.Sealed("sealed"), Methods: []string{"HMAC-SHA1"}}); err != nil {
					t.Error(err)
				}
				h.allowQuietly(t, "ada", key)
			}
		})
	}
	adding.Wait()
	p := h.as(t, "ada")
	for _, path := range []string{"/oauth/account", "/oauth/account?page=200", "/oauth/account/revoke/k09999", "/oauth/account/revoke"} {
		began := time.Now()
		got := p.get(path)
		t.Logf("%s took %v", path, time.Since(began))
		if got.status != http.StatusOK {
			t.Errorf("%s: got status %d, want 200", path, got.status)
		}
	}
	began := time.Now()
	p.confirm(p.get("/oauth/account/revoke")).is(t, "revoking all", http.StatusSeeOther, "/oauth/account?done=revoked_all")
	t.Logf("revoking all took %v", time.Since(began))
	if got := h.tokens(t, "ada", ""); got != 0 {
		t.Errorf("left: got %d", got)
	}
}

func TestOneTokenWithoutAnEndIsEnough(t *testing.T) {
	h := build(t, nil)
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", func(a *store.AccessToken) { a.Expires = h.clock.Now().Add(time.Hour).Unix() })
	h.allow(t, "ada", "printer", nil)
	if got := h.as(t, "ada").get("/oauth/account").body; !strings.Contains(got, "Until you revoke it.") {
		t.Errorf("got\n%s", got)
	}
}

// Before scopes were defined, tokens had none. Unless the policy gives them some,
// they are good for nothing now, which must not look like everything.
func TestATokenThatIsGoodForNothing(t *testing.T) {
	h := build(t, scoped(t))
	h.add(t, "printer", "Printer")
	h.allow(t, "ada", "printer", nil)
	got := h.as(t, "ada").get("/oauth/account")
	if rights, _ := got.first(`(?s)<ul class="rights">(.*?)</ul>`); !strings.Contains(rights, "—") || strings.Contains(got.body, "Everything that you can do") {
		t.Errorf("got\n%s", got.body)
	}
}
