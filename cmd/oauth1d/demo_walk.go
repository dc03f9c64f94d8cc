package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"oauth1d/provider/oauth1"
)

// demoWalk walks the dance and shows what the gate does, step by step. It
// returns an error as soon as a step ends otherwise than promised.
type demoWalk struct {
	out      io.Writer
	consumer *demoConsumer
	user     string
	password string
	revoke   func(ctx context.Context, token string) error

	n int
}

func (d *demoWalk) run(ctx context.Context) error {
	request, e, err := d.consumer.requestToken(ctx)
	d.say("The consumer asks for a request token (RFC 5849 §2.1).", e)
	if err != nil {
		return err
	}
	verifier, err := d.authorize(ctx, request)
	if err != nil {
		return err
	}
	access, e, err := d.consumer.accessToken(ctx, request, verifier)
	d.say("The consumer trades the request token for an access token (§2.3).", e)
	if err != nil {
		return err
	}
	return d.resources(ctx, access)
}

// authorize is the user's part.
func (d *demoWalk) authorize(ctx context.Context, request credentials) (verifier string, err error) {
	page := d.consumer.provider + "/oauth/authorize?oauth_token=" + oauth1.Escape(request.token)
	b := newDemoBrowser(d.consumer.self)
	signIn, err := b.open(ctx, page, "username")
	if err != nil {
		return "", err
	}
	signIn.fields.Set("username", d.user)
	signIn.fields.Set("password", d.password)
	consent, _, err := b.submit(ctx, signIn, "decision")
	if err != nil {
		return "", err
	}
	consent.fields.Set("decision", "allow")
	_, back, err := b.submit(ctx, consent, "")
	if err != nil {
		return "", err
	}
	d.title("The user signs in as " + d.user + " and presses Allow (§2.2).")
	fmt.Fprintf(d.out, "     GET  %s\n     POST %s   username, password\n     POST %s   decision=allow\n     -> 303 %s\n", page, signIn.action, consent.action, back)
	u, err := url.Parse(back)
	if err != nil || u.Query().Get("oauth_token") != request.token || u.Query().Get("oauth_verifier") == "" {
		return "", errors.New("the user was sent back without this request token and a verifier")
	}
	return u.Query().Get("oauth_verifier"), nil
}

// resources sends requests through the gate: a good one, and three that must not
// pass.
func (d *demoWalk) resources(ctx context.Context, access credentials) error {
	photo := d.consumer.provider + "/photos?file=vacation.jpg&size=original"
	good, err := d.consumer.signed(ctx, http.MethodGet, photo, access)
	if err := d.expect("A signed request reaches the application, with the user's name on it (§3).", good, err, http.StatusOK, ""); err != nil {
		return err
	}
	if !strings.Contains(good.body, `"user":"`+d.user+`"`) {
		return errors.New("the application was not told who the user is")
	}
	e, err := d.consumer.send(ctx, http.MethodGet, photo, good.authorization)
	if err := d.expect("The very same request again is a replay (§3.3).", e, err, http.StatusUnauthorized, oauth1.ProblemNonceUsed); err != nil {
		return err
	}
	e, err = d.consumer.send(ctx, http.MethodGet, strings.Replace(photo, "vacation", "passport", 1), good.authorization)
	if err := d.expect("The same signature on another photo is a forgery (§3.2).", e, err, http.StatusUnauthorized, oauth1.ProblemSignatureInvalid); err != nil {
		return err
	}
	if err := d.revoke(ctx, access.token); err != nil {
		return fmt.Errorf("revoking the access token: %w", err)
	}
	e, err = d.consumer.signed(ctx, http.MethodGet, photo, access)
	return d.expect("After the access token is revoked, a new signed request is refused.", e, err, http.StatusUnauthorized, oauth1.ProblemTokenRevoked)
}

func (d *demoWalk) expect(title string, e exchange, err error, status int, problem string) error {
	if err != nil {
		return err
	}
	d.say(title, e)
	if e.status != status || e.problem != problem {
		return fmt.Errorf("expected %d %s, got %d %s", status, problem, e.status, e.problem)
	}
	return nil
}

func (d *demoWalk) title(text string) {
	d.n++
	fmt.Fprintf(d.out, "\n%2d.  %s\n", d.n, text)
}

func (d *demoWalk) say(title string, e exchange) {
	d.title(title)
	fmt.Fprintf(d.out, "     %s %s\n     Authorization: %s\n     -> %d %s\n", e.method, e.url,
		strings.ReplaceAll(e.authorization, ", ", ",\n       "), e.status, strings.TrimSpace(e.body))
}
