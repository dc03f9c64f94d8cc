package journey

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	mrjones "github.com/mrjones/oauth"

	"oauth1d/provider/oauth1"
)

func mrjonesLibrary() library {
	const (
		names = "it leaves the names of parameters unescaped before it signs (§3.4.1.3.2)"
		path  = "it signs the path unescaped (§3.4.1.2)"
	)
	return library{
		name: "mrjones/oauth (Go)", start: startMrjones, vias: []string{"header"}, dances: []string{"header"},
		methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.RSASHA1, oauth1.RSASHA256},
		strays: []stray{
			{"awkward parameters in a query", "", oauth1.ProblemSignatureInvalid, names},
			{"a form", "", oauth1.ProblemSignatureInvalid, names},
			{"a query as people type it", "", oauth1.ProblemSignatureInvalid, names},
			{"escaped and literal brackets", "", oauth1.ProblemSignatureInvalid, names},
			{"brackets whose name repeats", "", oauth1.ProblemSignatureInvalid, names},
			{"a path of escapes, a slash among them", "", oauth1.ProblemSignatureInvalid, path},
			{"lower-case hex in a path", "", oauth1.ProblemSignatureInvalid, path},
			{"a path as people type it", "", oauth1.ProblemSignatureInvalid, path},
			{"a semicolon in a query", "", oauth1.ProblemSignatureInvalid, "it leaves the parameter with the semicolon unsigned (§3.4.1.3.1)"},
			{"a form beside a query", "", oauth1.ProblemSignatureInvalid, "it signs the form's parameters only (§3.4.1.3.1)"},
			{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, "it signs the form's parameters only (§3.4.1.3.1)"},
		},
	}
}

// startMrjones uses the Go library where we are.
func startMrjones(t *testing.T, caFile string) func(*testing.T, job) outcome {
	reach := trusting(t, caFile)
	t.Cleanup(reach.CloseIdleConnections)
	return func(_ *testing.T, j job) outcome {
		r, err := doMrjones(&http.Client{Transport: reach}, j)
		if err != nil {
			r.Error = err.Error()
		}
		return r
	}
}

func doMrjones(reach *http.Client, j job) (outcome, error) {
	c, err := mrjonesConsumer(reach, j)
	if err != nil {
		return outcome{}, err
	}
	switch j.Do {
	case "request_token":
		token, link, err := c.GetRequestTokenAndUrl(j.Callback)
		if err != nil {
			return outcome{}, err
		}
		return outcome{Token: token.Token, Secret: token.Secret, URL: link}, nil
	case "access_token":
		return exchangeMrjones(c, j)
	}
	return callMrjones(c, j)
}

func mrjonesConsumer(reach *http.Client, j job) (*mrjones.Consumer, error) {
	at := mrjones.ServiceProvider{
		RequestTokenUrl: j.RequestTokenURL, AuthorizeTokenUrl: j.AuthorizeURL, AccessTokenUrl: j.AccessTokenURL, HttpMethod: "POST",
	}
	digest := crypto.SHA1
	if strings.HasSuffix(j.SignatureMethod, "SHA256") {
		digest = crypto.SHA256
	}
	if strings.HasPrefix(j.SignatureMethod, "HMAC") {
		return mrjones.NewCustomConsumer(j.Key, j.Secret, digest, at, reach), nil
	}
	block, _ := pem.Decode([]byte(j.PrivateKey))
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	return mrjones.NewCustomRSAConsumer(j.Key, key.(*rsa.PrivateKey), digest, at, reach), nil
}

// exchangeMrjones reads the callback itself, which the library leaves to its
// user.
func exchangeMrjones(c *mrjones.Consumer, j job) (outcome, error) {
	verifier := ""
	if j.Verifier != nil {
		verifier = *j.Verifier
	} else {
		back, err := url.Parse(j.CallbackURL)
		if err != nil {
			return outcome{}, err
		}
		if verifier = back.Query().Get("oauth_verifier"); verifier == "" {
			return outcome{}, errors.New("the callback has no oauth_verifier")
		}
	}
	got, err := c.AuthorizeToken(&mrjones.RequestToken{Token: j.Token, Secret: j.TokenSecret}, verifier)
	if err != nil {
		return outcome{}, err
	}
	return outcome{Token: got.Token, Secret: got.Secret}, nil
}

func callMrjones(c *mrjones.Consumer, j job) (outcome, error) {
	r, err := j.request()
	if err != nil {
		return outcome{}, err
	}
	signing, err := c.MakeHttpClient(&mrjones.AccessToken{Token: j.Token, Secret: j.TokenSecret})
	if err != nil {
		return outcome{}, err
	}
	resp, err := signing.Do(r)
	if err != nil {
		return outcome{}, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return outcome{}, errors.New("reading the answer: " + err.Error())
	}
	return outcome{Status: resp.StatusCode, Problem: resp.Header.Get("X-OAuth1-Problem")}, nil
}

// request returns the request of a job, not signed.
func (j job) request() (*http.Request, error) {
	link, kind, body := j.URL, j.ContentType, io.Reader(http.NoBody)
	if j.Query != nil {
		link += "?" + values(j.Query).Encode()
	}
	if j.Form != nil {
		kind, body = "application/x-www-form-urlencoded", strings.NewReader(values(j.Form).Encode())
	} else if j.Body != "" {
		body = strings.NewReader(j.Body)
	}
	r, err := http.NewRequest(j.Method, link, body)
	if err != nil {
		return nil, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	return r, nil
}
