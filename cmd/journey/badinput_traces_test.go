package journey

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// traces is LOG-01 to LOG-06: what all of it has left behind.
func (s *siege) traces(t *testing.T) {
	t.Run("LOG-05: random keys and paths make no series", s.noNewSeries)
	if got := s.d.metric("oauth1d_panics_total"); got != "0" {
		t.Errorf("oauth1d_panics_total: got %q, want 0", got)
	}
	s.noSecretsIn(t, "/metrics", []byte(s.metrics(t)))
	s.modes(t)
	if err := s.d.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	t.Run("LOG-03: each line parses", s.linesParse)
	t.Run("LOG-01, 02, 04: no secret is anywhere", s.nothingWritten)
}

// noNewSeries sends what is different each time.
func (s *siege) noNewSeries(t *testing.T) {
	series := func() int {
		n := 0
		for line := range strings.Lines(s.metrics(t)) {
			if !strings.HasPrefix(line, "#") {
				n++
			}
		}
		return n
	}
	before := series()
	for range 30 {
		text := rand.Text()
		for _, style := range gates {
			c := newCall(s.who["hmac"])
			c.set("oauth_consumer_key", text)
			c.set("oauth_token", text)
			c.target, c.method, c.host = "/"+text, text[:5], text+".example"
			s.refused(t, style, c.sign(), "consumer_key_unknown")
		}
		for _, addr := range []string{s.d.public, s.d.private} {
			s.exchange(t, "", addr, "GET /"+text+"?"+text+" HTTP/1.1\r\nHost: "+text+"\r\n"+text+": x\r\nConnection: close\r\n\r\n")
			s.exchange(t, "", addr, text+" /oauth/request-token HTTP/1.1\r\nHost: "+text+"\r\nConnection: close\r\n\r\n")
		}
	}
	// One that is new may be the first of its closed set: the request above with
	// a method of its own.
	if got := series(); got > before+2 {
		t.Errorf("the requests made %d series of %d", got, before)
	}
	again := series()
	for range 30 {
		text := rand.Text()
		s.exchange(t, "", s.d.private, "GET /"+text+" HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	}
	if got := series(); got != again {
		t.Errorf("random paths made %d series of %d", got, again)
	}
	if strings.Contains(s.metrics(t), mark) {
		t.Errorf("/metrics repeats what was sent")
	}
}

// linesParse reads the daemon's log, but for the line that says it listens.
func (s *siege) linesParse(t *testing.T) {
	lines := 0
	for line := range strings.Lines(s.d.log.String()) {
		if strings.HasPrefix(line, "oauth1d: listening on ") {
			continue
		}
		lines++
		var into map[string]any
		if err := json.Unmarshal([]byte(line), &into); err != nil {
			t.Errorf("a line of the log is no JSON: %v: %q", err, line)
		}
		for _, c := range line[:len(line)-1] {
			if c < ' ' || c == 0x7f || c == '\u202e' || c == 0x9b {
				t.Errorf("a line of the log has a control character: %q", line)
				break
			}
		}
	}
	if lines < 1000 {
		t.Errorf("the log has %d lines, and the run sent thousands of requests", lines)
	}
}

// nothingWritten searches the log, the audit log and the store's files.
func (s *siege) nothingWritten(t *testing.T) {
	if len(s.secrets) < 1000 {
		t.Errorf("only %d secrets are searched for", len(s.secrets))
	}
	s.noSecretsIn(t, "the log", []byte(s.d.log.String()))
	found := map[string]bool{}
	err := filepath.WalkDir(s.d.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == "master.key" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		found[entry.Name()] = true
		s.noSecretsIn(t, entry.Name(), text)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if !found["oauth1d.db"] || !found["audit.log"] || len(found) < 4 {
		t.Errorf("searched %v; the store's files are missing", found)
	}
	if text := string(mustRead(t, s.d.file("audit.log"))); strings.Contains(text, mark) {
		t.Errorf("the audit log repeats what strangers sent")
	}
}

// noSecretsIn searches a text for everything that was secret in this run. Each
// is looked up by its first bytes, so that a large file is read once and not
// thousands of times.
func (s *siege) noSecretsIn(t *testing.T, where string, text []byte) {
	t.Helper()
	const head = 8
	starts := map[[head]byte][]string{}
	for secret := range s.secrets {
		starts[[head]byte([]byte(secret)[:head])] = append(starts[[head]byte([]byte(secret)[:head])], secret)
	}
	for i := 0; i+head <= len(text); i++ {
		for _, secret := range starts[[head]byte(text[i:i+head])] {
			if bytes.HasPrefix(text[i:], []byte(secret)) {
				t.Fatalf("%s holds %s at byte %d", where, s.secrets[secret], i)
			}
		}
	}
}

func mustRead(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// modes looks at who may read what the daemon has made.
func (s *siege) modes(t *testing.T) {
	err := filepath.WalkDir(s.d.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		// The configuration holds no secrets, and its group may read it.
		if info.Mode().Perm()&0o077 != 0 && !(entry.Name() == "oauth1d.yaml" && info.Mode().Perm() == 0o640) {
			t.Errorf("LOG-06: %s has the mode %s", entry.Name(), info.Mode())
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
