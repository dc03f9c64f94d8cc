package signin

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// application is an existing application with cookie sessions of its own, which
// knows nothing of us.
type application struct {
	*httptest.Server
	mu       sync.Mutex
	sessions map[string]string // cookie value to user
	seen     []*http.Request   // at /whoami
	answer   func(w http.ResponseWriter, user string)
}

func newApplication(t *testing.T) *application {
	t.Helper()
	a := &application{sessions: map[string]string{}, answer: func(w http.ResponseWriter, user string) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"data":{"user":{"name":%q,"groups":["staff","Domain Users"]}}}`, user)
	}}
	m := http.NewServeMux()
	m.HandleFunc("GET /whoami", a.whoami)
	m.HandleFunc("GET /login", a.login)
	a.Server = httptest.NewServer(m)
	t.Cleanup(a.Close)
	return a
}

func (a *application) whoami(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.seen = append(a.seen, r)
	c, err := r.Cookie("app_session")
	if err != nil || a.sessions[c.Value] == "" {
		http.Error(w, "who are you?", http.StatusUnauthorized)
		return
	}
	a.answer(w, a.sessions[c.Value])
}

// login signs in whoever the test has named in the query, and sends them back.
func (a *application) login(w http.ResponseWriter, r *http.Request) {
	if user := r.FormValue("as"); user != "" {
		a.mu.Lock()
		value := fmt.Sprintf("s%d", len(a.sessions))
		a.sessions[value] = user
		a.mu.Unlock()
		http.SetCookie(w, &http.Cookie{Name: "app_session", Value: value, Path: "/"})
	}
	http.Redirect(w, r, r.FormValue("return_to"), http.StatusFound)
}

// recogniser is a house whose people sign in at the application. Both are on one
// host, as behind one proxy, so that the browser shows both their cookies.
func (a *application) recogniser(t *testing.T) *house {
	t.Helper()
	app, err := NewApplication(ApplicationConfig{
		URL: a.URL + "/whoami", LoginURL: a.URL + "/login?theme=dark", ReturnParameter: "return_to",
		UserPath: "data.user.name", GroupsPath: "data.user.groups", Timeout: time.Second,
	})
	if err != nil {
		t.Fatal(err)
	}
	return build(t, Config{Backend: Backend{Name: "application", Recogniser: app}})
}

// walk goes to the consent page and follows redirects to where the browser ends
// up. At the application's login page it signs in as that user, if there is one.
func (p *person) walk(path, as string) answer {
	p.t.Helper()
	at := path
	for range 8 {
		if strings.HasPrefix(at, "/") {
			at = p.house.server.URL + at
		}
		if u, err := url.Parse(at); err == nil && u.Path == "/login" && as != "" {
			at += "&as=" + as
		}
		r, err := http.NewRequestWithContext(p.t.Context(), http.MethodGet, at, nil)
		if err != nil {
			p.t.Fatal(err)
		}
		a := p.do(r)
		if at = a.location(); at == "" {
			return a
		}
	}
	p.t.Fatal("the browser goes round in circles")
	return answer{}
}

const consentPath = "/oauth/authorize?oauth_token=t"

func TestTheApplicationsSessionSignsIn(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	if got := p.walk(consentPath, "grace"); !strings.HasPrefix(got.body, "user grace ") {
		t.Fatalf("by the login page: got status %d and %s", got.status, got.body)
	}
}

func TestAnotherUserOfTheApplicationIsNotTheOneOfBefore(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	p.walk(consentPath, "grace")
	user, err := h.store.User(t.Context(), "grace")
	if err != nil || user.Source != "application" || strings.Join(user.Groups, ",") != "Domain Users,staff" {
		t.Fatalf("the user that is kept: got %+v, %v", user, err)
	}
	before := p.sessionCookie()
	p.walk(app.URL+"/login?return_to=/", "") // nothing changes
	p.walk(app.URL+"/login?as=alan&return_to="+url.QueryEscape(h.server.URL+consentPath), "")
	if got := p.here(); got != "alan" {
		t.Errorf("after somebody else signed in there: got %q, want alan", got)
	}
	if p.sessionCookie() == before {
		t.Error("the session kept its id when it came to be another user's")
	}
	app.mu.Lock()
	clear(app.sessions)
	app.mu.Unlock()
	if got := p.here(); got != "" {
		t.Errorf("after signing out there: got %q, want nobody", got)
	}
}

func TestWhoeverHasLeftAGroupOfTheApplicationIsInItNoMore(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	p.walk(consentPath, "grace")
	for _, groups := range []string{`["guests"]`, `[]`, `["staff","guests"]`} {
		app.mu.Lock()
		app.answer = func(w http.ResponseWriter, user string) {
			fmt.Fprintf(w, `{"data":{"user":{"name":%q,"groups":%s}}}`, user, groups)
		}
		app.mu.Unlock()
		if got := p.here(); got != "grace" {
			t.Fatalf("%s: got %q at the browser, want grace", groups, got)
		}
		user, err := h.store.User(t.Context(), "grace")
		if want := map[string]string{`["guests"]`: "guests", `["staff","guests"]`: "guests,staff"}[groups]; err != nil || strings.Join(user.Groups, ",") != want {
			t.Errorf("%s: got %q, %v, want %q", groups, user.Groups, err, want)
		}
	}
}

// sessionCookie is the value of our own cookie; the application has one, too.
func (p *person) sessionCookie() string {
	p.t.Helper()
	u, err := url.Parse(p.house.server.URL)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, c := range p.jar.Cookies(u) {
		if c.Name == "oauth1d" {
			return c.Value
		}
	}
	p.t.Fatal("there is no session")
	return ""
}

func TestNobodyGoesRoundInCircles(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	got := p.walk(consentPath, "") // comes back as nobody
	if got.status != http.StatusForbidden || !strings.Contains(got.body, "signin_not_recognised") {
		t.Fatalf("back as nobody: got status %d and %s", got.status, got.body)
	}
	if got := p.walk(consentPath, "grace"); !strings.HasPrefix(got.body, "user grace ") {
		t.Errorf("the next try: got status %d and %s", got.status, got.body)
	}
}

func TestTheApplicationDoesNotSeeOurCookie(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	p.walk(consentPath, "grace")
	p.here()
	for _, r := range app.seen {
		if strings.Contains(r.Header.Get("Cookie"), "oauth1d") {
			t.Fatalf("the application got %s", r.Header.Get("Cookie"))
		}
	}
	if len(app.seen) == 0 {
		t.Fatal("the application was never asked")
	}
}

func TestAnApplicationThatCannotBeAsked(t *testing.T) {
	tests := map[string]func(w http.ResponseWriter, user string){
		"answers 500":           func(w http.ResponseWriter, _ string) { w.WriteHeader(http.StatusInternalServerError) },
		"answers nonsense":      func(w http.ResponseWriter, _ string) { fmt.Fprint(w, "<html>") },
		"answers without end":   func(w http.ResponseWriter, _ string) { fmt.Fprint(w, `"`+strings.Repeat("a", maxSaid)) },
		"names a number":        func(w http.ResponseWriter, _ string) { fmt.Fprint(w, `{"data":{"user":{"name":7}}}`) },
		"names a hostile user":  func(w http.ResponseWriter, _ string) { fmt.Fprint(w, `{"data":{"user":{"name":"a\nb"}}}`) },
		"answers too late":      func(http.ResponseWriter, string) { time.Sleep(1500 * time.Millisecond) },
		"breaks the connection": func(http.ResponseWriter, string) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range tests {
		t.Run(name, func(t *testing.T) {
			app := newApplication(t)
			h := app.recogniser(t)
			p := h.visitor(t)
			p.walk(consentPath, "grace")
			app.mu.Lock()
			app.answer = answer
			app.mu.Unlock()
			got := p.walk(consentPath, "")
			if got.status != http.StatusServiceUnavailable || !strings.Contains(got.body, "signin_unavailable") {
				t.Errorf("got status %d and %s", got.status, got.body)
			}
		})
	}
	t.Run("is not there", func(t *testing.T) {
		app := newApplication(t)
		h := app.recogniser(t)
		p := h.visitor(t)
		p.walk(consentPath, "grace")
		app.Close()
		if got := p.walk(consentPath, ""); got.status != http.StatusServiceUnavailable {
			t.Errorf("got status %d", got.status)
		}
	})
}

func TestAnApplicationThatNamesNobody(t *testing.T) {
	for name, body := range map[string]string{
		"null": `{"data":{"user":null}}`, "no such path": `{}`, "an empty name": `{"data":{"user":{"name":""}}}`, "a list": `[1]`,
	} {
		app := newApplication(t)
		app.answer = func(w http.ResponseWriter, _ string) { fmt.Fprint(w, body) }
		p := app.recogniser(t).visitor(t)
		if got := p.walk(consentPath, "grace"); got.status != http.StatusForbidden {
			t.Errorf("%s: got status %d, want 403", name, got.status)
		}
	}
}

func TestNotYouLeadsToTheApplicationsLoginPage(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	page := p.walk(consentPath, "grace")
	left := p.post("/oauth/signout", url.Values{"oauth_token": {"t"}, "form_token": {page.field(t, "form_token")}})
	if left.status != http.StatusSeeOther || !strings.HasPrefix(left.location(), "/oauth/signin?return=") {
		t.Fatalf("not you: got status %d to %q", left.status, left.location())
	}
	if got := p.walk(left.location(), "alan"); !strings.HasPrefix(got.body, "user alan ") {
		t.Errorf("got %s, want the other user", got.body)
	}
}

func TestAUserWhoIsDisabledHereDoesNotGetIn(t *testing.T) {
	app := newApplication(t)
	h := app.recogniser(t)
	p := h.visitor(t)
	p.walk(consentPath, "grace")
	if _, err := h.users.Disable(t.Context(), "grace"); err != nil {
		t.Fatal(err)
	}
	if got := p.walk(consentPath, ""); got.status != http.StatusForbidden || !strings.Contains(got.body, "user_disabled") {
		t.Errorf("got status %d and %s", got.status, got.body)
	}
	// Nor does one whose name is a built-in user's.
	other := h.visitor(t)
	if got := other.walk(consentPath, "ada"); got.status != http.StatusForbidden || !strings.Contains(got.body, "user_name_taken") {
		t.Errorf("a taken name: got status %d and %s", got.status, got.body)
	}
	if got := h.counted(t)["refused"]; got != 2 {
		t.Errorf("refused: got %v, want 2", got)
	}
}
