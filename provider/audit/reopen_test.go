package audit

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
)

func rotate(t *testing.T, path, to string) {
	t.Helper()
	if err := os.Rename(path, to); err != nil {
		t.Fatal(err)
	}
}

func TestRotation(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a")
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	if r := mustVerify(t, mustRead(t, path)); r.Records != 1 {
		t.Errorf("nothing was rotated, but there are %d records", r.Records)
	}
	rotate(t, path, path+".1")
	mustAppend(t, l, "b") // before the signal, into the renamed file
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, "c")

	older, newer := mustRead(t, path+".1"), mustRead(t, path)
	if r := mustVerify(t, older); r.Records != 2 {
		t.Errorf("old file: %+v", r)
	}
	if r := mustVerify(t, newer, l.Head(), Head{Seq: 1, MAC: "of the old file"}); r.First != 3 || r.Last != 4 {
		t.Errorf("new file: %+v", r)
	}
	if r := mustVerify(t, append(bytes.Clone(older), newer...), l.Head()); r.Records != 4 {
		t.Errorf("both: %+v", r)
	}

	mustClose(t, l)
	l = mustOpen(t, path)
	mustAppend(t, l, "d")
	mustVerify(t, mustRead(t, path))
}

func TestVerifyFindsWhatRotationHides(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a", "b")
	rotate(t, path, path+".1")
	if err := l.Reopen(); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, "c")
	older, newer := bytes.SplitAfter(mustRead(t, path+".1"), []byte("\n")), mustRead(t, path)
	var b *Break
	if _, err := Verify(bytes.NewReader(join(older[0], newer)), testKey); !errors.As(err, &b) || b.Line != 2 {
		t.Errorf("the end of the old file was cut: %v", err)
	}
	_, rest, _ := bytes.Cut(newer, []byte("\n"))
	if _, err := Verify(bytes.NewReader(rest), testKey); !errors.As(err, &b) || b.Line != 1 {
		t.Errorf("the beginning of the new file was cut: %v", err)
	}
}

func TestEmptiedInPlace(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a", "b")
	older := mustRead(t, path)
	if err := os.Truncate(path, 0); err != nil {
		t.Fatal(err)
	}
	mustAppend(t, l, "c")
	if r := mustVerify(t, append(older, mustRead(t, path)...)); r.Records != 4 {
		t.Errorf("report %+v", r)
	}
	mustVerify(t, mustRead(t, path))
}

func TestReopenKeepsTheOldFile(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a")
	rotate(t, path, path+".1")
	if err := os.WriteFile(path, []byte("someone else's\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("got %v", err)
	}
	mustAppend(t, l, "b")
	if r := mustVerify(t, mustRead(t, path+".1")); r.Records != 2 {
		t.Errorf("report %+v", r)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := l.Reopen(); err == nil {
		t.Error("a folder was opened")
	}
	mustAppend(t, l, "c")
}

func TestRotationUnderLoad(t *testing.T) {
	l, path := newLog(t)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 25 {
				if err := l.Append(t.Context(), Event{Action: TokenIssued}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	names := []string{path + ".1", path + ".2", path + ".3"}
	for _, name := range names {
		rotate(t, path, name)
		if err := l.Reopen(); err != nil {
			t.Fatal(err)
		}
	}
	wg.Wait()
	var all []byte
	for _, name := range append(names, path) {
		all = append(all, mustRead(t, name)...)
	}
	if r := mustVerify(t, all, l.Head()); r.Records != 100+len(names) {
		t.Errorf("report %+v", r)
	}
}
