package journey

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"oauth1d/provider/adminapi"
)

// TestBackupUnderLoad backs up a working daemon and restores elsewhere.
func TestBackupUnderLoad(t *testing.T) {
	const window = 30 * time.Second
	d := newSteadyDaemon(t, fmt.Sprintf("signature: {timestamp_window: %s}", window))
	d.start()
	l := newLoad(t, d)
	l.j.begin(0)
	work := func(while func()) {
		stop, stopped := make(chan struct{}), make(chan struct{})
		go func() { l.run(stop); close(stopped) }()
		while()
		close(stop)
		<-stopped
	}
	enough := func(n int) func() {
		return func() {
			eventually(t, "a load", func() bool { l.j.mu.Lock(); defer l.j.mu.Unlock(); return len(l.j.tokens) >= n })
		}
	}
	work(enough(30))
	known := len(l.j.tokens) // the workers touch only what they issue themselves
	file := d.file("backup")
	work(func() {
		d.cli("", "db", "backup", file)
		enough(known + 10)()
	})
	if _, words, code := d.try("", "db", "backup", file); code != 1 || !strings.Contains(words, "not overwritten") {
		t.Errorf("backing up over a backup: exit %d: %s", code, words)
	}

	refuseRestore(t, file)
	restored := newSteadyDaemon(t, fmt.Sprintf("signature: {timestamp_window: %s}", window))
	key, err := os.ReadFile(d.file("master.key"))
	d.must(err)
	restored.overwrite("master.key", string(key))
	restored.remove("audit.log")
	_, words, code := restored.try("", "-c", restored.file("oauth1d.yaml"), "db", "restore", file)
	if code != 0 || !strings.Contains(words, "are refused") {
		t.Fatalf("restoring: exit %d, want 0 and a word on what is refused: %s", code, words)
	}
	restored.start()
	other := &load{wire: restored.wire(), j: newJournal()}
	// Whatever may have been used before is refused: all that could be signed
	// when the backup was restored.
	if a := other.ask(other.request(l.signer)); a.status != http.StatusUnauthorized || a.problem != "timestamp_refused" {
		t.Errorf("signed now, after a restore: got %d %q, want 401 timestamp_refused", a.status, a.problem)
	}
	for _, s := range l.j.used {
		if a := other.ask(s); a.status != http.StatusUnauthorized {
			t.Fatalf("used before the restore: got %d %q, want 401", a.status, a.problem)
		}
	}
	// A consumer whose clock is fast is the first to be let in again.
	fast := func(c consumer) *consumer {
		c.now = func() time.Time { return time.Now().Add(window - time.Second) }
		return &c
	}
	eventually(t, "accepted again", func() bool { return other.ask(other.request(fast(*l.signer))).status == http.StatusOK })
	for _, i := range l.j.tokens[:known] {
		i.consumer = *fast(i.consumer)
		other.checkToken(i)
	}
	for _, m := range l.j.managed {
		if _, err := other.admin.Consumer(context.Background(), m.key); err != nil {
			t.Errorf("consumer %s: %v", m.key, err)
		}
	}
	if _, err := other.admin.IssueToken(t.Context(), adminapi.NewToken{Consumer: l.signer.key, User: "ada"}); err != nil {
		t.Errorf("issuing a token: %v", err)
	}
	restored.checkOffline(0)
	d.must(d.stop())
	d.checkOffline(0)
}

// refuseRestore restores where the master key is another one. Nothing is
// replaced.
func refuseRestore(t *testing.T, backup string) {
	t.Helper()
	d := newSteadyDaemon(t, "")
	d.start()
	d.addUser("ada", "correct horse battery")
	c := d.addConsumer("--name", "Keeper", "--callback", callback)
	d.issueToken(c, "ada")
	d.must(d.stop())
	before := d.listing()
	_, words, code := d.try("", "-c", d.file("oauth1d.yaml"), "db", "restore", backup)
	if code != 3 || !strings.HasPrefix(words, "oauth1d: ") || !strings.Contains(words, "master key") {
		t.Errorf("restoring with another master key: exit %d, want 3 and a sentence: %s", code, words)
	}
	if after := d.listing(); after != before {
		t.Errorf("a refused restore has changed the directory; got:\n%swant:\n%s", after, before)
	}
	for name, text := range map[string]string{"empty": "", "no backup": strings.Repeat("no backup ", 4096)} {
		d.overwrite("false", text)
		if _, words, code := d.try("", "-c", d.file("oauth1d.yaml"), "db", "restore", d.file("false")); code != 1 && code != 3 || !strings.Contains(words, "not touched") {
			t.Errorf("restoring a file that is %s: exit %d: %s", name, code, words)
		}
	}
	d.start()
	w := d.wire()
	if a, err := w.gate(w.request(c)); err != nil || a.status != http.StatusOK {
		t.Errorf("after a refused restore: got %d %q, %v, want 200", a.status, a.problem, err)
	}
}
