package journey

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
)

// A wire speaks to one life of a daemon. Unlike the rest of this package it
// returns an answer that never came as an error, because here the daemon dies.
type wire struct {
	t     *testing.T
	d     *daemon
	admin *adminapi.Client
	http  *http.Client
}

func (d *daemon) wire() *wire {
	return &wire{t: d.t, d: d, admin: adminapi.NewClient(d.file("admin.sock")),
		http: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 16}, Timeout: 20 * time.Second}}
}

func (w *wire) close() { w.http.CloseIdleConnections() }

// An answer is what came back.
type answer struct {
	status  int
	problem string
	body    string
}

func (w *wire) do(r *http.Request) (answer, error) {
	resp, err := w.http.Do(r)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return answer{}, err
	}
	return answer{resp.StatusCode, resp.Header.Get("X-OAuth1-Problem"), string(body)}, nil
}

// request makes a signed GET of the application.
func (w *wire) request(c *consumer) signed {
	target := fmt.Sprintf("/photos/%d?size=full", rand.Uint32())
	return signed{target, c.get(w.t, "https://app.example.test"+target)}
}

// gate asks about a signed request as nginx does.
func (w *wire) gate(s signed) (answer, error) {
	r, err := http.NewRequest("GET", "http://"+w.d.private+"/auth/nginx", nil)
	if err != nil {
		w.t.Error(err)
		return answer{}, err
	}
	r.Header = http.Header{
		"Authorization": {s.authorization}, "X-Original-Method": {"GET"}, "X-Original-Uri": {s.target},
		"X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"app.example.test"},
	}
	return w.do(r)
}

// token asks an endpoint of the dance for a token.
func (w *wire) token(c *consumer, path string, extra ...oauth1.Pair) (token, secret string, a answer, err error) {
	u := w.d.base + path
	r, err := http.NewRequest("POST", u, nil)
	if err != nil {
		w.t.Error(err)
		return "", "", a, err
	}
	r.Header.Set("Authorization", c.sign(w.t, messageFor(w.t, "POST", u), extra...))
	if a, err = w.do(r); err != nil || a.status != http.StatusOK {
		return "", "", a, err
	}
	form, err := url.ParseQuery(a.body)
	if err != nil || form.Get("oauth_token") == "" || form.Get("oauth_token_secret") == "" {
		w.t.Errorf("%s: answered 200 with %q", path, a.body)
	}
	return form.Get("oauth_token"), form.Get("oauth_token_secret"), a, nil
}

func (w *wire) requestToken(c *consumer, callback string) (token, secret string, a answer, err error) {
	return w.token(c, "/oauth/request-token", oauth1.Pair{Name: "oauth_callback", Value: callback})
}

func (w *wire) accessToken(c *consumer, verifier string) (token, secret string, a answer, err error) {
	return w.token(c, "/oauth/access-token", oauth1.Pair{Name: "oauth_verifier", Value: verifier})
}

// A visitor is a user with a browser, who stays signed in over the daemon's
// lives: hashing a password takes as long as several of them.
type visitor struct {
	base string
	http *http.Client
}

// newVisitor signs a user in, on the way to the consent page of a request token.
func newVisitor(d *daemon, name, password, requestToken string) *visitor {
	d.t.Helper()
	b := d.browser(d.t)
	p := b.submit(b.open(d.base+"/oauth/authorize?oauth_token="+url.QueryEscape(requestToken)), url.Values{"username": {name}, "password": {password}})
	if p.at.Path != "/oauth/authorize" {
		d.t.Fatalf("signing in led to %s:\n%s", p.at, p.body)
	}
	return &visitor{base: d.base, http: b.http}
}

// open shows the page for a request token and returns its form.
func (v *visitor) open(requestToken string) (action string, fields url.Values, err error) {
	resp, err := v.http.Get(v.base + "/oauth/authorize?oauth_token=" + url.QueryEscape(requestToken))
	if err != nil {
		return "", nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return "", nil, pageError(resp.Status)
	}
	action, fields, err = mainForm(string(body))
	if err != nil {
		return "", nil, err
	}
	to, err := resp.Request.URL.Parse(action)
	if err != nil {
		return "", nil, err
	}
	return to.String(), fields, nil
}

// A pageError is an answer that is no page to go on with; other errors are
// answers that never came.
type pageError string

func (e pageError) Error() string { return "the page was answered " + string(e) }

// fault reports whether the service itself was at fault.
func (e pageError) fault() bool { return strings.HasPrefix(string(e), "5") }

// allow grants a request token what it asks for and returns the verifier that
// goes to the consumer.
func (v *visitor) allow(requestToken string) (verifier string, err error) {
	action, fields, err := v.open(requestToken)
	if err != nil {
		return "", err
	}
	fields.Set("decision", "allow")
	resp, err := v.http.PostForm(action, fields)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	to, err := resp.Location()
	if err != nil {
		return "", pageError(resp.Status)
	}
	if verifier = to.Query().Get("oauth_verifier"); verifier == "" {
		return "", pageError("sent to " + to.String())
	}
	return verifier, nil
}

// mainForm returns the form of a page that does not sign out.
func mainForm(page string) (action string, fields url.Values, err error) {
	inside := false
	for z := html.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			if action == "" {
				return "", nil, errors.New("page without a form")
			}
			return action, fields, nil
		case html.StartTagToken, html.SelfClosingTagToken:
			attr := map[string]string{}
			token := z.Token()
			for _, a := range token.Attr {
				attr[a.Key] = a.Val
			}
			switch {
			case token.Data == "form" && !strings.Contains(attr["action"], "signout"):
				action, fields, inside = attr["action"], url.Values{}, true
			case token.Data == "form":
				inside = false
			case token.Data == "input" && inside && attr["name"] != "":
				fields.Set(attr["name"], attr["value"])
			}
		}
	}
}

// steadyAddr returns an address that nobody takes while the daemon is down: no
// client, because those come from 127.0.0.1, and no other test's daemon.
func steadyAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", fmt.Sprintf("127.%d.%d.%d:0", 1+rand.IntN(250), rand.IntN(250), 1+rand.IntN(250)))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// newSteadyDaemon makes a daemon that is started again many times.
func newSteadyDaemon(t *testing.T, config string) *daemon {
	t.Helper()
	public := steadyAddr(t)
	d := newDaemon(t, "http://"+public, config)
	d.public, d.private = public, steadyAddr(t)
	return d
}
