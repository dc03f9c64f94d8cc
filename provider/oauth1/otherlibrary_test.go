package oauth1

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	dghubble "github.com/dghubble/oauth1"
)

// recorder keeps the request that a client is about to send.
type recorder struct{ request *http.Request }

func (c *recorder) RoundTrip(r *http.Request) (*http.Response, error) {
	c.request = r
	return &http.Response{StatusCode: 200, Body: http.NoBody, Request: r}, nil
}

// TestRequestsOfAnotherLibrary checks what github.com/dghubble/oauth1 signs. It
// knows parameters as a map, so that names which repeat are beyond it.
func TestRequestsOfAnotherLibrary(t *testing.T) {
	awkward := url.Values{"c@": {""}, "a b": {"x+y & z=ü~*'()"}, "c2": {"%"}, "a[]": {"1"}}
	for name, signer := range map[string]dghubble.Signer{
		HMACSHA1:   &dghubble.HMACSigner{ConsumerSecret: string(testKeys.ConsumerSecret)},
		HMACSHA256: &dghubble.HMAC256Signer{ConsumerSecret: string(testKeys.ConsumerSecret)},
		RSASHA1:    &dghubble.RSASigner{PrivateKey: rsaKey()},
	} {
		for _, method := range []string{"GET", "POST"} {
			t.Run(name+" "+method, func(t *testing.T) {
				sent := &recorder{}
				ctx := context.WithValue(t.Context(), dghubble.HTTPClient, &http.Client{Transport: sent})
				config := &dghubble.Config{ConsumerKey: testSigner.ConsumerKey, Signer: signer, Realm: "a b"}
				client := config.Client(ctx, dghubble.NewToken(testSigner.Token, string(testKeys.TokenSecret)))
				body := ""
				if method == "POST" {
					body = url.Values{"form field": {"ä&b"}}.Encode()
				}
				request, err := http.NewRequest(method, "HTTPS://Example.COM:443/caf%C3%A9%20x/?"+awkward.Encode(), strings.NewReader(body))
				if err != nil {
					t.Fatal(err)
				}
				if body != "" {
					request.Header.Set("Content-Type", formMediaType)
				}
				if _, err := client.Do(request); err != nil {
					t.Fatal(err)
				}
				var r Request
				if err := r.Parse(received(t, sent.request), Limits{}); err != nil {
					t.Fatal(err)
				}
				_, keys := signing(name)
				if !r.Check(keys) {
					t.Errorf("refused; our base string is %s", r.BaseString())
				}
			})
		}
	}
}

func received(t *testing.T, r *http.Request) *Message {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return &Message{
		Method:        r.Method,
		Scheme:        r.URL.Scheme,
		Host:          r.URL.Host,
		Target:        r.URL.RequestURI(),
		Authorization: r.Header["Authorization"],
		ContentType:   r.Header["Content-Type"],
		Body:          body,
	}
}
