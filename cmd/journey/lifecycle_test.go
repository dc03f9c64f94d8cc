package journey

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// status asks one of the private listener's pages.
func (d *daemon) status(path string) int {
	d.t.Helper()
	resp, err := http.Get("http://" + d.private + path)
	if err != nil {
		d.t.Fatalf("%s: %v", path, err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, resp.Body)
	return resp.StatusCode
}

// eventually waits until something has come about.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("%s: not after 10 seconds", what)
}

// TestDrain gives a load balancer time to look away: not ready, still serving.
func TestDrain(t *testing.T) {
	d := newSteadyDaemon(t, "shutdown: {drain: 1s}")
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	for _, path := range []string{"/healthz", "/readyz"} {
		if got := d.status(path); got != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, got)
		}
	}
	start := time.Now()
	d.must(d.cmd.Process.Signal(syscall.SIGTERM))
	eventually(t, "not ready", func() bool { return d.status("/readyz") == http.StatusServiceUnavailable })
	if got := d.status("/healthz"); got != http.StatusOK {
		t.Errorf("/healthz while draining: got %d, want 200", got)
	}
	if _, words, code := d.try("", "status", "--check"); code != 1 || !strings.Contains(words, "shutting down") {
		t.Errorf("status --check while draining: exit %d: %s", code, words)
	}
	l.checkWrites()
	err := <-d.done
	d.done <- err
	if took := time.Since(start); err != nil || took < time.Second {
		t.Errorf("ended after %s with %v, want exit 0 after the drain time", took, err)
	}
}

// TestTermUnderLoad ends the daemon while requests come in every way. What was
// sent is answered.
func TestTermUnderLoad(t *testing.T) {
	rounds := 8
	if testing.Short() {
		rounds = 3
	}
	d := newSteadyDaemon(t, "signature: {timestamp_window: 1h}")
	d.start()
	l := newLoad(t, d)
	c := *l.signer
	var answered, lost atomic.Int64
	for round := range rounds {
		if round > 0 {
			d.start()
		}
		idle := d.dial(t)
		if _, err := idle.ask(c.request(t)); err != nil {
			t.Fatal(err)
		}
		half := d.dial(t)
		last := c.request(t)
		text := last.text()
		if _, err := io.WriteString(half.conn, text[:len(text)/2]); err != nil {
			t.Fatal(err)
		}
		var all sync.WaitGroup
		for worker := range 12 {
			all.Go(func() {
				n, cut := d.keepAsking(t, &c, worker)
				answered.Add(int64(n))
				lost.Add(int64(cut))
			})
		}
		time.Sleep(time.Duration(20+rand.IntN(60)) * time.Millisecond) // a moment of the load like any other
		d.must(d.cmd.Process.Signal(syscall.SIGTERM))
		if _, err := io.WriteString(half.conn, text[len(text)/2:]); err != nil {
			t.Errorf("a request half sent before SIGTERM: %v", err)
		} else if resp, err := half.read(); err != nil || resp.StatusCode != http.StatusOK {
			t.Errorf("a request half sent before SIGTERM: %v, %v, want 200", resp, err)
		}
		all.Wait()
		if !idle.closedByPeer(5 * time.Second) {
			t.Error("an idle connection is still open")
		}
		start := time.Now()
		err := <-d.done
		d.done <- err
		if err != nil || time.Since(start) > 5*time.Second {
			t.Errorf("ended with %v, %s after the last answer, want exit 0 soon", err, time.Since(start))
		}
	}
	t.Logf("%d terminations, %d requests answered, %d sent and not answered", rounds, answered.Load(), lost.Load())
	if lost.Load() > 0 || answered.Load() == 0 {
		t.Errorf("%d requests were sent and not answered, %d were", lost.Load(), answered.Load())
	}
}

// A link is one connection to the private listener, spoken by hand so that
// nothing is sent twice.
type link struct {
	conn *net.TCPConn
	in   *bufio.Reader
}

func (d *daemon) tryDial() (*link, error) {
	conn, err := net.DialTimeout("tcp", d.private, 5*time.Second)
	if err != nil {
		return nil, err
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &link{conn.(*net.TCPConn), bufio.NewReader(conn)}, nil
}

func (d *daemon) dial(t *testing.T) *link {
	t.Helper()
	k, err := d.tryDial()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { k.conn.Close() })
	return k
}

func (c *consumer) request(t *testing.T) signed {
	target := fmt.Sprintf("/photos/%d", rand.Uint64())
	return signed{target, c.get(t, "https://app.example.test"+target)}
}

// text is the subrequest about s as it is sent.
func (s signed) text() string {
	return "GET /auth/nginx HTTP/1.1\r\nHost: gate\r\nX-Original-Method: GET\r\nX-Original-URI: " + s.target +
		"\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: app.example.test\r\nAuthorization: " + s.authorization + "\r\n\r\n"
}

var errNotSent = errors.New("not sent")

// ask sends a subrequest, unless the daemon has closed the connection.
func (k *link) ask(s signed) (*http.Response, error) {
	if k.closed() {
		return nil, errNotSent
	}
	if _, err := io.WriteString(k.conn, s.text()); err != nil {
		return nil, errNotSent
	}
	return k.read()
}

func (k *link) read() (*http.Response, error) {
	resp, err := http.ReadResponse(k.in, nil)
	if err != nil {
		return nil, err
	}
	io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	return resp, nil
}

// closed reports whether the daemon has closed the connection, without waiting.
func (k *link) closed() bool {
	raw, err := k.conn.SyscallConn()
	if err != nil {
		return true
	}
	closed := false
	err = raw.Control(func(fd uintptr) {
		n, _, err := syscall.Recvfrom(int(fd), make([]byte, 1), syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		closed = err == nil && n == 0 || err != nil && err != syscall.EAGAIN
	})
	return closed || err != nil
}

// closedByPeer waits for that.
func (k *link) closedByPeer(within time.Duration) bool {
	k.conn.SetReadDeadline(time.Now().Add(within))
	_, err := k.in.ReadByte()
	return errors.Is(err, io.EOF)
}

// keepAsking sends one request after the other until nobody listens any more. A
// third of the workers opens a connection for each, a third keeps one busy, a
// third lets it rest between.
func (d *daemon) keepAsking(t *testing.T, c *consumer, worker int) (answered, lost int) {
	var k *link
	for {
		if k == nil {
			var err error
			if k, err = d.tryDial(); err != nil {
				return answered, lost
			}
		}
		if worker%3 == 2 {
			time.Sleep(time.Duration(rand.IntN(5_000)) * time.Microsecond) // a client with little to do
		}
		resp, err := k.ask(c.request(t))
		switch {
		case errors.Is(err, errNotSent):
		case err != nil:
			t.Logf("worker %d: %v", worker, err)
			lost++
		case resp.StatusCode != http.StatusOK:
			t.Errorf("signed request: got %s", resp.Status)
		default:
			answered++
		}
		if err != nil || resp.Close || worker%3 == 0 {
			k.conn.Close()
			k = nil
		}
	}
}
