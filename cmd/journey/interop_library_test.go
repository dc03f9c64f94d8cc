package journey

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os/exec"
	"slices"
	"strings"
	"testing"

	dghubble "github.com/dghubble/oauth1"

	"oauth1d/provider/oauth1"
)

// A job is what a consumer library is asked to do.
type job struct {
	Do string `json:"do"` // request_token, access_token, call

	Key             string `json:"key"`
	Secret          string `json:"secret"`
	PrivateKey      string `json:"private_key,omitempty"` // PEM
	SignatureMethod string `json:"signature_method"`
	Via             string `json:"via"` // header, query, form
	CA              string `json:"ca"`

	RequestTokenURL string `json:"request_token_url"`
	AuthorizeURL    string `json:"authorize_url"`
	AccessTokenURL  string `json:"access_token_url"`
	Callback        string `json:"callback,omitempty"`

	Token       string  `json:"token,omitempty"`
	TokenSecret string  `json:"token_secret,omitempty"`
	CallbackURL string  `json:"callback_url,omitempty"`
	Verifier    *string `json:"verifier,omitempty"`

	Method      string      `json:"method,omitempty"`
	URL         string      `json:"url,omitempty"`
	Query       [][2]string `json:"query,omitempty"` // for the library to encode
	Form        [][2]string `json:"form,omitempty"`  // for the library to encode
	Body        string      `json:"body,omitempty"`
	ContentType string      `json:"content_type,omitempty"`
	BodyHash    bool        `json:"body_hash,omitempty"`
}

// An outcome is what came of it.
type outcome struct {
	Token, Secret, URL string
	Status             int
	Problem            string
	Error              string // why the library did not do it
}

// A library is a consumer library that nobody here wrote.
type library struct {
	name    string
	start   func(t *testing.T, caFile string) func(*testing.T, job) outcome
	methods []string // the first is used for every row, the others for some
	vias    []string // its transmissions of requests
	dances  []string // and of the dance; the header is the first
	strays  []stray

	// unescapes are the transmissions in which it unescapes a callback twice
	// before it signs.
	unescapes []string
}

// A stray is a row of which a library does not make a request that RFC 5849
// lets pass. The daemon refuses it, as it must.
type stray struct {
	row, via string // "": whatever
	problem  string // of the refusal, or one of the two below
	why      string
}

const (
	gaveUp  = "the library makes no request"
	another = "the library makes another request, a right one"
)

func libraries() []library {
	return slices.Concat([]library{
		{
			name: "requests-oauthlib (Debian)", start: startRequestsOAuthlib, vias: []string{"header", "query", "form"}, dances: []string{"header", "query", "form"}, unescapes: []string{"query", "form"},
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.HMACSHA512, oauth1.RSASHA1, oauth1.RSASHA256, oauth1.RSASHA512, oauth1.Plaintext},
		},
		{
			name: "authlib (Debian)", start: startAuthlib, vias: []string{"header", "query", "form"}, dances: []string{"header"}, unescapes: []string{"header"},
			methods: []string{oauth1.HMACSHA1, oauth1.RSASHA1, oauth1.Plaintext},
			strays: []stray{
				{"", "query", oauth1.ProblemParameterRejected, "it sends every protocol parameter twice (§3.1)"},
				{"", "form", oauth1.ProblemParameterRejected, "it sends every protocol parameter twice (§3.1)"},
				{"sub-delimiters in a query", "header", gaveUp, "it takes none but encoded queries"},
			},
		},
		{
			name: "oauth 0.10.2 (npm)", start: startNodeOAuth, vias: []string{"header", "query"}, dances: []string{"header"},
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.RSASHA1, oauth1.Plaintext},
			strays: []stray{
				{"a path as people type it", "header", gaveUp, "node sends no path that is not ASCII"},
				{"a path as people type it", "query", oauth1.ProblemSignatureInvalid, "it signs the path before it is escaped (§3.4.1.2)"},
				{"a query as people type it", "header", gaveUp, "node sends no query that is not ASCII"},
				{"brackets whose name repeats", "header", oauth1.ProblemSignatureInvalid, "it signs a[0] and a[1] for a and a (§3.4.1.3.1)"},
				{"names that repeat in a query", "header", oauth1.ProblemSignatureInvalid, "it signs a[0] and a[1] for a and a (§3.4.1.3.1)"},
				{"repeated parameters in a query", "header", oauth1.ProblemSignatureInvalid, "it signs a[0] and a[1] for a and a (§3.4.1.3.1)"},
				{"brackets whose name repeats", "query", another, "it sends a[0] and a[1] for a and a"},
				{"names that repeat in a query", "query", another, "it sends a[0] and a[1] for a and a"},
				{"repeated parameters in a query", "query", another, "it sends a[0] and a[1] for a and a"},
				{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, "it signs the query's value only (§3.4.1.3.1)"},
			},
		},
		{
			name: "dghubble/oauth1 (Go)", start: startDghubble, vias: []string{"header"}, dances: []string{"header"},
			methods: []string{oauth1.HMACSHA1, oauth1.HMACSHA256, oauth1.RSASHA1},
			strays: []stray{
				{"a semicolon in a query", "", oauth1.ProblemSignatureInvalid, "it leaves the parameter with the semicolon unsigned (§3.4.1.3.1)"},
				{"brackets whose name repeats", "", oauth1.ProblemSignatureInvalid, "it signs the first value of a name only (§3.4.1.3.1)"},
				{"names that repeat in a query", "", oauth1.ProblemSignatureInvalid, "it signs the first value of a name only (§3.4.1.3.1)"},
				{"repeated parameters in a query", "", oauth1.ProblemSignatureInvalid, "it signs the first value of a name only (§3.4.1.3.1)"},
				{"a form whose names repeat", "", oauth1.ProblemSignatureInvalid, "it signs the first value of a name only (§3.4.1.3.1)"},
				{"a form that repeats the query's name", "", oauth1.ProblemSignatureInvalid, "it signs the form's value only (§3.4.1.3.1)"},
			},
		},
	}, moreLibraries(), debianLibraries())
}

// Debian's own interpreter: another one does not see Debian's packages.
const python = "/usr/bin/python3"

func startRequestsOAuthlib(t *testing.T, _ string) func(*testing.T, job) outcome {
	if exec.Command(python, "-c", "import requests_oauthlib, cryptography, jwt").Run() != nil {
		missing(t, "python3-requests-oauthlib, with python3-cryptography and python3-jwt")
	}
	return startScript(t, python, "testdata/python/requests_oauthlib_consumer.py")
}

func startAuthlib(t *testing.T, _ string) func(*testing.T, job) outcome {
	if exec.Command(python, "-c", "import requests, authlib.oauth1").Run() != nil {
		missing(t, "python3-authlib, with python3-requests")
	}
	return startScript(t, python, "testdata/python/authlib_consumer.py")
}

func startNodeOAuth(t *testing.T, caFile string) func(*testing.T, job) outcome {
	node := need(t, "node")
	if exec.Command(node, "--input-type=module", "-e", `import "./testdata/node/node_modules/oauth/index.js"`).Run() != nil {
		missing(t, "npm package oauth")
	}
	return startScript(t, node, "testdata/node/oauth_consumer.mjs", "NODE_EXTRA_CA_CERTS="+caFile)
}

// startScript starts a library in a process of its own.
func startScript(t *testing.T, program, script string, env ...string) func(*testing.T, job) outcome {
	return converse[job, outcome](t, program, script, env...)
}

// converse starts a process that answers questions, each a line of JSON.
func converse[Question, Answer any](t *testing.T, program, script string, env ...string) func(*testing.T, Question) Answer {
	t.Helper()
	var words buffer
	cmd := exec.Command(program, script)
	cmd.Env = append(environ(), env...)
	cmd.Stderr = &words
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	questions, answers := json.NewEncoder(in), json.NewDecoder(bufio.NewReader(out))
	return func(t *testing.T, q Question) (a Answer) {
		t.Helper()
		if err := questions.Encode(q); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, &words)
		}
		if err := answers.Decode(&a); err != nil {
			t.Fatalf("%s: %v\n%s", script, err, &words)
		}
		return a
	}
}

// startDghubble uses the Go library where we are.
func startDghubble(t *testing.T, caFile string) func(*testing.T, job) outcome {
	reach := trusting(t, caFile)
	t.Cleanup(reach.CloseIdleConnections)
	return func(_ *testing.T, j job) outcome {
		r, err := doDghubble(reach, j)
		if err != nil {
			r.Error = err.Error()
		}
		return r
	}
}

func doDghubble(reach http.RoundTripper, j job) (outcome, error) {
	c := dghubble.NewConfig(j.Key, j.Secret)
	c.CallbackURL, c.HTTPClient = j.Callback, &http.Client{Transport: reach}
	c.Endpoint = dghubble.Endpoint{RequestTokenURL: j.RequestTokenURL, AuthorizeURL: j.AuthorizeURL, AccessTokenURL: j.AccessTokenURL}
	switch j.SignatureMethod {
	case oauth1.HMACSHA256:
		c.Signer = &dghubble.HMAC256Signer{ConsumerSecret: j.Secret}
	case oauth1.RSASHA1:
		block, _ := pem.Decode([]byte(j.PrivateKey))
		key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
		if err != nil {
			return outcome{}, err
		}
		c.Signer = &dghubble.RSASigner{PrivateKey: key.(*rsa.PrivateKey)}
	}
	switch j.Do {
	case "request_token":
		token, secret, err := c.RequestToken()
		if err != nil {
			return outcome{}, err
		}
		link, err := c.AuthorizationURL(token)
		if err != nil {
			return outcome{}, err
		}
		return outcome{Token: token, Secret: secret, URL: link.String()}, nil
	case "access_token":
		return exchangeDghubble(c, j)
	}
	return callDghubble(c, reach, j)
}

func exchangeDghubble(c *dghubble.Config, j job) (r outcome, err error) {
	token, verifier := j.Token, ""
	if j.Verifier != nil {
		verifier = *j.Verifier
	} else {
		back, err := http.NewRequest("GET", j.CallbackURL, nil)
		if err != nil {
			return r, err
		}
		if token, verifier, err = dghubble.ParseAuthorizationCallback(back); err != nil {
			return r, err
		}
	}
	r.Token, r.Secret, err = c.AccessToken(token, j.TokenSecret, verifier)
	return r, err
}

func callDghubble(c *dghubble.Config, reach http.RoundTripper, j job) (outcome, error) {
	link, kind, body := j.URL, j.ContentType, io.Reader(http.NoBody)
	if j.Query != nil {
		link += "?" + values(j.Query).Encode()
	}
	if j.Form != nil {
		kind, body = "application/x-www-form-urlencoded", strings.NewReader(values(j.Form).Encode())
	} else if j.Body != "" {
		body = bytes.NewReader([]byte(j.Body))
	}
	r, err := http.NewRequest(j.Method, link, body)
	if err != nil {
		return outcome{}, err
	}
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	ctx := context.WithValue(context.Background(), dghubble.HTTPClient, &http.Client{Transport: reach})
	resp, err := c.Client(ctx, dghubble.NewToken(j.Token, j.TokenSecret)).Do(r)
	if err != nil {
		return outcome{}, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return outcome{}, errors.New("reading the answer: " + err.Error())
	}
	return outcome{Status: resp.StatusCode, Problem: resp.Header.Get("X-OAuth1-Problem")}, nil
}

func values(pairs [][2]string) url.Values {
	v := url.Values{}
	for _, p := range pairs {
		v.Add(p[0], p[1])
	}
	return v
}
