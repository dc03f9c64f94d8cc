package pages

import (
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

var site = Site{
	Name:          "Lighthouse Photos",
	SupportURL:    "https://help.example.test/",
	StaticPath:    "/oauth/static/",
	SignOutPath:   "/oauth/signout",
	AccountPath:   "/oauth/account",
	ProposalsPath: "/oauth/proposals",
}

// bareSite leaves everything out that a site may leave out.
var bareSite = Site{Name: "Lighthouse Photos", StaticPath: "/s"}

var full = sync.OnceValues(func() (*Set, error) { return New(Config{Site: site}) })

var bare = sync.OnceValues(func() (*Set, error) { return New(Config{Site: bareSite}) })

func setOf(t *testing.T, get func() (*Set, error)) *Set {
	t.Helper()
	s, err := get()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// samples holds every page in its usual state and in the states that leave
// something out or add to it.
func samples() map[string]Page {
	day := time.Date(2026, 2, 28, 13, 5, 0, 0, time.UTC)
	scopes := []Scope{
		{Name: "albums:read", Title: "See your albums", Titles: map[string]string{"de": "Ihre Alben sehen"}, Detail: "Those of friends, too, if they share them."},
		{Name: "comments", Title: "Comment in your name"},
		{Name: "albums:delete", Title: "Delete your photos", Risky: true},
	}
	c := Consent{
		Action: "/oauth/authorize", Token: "hh5s93j4hdidpola", FormToken: "Zm9ybQ",
		Consumer: "Photo Printer", Description: "Prints your holiday photos.", Publisher: "Printers Ltd", Contact: "help@printer.example.test",
		User: "ada", SwitchAction: "/oauth/signout", Scopes: scopes,
		ReturnHost: "printer.example.test", Until: day.AddDate(0, 3, 0), RequestID: "01J9ZK3V7QW2",
	}
	everything := c
	everything.Scopes, everything.Verified, everything.ReturnHost, everything.ReturnApp = nil, true, "", "com.example.printer"
	again := c
	again.Since, again.Problem = day, "nothing_ticked"
	again.Scopes = append([]Scope{}, scopes...)
	for i := range again.Scopes {
		again.Scopes[i].Off, again.Scopes[i].New = true, i > 0
	}
	s := SignIn{Action: "/oauth/signin", Return: "r3turn", FormToken: "Zm9ybQ", For: "Photo Printer", RequestID: "01J9ZK3V7QW2"}
	wrong := SignIn{Action: "/oauth/signin", FormToken: "Zm9ybQ", Username: "ada", Problem: "wrong", RequestID: "01J9ZK3V7QW2"}
	throttled := wrong
	throttled.Problem, throttled.Wait = "throttled", 11*time.Minute
	pages := map[string]Page{
		"consent":            c,
		"consent-everything": everything,
		"consent-again":      again,
		"consent-bare":       Consent{Action: "/oauth/authorize", Token: "hh5s93j4hdidpola", FormToken: "Zm9ybQ", Consumer: "Photo Printer", Verified: true, User: "ada"},
		"signin":             s,
		"signin-wrong":       wrong,
		"signin-throttled":   throttled,
		"signin-again":       SignIn{Action: "/admin/signin", Return: "r3turn", FormToken: "Zm9ybQ", As: "ada", RequestID: "01J9ZK3V7QW2"},
		"signin-admin":       SignIn{Action: "/admin/signin", FormToken: "Zm9ybQ", Token: true, RequestID: "01J9ZK3V7QW2"},
		"pin":                PIN{Consumer: "Photo Printer", Verifier: "k7Xw2PqLr9", Left: 10 * time.Minute, User: "ada", RequestID: "01J9ZK3V7QW2"},
		"denied":             Denied{Consumer: "Photo Printer", User: "ada", RequestID: "01J9ZK3V7QW2"},
		"problem":            Problem{Status: 404, Code: "token_rejected", Title: "x", Sentence: "y", RequestID: "01J9ZK3V7QW2"},
		"problem-contact":    Problem{Status: 403, Code: "consumer_key_refused", Contact: "help@printer.example.test", RequestID: "01J9ZK3V7QW2"},
		"problem-group":      Problem{Status: 403, Code: "user_not_in_group", Args: map[string]string{"consumer": "Photo Printer"}, RequestID: "01J9ZK3V7QW2"},
		"problem-unknown":    Problem{Status: 400, Code: "brand_new", Title: "Something new", Sentence: "It has no words yet.", RequestID: "01J9ZK3V7QW2"},
		"signedout":          SignedOut{SignIn: "/oauth/signin"},
		"home":               Home{User: "ada"},
	}
	for name, page := range accountSamples(day, scopes) {
		pages[name] = page
	}
	return pages
}

// accountSamples are the pages of what users have allowed and proposed.
func accountSamples(day time.Time, scopes []Scope) map[string]Page {
	grants := []Grant{
		{Consumer: "Photo Printer", Publisher: "Printers Ltd", Verified: true, Scopes: scopes, Since: day, Used: day.AddDate(0, 0, 3), Until: day.AddDate(1, 0, 0), Revoke: "/oauth/account/revoke?id=1"},
		{Consumer: "Calendar", Since: day, Revoke: "/oauth/account/revoke?id=2"},
	}
	mine := []Proposal{
		{Name: "Diary", Key: "diary", State: "proposed", Since: day, Withdraw: "/oauth/proposals/withdraw?key=diary", Claim: "/oauth/proposals/claim?key=diary"},
		{Name: "Calendar", Key: "calendar", State: "approved", Since: day, Claim: "/oauth/proposals/claim?key=calendar"},
		{Name: "Old Diary", Key: "old-diary", State: "disabled", Since: day},
	}
	return map[string]Page{
		"account":             Account{User: "ada", Grants: grants, Count: 2, RevokeAll: "/oauth/account/revoke", RequestID: "01J9ZK3V7QW2"},
		"account-empty":       Account{User: "ada", RequestID: "01J9ZK3V7QW2"},
		"account-page":        Account{User: "ada", Grants: grants[1:], Count: 57, Prev: "/oauth/account", Next: "/oauth/account?after=2", RevokeAll: "/oauth/account/revoke", Done: "revoked", RequestID: "01J9ZK3V7QW2"},
		"account-revoked-all": Account{User: "ada", Done: "revoked_all", RequestID: "01J9ZK3V7QW2"},
		"account-confirm":     AccountConfirm{Action: "/oauth/account/revoke", FormToken: "Zm9ybQ", User: "ada", Grant: &grants[0], Cancel: "/oauth/account", RequestID: "01J9ZK3V7QW2"},
		"account-confirm-all": AccountConfirm{Action: "/oauth/account/revoke", FormToken: "Zm9ybQ", User: "ada", Count: 57, Cancel: "/oauth/account", RequestID: "01J9ZK3V7QW2"},
		"proposals":           Proposals{User: "ada", Mine: mine, Action: "/oauth/proposals", FormToken: "Zm9ybQ", Scopes: scopes, Done: "proposed", RequestID: "01J9ZK3V7QW2"},
		"proposals-empty":     Proposals{User: "ada", Action: "/oauth/proposals", FormToken: "Zm9ybQ", RequestID: "01J9ZK3V7QW2"},
		"proposals-wrong": Proposals{
			User: "ada", Action: "/oauth/proposals", FormToken: "Zm9ybQ",
			Form:   ProposalForm{Name: "Diary", Description: "Keeps a diary.", Contact: "nobody", Callback: "https://diary.example.test/back"},
			Errors: []FieldError{{Field: "contact", Code: "invalid", Detail: "It is neither a mail address nor an https URL."}}, RequestID: "01J9ZK3V7QW2",
		},
		"proposal-withdraw": ProposalConfirm{Act: "withdraw", Name: "Diary", Key: "diary", Action: "/oauth/proposals/withdraw", FormToken: "Zm9ybQ", Cancel: "/oauth/proposals", User: "ada", RequestID: "01J9ZK3V7QW2"},
		"proposal-claim":    ProposalConfirm{Act: "claim", Name: "Diary", Key: "diary", Action: "/oauth/proposals/claim", FormToken: "Zm9ybQ", Cancel: "/oauth/proposals", User: "ada", RequestID: "01J9ZK3V7QW2"},
		"proposal-secret": ProposalSecret{
			Name: "Diary", Key: "diary", Secret: "kd94hf93k423kf44", Download: "/oauth/proposals/download", FormToken: "Zm9ybQ",
			URLs: []NamedURL{{"request_token", "https://auth.example.test/oauth/request_token"}, {"authorize", "https://auth.example.test/oauth/authorize"}},
			Back: "/oauth/proposals", User: "ada", RequestID: "01J9ZK3V7QW2",
		},
	}
}

// render draws page of the full site, or of the bare one when its name says so.
func render(t *testing.T, page any) string {
	t.Helper()
	return renderOf(t, setOf(t, full), "", page)
}

func renderOf(t *testing.T, s *Set, accept string, page any) string {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)
	if accept != "" {
		r.Header.Set("Accept-Language", accept)
	}
	if err := s.Show(w, r, 200, page); err != nil {
		t.Fatal(err)
	}
	return w.Body.String()
}

func TestGolden(t *testing.T) {
	for name, page := range samples() {
		t.Run(name, func(t *testing.T) {
			got := render(t, page)
			if strings.HasSuffix(name, "-bare") {
				got = renderOf(t, setOf(t, bare), "", page)
			}
			checkGolden(t, name, got)
		})
	}
	// One page shows what becomes of a language.
	for _, language := range known[1:] {
		t.Run(language, func(t *testing.T) {
			checkGolden(t, "consent."+language, renderOf(t, setOf(t, full), language, samples()["consent-again"]))
		})
	}
}

func checkGolden(t *testing.T, name, got string) {
	t.Helper()
	// A change of style is no change of any page.
	got = strings.ReplaceAll(got, setOf(t, full).static.stylesheets[0], "pages.HASH.css")
	file := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, string(want)); diff != "" {
		t.Errorf("page differs from %s (-got +want):\n%s", file, diff)
	}
}

func TestEveryGoldenFileHasItsPage(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(files), len(samples())+len(known)-1; got != want {
		t.Errorf("%d golden files, want %d", got, want)
	}
}
