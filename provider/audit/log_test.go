package audit

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var testKey = []byte("0123456789abcdef0123456789abcdef")

func testClock() time.Time { return time.Date(2026, 3, 4, 5, 6, 7, 890_000_000, time.UTC) }

func mustOpen(t *testing.T, path string) *Log {
	t.Helper()
	l, err := Open(path, testKey, Config{Now: testClock})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	return l
}

func newLog(t *testing.T) (*Log, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "audit.log")
	return mustOpen(t, path), path
}

func mustAppend(t *testing.T, l *Log, objects ...string) {
	t.Helper()
	for _, o := range objects {
		if err := l.Append(t.Context(), Event{Action: TokenRevoked, Actor: "user:ada", Object: o}); err != nil {
			t.Fatal(err)
		}
	}
}

func mustClose(t *testing.T, l *Log) {
	t.Helper()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
}

func mustRead(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func mustVerify(t *testing.T, log []byte, known ...Head) Report {
	t.Helper()
	r, err := Verify(bytes.NewReader(log), testKey, known...)
	if err != nil {
		t.Fatalf("%v in\n%s", err, log)
	}
	return r
}

func TestLine(t *testing.T) {
	l, path := newLog(t)
	err := l.Append(t.Context(), Event{
		Action:    ConsumerAdded,
		Actor:     "admin:socket",
		Object:    "printer",
		Details:   map[string]string{"name": "Photo Printer", "callback": "oob"},
		RequestID: "R1",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := string(mustRead(t, path))
	want := `{"seq":1,"time":"2026-03-04T05:06:07.89Z","action":"consumer.added","actor":"admin:socket","object":"printer","outcome":"ok",` +
		`"details":{"callback":"oob","name":"Photo Printer"},"request_id":"R1","prev":"` + strings.Repeat("0", 64) + `","mac":"`
	if !strings.HasPrefix(got, want) || len(got) != len(want)+64+len("\"}\n") {
		t.Errorf("line\n%s, want\n%s…", got, want)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v %v", info.Mode(), err)
	}
}

func TestNoTextBreaksTheLine(t *testing.T) {
	l, path := newLog(t)
	hostile := "a\r\n\x00\x1b\u2028\xff\"}\n{\"seq\":2,\"mac\":\"" + strings.Repeat("0", 64)
	err := l.Append(t.Context(), Event{
		Action: SigninFailed, Actor: hostile, Object: hostile, Outcome: hostile, RequestID: hostile,
		Details: map[string]string{hostile: hostile},
	})
	if err != nil {
		t.Fatal(err)
	}
	log := mustRead(t, path)
	if n := bytes.Count(log, []byte("\n")); n != 1 || !json.Valid(log) {
		t.Errorf("%d lines, valid %v:\n%s", n, json.Valid(log), log)
	}
	mustVerify(t, log)
}

func TestAppendRefuses(t *testing.T) {
	l, path := newLog(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	tests := []struct {
		name string
		ctx  context.Context
		e    Event
		want error
	}{
		{"an act without a name", t.Context(), Event{}, errNoAction},
		{"a text without end", t.Context(), Event{Action: UserAdded, Details: map[string]string{"a": strings.Repeat("x", maxEvent)}}, errTooLong},
		{"a caller who has gone", gone, Event{Action: UserAdded}, context.Canceled},
	}
	for _, tt := range tests {
		if err := l.Append(tt.ctx, tt.e); !errors.Is(err, tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, err, tt.want)
		}
	}
	if log := mustRead(t, path); len(log) > 0 {
		t.Errorf("written nevertheless: %s", log)
	}
}

func TestChainGoesOnAfterRestart(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a", "b")
	head := l.Head()
	mustClose(t, l)
	if err := l.Append(t.Context(), Event{Action: TokenRevoked}); !errors.Is(err, ErrClosed) {
		t.Errorf("append after close: %v", err)
	}
	l = mustOpen(t, path)
	if l.Head() != head {
		t.Errorf("head %v, want %v", l.Head(), head)
	}
	mustAppend(t, l, "c")
	r := mustVerify(t, mustRead(t, path), head, l.Head())
	if r.Records != 3 || r.First != 1 || r.Last != 3 || r.Head != l.Head() || !r.To.Equal(testClock()) {
		t.Errorf("report %+v", r)
	}
}

func TestOpenRefuses(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a", "b")
	if _, err := Open(path, testKey, Config{}); !errors.Is(err, ErrLocked) {
		t.Errorf("a second process: %v", err)
	}
	mustClose(t, l)
	if _, err := Open(path, []byte("another key of enough bytes"), Config{}); !errors.Is(err, ErrBroken) {
		t.Errorf("another key: %v", err)
	}
	if _, err := Open(path, []byte("short"), Config{}); err == nil {
		t.Error("a short key was accepted")
	}
	if _, err := Open(filepath.Join(path, "x"), testKey, Config{}); err == nil {
		t.Error("a path below a file was accepted")
	}
	log := mustRead(t, path)
	for name, damaged := range map[string][]byte{
		"an edited last line": bytes.Replace(log, []byte(`"object":"b"`), []byte(`"object":"c"`), 1),
		"no log at all":       []byte("hello\n"),
		"a huge tail":         append(bytes.Clone(log), bytes.Repeat([]byte("x"), maxTorn+1)...),
		"a file of zeros":     make([]byte, 2*window),
	} {
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, testKey, Config{}); !errors.Is(err, ErrBroken) {
			t.Errorf("%s: %v", name, err)
		}
		if !bytes.Equal(mustRead(t, path), damaged) {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// countedFile counts syncs, and holds the first of them until it is told.
type countedFile struct {
	file
	syncs   atomic.Int32
	entered chan struct{}
	release chan struct{}
}

func (c *countedFile) Sync() error {
	if c.syncs.Add(1) == 1 {
		close(c.entered)
		<-c.release
	}
	return c.file.Sync()
}

func TestCallersShareSyncs(t *testing.T) {
	l, path := newLog(t)
	f := &countedFile{file: l.file, entered: make(chan struct{}), release: make(chan struct{})}
	l.file = f
	const callers = 100
	var wg sync.WaitGroup
	appendOne := func(i int) {
		wg.Go(func() {
			if err := l.Append(t.Context(), Event{Action: TokenIssued, Object: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	appendOne(0)
	<-f.entered
	for i := range callers {
		appendOne(i + 1)
	}
	for gathered := 0; gathered < callers; { // while the first sync is under way
		l.mu.Lock()
		gathered = len(l.gathered.events)
		l.mu.Unlock()
	}
	close(f.release)
	wg.Wait()
	if got := f.syncs.Load(); got != 2 {
		t.Errorf("%d syncs, want one for the first and one for all others", got)
	}
	log := mustRead(t, path)
	if r := mustVerify(t, log); r.Records != callers+1 {
		t.Errorf("%d records", r.Records)
	}
	for i := range callers + 1 {
		if !bytes.Contains(log, fmt.Appendf(nil, `"object":"%d"`, i)) {
			t.Errorf("%d is missing", i)
		}
	}
}

func TestConcurrentCallers(t *testing.T) {
	l, path := newLog(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 25 {
				if err := l.Append(t.Context(), Event{Action: TokenIssued}); err != nil {
					t.Error(err)
				}
				l.Head()
			}
		})
	}
	wg.Wait()
	if r := mustVerify(t, mustRead(t, path), l.Head()); r.Records != 200 {
		t.Errorf("%d records, want 200", r.Records)
	}
}
