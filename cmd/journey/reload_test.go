package journey

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"syscall"
	"testing"
)

// hangup sends SIGHUP and waits for the line that it makes.
func (d *daemon) hangup() (line string) {
	d.t.Helper()
	before := len(d.log.String())
	d.must(d.cmd.Process.Signal(syscall.SIGHUP))
	eventually(d.t, "reloaded or not", func() bool {
		for l := range strings.Lines(d.log.String()[before:]) {
			if strings.Contains(l, "configuration reloaded") || strings.Contains(l, "configuration not reloaded") {
				line = l
			}
		}
		return line != ""
	})
	return line
}

// TestReloadUnderLoad reads configurations anew, right ones and wrong ones in
// turn, while requests are answered.
func TestReloadUnderLoad(t *testing.T) {
	const rounds = 50
	d := newSteadyDaemon(t, "signature: {timestamp_window: 1h}")
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	good, err := os.ReadFile(d.file("oauth1d.yaml"))
	d.must(err)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { l.run(stop); close(stopped) }()
	var realm string
	for round := range rounds {
		if broken := round%2 == 1; broken {
			d.overwrite("oauth1d.yaml", string(good)+"realm: \"broken\"\nlistn: {}\n")
			line := d.hangup()
			if !strings.Contains(line, "oauth1d.yaml") || !strings.Contains(line, "listn") || !strings.Contains(line, `"ERROR"`) {
				t.Errorf("the line about a broken configuration is %s", line)
			}
			if got := d.metric("oauth1d_config_last_reload_successful"); got != "0" {
				t.Errorf("after a broken configuration the metric is %q, want 0", got)
			}
		} else {
			realm = fmt.Sprintf("realm-%d", round)
			d.overwrite("oauth1d.yaml", string(good)+fmt.Sprintf("realm: %q\n", realm))
			if line := d.hangup(); !strings.Contains(line, "configuration reloaded") {
				t.Errorf("a good configuration: %s", line)
			}
			if got := d.metric("oauth1d_config_last_reload_successful"); got != "1" {
				t.Errorf("after a good configuration the metric is %q, want 1", got)
			}
		}
		if got := d.challenge(); !strings.Contains(got, fmt.Sprintf("realm=%q", realm)) {
			t.Errorf("round %d: challenge %s, want realm %q", round, got, realm)
		}
	}
	close(stop)
	<-stopped
	if n := strings.Count(d.log.String(), "configuration reloaded") + strings.Count(d.log.String(), "configuration not reloaded"); n != rounds {
		t.Errorf("%d lines about %d reloads", n, rounds)
	}
	if l.j.unanswered > 6 || l.j.acknowledged < rounds { // what each worker had under way when it was told to stop
		t.Errorf("%d requests unanswered, %d acknowledged", l.j.unanswered, l.j.acknowledged)
	}
	l.checkLife()
	d.must(d.stop())
	d.overwrite("oauth1d.yaml", string(good))
	d.cli("", "-c", d.file("oauth1d.yaml"), "audit", "verify")
	l.j.checkAudit(t, d.file("audit.log"))
}

// challenge is what an unsigned request is told.
func (d *daemon) challenge() string {
	d.t.Helper()
	r, err := http.NewRequest("GET", "http://"+d.private+"/auth/nginx", nil)
	d.must(err)
	r.Header = http.Header{"X-Original-Method": {"GET"}, "X-Original-Uri": {"/"}, "X-Forwarded-Proto": {"https"}, "X-Forwarded-Host": {"app.example.test"}}
	resp, err := http.DefaultClient.Do(r)
	d.must(err)
	defer resp.Body.Close()
	if resp.StatusCode == http.StatusOK {
		d.t.Error("an unsigned request was let through")
	}
	return resp.Header.Get("WWW-Authenticate")
}

// TestReloadChanges changes keys of several kinds in a running daemon.
func TestReloadChanges(t *testing.T) {
	d := newSteadyDaemon(t, "")
	d.start()
	l := newLoad(t, d)
	good, err := os.ReadFile(d.file("oauth1d.yaml"))
	d.must(err)
	with := func(more string) string {
		t.Helper()
		d.overwrite("oauth1d.yaml", string(good)+more)
		return d.hangup()
	}
	ask := func() answer {
		t.Helper()
		a, err := l.gate(l.request(l.signer))
		d.must(err)
		return a
	}
	with("proxy: {trusted: [\"10.0.0.0/8\"]}\n")
	if a := ask(); a.status == http.StatusOK || a.status >= 500 {
		t.Errorf("from a peer that is no longer trusted: got %d, want a refusal", a.status)
	}
	with("")
	if a := ask(); a.status != http.StatusOK {
		t.Errorf("from a peer that is trusted again: got %d, want 200", a.status)
	}
	with("verify: {dialects: [\"forward\"]}\n")
	if a := ask(); a.status != http.StatusNotFound {
		t.Errorf("at a dialect that was switched off: got %d, want 404", a.status)
	}
	with("endpoints: {request_token: \"/plugins/servlet/oauth/request-token\"}\n")
	if token, _, a, err := l.token(l.dancer, "/oauth/request-token"); err != nil || a.status != http.StatusNotFound || token != "" {
		t.Errorf("at the old path: got %d, %v, want 404", a.status, err)
	}
	// What only a restart changes is said and not done.
	line := d.log.String()
	with("listen: {public: \"127.0.0.1:1\"}\nsignature: {timestamp_window: 30s}\nstore: {path: elsewhere.db}\n")
	if added := d.log.String()[len(line):]; !strings.Contains(added, "changed keys take effect after a restart") || !strings.Contains(added, "signature.timestamp_window") || !strings.Contains(added, "store.path") {
		t.Errorf("the log does not name what takes effect after a restart:\n%s", added)
	}
	if a := ask(); a.status != http.StatusOK {
		t.Errorf("after keys that take a restart: got %d, want 200", a.status)
	}
	if _, _, code := d.try("", "config", "reload"); code != 0 {
		t.Errorf("config reload: exit %d", code)
	}
	d.overwrite("oauth1d.yaml", "public_url: 7\n")
	if _, words, code := d.try("", "config", "reload"); code != 3 || !strings.HasPrefix(words, "oauth1d: ") || !strings.Contains(words, "oauth1d.yaml:1:") {
		t.Errorf("config reload of a broken file: exit %d, want 3 and the mistake: %s", code, words)
	}
	d.remove("oauth1d.yaml")
	if line := d.hangup(); !strings.Contains(line, "not reloaded") {
		t.Errorf("without a file: %s", line)
	}
	if a := ask(); a.status != http.StatusOK {
		t.Errorf("after broken configurations: got %d, want 200", a.status)
	}
}

// TestRotation renames the audit log under load, as logrotate does.
func TestRotation(t *testing.T) {
	d := newSteadyDaemon(t, "signature: {timestamp_window: 1h}")
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() { l.run(stop); close(stopped) }()
	var files []string
	for n := range 5 {
		audited := func() int { l.j.mu.Lock(); defer l.j.mu.Unlock(); return len(l.j.audited) }
		before := audited()
		eventually(t, "something audited", func() bool { return audited() > before+3 })
		old := d.file(fmt.Sprintf("audit.log.%d", n))
		d.must(os.Rename(d.file("audit.log"), old))
		files = append(files, old)
		if line := d.hangup(); !strings.Contains(line, "configuration reloaded") {
			t.Errorf("after rotation: %s", line)
		}
	}
	close(stop)
	<-stopped
	d.must(d.stop())
	files = append(files, d.file("audit.log"))
	d.cli("", append([]string{"-c", d.file("oauth1d.yaml"), "audit", "verify"}, files...)...)
	var all []byte
	for _, f := range files {
		b, err := os.ReadFile(f)
		d.must(err)
		all = append(all, b...)
	}
	d.must(os.WriteFile(d.file("all"), all, 0o600))
	l.j.checkAudit(t, d.file("all"))
	d.start() // it goes on with the newest
	l.close()
	l.wire = d.wire()
	l.checkLife()
}
