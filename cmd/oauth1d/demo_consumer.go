package main

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"sync"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// demoConsumer is the sample consumer: an application that wants to see a user's
// photos at the sample application, by itself (walk) or in a browser (ServeHTTP).
type demoConsumer struct {
	provider string // public URL of the daemon
	self     string // its own URL
	key      string
	secret   store.Secret
	client   *http.Client

	mu      sync.Mutex
	pending map[string]store.Secret // request tokens of browsers on their way
}

// An exchange is one request and its answer, for printing.
type exchange struct {
	method, url, authorization string
	status                     int
	problem                    string // X-OAuth1-Problem
	body                       string
}

// credentials are a token and its secret.
type credentials struct {
	token  string
	secret store.Secret
}

// signed sends a signed request without a body.
func (c *demoConsumer) signed(ctx context.Context, method, url string, with credentials, extra ...oauth1.Pair) (exchange, error) {
	scheme, host, target, err := oauth1.SplitURL(url)
	if err != nil {
		return exchange{}, err
	}
	s := oauth1.Signer{
		ConsumerKey: c.key, ConsumerSecret: c.secret, Token: with.token, TokenSecret: with.secret, Method: oauth1.HMACSHA256,
	}
	pairs, err := s.Sign(&oauth1.Message{Method: method, Scheme: scheme, Host: host, Target: target}, extra...)
	if err != nil {
		return exchange{}, fmt.Errorf("signing: %w", err)
	}
	return c.send(ctx, method, url, oauth1.AuthorizationHeader("", pairs))
}

// send sends a request with that Authorization header.
func (c *demoConsumer) send(ctx context.Context, method, url, authorization string) (exchange, error) {
	e := exchange{method: method, url: url, authorization: authorization}
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return e, err
	}
	r.Header.Set("Authorization", authorization)
	resp, err := c.client.Do(r)
	if err != nil {
		return e, fmt.Errorf("%s %s: %w", method, url, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return e, fmt.Errorf("%s %s: %w", method, url, err)
	}
	e.status, e.problem, e.body = resp.StatusCode, resp.Header.Get("X-OAuth1-Problem"), string(body)
	return e, nil
}

// requestToken asks for a request token that comes back to the consumer's page.
func (c *demoConsumer) requestToken(ctx context.Context) (credentials, exchange, error) {
	e, err := c.signed(ctx, http.MethodPost, c.provider+"/oauth/request-token", credentials{},
		oauth1.Pair{Name: "oauth_callback", Value: c.self + "/ready"})
	if err != nil {
		return credentials{}, e, err
	}
	got, err := e.credentials()
	return got, e, err
}

// accessToken trades a request token for an access token.
func (c *demoConsumer) accessToken(ctx context.Context, request credentials, verifier string) (credentials, exchange, error) {
	e, err := c.signed(ctx, http.MethodPost, c.provider+"/oauth/access-token", request,
		oauth1.Pair{Name: "oauth_verifier", Value: verifier})
	if err != nil {
		return credentials{}, e, err
	}
	got, err := e.credentials()
	return got, e, err
}

// credentials reads a token and its secret from an answer.
func (e exchange) credentials() (credentials, error) {
	if e.status != http.StatusOK {
		return credentials{}, fmt.Errorf("%s %s was answered %d %s", e.method, e.url, e.status, e.body)
	}
	pairs, err := oauth1.Decode(e.body)
	if err != nil {
		return credentials{}, fmt.Errorf("%s %s: reading the answer: %w", e.method, e.url, err)
	}
	var got credentials
	for _, p := range pairs {
		switch p.Name {
		case "oauth_token":
			got.token = p.Value
		case "oauth_token_secret":
			got.secret = store.Secret(p.Value)
		}
	}
	return got, nil
}

// ServeHTTP is the consumer's web site: /, /connect and /ready.
func (c *demoConsumer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var title, text string
	var err error
	switch r.URL.Path {
	case "/":
		title, text = "Photo Printer", `<p>A sample consumer. It would like to see your photos.</p><p><a href="/connect">Connect your account</a></p>`
	case "/connect":
		err = c.serveConnect(w, r)
	case "/ready":
		title, text, err = c.serveReady(r)
	default:
		http.NotFound(w, r)
		return
	}
	if err != nil {
		title, text = "That did not work", "<p>"+html.EscapeString(err.Error())+"</p>"
	}
	if title == "" {
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><html lang=en><title>%s</title><h1>%[1]s</h1>%s", title, text)
}

func (c *demoConsumer) serveConnect(w http.ResponseWriter, r *http.Request) error {
	request, _, err := c.requestToken(r.Context())
	if err != nil {
		return err
	}
	c.mu.Lock()
	c.pending[request.token] = request.secret
	c.mu.Unlock()
	http.Redirect(w, r, c.provider+"/oauth/authorize?oauth_token="+oauth1.Escape(request.token), http.StatusSeeOther)
	return nil
}

func (c *demoConsumer) serveReady(r *http.Request) (title, text string, err error) {
	q := r.URL.Query()
	if q.Get("oauth_problem") != "" {
		return "Not connected", `<p>You said no. Nothing was granted.</p><p><a href="/">Back</a></p>`, nil
	}
	token := q.Get("oauth_token")
	c.mu.Lock()
	secret, known := c.pending[token]
	delete(c.pending, token)
	c.mu.Unlock()
	if !known {
		return "", "", fmt.Errorf("this consumer has no such request token under way")
	}
	access, _, err := c.accessToken(r.Context(), credentials{token, secret}, q.Get("oauth_verifier"))
	if err != nil {
		return "", "", err
	}
	e, err := c.signed(r.Context(), http.MethodGet, c.provider+"/photos", access)
	if err != nil {
		return "", "", err
	}
	return "Connected", "<p>The application answered a signed request:</p><pre>" + html.EscapeString(e.body) + "</pre>", nil
}
