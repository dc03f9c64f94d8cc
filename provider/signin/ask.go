package signin

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"oauth1d/provider/web"
	"oauth1d/store"
)

// Ask sends the browser to the sign-in page, and after that to returnTo: a path
// of ours, which stays in the session under a handle that the page carries. The
// page names the consumer on whose behalf this happens, if there is one.
func (s *SignIn) Ask(w http.ResponseWriter, r *http.Request, returnTo, forConsumer string) error {
	return s.ask(w, r, wayBack{Path: returnTo, For: forConsumer})
}

// AskAgain is Ask for somebody who is signed in and has to prove it once more.
func (s *SignIn) AskAgain(w http.ResponseWriter, r *http.Request, returnTo string) error {
	return s.ask(w, r, wayBack{Path: returnTo, Again: true})
}

func (s *SignIn) ask(w http.ResponseWriter, r *http.Request, way wayBack) error {
	if err := s.admit(w, r); err != nil {
		return err
	}
	if !isPath(way.Path) {
		return errors.New("asking to sign in: the way back is no path of ours")
	}
	handle := s.remember(r, way)
	if err := s.keep(w, r); err != nil {
		return err
	}
	web.SeeOther(w, s.pageFor(handle))
	return nil
}

// pageFor is the path of the sign-in page that knows a way back.
func (s *SignIn) pageFor(handle string) string {
	return s.config.SignInPath + "?return=" + url.QueryEscape(handle)
}

// admit refuses when the session could not be read, and when an address asks for
// new sessions faster than people do: each is a record that has to be kept.
func (s *SignIn) admit(w http.ResponseWriter, r *http.Request) error {
	if err := browserOf(r).err; err != nil {
		return err
	}
	if s.sessions.Token(r.Context()) != "" {
		return nil
	}
	return s.slowDown(w, r)
}

// slowDown refuses an address that has us keep records faster than people do.
func (s *SignIn) slowDown(w http.ResponseWriter, r *http.Request) error {
	if wait := s.strangers.take(networkOf(s.config.Address(r)), s.config.Now()); wait > 0 {
		setRetryAfter(w, wait)
		return &web.Error{Status: http.StatusTooManyRequests, Title: "Too many people come from your network", Sentence: "Please try again in a moment.", Code: "signin_busy"}
	}
	return nil
}

// A wayBack is where somebody goes after signing in.
type wayBack struct {
	Handle, Path string
	For          string // name of the consumer that asks, may be empty

	// Again says that whoever is signed in has to sign in anew, or somebody else.
	Again bool

	// Sent says that the browser was sent to another system's sign-in page.
	Sent bool
}

// maxWaysBack is for how many tabs at once we remember it.
const maxWaysBack = 8

// ways returns the session's ways back, oldest first.
func (s *SignIn) ways(r *http.Request) []wayBack {
	flat, _ := s.sessions.Get(r.Context(), returnsField).([]string)
	var ways []wayBack
	for ; len(flat) >= 4; flat = flat[4:] {
		ways = append(ways, wayBack{
			Handle: flat[0], Path: flat[1], For: flat[2],
			Again: strings.Contains(flat[3], "again"), Sent: strings.Contains(flat[3], "sent"),
		})
	}
	return ways
}

func (s *SignIn) putWays(r *http.Request, ways []wayBack) {
	var flat []string
	for _, w := range ways {
		var flags []string
		if w.Again {
			flags = append(flags, "again")
		}
		if w.Sent {
			flags = append(flags, "sent")
		}
		flat = append(flat, w.Handle, w.Path, w.For, strings.Join(flags, " "))
	}
	s.sessions.Put(r.Context(), returnsField, flat)
}

// remember adds a way back to the session and returns its handle. The same path
// again, after a reload, is not added twice.
func (s *SignIn) remember(r *http.Request, way wayBack) (handle string) {
	ways := s.ways(r)
	if i := slices.IndexFunc(ways, func(w wayBack) bool { return w.Path == way.Path && w.For == way.For && w.Again == way.Again }); i >= 0 {
		return ways[i].Handle
	}
	way.Handle = store.NewToken()
	ways = append(ways, way)
	s.putWays(r, ways[max(0, len(ways)-maxWaysBack):])
	return way.Handle
}

// markSent takes down that the browser was sent away, or that it came back.
func (s *SignIn) markSent(r *http.Request, handle string, sent bool) {
	ways := s.ways(r)
	for i := range ways {
		if ways[i].Handle == handle {
			ways[i].Sent = sent
		}
	}
	s.putWays(r, ways)
}

// spend takes the flags of a way back that was taken, so that they do not count
// twice. The way itself stays, for whoever goes back in the browser.
func (s *SignIn) spend(r *http.Request, handle string) {
	ways := s.ways(r)
	for i := range ways {
		if ways[i].Handle == handle {
			ways[i].Again, ways[i].Sent = false, false
		}
	}
	s.putWays(r, ways)
}

// recall returns the way back under a handle, or a zero one.
func (s *SignIn) recall(r *http.Request, handle string) wayBack {
	for _, w := range s.ways(r) {
		if w.Handle == handle {
			return w
		}
	}
	return wayBack{}
}

// isPath says whether a browser takes to for a path on the same host.
func isPath(to string) bool {
	return strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.ContainsFunc(to, func(c rune) bool {
		return c <= ' ' || c == '\\' || c == 0x7f
	})
}

func setRetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", fmt.Sprint(seconds(wait)))
}

// seconds rounds up: too early is refused again.
func seconds(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }
