package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"oauth1d/provider/oauth1"
)

// signFlags say who signs, with what and how.
type signFlags struct {
	keyFlags
	consumer, token, privateKey, method, realm string
}

// signer reads the keys and makes a signer of them.
func (v *signFlags) signer() (oauth1.Signer, error) {
	s := oauth1.Signer{ConsumerKey: v.consumer, Token: v.token, Method: v.method, Realm: v.realm}
	if s.Method == "" {
		s.Method = oauth1.HMACSHA256
		if v.privateKey != "" {
			s.Method = oauth1.RSASHA256
		}
	}
	switch rsa := oauth1.IsRSA(s.Method); {
	case !slices.Contains(oauth1.Methods(), s.Method):
		return s, fail(exitUsage, fmt.Errorf("%q is no signature method; expected one of %s", s.Method, strings.Join(oauth1.Methods(), ", ")))
	case rsa && v.privateKey == "":
		return s, fail(exitUsage, fmt.Errorf("%s signs with the consumer's private key; name it with --private-key", s.Method))
	case !rsa && v.privateKey != "":
		return s, fail(exitUsage, fmt.Errorf("%s does not use a private key; name an RSA method, or no --private-key", s.Method))
	}
	var err error
	if v.privateKey != "" {
		if s.PrivateKey, err = readPrivateKey(v.privateKey); err != nil {
			return s, err
		}
	}
	s.ConsumerSecret, s.TokenSecret, err = v.read(s.Method, v.token != "")
	return s, err
}

func (v *signFlags) on(c *cobra.Command) {
	v.keyFlags.on(c.Flags())
	f := c.Flags()
	f.StringVar(&v.consumer, "consumer", "", "consumer `key` (required)")
	f.StringVar(&v.privateKey, "private-key", "", "PEM `file` with the consumer's RSA private key, for the RSA methods")
	f.StringVar(&v.method, "method", "", "signature `method` (default HMAC-SHA256, with a private key RSA-SHA256)")
	f.StringVar(&v.realm, "realm", "", "`realm` in the Authorization header; it is not signed")
	_ = c.MarkFlagRequired("consumer")
}

func newRequestSign(g *globals) *cobra.Command {
	var v signFlags
	var data, in string
	var curl bool
	c := &cobra.Command{Use: "sign METHOD URL --consumer KEY", Short: "Sign a request, and print what carries the signature", Args: takes("METHOD", "URL"),
		Long: `Sign a request and print what carries the signature: the Authorization header, the
URL, or the form body. The signature is good for one request within the provider's
timestamp window, five minutes by default.`,
		Example: `  oauth1d request sign GET 'https://photos.example.net/photos?size=original' \
      --consumer dpf43f3p2l4k3l03 --secret-file consumer.secret \
      --token nnch734d00sl2jdk --token-secret-file token.secret --curl`,
		RunE: func(_ *cobra.Command, args []string) error {
			place, ok := map[string]oauth1.Transmission{"header": oauth1.InHeader, "query": oauth1.InQuery, "form": oauth1.InForm}[in]
			if !ok {
				return fail(exitUsage, fmt.Errorf("--in must be header, query or form, not %q", in))
			}
			if plainText(data) != data {
				return fail(exitUsage, errors.New("--data has a character that does not print; percent-encode it"))
			}
			m, err := newMessage(args[0], args[1], data)
			if err != nil {
				return err
			}
			s, err := v.signer()
			if err != nil {
				return err
			}
			signed, err := signRequest(&s, m, args[1], place)
			if err != nil {
				return err
			}
			return g.showSigned(signed, place, curl)
		}}
	v.on(c)
	c.Flags().StringVar(&v.token, "token", "", "access `token`, if the request is for a user")
	c.Flags().StringVar(&data, "data", "", "`form` body, already encoded: a=1&b=2")
	c.Flags().StringVar(&in, "in", "header", "where the parameters go: header, query or form")
	c.Flags().BoolVar(&curl, "curl", false, "print a command line for curl")
	return c
}

// A signedRequest is a request with its signature in it.
type signedRequest struct {
	Method        string `json:"method"`
	URL           string `json:"url"`
	Authorization string `json:"authorization,omitempty"`
	Body          string `json:"body,omitempty"` // a form
}

// signRequest signs m, which is the request to that URL.
func signRequest(s *oauth1.Signer, m *oauth1.Message, url string, in oauth1.Transmission) (signedRequest, error) {
	pairs, err := s.Sign(m)
	if err != nil {
		return signedRequest{}, err
	}
	out := signedRequest{Method: m.Method, URL: url, Body: string(m.Body)}
	switch in {
	case oauth1.InHeader:
		out.Authorization = oauth1.AuthorizationHeader(s.Realm, pairs)
	case oauth1.InQuery:
		separator := "?"
		if strings.Contains(url, "?") {
			separator = "&"
		}
		out.URL += separator + oauth1.Encode(pairs)
	case oauth1.InForm:
		if out.Body != "" {
			out.Body += "&"
		}
		out.Body += oauth1.Encode(pairs)
	}
	return out, nil
}

func (g *globals) showSigned(r signedRequest, in oauth1.Transmission, curl bool) error {
	return g.show(r, func(w io.Writer) {
		switch {
		case curl:
			fmt.Fprintln(w, r.curl())
		case in == oauth1.InHeader:
			fmt.Fprintln(w, "Authorization: "+r.Authorization)
		case in == oauth1.InQuery:
			fmt.Fprintln(w, r.URL)
		default:
			fmt.Fprintln(w, r.Body)
		}
	})
}

// curl returns a command line that sends the request, byte for byte: curl would
// tidy the path and expand brackets.
func (r signedRequest) curl() string {
	words := []string{"curl"}
	switch {
	case r.Method == "HEAD":
		words = append(words, "--head")
	case r.Method != "GET" && (r.Method != "POST" || r.Body == ""), r.Method == "GET" && r.Body != "":
		words = append(words, "-X", shellWord(r.Method))
	}
	if strings.ContainsAny(r.URL, "[]{}") {
		words = append(words, "--globoff")
	}
	if strings.Contains(r.URL, "/.") {
		words = append(words, "--path-as-is")
	}
	if r.Authorization != "" {
		words = append(words, "-H", shellWord("Authorization: "+r.Authorization))
	}
	if r.Body != "" {
		words = append(words, "--data-raw", shellWord(r.Body))
	}
	return strings.Join(append(words, shellWord(r.URL)), " ")
}

// shellWord quotes a word for a POSIX shell, where it needs it.
func shellWord(s string) string {
	const plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_./:@%+,"
	if s != "" && strings.Trim(s, plain) == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}
