package journey

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// An edge stands before a daemon and ends TLS, as a load balancer does. It
// passes every byte on, says "X-Forwarded-Proto: https", and remembers what it
// saw, so that a test can send a library's request a second time.
type edge struct {
	url    string
	caFile string
	reach  *http.Transport // trusts the certificate

	mu   sync.Mutex
	to   string // the daemon's public listener
	held bool   // answer 200 instead of passing on
	last carried
}

// A carried is one request and its answer.
type carried struct {
	sent    received
	status  int
	problem string
	body    []byte
}

func startEdge(t *testing.T) *edge {
	t.Helper()
	lender := httptest.NewTLSServer(nil) // it has a certificate for 127.0.0.1
	certificates, ca := lender.TLS.Certificates, lender.Certificate()
	lender.Close()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: certificates})
	if err != nil {
		t.Fatal(err)
	}
	f := &edge{url: "https://" + l.Addr().String(), caFile: filepath.Join(t.TempDir(), "ca.pem")}
	if err := os.WriteFile(f.caFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	f.reach = trusting(t, f.caFile)
	var conns sync.WaitGroup
	conns.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			conns.Go(func() { f.serve(c) })
		}
	})
	t.Cleanup(func() {
		f.reach.CloseIdleConnections()
		l.Close()
		conns.Wait()
	})
	return f
}

// serve answers one request. Answering one only keeps it easy to see that what
// is remembered last was sent last.
func (f *edge) serve(c net.Conn) {
	defer c.Close()
	c.SetDeadline(time.Now().Add(15 * time.Second))
	sent, err := readRaw(bufio.NewReader(c))
	if err != nil {
		return
	}
	sent.Headers = append(sent.Headers, [2]string{"X-Forwarded-Proto", "https"})
	f.mu.Lock()
	defer f.mu.Unlock()
	f.last = carried{sent: sent, status: http.StatusOK}
	if f.held {
		io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		return
	}
	if err := f.pass(c); err != nil {
		fmt.Fprintf(c, "HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n%v\n", err)
	}
}

func (f *edge) pass(c net.Conn) error {
	up, err := net.DialTimeout("tcp", f.to, 5*time.Second)
	if err != nil {
		return err
	}
	defer up.Close()
	up.SetDeadline(time.Now().Add(15 * time.Second))
	if _, err := up.Write(f.last.sent.wire()); err != nil {
		return err
	}
	resp, err := http.ReadResponse(bufio.NewReader(up), &http.Request{Method: f.last.sent.method()})
	if err != nil {
		return err
	}
	f.last.status, f.last.problem = resp.StatusCode, resp.Header.Get("X-OAuth1-Problem")
	if f.last.body, err = io.ReadAll(resp.Body); err != nil {
		return err
	}
	resp.Body = io.NopCloser(bytes.NewReader(f.last.body))
	resp.Close = true
	return resp.Write(c)
}

// during runs send and returns the exchange that it carried. With hold the request
// goes no further.
func (f *edge) during(hold bool, send func()) carried {
	f.mu.Lock()
	f.held, f.last = hold, carried{}
	f.mu.Unlock()
	send()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.held = false
	return f.last
}

func (r received) method() string { return strings.SplitN(r.Line, " ", 2)[0] }

// wire returns r as it is sent on, on a connection of its own.
func (r received) wire() []byte {
	var b bytes.Buffer
	b.WriteString(r.Line + "\r\n")
	for _, h := range r.Headers {
		if !strings.EqualFold(h[0], "Connection") {
			b.WriteString(h[0] + ": " + h[1] + "\r\n")
		}
	}
	b.WriteString("Connection: close\r\n\r\n")
	b.Write(r.Body)
	return b.Bytes()
}

// trusting returns a transport that trusts the certificate in a file.
func trusting(t *testing.T, caFile string) *http.Transport {
	t.Helper()
	ca, err := os.ReadFile(caFile)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}}
}
