package journey

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"oauth1d/provider/adminapi"
)

// A disk is a small file system of its own.
type disk struct {
	t   *testing.T
	dir string
}

// mountDisk mounts one of size bytes.
func mountDisk(t *testing.T, size int) *disk {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, fmt.Sprintf("size=%d,mode=700", size)); err != nil {
		missing(t, "root, to mount a small disk: "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmounting: %v", err)
		}
	})
	return &disk{t, dir}
}

// fill leaves no room.
func (d *disk) fill() {
	d.t.Helper()
	f, err := os.Create(filepath.Join(d.dir, "fill"))
	if err != nil {
		d.t.Fatal(err)
	}
	defer f.Close()
	for size := 1 << 20; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			if !errors.Is(err, syscall.ENOSPC) {
				d.t.Fatal(err)
			}
			size /= 2
		}
	}
}

// clear makes room again.
func (d *disk) clear() {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.dir, "fill")); err != nil {
		d.t.Fatal(err)
	}
}

// TestFullDisk fills the disk under the daemon. It refuses what it cannot keep,
// goes on answering what it need not, and needs nobody when there is room again.
func TestFullDisk(t *testing.T) {
	disk := mountDisk(t, 16<<20)
	d := newDaemonIn(t, filepath.Join(disk.dir, "d"), "", "signature: {timestamp_window: 1h}")
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	stop := make(chan struct{})
	time.AfterFunc(500*time.Millisecond, func() { close(stop) })
	l.run(stop)

	for round := range 3 {
		disk.fill()
		l.untilRefused("signed request", 100_000, func() (int, error) {
			s := l.request(l.signer)
			a, err := l.gate(s)
			if a.status == http.StatusOK {
				l.j.passed(s)
			}
			return a.status, err
		})
		l.untilRefused("request token", 10_000, func() (int, error) {
			token, secret, a, err := l.requestToken(l.dancer, callback)
			if a.status == http.StatusOK {
				l.j.answered(tokenLine("request-token.issued", token))
				made := &dancer{consumer: *l.dancer}
				made.token, made.tokenSecret = token, secret
				l.j.dance(made)
			}
			return a.status, err
		})
		l.untilRefused("token", 10_000, func() (int, error) {
			tok, err := l.admin.IssueToken(context.Background(), adminapi.NewToken{Consumer: l.signer.key, User: "ada"})
			var refused *adminapi.Error
			if errors.As(err, &refused) {
				return refused.Status, nil
			}
			l.j.answered("token.issued " + tok.ID)
			return http.StatusOK, err
		})
		l.checkReads()
		d.checkReady(http.StatusServiceUnavailable)
		disk.clear()
		d.checkReady(http.StatusOK)
		l.checkWrites()
		if t.Failed() {
			t.Fatalf("in round %d the daemon said:\n%s", round, tail(d.log.String()))
		}
	}
	l.checkLife()
	d.kill()
	l.wire.close()
	d.checkOffline(0)
	d.start()
	l.wire = d.wire()
	l.checkLife()
	l.checkExchanges("grace")
	if err := d.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	d.cli("", "-c", d.file("oauth1d.yaml"), "audit", "verify")
	l.j.checkAudit(t, d.file("audit.log"))
}

// untilRefused asks until the last room in the files that are there is used up,
// and then some: each answer is a success or a 5xx.
func (l *load) untilRefused(what string, most int, ask func() (int, error)) {
	l.t.Helper()
	refused := 0
	for range most {
		status, err := ask()
		switch {
		case err != nil:
			l.t.Errorf("%s on a full disk: %v", what, err)
			return
		case status >= 500:
			if refused++; refused == 10 {
				return
			}
		case status != http.StatusOK:
			l.t.Errorf("%s on a full disk: got %d, want 200 or 5xx", what, status)
			return
		}
	}
	l.t.Errorf("%s: accepted for ever on a full disk", what)
}

// checkReads does what needs no disk.
func (l *load) checkReads() {
	l.t.Helper()
	forged := *l.signer
	forged.secret = "not it"
	if a, err := l.gate(l.request(&forged)); err != nil || a.status != http.StatusUnauthorized || a.problem != "signature_invalid" {
		l.t.Errorf("forged request: got %d %q, %v, want 401 signature_invalid", a.status, a.problem, err)
	}
	if _, err := l.admin.Consumer(context.Background(), l.signer.key); err != nil {
		l.t.Errorf("showing a consumer: %v", err)
	}
	for _, path := range []string{"/healthz", "/metrics"} {
		if resp, err := http.Get("http://" + l.d.private + path); err != nil || resp.StatusCode != http.StatusOK {
			l.t.Errorf("%s: %v, %v", path, resp, err)
		}
	}
}

// checkWrites does what needs the disk, each thing once and with success.
func (l *load) checkWrites() {
	l.t.Helper()
	if !l.sign(context.Background()) || !l.exchange(context.Background()) || !l.issueAndRevoke(context.Background()) {
		l.t.Error("the daemon did not recover by itself")
	}
}

// TestReadOnlyDisk lets every write fail as on a file system that the kernel has
// turned read-only. The daemon may refuse or end, but not say yes.
func TestReadOnlyDisk(t *testing.T) {
	for _, state := range synced {
		t.Run(state.name, func(t *testing.T) {
			t.Parallel()
			d := newSteadyDaemon(t, "signature: {timestamp_window: 1h}")
			d.start()
			l := newLoad(t, d)
			l.j.begin(0)
			l.checkWrites()
			d.tamper("pwrite64,write", d.newest(state.file), "error=EROFS")
			if strings.HasPrefix(state.file, "nonces") {
				if a, err := l.gate(l.request(l.signer)); err == nil && a.status < 500 {
					t.Errorf("signed request: got %d, want 5xx or no answer", a.status)
				}
			} else if _, err := l.admin.IssueToken(t.Context(), adminapi.NewToken{Consumer: l.signer.key, User: "ada"}); err == nil {
				t.Error("a token was issued")
			}
			if state.file == "audit.log" {
				if !l.sign(t.Context()) {
					t.Error("signed requests are refused because the audit log cannot be written")
				}
				l.checkReads()
			} else if err := <-d.done; err == nil || !strings.Contains(d.log.String(), "\noauth1d: store state is unknown, ending: ") {
				t.Errorf("the daemon ended with %v and said:\n%s", err, tail(d.log.String()))
			} else {
				d.done <- err
			}
			d.kill()
			l.wire.close()
			d.checkOffline(0)
			d.start()
			l.wire = d.wire()
			l.checkLife()
			l.checkWrites()
		})
	}
}

// TestAuditLogNotWritable refuses what must be audited and nothing else, and
// goes on when the log can be written again.
func TestAuditLogNotWritable(t *testing.T) {
	d := newSteadyDaemon(t, "")
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	l.checkWrites()
	stop := d.tamper("write", d.file("audit.log"), "error=ENOSPC")
	for range 3 {
		_, err := l.admin.IssueToken(t.Context(), adminapi.NewToken{Consumer: l.signer.key, User: "ada"})
		if refused := new(adminapi.Error); !errors.As(err, &refused) || refused.Status < 500 {
			t.Errorf("issuing a token without its audit line: %v, want a 5xx", err)
		}
		token, _, a, err := l.requestToken(l.dancer, callback)
		if err != nil || a.status < 500 || token != "" {
			t.Errorf("request token without its audit line: got %d, %v, want a 5xx", a.status, err)
		}
		if !l.sign(t.Context()) {
			t.Error("signed requests are refused because the audit log cannot be written")
		}
	}
	if _, words, code := d.try("", "consumer", "disable", l.dancer.key); code != 1 || !strings.HasPrefix(words, "oauth1d: ") {
		t.Errorf("disabling a consumer: exit %d: %s, want 1 and a sentence", code, words)
	}
	stop()
	d.cli("", "consumer", "enable", l.dancer.key)
	l.checkWrites()
	if err := d.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	d.cli("", "-c", d.file("oauth1d.yaml"), "audit", "verify")
	l.j.checkAudit(t, d.file("audit.log"))
}

// checkReady asks whether requests should be sent to the daemon.
func (d *daemon) checkReady(want int) {
	d.t.Helper()
	resp, err := http.Get("http://" + d.private + "/readyz")
	if err != nil {
		d.t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != want {
		d.t.Errorf("/readyz: got %d, want %d", resp.StatusCode, want)
	}
}
