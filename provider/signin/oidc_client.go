package signin

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

const (
	// maxAnswer is how many bytes of an answer are read. It is one less than
	// where package oauth2 stops and takes what it has for all.
	maxAnswer = 1<<20 - 1

	maxRedirects = 3
	maxComplaint = 300 // bytes of an error's text that go into the log
)

var (
	errTooLong   = fmt.Errorf("the answer is longer than %d bytes", maxAnswer)
	errElsewhere = errors.New("the answer is a redirect to another host")
)

// newOIDCClient returns what asks the provider. It waits and reads within limits,
// and takes secrets to no other host.
func newOIDCClient(roots *x509.CertPool, timeout time.Duration) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: bounded{&http.Transport{
			Proxy:                  http.ProxyFromEnvironment,
			TLSClientConfig:        &tls.Config{RootCAs: roots, MinVersion: tls.VersionTLS12},
			ForceAttemptHTTP2:      true,
			MaxIdleConnsPerHost:    2,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: 64 << 10,
		}},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if first := via[0].URL; r.URL.Host != first.Host || r.URL.Scheme != first.Scheme || len(via) > maxRedirects {
				return errElsewhere
			}
			return nil
		},
	}
}

// bounded reads no more of an answer than is sensible, and nothing of one that
// says by its status that it is none: the body would end in our log.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	// What is wrong with a posted form is told in the body of a 4xx.
	if res.StatusCode >= 500 || res.StatusCode >= 400 && r.Method == http.MethodGet {
		res.Body.Close()
		return nil, fmt.Errorf("the answer has status %d", res.StatusCode)
	}
	res.Body = &boundedBody{res.Body, maxAnswer}
	return res, nil
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errTooLong
	}
	return n, err
}

// unanswered is the error of somebody who waited with ctx for a provider that
// could not be asked, or whose answer made no sense.
func (o *OIDC) unanswered(ctx context.Context, doing string, err error) error {
	if errors.Is(ctx.Err(), context.Canceled) {
		return fmt.Errorf("%s: %w", doing, ctx.Err())
	}
	return unavailable(&complaint{doing, err})
}

// A complaint is a failure at the provider, as much of it as belongs in a log.
type complaint struct {
	doing string
	err   error
}

func (c *complaint) Error() string {
	var refused *oauth2.RetrieveError
	if errors.As(c.err, &refused) {
		// Its own text has the whole body, which may be what we sent.
		return fmt.Sprintf("%s: status %d, error %q: %q", c.doing, refused.Response.StatusCode, clip(refused.ErrorCode), clip(refused.ErrorDescription))
	}
	return c.doing + ": " + clip(c.err.Error())
}

func (c *complaint) Unwrap() error { return c.err }

func clip(s string) string {
	if len(s) > maxComplaint {
		s = s[:maxComplaint] + "…"
	}
	return strings.ToValidUTF8(s, "?")
}
