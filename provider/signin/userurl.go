package signin

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"oauth1d/store"
)

// maxSaid is how much of the application's answer is read.
const maxSaid = 64 << 10

// A UserURL asks the application whether a user is still there: 200 says so, with
// {"groups": [...]} if it likes, 404 and 410 say that the user is gone. Any other
// answer is none. It is a Directory for backends that have no better one.
type UserURL struct {
	template string
	token    store.Secret
	client   *http.Client
}

// NewUserURL returns a UserURL that asks at template, in which {user} stands for
// the escaped name, with the bearer token if it is not empty.
func NewUserURL(template string, token store.Secret, timeout time.Duration) *UserURL {
	return &UserURL{template: template, token: token, client: newClient(timeout)}
}

// newClient returns a client for questions to the application. It follows no
// redirect: an answer from somewhere else is no answer to this question, and
// cookies or a token would go along.
func newClient(timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout:       timeout,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: maxSaid},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// readSaid reads the body of the application's answer, if it is no longer than
// answers are.
func readSaid(resp *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxSaid+1))
	if err == nil && len(body) > maxSaid {
		err = fmt.Errorf("it has more than %d bytes", maxSaid)
	}
	return body, err
}

// LookUp asks about one user.
func (u *UserURL) LookUp(ctx context.Context, user string, _ store.Secret) (Identity, error) {
	if !namesOnePlace(user) {
		return Identity{}, ErrUnanswerable
	}
	at := strings.Replace(u.template, placeUser, url.PathEscape(user), 1)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, at, nil)
	if err != nil {
		return Identity{}, fmt.Errorf("asking about a user: %w", err)
	}
	r.Header.Set("Accept", "application/json")
	if len(u.token) > 0 {
		r.Header.Set("Authorization", "Bearer "+u.token.Reveal())
	}
	resp, err := u.client.Do(r)
	if err != nil {
		return Identity{}, fmt.Errorf("asking about a user: %w", withoutURL(err))
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound, http.StatusGone:
		return Identity{}, ErrGone
	default:
		return Identity{}, fmt.Errorf("asking about a user: the application answered %d", resp.StatusCode)
	}
	id := Identity{User: user}
	body, err := readSaid(resp)
	if err != nil {
		return Identity{}, fmt.Errorf("reading the application's answer about a user: %w", err)
	}
	if len(body) == 0 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
		return id, nil
	}
	var answer struct {
		Groups []string `json:"groups"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Identity{}, fmt.Errorf("reading the application's answer about a user: %w", err)
	}
	id.Groups = answer.Groups
	return id, nil
}

// namesOnePlace says whether a name, escaped, is one segment of a path to whoever
// reads it. Many proxies decode a slash, and then take dots for the way up: "x/../ada"
// would be told of Ada, and have her groups.
func namesOnePlace(user string) bool {
	plain := strings.ReplaceAll(user, `\`, "/")
	dots := slices.ContainsFunc(strings.Split(plain, "/"), func(part string) bool { return part == "." || part == ".." })
	return !dots && !strings.Contains(user, "/")
}
