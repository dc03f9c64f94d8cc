package journey

import (
	"bufio"
	"context"
	"net/http"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"oauth1d/provider/adminapi"
)

// tamper makes system calls of the running daemon on one of its files go wrong,
// as strace's -e inject says, until the daemon has ended or stop is called.
func (d *daemon) tamper(calls, file, how string) (stop func()) {
	d.t.Helper()
	strace := need(d.t, "strace")
	cmd := exec.Command(strace, "-f", "-p", strconv.Itoa(d.cmd.Process.Pid), "-o", "/dev/null",
		"-P", file, "-e", "trace="+calls, "-e", "inject="+calls+":"+how)
	words, err := cmd.StderrPipe()
	if err != nil {
		d.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		d.t.Fatal(err)
	}
	stop = sync.OnceFunc(func() { cmd.Process.Signal(syscall.SIGINT); cmd.Wait() })
	d.t.Cleanup(stop)
	for lines := bufio.NewScanner(words); ; {
		if !lines.Scan() {
			missing(d.t, "strace that may trace")
		}
		if strings.Contains(lines.Text(), " attached") {
			go func() { // it reports every new thread
				for lines.Scan() {
				}
			}()
			return stop
		}
	}
}

// newest returns the last of the daemon's files that match.
func (d *daemon) newest(pattern string) string {
	d.t.Helper()
	names, err := filepath.Glob(d.file(pattern))
	if err != nil || len(names) == 0 {
		d.t.Fatalf("no file matches %s: %v", pattern, err)
	}
	return names[len(names)-1]
}

// The file of each kind of state whose sync can fail. The nonce log's name is
// that of its newest segment.
var synced = []struct{ name, file string }{
	{"the store", "oauth1d.db"},
	{"the nonce log", "nonces/*.nonces"},
	{"the audit log", "audit.log"},
}

// TestFailedSyncEndsTheDaemon lets the disk fail under the daemon, or power at
// that moment. It must end, and after a restart know all that was acknowledged.
func TestFailedSyncEndsTheDaemon(t *testing.T) {
	need(t, "strace")
	for _, state := range synced {
		for _, how := range []string{"error=EIO:when=1", "error=EIO:when=2", "error=EIO:when=3", "error=ENOSPC:when=2", "signal=KILL:when=1", "signal=KILL:when=3"} {
			t.Run(state.name+" "+how, func(t *testing.T) {
				t.Parallel()
				failSync(t, state.file, how)
			})
		}
	}
}

func failSync(t *testing.T, file, how string) {
	d := newSteadyDaemon(t, "signature: {timestamp_window: 1h}")
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	if !l.sign(t.Context()) || !l.exchange(t.Context()) || !l.issueAndRevoke(t.Context()) {
		t.Fatal("the daemon does not work before the fault")
	}
	d.tamper("fdatasync,fsync", d.newest(file), how)
	l.faulty = true
	stop := make(chan struct{})
	ended := make(chan error, 1)
	go func() {
		err := <-d.done
		d.done <- err
		close(stop)
		ended <- err
	}()
	gone := time.AfterFunc(20*time.Second, d.kill)
	l.run(stop)
	err := <-ended
	if !gone.Stop() {
		t.Fatal("the daemon went on after a failed sync")
	}
	if err == nil {
		t.Error("the daemon ended with exit code 0")
	}
	if words := d.log.String(); strings.HasPrefix(how, "error") {
		if code := d.cmd.ProcessState.ExitCode(); code != 1 || !strings.Contains(words, "\noauth1d: store state is unknown, ending: ") {
			t.Errorf("exit code %d, want 1 and a line that says why:\n%s", code, tail(words))
		}
	}
	l.wire.close()
	d.checkOffline(0)
	d.start()
	l.wire, l.faulty = d.wire(), false
	l.checkLife()
	l.checkExchanges("grace")
	l.wire.close()
	if err := d.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	d.cli("", "-c", d.file("oauth1d.yaml"), "audit", "verify")
	l.j.checkAudit(t, d.file("audit.log"))
}

// TestAnswersWaitForTheDisk makes every sync slow: what is acknowledged sooner
// was not on the disk.
func TestAnswersWaitForTheDisk(t *testing.T) {
	need(t, "strace")
	const delay = 300 * time.Millisecond
	how := "delay_enter=" + strconv.Itoa(int(delay.Microseconds()))
	for _, state := range synced {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			d := newSteadyDaemon(t, "")
			d.start()
			l := newLoad(t, d)
			l.j.begin(0)
			d.tamper("fdatasync,fsync", d.newest(state.file), how)
			slow := func(what string, act func() bool) {
				t.Helper()
				start := time.Now()
				if !act() {
					t.Errorf("%s was not acknowledged", what)
				}
				if took := time.Since(start); took < delay {
					t.Errorf("%s was acknowledged after %s; the disk took %s", what, took, delay)
				}
			}
			if strings.HasPrefix(state.file, "nonces") {
				slow("a signed request", func() bool {
					a, err := l.gate(l.request(l.signer))
					return err == nil && a.status == http.StatusOK
				})
				return
			}
			slow("a request token", func() bool {
				token, secret, _, err := l.requestToken(l.dancer, callback)
				d := &dancer{consumer: *l.dancer}
				d.token, d.tokenSecret = token, secret
				slow("a decision", func() bool { return l.decide(d) })
				slow("an exchange", func() bool { return l.redeem(d) })
				return err == nil && token != ""
			})
			var issued adminapi.Token
			slow("a token", func() (ok bool) {
				var err error
				issued, err = l.admin.IssueToken(context.Background(), adminapi.NewToken{Consumer: l.signer.key, User: "ada"})
				return err == nil
			})
			slow("a revocation", func() bool { return l.admin.RevokeToken(context.Background(), issued.Token) == nil })
		})
	}
}
