package journey

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// A received is one request as the application saw it on the wire.
type received struct {
	Conn    int         // which connection, counted from 1
	Line    string      // the request line
	Headers [][2]string // in order, names as sent
	Body    []byte
}

// target is the request target, byte for byte.
func (r received) target() string {
	parts := strings.SplitN(r.Line, " ", 3)
	return parts[1]
}

// header returns all values of a header, whatever its case.
func (r received) header(name string) []string {
	var values []string
	for _, h := range r.Headers {
		if strings.EqualFold(h[0], name) {
			values = append(values, h[1])
		}
	}
	return values
}

// An app is the application behind the gate: a process of its own that speaks
// HTTP/1.1 by hand, answers every request with what it received, as JSON, and
// reports it here.
type app struct {
	addr string

	mu   sync.Mutex
	seen []received
}

func startApp(t *testing.T) *app {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), "JOURNEY_APP=127.0.0.1:0")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill(); cmd.Wait() })
	lines := bufio.NewReader(out)
	addr, err := lines.ReadString('\n')
	if err != nil {
		t.Fatalf("starting the application: %v", err)
	}
	a := &app{addr: strings.TrimSpace(addr)}
	go a.collect(lines)
	return a
}

func (a *app) collect(lines io.Reader) {
	for d := json.NewDecoder(lines); ; {
		var r received
		if d.Decode(&r) != nil {
			return
		}
		a.mu.Lock()
		a.seen = append(a.seen, r)
		a.mu.Unlock()
	}
}

// requests returns what the application has received so far.
func (a *app) requests() []received {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]received(nil), a.seen...)
}

// serveApp is the application's main.
func serveApp(addr string) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println(l.Addr())
	var mu sync.Mutex
	for n := 1; ; n++ {
		c, err := l.Accept()
		if err != nil {
			return
		}
		go serveConn(c, n, func(r received) {
			mu.Lock()
			defer mu.Unlock()
			json.NewEncoder(os.Stdout).Encode(r)
		})
	}
}

func serveConn(c net.Conn, n int, report func(received)) {
	defer c.Close()
	for in := bufio.NewReader(c); ; {
		r, err := readRaw(in)
		if err != nil {
			return
		}
		r.Conn = n
		report(r)
		if len(r.header("Upgrade")) > 0 {
			echoUpgraded(c, in)
			return
		}
		body, _ := json.Marshal(r)
		if strings.HasPrefix(r.Line, "HEAD ") {
			body = nil
		}
		fmt.Fprintf(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	}
}

// echoUpgraded switches protocols and sends back every line it gets.
func echoUpgraded(c net.Conn, in *bufio.Reader) {
	io.WriteString(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n")
	c.SetDeadline(time.Now().Add(10 * time.Second))
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		io.WriteString(c, "echo "+line)
	}
}

func readRaw(in *bufio.Reader) (received, error) {
	var r received
	line, err := in.ReadString('\n')
	if err != nil {
		return r, err
	}
	r.Line = strings.TrimRight(line, "\r\n")
	length, chunked := 0, false
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return r, err
		}
		line = strings.TrimRight(line, "\r\n")
		if line == "" {
			break
		}
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimSpace(value)
		r.Headers = append(r.Headers, [2]string{name, value})
		switch strings.ToLower(name) {
		case "content-length":
			length, _ = strconv.Atoi(value)
		case "transfer-encoding":
			chunked = strings.EqualFold(value, "chunked")
		}
	}
	if chunked {
		if r.Body, err = io.ReadAll(httputil.NewChunkedReader(in)); err == nil {
			_, err = in.ReadString('\n') // the end of the trailers
		}
		return r, err
	}
	r.Body = make([]byte, length)
	_, err = io.ReadFull(in, r.Body)
	return r, err
}
