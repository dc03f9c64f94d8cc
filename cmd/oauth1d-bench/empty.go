package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"time"

	"github.com/gorilla/mux"
)

// emptyCommand is the hidden sub-command under which this program is the empty
// handler. Its arguments are the headers to set, "Name: value".
const emptyCommand = "empty-handler"

// authPath is what is asked, of both.
const authPath = "/auth/nginx"

// startEmpty starts the empty handler, which sets the given headers.
func startEmpty(headers []string) (p *process, addr string, err error) {
	self, err := os.Executable()
	if err != nil {
		return nil, "", fmt.Errorf("finding this program: %w", err)
	}
	cmd := exec.Command(self, append([]string{emptyCommand}, headers...)...)
	cmd.Stderr, cmd.Env = os.Stderr, environment()
	// It ends when this pipe does: when we are gone, however that came.
	if _, err := cmd.StdinPipe(); err != nil {
		return nil, "", fmt.Errorf("starting the empty handler: %w", err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, "", fmt.Errorf("starting the empty handler: %w", err)
	}
	lines := bufio.NewReader(out)
	if p, err = launch("empty handler", cmd); err != nil {
		return nil, "", err
	}
	addr, err = lines.ReadString('\n')
	if err != nil {
		return p, "", fmt.Errorf("the empty handler did not say where it listens: %w", err)
	}
	return p, strings.TrimSpace(addr), nil
}

// serveEmpty is the process. It prints its address and serves until it is told
// to end or stdin does.
func serveEmpty(ctx context.Context, headers []string, stdin io.Reader, stdout, stderr io.Writer) int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Fprintf(stderr, "oauth1d-bench: listening: %v\n", err)
		return exitFailed
	}
	fmt.Fprintln(stdout, l.Addr())
	s := emptyServer(headers)
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, stdin)
		stop()
	}()
	context.AfterFunc(ctx, func() { _ = s.Close() })
	if err := s.Serve(l); err != http.ErrServerClosed {
		fmt.Fprintf(stderr, "oauth1d-bench: serving: %v\n", err)
		return exitFailed
	}
	return exitDone
}

// emptyServer has the settings of the daemon's server: timeouts are timers, and
// timers cost.
func emptyServer(headers []string) *http.Server {
	m := mux.NewRouter().SkipClean(true).UseEncodedPath()
	m.Path(authPath).Handler(emptyHandler(headers))
	return &http.Server{
		Handler:           m,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
	}
}

// emptyHandler admits everyone, with the headers of an admission.
func emptyHandler(headers []string) http.Handler {
	type field struct{ name, value string }
	var fields []field
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		fields = append(fields, field{name, value})
	}
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		for _, f := range fields {
			h.Set(f.name, f.value)
		}
		w.WriteHeader(http.StatusOK)
	})
}
