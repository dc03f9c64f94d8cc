package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

// A caller sends signed requests, as a consumer does.
type caller struct {
	client *http.Client
	signer oauth1.Signer // without a token
}

// credentials are a token and its secret.
type credentials struct {
	token  string
	secret store.Secret
}

// An exchange is one request and its answer, for printing.
type exchange struct {
	method, url, authorization string
	status                     int
	problem                    string // X-OAuth1-Problem
	body                       string
}

// signed sends a signed request without a body.
func (c *caller) signed(ctx context.Context, method, url string, with credentials, extra ...oauth1.Pair) (exchange, error) {
	scheme, host, target, err := oauth1.SplitURL(url)
	if err != nil {
		return exchange{}, err
	}
	s := c.signer
	s.Token, s.TokenSecret = with.token, with.secret
	header, err := s.Authorization(&oauth1.Message{Method: method, Scheme: scheme, Host: host, Target: target}, extra...)
	if err != nil {
		return exchange{}, err
	}
	return c.send(ctx, method, url, header)
}

// send sends a request with that Authorization header.
func (c *caller) send(ctx context.Context, method, url, authorization string) (exchange, error) {
	e := exchange{method: method, url: url, authorization: authorization}
	r, err := http.NewRequestWithContext(ctx, method, url, nil)
	if err != nil {
		return e, err
	}
	r.Header.Set("Authorization", authorization)
	resp, err := c.client.Do(r)
	if err != nil {
		return e, fmt.Errorf("sending a signed request: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<20))
	if err != nil {
		return e, fmt.Errorf("%s %s: reading the answer: %w", method, url, err)
	}
	e.status, e.problem, e.body = resp.StatusCode, resp.Header.Get("X-OAuth1-Problem"), string(body)
	return e, nil
}

// credentials reads a token and its secret from an answer.
func (e exchange) credentials() (credentials, error) {
	if e.status != http.StatusOK {
		return credentials{}, e.refused()
	}
	pairs, err := oauth1.Decode(e.body)
	if err != nil {
		return credentials{}, fmt.Errorf("%s %s: reading the answer: %w", e.method, e.url, err)
	}
	got := credentials{valueOf(pairs, "oauth_token"), store.Secret(valueOf(pairs, "oauth_token_secret"))}
	if got.token == "" {
		return credentials{}, fmt.Errorf("%s %s: the answer holds no oauth_token; is this the right address?", e.method, e.url)
	}
	return got, nil
}

// refused says why the provider said no, in its own words when it has some.
func (e exchange) refused() error {
	code := exitFailed
	why := e.problem
	if pairs, err := oauth1.Decode(e.body); err == nil && valueOf(pairs, "oauth_problem") != "" {
		why = valueOf(pairs, "oauth_problem")
		if advice := valueOf(pairs, "oauth_problem_advice"); advice != "" {
			why += ": " + advice
		}
	}
	if why != "" {
		code = exitRefused
	}
	return fail(code, fmt.Errorf("%s %s was answered %d %s", e.method, e.url, e.status, why))
}

// valueOf returns the first value of that name.
func valueOf(pairs []oauth1.Pair, name string) string {
	for _, p := range pairs {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}
