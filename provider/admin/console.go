package admin

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
	"oauth1d/provider/policy"
	"oauth1d/provider/signin"
	"oauth1d/provider/web"
)

// A Console serves the administration pages. It holds no store and no registry:
// all that it shows and does goes through the admin API, as whoever is signed in,
// so that what the API refuses and audits, no page can do or do unseen.
//
// Every page wants an administrator who is signed in, every form the token that
// was shown to this session for exactly that form, and what hands out, replaces
// or widens power a password that was given just now.
type Console struct {
	ConsoleConfig
	api       *adminapi.Client
	spent     *spent
	addresses atomic.Pointer[addresses]
}

// ConsoleConfig is what a Console works with.
type ConsoleConfig struct {
	// API is the whole admin API, without a guard: who may use it is settled here.
	API http.Handler

	// SignIn knows which administrator sits at the browser.
	SignIn *signin.SignIn

	// Pages draws.
	Pages *pages.Set

	// SignOutPath is where the button posts. Default: /admin/signout.
	SignOutPath string

	// Policy has the scopes that a consumer may be given. Default: there are none.
	Policy *policy.Policy

	// Methods are the signature methods that the configuration allows. Default: all.
	Methods []string

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// NewConsole returns a Console.
func NewConsole(c ConsoleConfig) *Console {
	if c.SignOutPath == "" {
		c.SignOutPath = root + "signout"
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Console{ConsoleConfig: c, api: adminapi.NewClientOver(inProcess{c.API}), spent: newSpent()}
}

// signedIn runs h as whoever is signed in, and asks everybody else to sign in
// first and come back to where they were.
func (c *Console) signedIn(back func(*http.Request) string, h web.Handler) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		actor := c.SignIn.Actor(r)
		if actor == "" {
			return c.SignIn.Ask(w, r, back(r), "")
		}
		web.Note(r.Context()).User = strings.TrimPrefix(actor, "user:")
		return h(w, r.WithContext(context.WithValue(r.Context(), actorKey{}, actor)))
	}
}

// unsigned keeps what somebody typed whose session has ended meanwhile: the page
// asks to sign in beside it. It shows nothing but what came with the request, and
// of that no secret.
func (c *Console) unsigned(w http.ResponseWriter, r *http.Request) error {
	page := pages.AdminAgain{Action: r.URL.EscapedPath(), SignIn: root + "confirm"}
	page.RequestID = web.Note(r.Context()).ID
	for _, name := range slices.Sorted(maps.Keys(r.PostForm)) {
		for _, value := range r.PostForm[name] {
			secret := slices.Contains([]string{"form_token", "form_id", "password", "again", "secret"}, name) || strings.Contains(value, "PRIVATE KEY")
			if !secret {
				page.Fields = append(page.Fields, pages.AdminDetail{Name: name, Value: value})
			}
		}
	}
	return c.Pages.Show(w, r, http.StatusForbidden, page)
}

// page is what is read.
func (c *Console) page(h web.Handler) web.Handler { return c.signedIn(itself, h) }

// careful is a page with a form on it that wants a password given just now. It
// asks before anything is typed.
func (c *Console) careful(h web.Handler) web.Handler {
	return c.page(func(w http.ResponseWriter, r *http.Request) error {
		if !c.SignIn.Fresh(r) {
			return c.SignIn.AskAgain(w, r, itself(r))
		}
		return h(w, r)
	})
}

// itself is the address of the page that is asked for, spelled so that nothing in
// it can be taken for another one.
func itself(r *http.Request) string {
	path := r.URL.EscapedPath()
	if q := r.URL.Query().Encode(); q != "" {
		path += "?" + q
	}
	return path
}

// frame is what every page has. The last crumb is the page itself.
func (c *Console) frame(r *http.Request, section string, crumbs ...pages.AdminLink) pages.Admin {
	all := append([]pages.AdminLink{{URL: root, Code: "overview"}}, crumbs...)
	all[len(all)-1].Here = true
	return pages.Admin{
		User: strings.TrimPrefix(strings.TrimPrefix(actorOf(r), "user:"), "admin:token"), Section: section, Crumbs: all,
		Done: doneOf(r), SignOut: c.SignOutPath, RequestID: web.Note(r.Context()).ID,
	}
}
