package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/explain"
	"oauth1d/provider/oauth1"
	"oauth1d/provider/registry"
)

// explainFlags say which request is meant and what is known of it.
type explainFlags struct {
	keyFlags
	publicKey, consumer, curl, baseStringFile string
}

func newRequestExplain(g *globals) *cobra.Command {
	var v explainFlags
	c := &cobra.Command{Use: "explain ID | --curl LINE", Short: "Say why a request was refused, and what to change",
		Long: `Say why a request was refused: what is different between what the consumer signed
and what arrived, and what to change on which side.

A request that the daemon has refused is named by its ID, which stands in the
X-Request-Id header of the refusal and in the log. The daemon keeps refused
requests in memory for an hour, some hundreds of them. To the signature of a
request it tries what consumers and proxies commonly get wrong, with the secrets
that it has, one at a time and two together: scheme, host, port, path, the order
and encoding of parameters, secrets, digests.

Any other request is given as a curl line, as "oauth1d request sign --curl" and
the developer tools of browsers write it; - reads the line from standard input,
which keeps it out of the process list. The line is not run. The daemon
explains it with its secrets; or, with --secret-file or --public-key, it is
explained here and no daemon is asked.

When the consumer can show the base string that it has signed, give it with
--base-string-file: the first byte that differs is told then.

Exit 0: there is an explanation, be it that the cause is unknown. Exit 4: no such
request is kept.`,
		Example: `  oauth1d request explain 4VXHQ2DKYGOZ5RCLB7TTWWM3IA
  oauth1d request explain --curl "curl 'https://photos.example.net/photos' -H 'Authorization: OAuth …'"
  oauth1d request explain --curl - --secret-file consumer.secret --token-secret-file token.secret <line.txt`,
		Args: func(cmd *cobra.Command, args []string) error {
			if cmd.Flags().Changed("curl") {
				if len(args) > 0 {
					return fmt.Errorf("request explain takes an ID or --curl, not both; %q is one too many", args[0])
				}
				return nil
			}
			if len(args) == 0 {
				return errors.New("request explain needs the ID of a refused request, or --curl with a request")
			}
			return takes("ID")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			e, err := v.explain(cmd, g, args)
			if err != nil {
				return err
			}
			return g.showExplanation(e)
		}}
	f := c.Flags()
	f.StringVar(&v.consumer, "consumer", "", "consumer `key`: the request must be this one's")
	f.StringVar(&v.curl, "curl", "", "a curl `line` that sends the request, - for stdin")
	f.StringVar(&v.baseStringFile, "base-string-file", "", "`file` with the base string that the consumer has signed")
	f.StringVar(&v.secretFile, "secret-file", "", "`file` with the consumer secret; asks no daemon")
	f.StringVar(&v.tokenSecretFile, "token-secret-file", "", "`file` with the token secret, beside --secret-file")
	f.StringVar(&v.publicKey, "public-key", "", "`file` with the consumer's RSA public key; asks no daemon")
	return c
}

// explain asks the daemon, or finds out here when there are keys to do it with.
func (v *explainFlags) explain(cmd *cobra.Command, g *globals, args []string) (adminapi.Explanation, error) {
	offline := v.secretFile != "" || v.publicKey != ""
	none := adminapi.Explanation{}
	switch {
	case v.tokenSecretFile != "" && !offline:
		return none, fail(exitUsage, errors.New("--token-secret-file goes with --secret-file"))
	case len(args) > 0 && offline:
		return none, fail(exitUsage, errors.New("a request that is named by its ID is explained by the daemon, with its own secrets; leave the files out, or give the request with --curl"))
	case len(args) == 0 && v.consumer != "":
		return none, fail(exitUsage, errors.New("--consumer goes with an ID; a curl line names its consumer itself"))
	}
	if offline && v.onStdin() > 1 {
		return none, fail(exitUsage, errors.New("standard input can hold one thing only; give the others as files"))
	}
	theirs, err := v.theirBaseString()
	if err != nil {
		return none, err
	}
	if len(args) > 0 {
		d, err := g.daemon()
		if err != nil {
			return none, err
		}
		return d.Explanation(cmd.Context(), args[0], v.consumer, theirs)
	}
	r, err := v.curlRequest()
	if err != nil {
		return none, fail(exitUsage, err)
	}
	if offline {
		return v.explainHere(cmd, r, theirs)
	}
	d, err := g.daemon()
	if err != nil {
		return none, err
	}
	return d.Explain(cmd.Context(), adminapi.Given{Method: r.method, URL: r.url, Host: r.host,
		Authorization: r.authorization, ContentType: r.contentType, Body: r.body, BaseString: theirs})
}

// onStdin counts what is to be read from standard input.
func (v *explainFlags) onStdin() (n int) {
	for _, from := range []string{v.curl, v.secretFile, v.tokenSecretFile} {
		if from == "-" {
			n++
		}
	}
	return n
}

// maxPasted is more than a curl line or a base string is long.
const maxPasted = 4 << 20

// curlRequest reads the line, which must be a request that can be verified.
func (v *explainFlags) curlRequest() (curlRequest, error) {
	line := v.curl
	if line == "-" {
		var err error
		if line, err = readPasted(os.Stdin, "standard input"); err != nil {
			return curlRequest{}, err
		}
	}
	r, err := parseCurl(line)
	if err != nil {
		return r, err
	}
	_, err = r.message()
	return r, err
}

func (v *explainFlags) theirBaseString() (string, error) {
	if v.baseStringFile == "" {
		return "", nil
	}
	f, err := os.Open(v.baseStringFile)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := readPasted(f, v.baseStringFile)
	if err != nil {
		return "", err
	}
	if text = strings.TrimSpace(text); text == "" {
		return "", fmt.Errorf("%s holds no base string", v.baseStringFile)
	}
	return text, nil
}

func readPasted(r io.Reader, name string) (string, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxPasted+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("reading %s: %w", name, err)
	case len(text) > maxPasted:
		return "", fmt.Errorf("%s has more than %d MiB, which no request to be explained has", name, maxPasted>>20)
	}
	return string(text), nil
}

// explainHere explains a request with the keys that the flags name.
func (v *explainFlags) explainHere(cmd *cobra.Command, c curlRequest, theirs string) (adminapi.Explanation, error) {
	m, err := c.message()
	if err != nil {
		return adminapi.Explanation{}, fail(exitUsage, err)
	}
	path, _, _ := strings.Cut(m.Target, "?")
	out := adminapi.Explanation{Time: time.Now().UTC(), Method: m.Method, URL: m.Scheme + "://" + m.Host + path}
	var r oauth1.Request
	var problem *oauth1.Problem
	if err := r.Parse(m, oauth1.Limits{}); errors.As(err, &problem) {
		name := problem.Outcome()
		out.Problem, out.Cause, out.Causes, out.Certain = name, name, []string{name}, true
		out.Side, out.Sentence, out.Advice = explain.SideConsumer, problem.Advice, remedies[name]
		return out, nil
	}
	keys, err := v.keysHere(&r)
	if err != nil {
		return out, err
	}
	out.Consumer = r.ConsumerKey
	if r.Check(keys) {
		out.Valid, out.Causes, out.Certain, out.Side, out.BaseString = true, []string{}, true, explain.SideProxy, string(r.BaseString())
		out.Sentence = "the signature is right for this URL and these secrets"
		out.Advice = "if the request was refused for its signature, the provider has other secrets, or saw another URL than this one"
		return out, nil
	}
	e := explain.Explain(cmd.Context(), explain.Case{Message: *m, Keys: []explain.Key{{Name: explain.KeyLive, Keys: keys}}, Theirs: theirs})
	out.Problem, out.Cause, out.Causes, out.Certain = oauth1.ProblemSignatureInvalid, e.Cause, e.Causes, e.Certain
	out.Side, out.Sentence, out.Advice = e.Side, e.Sentence, e.Advice
	out.BaseString, out.TheirBase = e.BaseString, e.TheirBase
	if d := e.Difference; d != nil {
		out.Difference = &adminapi.Difference{Offset: d.Offset, Part: d.Part, Ours: d.Ours, Theirs: d.Theirs}
	}
	return out, nil
}

// keysHere reads all keys that were given: a signature may have been made with
// another kind than the method names.
func (v *explainFlags) keysHere(r *oauth1.Request) (k oauth1.Keys, err error) {
	if v.publicKey != "" {
		text, err := os.ReadFile(v.publicKey)
		if err != nil {
			return k, err
		}
		// A short key is a matter of the registry; here it is to be compared.
		if k.PublicKey, _, err = registry.ParsePublicKey(text, 1024); err != nil {
			return k, err
		}
	}
	if v.secretFile != "" {
		if k.ConsumerSecret, err = readSecret(v.secretFile, "", false); err != nil {
			return k, err
		}
	}
	switch {
	case oauth1.IsRSA(r.SignatureMethod) && v.publicKey == "":
		err = fail(exitUsage, fmt.Errorf("the request is signed with %s; name the consumer's public key with --public-key", r.SignatureMethod))
	case v.tokenSecretFile != "":
		k.TokenSecret, err = readSecret(v.tokenSecretFile, "", false)
	case v.secretFile != "" && r.Token != "" && !oauth1.IsRSA(r.SignatureMethod):
		err = fail(exitUsage, errors.New("the request has a token; name the file with its secret with --token-secret-file"))
	}
	return k, err
}
