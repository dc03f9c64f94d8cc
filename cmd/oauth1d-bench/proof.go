package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net"
	"net/http"
	"net/http/httputil"
	"time"
)

// identity are the headers of which an admission has every one.
var identity = []string{"Remote-User", "X-OAuth-Consumer", "X-OAuth-Scopes", "X-OAuth-Token-Id"}

// A prober asks one request at a time and looks at the whole answer.
type prober struct {
	name string
	conn net.Conn
	r    *bufio.Reader
}

func newProber(ctx context.Context, name, addr string) (*prober, error) {
	conns, err := dial(ctx, addr, 1)
	if err != nil {
		return nil, fmt.Errorf("the %s: %w", name, err)
	}
	_ = conns[0].SetDeadline(time.Now().Add(grace)) // a connection just made has deadlines
	return &prober{name, conns[0], bufio.NewReader(conns[0])}, nil
}

func (p *prober) close() { _ = p.conn.Close() }

func (p *prober) ask(request []byte) (*http.Response, error) {
	if _, err := p.conn.Write(request); err != nil {
		return nil, fmt.Errorf("asking the %s: %w", p.name, err)
	}
	resp, err := http.ReadResponse(p.r, nil)
	if err != nil {
		return nil, fmt.Errorf("reading the answer of the %s: %w", p.name, err)
	}
	if resp.ContentLength != 0 {
		return nil, p.unexpected(resp, "one without a body")
	}
	return resp, nil
}

func (p *prober) unexpected(resp *http.Response, want string) error {
	text, _ := httputil.DumpResponse(resp, false) // without it the error still says what was wanted
	return fmt.Errorf("the answer of the %s should be %s, and is\n%s", p.name, want, text)
}

// admission asks a request that was never asked before and returns the headers
// of the admission, as "Name: value".
func (p *prober) admission(request []byte) (headers []string, err error) {
	resp, err := p.ask(request)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Cache-Control") != "no-store" {
		return nil, p.unexpected(resp, "200 with Cache-Control: no-store")
	}
	for _, name := range identity {
		if len(resp.Header[http.CanonicalHeaderKey(name)]) != 1 {
			return nil, p.unexpected(resp, "200 with one "+name)
		}
		headers = append(headers, name+": "+resp.Header.Get(name))
	}
	if resp.Header.Get("Remote-User") != user {
		return nil, p.unexpected(resp, "200 with Remote-User: "+user)
	}
	return append(headers, "Cache-Control: no-store", "Content-Length: 0"), nil
}

// refusals sends a sample of requests that were admitted before again, as they
// were and with a forged signature, and insists that every one is refused. What
// lets them pass is no gate and has no speed.
func (p *prober) refusals(asked [][]byte) (n int, err error) {
	const sample = 32
	step := max(1, len(asked)/sample)
	for i := 0; i < len(asked); i += step {
		if err := p.refusal(replay(asked[i]), "nonce_used"); err != nil {
			return n, err
		}
		if err := p.refusal(forge(asked[i]), "signature_invalid"); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

func (p *prober) refusal(request []byte, problem string) error {
	resp, err := p.ask(request)
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusUnauthorized || resp.Header.Get("X-OAuth1-Problem") != problem {
		return p.unexpected(resp, "401 "+problem)
	}
	for _, name := range identity {
		if resp.Header.Get(name) != "" {
			return p.unexpected(resp, "401 without "+name)
		}
	}
	return nil
}

// replay is the request as a thief would send it again: what the proxy sets is
// not the same, or it would be the proxy asking twice.
func replay(request []byte) []byte {
	b := bytes.Clone(request)
	if i := bytes.Index(b, []byte(requestIDField)); i >= 0 {
		copy(b[i+len(requestIDField):], rand.Text())
	}
	return b
}

// forge is the request with another first character in its signature.
func forge(request []byte) []byte {
	b := bytes.Clone(request)
	const field = `oauth_signature="`
	i := bytes.Index(b, []byte(field)) + len(field)
	if b[i] == 'A' {
		b[i] = 'B'
		return b
	}
	b[i] = 'A'
	return b
}
