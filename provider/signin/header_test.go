package signin

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"testing"
)

func TestAHeaderSignsInFromTrustedPeersOnly(t *testing.T) {
	trusted := true
	h := build(t, Config{Backend: Backend{Name: "header", Recogniser: Header{
		User: "Remote-User", Groups: "Remote-Groups", Trusted: func(*http.Request) bool { return trusted },
	}}})
	ask := func(headers ...string) string {
		t.Helper()
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		client := &http.Client{Jar: jar}
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, h.server.URL+consentPath, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(headers); i += 2 {
			r.Header.Add(headers[i], headers[i+1])
		}
		// The client sends the same headers on the redirects, as a proxy would.
		p := &person{t, h, client, jar}
		return fmt.Sprint(p.do(r).status)
	}
	for name, tt := range map[string]struct {
		headers []string
		trusted bool
		want    string
	}{
		"a proxy names a user":       {[]string{"Remote-User", "grace", "Remote-Groups", "staff, admins"}, true, "200"},
		"a stranger names a user":    {[]string{"Remote-User", "grace"}, false, "403"},
		"a proxy names nobody":       {nil, true, "403"},
		"a proxy names a dash":       {[]string{"Remote-User", "-"}, true, "403"},
		"a proxy names two":          {[]string{"Remote-User", "grace", "Remote-User", "ada"}, true, "503"},
		"a proxy names a space":      {[]string{"Remote-User", "grace "}, true, "200"}, // net/http trims it
		"a proxy names a built-in":   {[]string{"Remote-User", "ada"}, true, "403"},
		"an alias is no such header": {[]string{"Remote_User", "grace"}, true, "403"},
	} {
		trusted = tt.trusted
		if got := ask(tt.headers...); got != tt.want {
			t.Errorf("%s: got status %s, want %s", name, got, tt.want)
		}
	}
	user, err := h.store.User(t.Context(), "grace")
	if err != nil || user.Source != "header" {
		t.Errorf("got %+v, %v", user, err)
	}
}
