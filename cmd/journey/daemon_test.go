package journey

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// A daemon is a directory made by oauth1d init and the process that serves it.
type daemon struct {
	t       *testing.T
	dir     string
	public  string // host:port
	private string
	base    string // the public URL that consumers sign
	env     []string
	reach   http.RoundTripper // how browsers reach base; nil: as it stands

	cmd  *exec.Cmd
	done chan error
	log  *buffer
}

// newDaemon makes a directory for publicURL; config is added to its
// configuration file.
func newDaemon(t *testing.T, publicURL, config string) *daemon {
	t.Helper()
	return newDaemonIn(t, filepath.Join(t.TempDir(), "d"), publicURL, config)
}

// newDaemonIn is newDaemon for that directory.
func newDaemonIn(t *testing.T, dir, publicURL, config string) *daemon {
	t.Helper()
	d := &daemon{t: t, dir: dir, public: freeAddr(t), private: freeAddr(t), base: publicURL, log: &buffer{}}
	if d.base == "" {
		d.base = "http://" + d.public
	}
	d.cli("", "init", "--dir", d.dir, "--public-url", d.base)
	if config != "" {
		f, err := os.OpenFile(d.file("oauth1d.yaml"), os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.WriteString("\n" + config + "\n"); err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
	return d
}

// startDaemon makes and starts one.
func startDaemon(t *testing.T, publicURL, config string) *daemon {
	t.Helper()
	d := newDaemon(t, publicURL, config)
	d.start()
	return d
}

func (d *daemon) file(name string) string { return filepath.Join(d.dir, name) }

// start serves and waits until the daemon is ready.
func (d *daemon) start() {
	d.t.Helper()
	d.cmd = exec.Command(program, "serve", "-c", d.file("oauth1d.yaml"))
	d.cmd.Env = append(append(environ(), "OAUTH1D_LISTEN_PUBLIC="+d.public, "OAUTH1D_LISTEN_PRIVATE="+d.private), d.env...)
	d.cmd.Stdout, d.cmd.Stderr = d.log, d.log
	if err := d.cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	done := make(chan error, 1)
	d.done = done
	go func(cmd *exec.Cmd) { done <- cmd.Wait() }(d.cmd)
	d.t.Cleanup(d.kill)
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		select {
		case err := <-done:
			done <- err
			d.t.Fatalf("daemon ended at its start: %v\n%s", err, d.log)
		default:
		}
		if resp, err := http.Get("http://" + d.private + "/readyz"); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
	}
	d.t.Fatalf("daemon is not ready after 20 seconds:\n%s", d.log)
}

// kill ends the daemon as power loss would, and waits until it is gone.
func (d *daemon) kill() {
	d.cmd.Process.Kill()
	d.done <- <-d.done
}

// stop asks the daemon to end and returns how it did.
func (d *daemon) stop() error {
	d.cmd.Process.Signal(syscall.SIGTERM)
	err := <-d.done
	d.done <- err
	return err
}

// cli runs a command against the daemon and returns its standard output.
func (d *daemon) cli(stdin string, args ...string) string {
	d.t.Helper()
	out, words, code := d.try(stdin, args...)
	if code != 0 {
		d.t.Fatalf("oauth1d %s: exit %d\n%s%s", strings.Join(args, " "), code, out, words)
	}
	return out
}

// try runs a command and returns what it wrote and its exit code.
func (d *daemon) try(stdin string, args ...string) (stdout, stderr string, code int) {
	d.t.Helper()
	cmd := exec.Command(program, args...)
	if args[0] != "init" && args[0] != "serve" {
		cmd.Args = append([]string{program, "--socket", d.file("admin.sock")}, args...)
	}
	var out, words bytes.Buffer
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(stdin), &out, &words
	cmd.Env = append(environ(), d.env...)
	err := cmd.Run()
	if _, failed := err.(*exec.ExitError); err != nil && !failed {
		d.t.Fatal(err)
	}
	return out.String(), words.String(), cmd.ProcessState.ExitCode()
}

// addUser adds a user with that password.
func (d *daemon) addUser(name, password string) {
	d.t.Helper()
	d.cli(password+"\n", "user", "add", name, "--password-file", "-")
}

// addConsumer adds a consumer and returns what it signs with.
func (d *daemon) addConsumer(args ...string) *consumer {
	d.t.Helper()
	var c struct{ Key, Secret string }
	d.json(&c, append([]string{"consumer", "add", "--format", "json"}, args...)...)
	return &consumer{key: c.Key, secret: c.Secret}
}

// issueToken gives the consumer an access token for the user.
func (d *daemon) issueToken(c *consumer, user string, flags ...string) {
	d.t.Helper()
	var t struct{ Token, Secret string }
	d.json(&t, append([]string{"token", "issue", "--consumer", c.key, "--user", user, "--format", "json"}, flags...)...)
	c.token, c.tokenSecret = t.Token, t.Secret
}

func (d *daemon) json(into any, args ...string) {
	d.t.Helper()
	if err := json.Unmarshal([]byte(d.cli("", args...)), into); err != nil {
		d.t.Fatalf("oauth1d %s: %v", strings.Join(args, " "), err)
	}
}

// metric returns the value of one series on /metrics, written as there, or "".
func (d *daemon) metric(series string) string {
	d.t.Helper()
	resp, err := http.Get("http://" + d.private + "/metrics")
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	var all bytes.Buffer
	all.ReadFrom(resp.Body)
	for line := range strings.Lines(all.String()) {
		if value, ok := strings.CutPrefix(line, series+" "); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// environ is our own environment without what is meant for the tests, or would
// configure the daemon behind their back.
func environ() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "OAUTH1D_") })
}

// freeAddr returns a loopback address that nobody listens on. Its port lies
// below those that the system gives to outgoing connections, one of which might
// otherwise take it before the daemon does.
func freeAddr(t *testing.T) string {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(12000)))
		if err == nil {
			defer l.Close()
			return l.Addr().String()
		}
	}
	t.Fatal("no free port found")
	return ""
}

// A buffer collects a process's output.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}
