package main

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"sync"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// demoConsumer is the sample consumer: an application that wants to see a user's
// photos at the sample application, by itself (walk) or in a browser (ServeHTTP).
type demoConsumer struct {
	caller
	provider string // public URL of the daemon
	self     string // its own URL

	mu      sync.Mutex
	pending map[string]store.Secret // request tokens of browsers on their way
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
