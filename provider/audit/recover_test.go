package audit

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// threeLines returns a log and the offset of its last line.
func threeLines(t *testing.T) (log []byte, last int) {
	t.Helper()
	l, path := newLog(t)
	mustAppend(t, l, "a", "b", "c")
	mustClose(t, l)
	log = mustRead(t, path)
	return log, bytes.LastIndexByte(log[:len(log)-1], '\n') + 1
}

// tornText returns what the log says was torn.
func tornText(t *testing.T, l *Log, log []byte) string {
	t.Helper()
	lines := bytes.Split(bytes.TrimSuffix(log, []byte("\n")), []byte("\n"))
	r, _, err := l.chain.read(lines[len(lines)-1])
	if err != nil {
		t.Fatal(err)
	}
	if r.Action != LogTorn {
		return ""
	}
	if b, ok := r.Details["base64"]; ok {
		raw, err := base64.StdEncoding.DecodeString(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	return r.Details["text"]
}

func TestTornAtEveryByte(t *testing.T) {
	log, last := threeLines(t)
	path := filepath.Join(t.TempDir(), "audit.log")
	for size := last; size <= len(log); size++ {
		if err := os.WriteFile(path, log[:size], 0o600); err != nil {
			t.Fatal(err)
		}
		l := mustOpen(t, path)
		got := mustRead(t, path)
		r := mustVerify(t, got)
		torn := string(log[last:size])
		switch {
		case size == last:
			if r.Records != 2 || r.Torn != nil {
				t.Fatalf("nothing torn: %+v", r)
			}
		case size >= len(log)-1: // whole, or only the line break is missing
			if !bytes.Equal(got, log) {
				t.Fatalf("cut at %d: a whole line was not kept:\n%s", size, got)
			}
		case r.Records != 3 || len(r.Torn) != 1 || tornText(t, l, got) != torn:
			t.Fatalf("cut at %d: %+v\n%s", size, r, got)
		}
		if _, err := os.Stat(l.tornPath()); !os.IsNotExist(err) {
			t.Fatalf("cut at %d: the file beside the log is still there", size)
		}
		mustAppend(t, l, "d")
		mustVerify(t, mustRead(t, path))
		mustClose(t, l)
	}
}

func TestFirstLineTorn(t *testing.T) {
	log, _ := threeLines(t)
	path := filepath.Join(t.TempDir(), "audit.log")
	if err := os.WriteFile(path, log[:20], 0o600); err != nil {
		t.Fatal(err)
	}
	l := mustOpen(t, path)
	got := mustRead(t, path)
	if r := mustVerify(t, got); r.Records != 1 || tornText(t, l, got) != string(log[:20]) {
		t.Errorf("%+v\n%s", r, got)
	}
}

// A crash may also come at any point while a torn line is being moved.
func TestCrashWhileMoving(t *testing.T) {
	log, last := threeLines(t)
	torn := string(log[last : last+60])
	path := filepath.Join(t.TempDir(), "audit.log")
	write := func(name string, b []byte) {
		t.Helper()
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(path, append(bytes.Clone(log[:last]), torn...))
	mustClose(t, mustOpen(t, path))
	moved := mustRead(t, path) // as it should be in the end

	try := func(step string, main []byte, beside string) {
		t.Helper()
		write(path, main)
		write(path+".torn", []byte(beside))
		l := mustOpen(t, path)
		got := mustRead(t, path)
		if !bytes.Equal(got, moved) {
			t.Errorf("%s:\n%s, want\n%s", step, got, moved)
		}
		if _, err := os.Stat(path + ".torn"); !os.IsNotExist(err) {
			t.Errorf("%s: the file beside the log is still there", step)
		}
		mustClose(t, l)
	}
	for n := range len(torn) + 1 {
		try("while the file beside it is written", append(bytes.Clone(log[:last]), torn...), torn[:n])
	}
	try("after the cut", log[:last], torn)
	for n := last; n < len(moved); n++ {
		if bytes.HasPrefix([]byte(torn), moved[last:n]) && n > last {
			continue // it cannot be told apart from a crash before the cut, nor need it be: nothing is lost
		}
		try("while the record is written", moved[:n], torn)
	}
	try("before the file beside it is removed", moved, torn)
}

func TestTornGarbage(t *testing.T) {
	log, _ := threeLines(t)
	for _, garbage := range []string{strings.Repeat("\x00", 4096), "\xff\xfe", "{", strings.Repeat("<", maxTorn)} {
		path := filepath.Join(t.TempDir(), "audit.log")
		if err := os.WriteFile(path, append(bytes.Clone(log), garbage...), 0o600); err != nil {
			t.Fatal(err)
		}
		l := mustOpen(t, path)
		got := mustRead(t, path)
		if r := mustVerify(t, got); r.Records != 4 || tornText(t, l, got) != garbage {
			t.Errorf("%d bytes of garbage: %+v", len(garbage), r)
		}
		mustClose(t, l)
		mustClose(t, mustOpen(t, path)) // the record of it is found again
	}
}
