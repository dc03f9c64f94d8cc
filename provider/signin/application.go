package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// ApplicationConfig says how to ask the application who is signed in.
type ApplicationConfig struct {
	// URL is asked with the browser's cookies. Anything but a 200 that names a
	// user means that nobody is signed in; a 5xx, that we could not ask.
	URL string

	// LoginURL is where people sign in. It gets ReturnParameter with where they
	// came from.
	LoginURL        string
	ReturnParameter string

	// UserHeader names the answer's header that holds the user's name, or
	// UserPath the way to it in a JSON answer, as in "data.user.name". One of
	// them.
	UserHeader, UserPath string

	// GroupsHeader and GroupsPath are the same for the user's groups: a list in
	// JSON, or separated by commas. Both may be empty.
	GroupsHeader, GroupsPath string

	// Cookies are the names of those that are sent along. Empty: all but ours.
	Cookies []string

	// Timeout bounds the question. Default: 5 seconds.
	Timeout time.Duration
}

// An Application is a Recogniser that asks the application.
type Application struct {
	config ApplicationConfig
	login  *url.URL
	client *http.Client
}

// NewApplication returns an Application.
func NewApplication(c ApplicationConfig) (*Application, error) {
	if c.Timeout == 0 {
		c.Timeout = 5 * time.Second
	}
	login, err := url.Parse(c.LoginURL)
	if err != nil {
		return nil, fmt.Errorf("reading the application's login URL: %w", err)
	}
	if (c.UserHeader == "") == (c.UserPath == "") {
		return nil, errors.New("reading the user from the application: exactly one of the header and the path must be given")
	}
	return &Application{config: c, login: login, client: newClient(c.Timeout)}, nil
}

// Login returns the application's login page, from which people come back.
func (a *Application) Login(returnTo string) string {
	u := *a.login
	q := u.Query()
	q.Set(a.config.ReturnParameter, returnTo)
	u.RawQuery = q.Encode()
	return u.String()
}

// Recognise asks the application with the browser's cookies.
func (a *Application) Recognise(ctx context.Context, from *http.Request) (Identity, error) {
	cookies := a.cookies(from)
	if cookies == "" {
		return Identity{}, ErrNobody // without a cookie it could know nobody
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, a.config.URL, nil)
	if err != nil {
		return Identity{}, fmt.Errorf("asking the application: %w", err)
	}
	r.Header.Set("Cookie", cookies)
	r.Header.Set("Accept", "application/json, */*;q=0.5")
	if agent := from.UserAgent(); agent != "" {
		r.Header.Set("User-Agent", agent) // some tie their sessions to it
	}
	resp, err := a.client.Do(r)
	if err != nil {
		return Identity{}, unavailable(fmt.Errorf("asking the application: %w", withoutURL(err)))
	}
	defer resp.Body.Close()
	switch {
	case resp.StatusCode >= 500 || resp.StatusCode == http.StatusTooManyRequests:
		return Identity{}, unavailable(fmt.Errorf("asking the application: it answered %d", resp.StatusCode))
	case resp.StatusCode != http.StatusOK:
		return Identity{}, ErrNobody
	}
	return a.read(resp)
}

// cookies are those of the browser that the application may see. Ours would let
// it answer consents.
func (a *Application) cookies(r *http.Request) string {
	var send []string
	for _, c := range r.Cookies() {
		wanted := len(a.config.Cookies) == 0 || slices.Contains(a.config.Cookies, c.Name)
		if wanted && !slices.Contains(Cookies, c.Name) {
			send = append(send, c.Name+"="+c.Value)
		}
	}
	return strings.Join(send, "; ")
}

// read takes the user from an answer.
func (a *Application) read(resp *http.Response) (Identity, error) {
	var answer any
	if a.config.UserPath != "" || a.config.GroupsPath != "" {
		body, err := readSaid(resp)
		if err != nil {
			return Identity{}, unavailable(fmt.Errorf("reading the application's answer: %w", err))
		}
		if err := json.Unmarshal(body, &answer); err != nil {
			return Identity{}, unavailable(fmt.Errorf("reading the application's answer, which should be JSON: %w", err))
		}
	}
	user, err := a.user(resp.Header, answer)
	switch {
	case err != nil:
		return Identity{}, err
	case user == "":
		return Identity{}, ErrNobody
	}
	if err := checkName(user); err != nil {
		return Identity{}, unavailable(fmt.Errorf("reading the application's answer: %w", err))
	}
	return Identity{User: user, Groups: a.groups(resp.Header, answer)}, nil
}

// user is the name in the answer, or "" for nobody.
func (a *Application) user(h http.Header, answer any) (string, error) {
	if a.config.UserHeader != "" {
		values := h.Values(a.config.UserHeader)
		if len(values) > 1 {
			return "", unavailable(errors.New("reading the application's answer: it names two users"))
		}
		if len(values) == 0 || values[0] == "-" {
			return "", nil
		}
		return values[0], nil
	}
	switch name := at(answer, a.config.UserPath).(type) {
	case nil:
		return "", nil
	case string:
		return name, nil
	}
	return "", unavailable(fmt.Errorf("reading the application's answer: what stands at %q is no string", a.config.UserPath))
}

// groups are those in the answer, or nil when it is not asked for them.
func (a *Application) groups(h http.Header, answer any) []string {
	if a.config.GroupsHeader == "" && a.config.GroupsPath == "" {
		return nil
	}
	out := []string{}
	if a.config.GroupsHeader != "" {
		for _, v := range h.Values(a.config.GroupsHeader) {
			out = append(out, listed(v)...)
		}
	}
	if a.config.GroupsPath == "" {
		return out
	}
	switch list := at(answer, a.config.GroupsPath).(type) {
	case string:
		out = append(out, listed(list)...)
	case []any:
		for _, g := range list {
			if name, ok := g.(string); ok {
				out = append(out, name)
			}
		}
	}
	return out
}

// listed splits what commas separate.
func listed(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// at is what stands in a JSON value at a path of names, or nil.
func at(value any, path string) any {
	for name := range strings.SplitSeq(path, ".") {
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}

// withoutURL takes the URL out of a client's error: it may name a user.
func withoutURL(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}
