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
	if err := s.admit(w, r); err != nil {
		return err
	}
	if !isPath(returnTo) {
		return errors.New("asking to sign in: the way back is no path of ours")
	}
	handle := s.remember(r, wayBack{Path: returnTo, For: forConsumer})
	if err := s.keep(w, r); err != nil {
		return err
	}
	seeOther(w, s.config.SignInPath+"?return="+url.QueryEscape(handle))
	return nil
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
	if _, wait := s.strangers.take(networkOf(s.config.Address(r)), s.config.Now()); wait > 0 {
		setRetryAfter(w, wait)
		return &web.Error{Status: http.StatusTooManyRequests, Title: "Too many people come from your network", Sentence: "Please try again in a moment.", Code: "signin_busy"}
	}
	return nil
}

// A wayBack is where somebody goes after signing in.
type wayBack struct {
	Handle, Path string
	For          string // name of the consumer that asks, may be empty
}

// maxWaysBack is for how many tabs at once we remember it.
const maxWaysBack = 8

// ways returns the session's ways back, oldest first.
func (s *SignIn) ways(r *http.Request) []wayBack {
	flat, _ := s.sessions.Get(r.Context(), returnsField).([]string)
	var ways []wayBack
	for ; len(flat) >= 3; flat = flat[3:] {
		ways = append(ways, wayBack{flat[0], flat[1], flat[2]})
	}
	return ways
}

// remember adds a way back to the session and returns its handle. The same path
// again, after a reload, is not added twice.
func (s *SignIn) remember(r *http.Request, way wayBack) (handle string) {
	ways := s.ways(r)
	if i := slices.IndexFunc(ways, func(w wayBack) bool { return w.Path == way.Path && w.For == way.For }); i >= 0 {
		return ways[i].Handle
	}
	way.Handle = store.NewToken()
	ways = append(ways, way)
	ways = ways[max(0, len(ways)-maxWaysBack):]
	var flat []string
	for _, w := range ways {
		flat = append(flat, w.Handle, w.Path, w.For)
	}
	s.sessions.Put(r.Context(), returnsField, flat)
	return way.Handle
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

func seeOther(w http.ResponseWriter, path string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", path)
	w.WriteHeader(http.StatusSeeOther)
}

func setRetryAfter(w http.ResponseWriter, wait time.Duration) {
	w.Header().Set("Retry-After", fmt.Sprint(seconds(wait)))
}

// seconds rounds up: too early is refused again.
func seconds(wait time.Duration) int { return int((wait + time.Second - 1) / time.Second) }
