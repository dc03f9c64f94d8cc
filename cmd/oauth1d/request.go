package main

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

func newRequestCommand(g *globals) *cobra.Command {
	return group("request", "Sign, verify and explain single requests, for the developer of a consumer",
		newRequestSign(g), newRequestVerify(g), newRequestList(g), newRequestExplain(g))
}

// keyFlags name the files with what a request is signed or checked with.
type keyFlags struct{ secretFile, tokenSecretFile string }

func (v *keyFlags) on(f *pflag.FlagSet) {
	f.StringVar(&v.secretFile, "secret-file", "", "`file` with the consumer secret, - for stdin (default: ask)")
	f.StringVar(&v.tokenSecretFile, "token-secret-file", "", "`file` with the token secret, - for stdin (default: ask, if there is a token)")
}

// read reads both secrets, or asks for them; that of the token only when there
// is one. RSA methods use neither.
func (v *keyFlags) read(method string, token bool) (consumer, tokenSecret store.Secret, err error) {
	if v.secretFile == "-" && v.tokenSecretFile == "-" {
		return nil, nil, fail(exitUsage, errors.New("standard input can hold one secret only; give the other one as a file"))
	}
	if oauth1.IsRSA(method) {
		return nil, nil, nil
	}
	if consumer, err = readSecret(v.secretFile, "Consumer secret", false); err != nil {
		return nil, nil, err
	}
	if token {
		tokenSecret, err = readSecret(v.tokenSecretFile, "Token secret", false)
	}
	return consumer, tokenSecret, err
}

// newMessage makes a message of a request as it is sent.
func newMessage(method, url, form string) (*oauth1.Message, error) {
	if method != strings.ToUpper(method) {
		return nil, fail(exitUsage, fmt.Errorf("HTTP methods are case-sensitive; write %q", strings.ToUpper(method)))
	}
	scheme, host, target, err := oauth1.SplitURL(url)
	if err != nil {
		return nil, fail(exitUsage, err)
	}
	m := &oauth1.Message{Method: method, Scheme: scheme, Host: host, Target: target}
	if form != "" {
		m.ContentType, m.Body = []string{"application/x-www-form-urlencoded"}, []byte(form)
	}
	return m, nil
}

// readPrivateKey reads an RSA key in PEM, PKCS #1 or #8.
func readPrivateKey(path string) (*rsa.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("%s holds no PEM; expected an RSA private key in PEM, such as: openssl genrsa 2048", path)
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return key, nil
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s holds a %s and no RSA private key that can be read; convert it: openssl pkcs8 -topk8 -nocrypt -in %[1]s", path, plainText(block.Type))
	}
	rsaKey, ok := key.(*rsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("%s holds a private key that is not RSA; OAuth 1.0a knows RSA keys only", path)
	}
	return rsaKey, nil
}
