package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"oauth1d/provider/oauth1"
)

func newDanceCommand(g *globals) *cobra.Command {
	var d terminalDance
	var v signFlags
	c := &cobra.Command{Use: "dance --url PROVIDER --consumer KEY", Short: "Walk the three-legged dance from the terminal, as a consumer", Args: takes(),
		Long: `Walk the three-legged dance as a consumer does: ask for a request token, say which
page to open, read the PIN, and trade both for an access token. Each exchange is
told on stderr; the access token and its secret go to stdout.

With a callback other than oob, paste the whole address that the browser ends at.`,
		Example: `  oauth1d dance --url https://auth.example.com --consumer dpf43f3p2l4k3l03 --secret-file consumer.secret`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if v.secretFile == "-" {
				return fail(exitUsage, errors.New("standard input is for the PIN here; give the secret as a file"))
			}
			if err := checkProvider(d.provider); err != nil {
				return fail(exitUsage, err)
			}
			var err error
			if d.signer, err = v.signer(); err != nil {
				return err
			}
			d.g, d.client, d.answer = g, newDanceClient(), bufio.NewReader(os.Stdin)
			return d.run(cmd.Context())
		}}
	v.on(c)
	f := c.Flags()
	// The dance has its own token secrets.
	_ = f.MarkHidden("token-secret-file")
	f.StringVar(&d.provider, "url", "", "the provider's public `URL` (required)")
	f.StringVar(&d.callback, "callback", "oob", "one of the consumer's registered callback `URLs`, or oob for a PIN")
	f.StringVar(&d.requestPath, "request-token-path", "/oauth/request-token", "`path` of the first leg")
	f.StringVar(&d.authorizePath, "authorize-path", "/oauth/authorize", "`path` of the second leg")
	f.StringVar(&d.accessPath, "access-token-path", "/oauth/access-token", "`path` of the third leg")
	_ = c.MarkFlagRequired("url")
	return c
}

// A terminalDance is a dance whose user sits at the terminal.
type terminalDance struct {
	caller
	g                                      *globals
	provider, callback                     string
	requestPath, authorizePath, accessPath string
	answer                                 *bufio.Reader // what the user types
}

// danced is what a dance ends with.
type danced struct {
	Token  string `json:"token"`
	Secret string `json:"secret"`
}

func (d *terminalDance) run(ctx context.Context) error {
	base := strings.TrimSuffix(d.provider, "/")
	e, err := d.signed(ctx, http.MethodPost, base+d.requestPath, credentials{}, oauth1.Pair{Name: "oauth_callback", Value: d.callback})
	if err != nil {
		return unreachable(err)
	}
	d.tell("1/3  request token", e)
	request, err := e.credentials()
	if err != nil {
		return err
	}
	if pairs, _ := oauth1.Decode(e.body); valueOf(pairs, "oauth_callback_confirmed") != "true" {
		return fmt.Errorf("%s did not confirm the callback: it speaks the first OAuth 1.0 of 2007, whose dance can be hijacked", d.provider)
	}
	verifier, err := d.authorize(base+d.authorizePath, request.token)
	if err != nil {
		return err
	}
	e, err = d.signed(ctx, http.MethodPost, base+d.accessPath, request, oauth1.Pair{Name: "oauth_verifier", Value: verifier})
	if err != nil {
		return unreachable(err)
	}
	d.tell("3/3  access token", e)
	access, err := e.credentials()
	if err != nil {
		return err
	}
	return d.g.show(danced{access.token, access.secret.Reveal()}, func(w io.Writer) {
		fmt.Fprintf(w, "token\t%s\ntoken secret\t%s\n", plain(access.token), plain(access.secret.Reveal()))
	})
}

// authorize sends the user to the second leg and reads what comes back.
func (d *terminalDance) authorize(page, token string) (verifier string, err error) {
	asked := "PIN"
	if d.callback != "oob" {
		asked = "The address you are sent to"
	}
	// Said even when quiet: without it nothing goes on.
	fmt.Fprintf(os.Stderr, "2/3  authorize       open this page, sign in and press Allow:\n                     %s?oauth_token=%s\n     %s: ", page, oauth1.Escape(token), asked)
	line, err := d.answer.ReadString('\n')
	if err != nil || !term.IsTerminal(int(os.Stdin.Fd())) {
		fmt.Fprintln(os.Stderr) // nobody's Enter has ended the line of the question
	}
	line = strings.TrimSpace(line)
	if line == "" {
		return "", errors.Join(errors.New("nothing was typed, so the dance ends here"), ignoreEOF(err))
	}
	_, query, isURL := strings.Cut(line, "?")
	if !isURL {
		return strings.ReplaceAll(line, " ", ""), nil
	}
	pairs, err := oauth1.Decode(strings.TrimSuffix(query, "#"))
	switch {
	case err != nil:
		return "", err
	case valueOf(pairs, "oauth_problem") != "", valueOf(pairs, "oauth_verifier") == "denied":
		return "", fail(exitRefused, errors.New("the user said no: user_refused"))
	case valueOf(pairs, "oauth_token") != token:
		return "", errors.New("that address belongs to another dance: its oauth_token is not the one asked for")
	case valueOf(pairs, "oauth_verifier") == "":
		return "", errors.New("that address holds no oauth_verifier")
	}
	return valueOf(pairs, "oauth_verifier"), nil
}

// tell prints an exchange, without what must not be seen over a shoulder.
func (d *terminalDance) tell(title string, e exchange) {
	d.g.say("%s   %s %s", title, e.method, e.url)
	header := e.authorization
	if d.signer.Method == oauth1.Plaintext {
		header = "[redacted: with PLAINTEXT it holds the secret]"
	}
	d.g.say("     Authorization:  %s", strings.ReplaceAll(plainText(header), ", ", ",\n                     "))
	body := strings.TrimSpace(e.body)
	if pairs, err := oauth1.Decode(body); err == nil {
		for i := range pairs {
			if pairs[i].Name == "oauth_token_secret" {
				pairs[i].Value = "[redacted]"
			}
		}
		body = ""
		for _, p := range pairs {
			body += fmt.Sprintf("\n                     %s = %s", plainText(p.Name), plainText(p.Value))
		}
	}
	d.g.say("     answer          %d%s", e.status, body)
}

// checkProvider refuses plain http to anywhere but this machine: the answers
// carry secrets.
func checkProvider(provider string) error {
	scheme, host, target, err := oauth1.SplitURL(provider)
	if err != nil {
		return err
	}
	if strings.Contains(target, "?") {
		return errors.New("--url is the provider's base address and has no query")
	}
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if ip := net.ParseIP(strings.Trim(name, "[]")); strings.EqualFold(scheme, "http") && name != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errors.New("the dance hands secrets out, so --url must be https, except on this machine")
	}
	return nil
}

// newDanceClient follows no redirect: a signed request is for one address.
func newDanceClient() *http.Client {
	return &http.Client{Timeout: 30 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// unreachable gives a failure to connect its exit code.
func unreachable(err error) error {
	var dial *net.OpError
	if errors.As(err, &dial) && dial.Op == "dial" {
		return fail(exitUnreachable, err)
	}
	return err
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}
