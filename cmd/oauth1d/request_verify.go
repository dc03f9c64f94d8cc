package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/registry"
)

func newRequestVerify(g *globals) *cobra.Command {
	var v verifyFlags
	c := &cobra.Command{Use: "verify METHOD URL", Short: "Say whether a request is signed right, and show its base string", Args: takes("METHOD", "URL"),
		Long: `Say whether a request, given as it was sent, is signed with these secrets, and show
the signature base string to compare with the consumer's. No daemon is asked, so
whether the consumer and the token are live, the timestamp is fresh and the nonce
new is not said. Exit 0: signed right. Exit 6: not.`,
		Example: `  oauth1d request verify GET 'https://photos.example.net/photos?size=original' \
      --authorization-file header.txt --secret-file consumer.secret --token-secret-file token.secret`,
		RunE: func(_ *cobra.Command, args []string) error {
			m, err := v.message(args[0], args[1])
			if err != nil {
				return err
			}
			return g.verifyRequest(m, &v)
		}}
	v.on(c)
	return c
}

// verifyFlags say how the parameters were sent and what they are checked with.
type verifyFlags struct {
	keyFlags
	authorization, authorizationFile, data, publicKey string
}

func (v *verifyFlags) on(c *cobra.Command) {
	v.keyFlags.on(c.Flags())
	f := c.Flags()
	f.StringVar(&v.authorization, "authorization", "", "`value` of the Authorization header as it was sent; not for PLAINTEXT, whose signature is the secrets")
	f.StringVar(&v.authorizationFile, "authorization-file", "", "`file` with the Authorization header, - for stdin")
	f.StringVar(&v.data, "data", "", "`form` body as it was sent")
	f.StringVar(&v.publicKey, "public-key", "", "`file` with the consumer's RSA public key, for the RSA methods")
	c.MarkFlagsMutuallyExclusive("authorization", "authorization-file")
}

// message is the request with its Authorization header, if it has one.
func (v *verifyFlags) message(method, url string) (*oauth1.Message, error) {
	m, err := newMessage(method, url, v.data)
	if err != nil {
		return nil, err
	}
	header := v.authorization
	if v.authorizationFile != "" {
		text, err := readSecret(v.authorizationFile, "", false)
		if err != nil {
			return nil, err
		}
		header = text.Reveal()
	}
	const name = "authorization:"
	if len(header) > len(name) && strings.EqualFold(header[:len(name)], name) {
		header = strings.TrimSpace(header[len(name):])
	}
	if header != "" {
		m.Authorization = []string{header}
	}
	return m, nil
}

// A verdict is what is known about a request's signature.
type verdict struct {
	Valid      bool   `json:"valid"`
	Problem    string `json:"problem,omitempty"`
	Advice     string `json:"advice,omitempty"`
	Consumer   string `json:"consumer,omitempty"`
	Token      string `json:"token,omitempty"`
	Method     string `json:"signature_method,omitempty"`
	Timestamp  int64  `json:"timestamp,omitempty"`
	Nonce      string `json:"nonce,omitempty"`
	In         string `json:"in,omitempty"`
	BaseString string `json:"base_string,omitempty"`
}

func (g *globals) verifyRequest(m *oauth1.Message, v *verifyFlags) error {
	var r oauth1.Request
	var problem *oauth1.Problem
	switch err := r.Parse(m, oauth1.Limits{}); {
	case errors.As(err, &problem):
	case err != nil:
		return err
	default:
		keys, err := v.keys(&r)
		if err != nil {
			return err
		}
		if !r.Check(keys) {
			problem = oauth1.Refuse(oauth1.ProblemSignatureInvalid, "compare the base string with the consumer's, byte for byte, then both secrets")
		}
	}
	out := verdict{Valid: problem == nil, Consumer: r.ConsumerKey, Token: r.Token, Method: r.SignatureMethod, Timestamp: r.Timestamp, Nonce: r.Nonce}
	if problem != nil {
		out.Problem, out.Advice = problem.Name, problem.Advice
	}
	if out.Valid || out.Problem == oauth1.ProblemSignatureInvalid { // it was parsed
		out.In, out.BaseString = r.In.String(), string(r.BaseString())
	}
	if err := g.showVerdict(out); err != nil {
		return err
	}
	if problem != nil {
		return problem
	}
	g.say("The signature is right.%s", ageOf(r.Timestamp))
	return nil
}

// keys reads what the request's method is checked with.
func (v *verifyFlags) keys(r *oauth1.Request) (k oauth1.Keys, err error) {
	if !oauth1.IsRSA(r.SignatureMethod) {
		k.ConsumerSecret, k.TokenSecret, err = v.read(r.SignatureMethod, r.Token != "")
		return k, err
	}
	if v.publicKey == "" {
		return k, fail(exitUsage, fmt.Errorf("the request is signed with %s; name the consumer's public key with --public-key", r.SignatureMethod))
	}
	text, err := os.ReadFile(v.publicKey)
	if err != nil {
		return k, err
	}
	// A short key is a matter of the registry; here it is to be compared.
	k.PublicKey, _, err = registry.ParsePublicKey(text, 1024)
	return k, err
}

func (g *globals) showVerdict(v verdict) error {
	return g.show(v, func(w io.Writer) {
		row := func(name, value string) {
			if value != "" {
				fmt.Fprintf(w, "%s\t%s\n", name, plain(value))
			}
		}
		row("signed right", yesNo(v.Valid))
		row("problem", v.Problem)
		row("consumer", v.Consumer)
		row("token", v.Token)
		row("method", v.Method)
		if v.Timestamp != 0 {
			row("timestamp", fmt.Sprintf("%d, %s", v.Timestamp, time.Unix(v.Timestamp, 0).UTC().Format(time.RFC3339)))
		}
		row("nonce", v.Nonce)
		row("sent in", v.In)
		row("base string", v.BaseString)
	})
}

// ageOf says how far a timestamp is from this machine's clock, if that is far.
func ageOf(timestamp int64) string {
	d := time.Since(time.Unix(timestamp, 0)).Round(time.Second)
	switch {
	case timestamp == 0 || d.Abs() < time.Minute:
		return ""
	case d < 0:
		return fmt.Sprintf(" Its timestamp is %s ahead of this machine's clock.", -d)
	}
	return fmt.Sprintf(" Its timestamp is %s old by this machine's clock.", d)
}
