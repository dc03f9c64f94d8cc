package audit

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
)

// sixLines returns the lines of a log, each with its line break.
func sixLines(t *testing.T) [][]byte {
	t.Helper()
	l, path := newLog(t)
	mustAppend(t, l, "a", "b", "c", "d", "e", "f")
	mustClose(t, l)
	return slices.Collect(bytes.Lines(mustRead(t, path)))
}

func join(lines ...[]byte) []byte { return bytes.Join(lines, nil) }

func edit(line []byte, from, to string) []byte {
	return bytes.Replace(line, []byte(from), []byte(to), 1)
}

func TestVerifyNamesTheLine(t *testing.T) {
	l := sixLines(t)
	other := sixLines(t) // of another log with the same key
	forged, err := (&chain{key: []byte("a key that is not ours"), head: birth}).link(nil, Event{Action: TokenRevoked}, testClock())
	if err != nil {
		t.Fatal(err)
	}
	other[0] = edit(other[0], "x", "y")
	tests := []struct {
		name   string
		log    []byte
		line   int
		reason string
	}{
		{"edited in the middle", join(l[0], l[1], edit(l[2], `"c"`, `"x"`), l[3]), 3, "edited"},
		{"edited at the beginning", join(edit(l[0], "ada", "bob"), l[1]), 1, "edited"},
		{"edited at the end", join(l[0], l[1], edit(l[2], "token.revoked", "token.issued")), 3, "edited"},
		{"edited in its number", join(l[0], edit(l[1], `"seq":2`, `"seq":3`)), 2, "edited"},
		{"edited in its MAC", join(l[0], edit(l[1], `"mac":"`, `"mac":"0`)), 2, "edited"},
		{"edited in white space", join(l[0], edit(l[1], `,"actor"`, `, "actor"`)), 2, "edited"},
		{"an empty line", join(l[0], []byte("\n"), l[1]), 2, "edited"},
		{"a carriage return", join(l[0], edit(l[1], "\n", "\r\n")), 2, "edited"},
		{"a forged line inserted", join(l[0], forged, l[1]), 2, "edited"},
		{"deleted in the middle", join(l[0], l[1], l[3], l[4]), 3, "record 4 stands where record 3 belongs"},
		{"deleted at the beginning", join(l[1:]...), 1, "record 2 stands where record 1 belongs"},
		{"two deleted", join(l[0], l[3]), 2, "record 4 stands where record 2 belongs"},
		{"swapped", join(l[0], l[2], l[1], l[3]), 2, "record 3 stands where record 2 belongs"},
		{"moved back", join(l[0], l[1], l[2], l[1]), 4, "record 2 stands where record 4 belongs"},
		{"repeated", join(l[0], l[1], l[1], l[2]), 3, "repeated"},
		{"the first repeated", join(l[0], l[1], l[0]), 3, "repeated"},
		{"cut in the middle of a line", join(l[0], l[1][:50]), 2, "cut"},
		{"cut before its line break", join(l[0], bytes.TrimSuffix(l[1], []byte("\n"))), 2, "cut"},
		{"no log at all", []byte("hello\n"), 1, "edited"},
		{"no text at all", bytes.Repeat([]byte{0}, 3*window), 1, "too long"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := Verify(bytes.NewReader(tt.log), testKey)
			var b *Break
			if !errors.As(err, &b) || b.Line != tt.line || !strings.Contains(b.Reason, tt.reason) {
				t.Errorf("%v, want line %d: …%s…", err, tt.line, tt.reason)
			}
			if r.Records != tt.line-1 {
				t.Errorf("%d records in order, want those before", r.Records)
			}
		})
	}
}

func TestVerifyEveryByte(t *testing.T) {
	l := sixLines(t)
	log := join(l[0], l[1], l[2])
	from := len(l[0])
	for i := range l[1] {
		damaged := bytes.Clone(log)
		damaged[from+i] ^= 1
		var b *Break
		if _, err := Verify(bytes.NewReader(damaged), testKey); !errors.As(err, &b) || b.Line != 2 {
			t.Errorf("byte %d changed: %v", i, err)
		}
	}
}

func TestVerifyAnotherChain(t *testing.T) {
	l, path := newLog(t)
	mustAppend(t, l, "a", "b")
	other, otherPath := newLog(t)
	mustAppend(t, other, "x", "y")
	first, second := bytes.SplitAfter(mustRead(t, path), []byte("\n")), bytes.SplitAfter(mustRead(t, otherPath), []byte("\n"))
	var b *Break
	if _, err := Verify(bytes.NewReader(join(first[0], second[1])), testKey); !errors.As(err, &b) || b.Line != 2 {
		t.Errorf("a line of another log with the right number: %v", err)
	}
	if _, err := Verify(bytes.NewReader(mustRead(t, otherPath)), testKey, l.Head()); !errors.As(err, &b) || b.Line != 2 {
		t.Errorf("another log altogether: %v", err)
	}
}

func TestVerifyKnowsWhatWasCutOff(t *testing.T) {
	l := sixLines(t)
	whole := mustVerify(t, join(l...))
	for n := range len(l) {
		var b *Break
		_, err := Verify(bytes.NewReader(join(l[:n]...)), testKey, whole.Head)
		if !errors.As(err, &b) || b.Line != n+1 || !strings.Contains(b.Reason, "record 6 was written") {
			t.Errorf("%d lines of 6 left: %v", n, err)
		}
	}
	again, err := ParseHead(whole.Head.String())
	if err != nil || again != whole.Head {
		t.Errorf("head %v %v", again, err)
	}
	for _, text := range []string{"", "6", "6:abc", whole.Head.String() + "0", " " + whole.Head.String(), "-1:" + whole.Head.MAC} {
		if h, err := ParseHead(text); err == nil {
			t.Errorf("%q was read as %v", text, h)
		}
	}
}

func TestVerifyReadsThroughErrors(t *testing.T) {
	l := sixLines(t)
	broken := errors.New("bad sector")
	r, err := Verify(io.MultiReader(bytes.NewReader(join(l[:2]...)), brokenReader{broken}), testKey)
	var b *Break
	if !errors.Is(err, broken) || errors.As(err, &b) || r.Records != 2 {
		t.Errorf("%v, %d records: a disk that fails is no forgery", err, r.Records)
	}
}

type brokenReader struct{ err error }

func (b brokenReader) Read([]byte) (int, error) { return 0, b.err }

func FuzzVerify(f *testing.F) {
	var log []byte
	c, err := newChain(testKey)
	if err != nil {
		f.Fatal(err)
	}
	for i := range 3 {
		if log, err = c.link(log, Event{Action: TokenRevoked, Object: fmt.Sprint(i)}, testClock()); err != nil {
			f.Fatal(err)
		}
	}
	f.Add(log)
	f.Add(log[10:])
	// What verifies is the log or whole lines from its beginning: nobody makes
	// others without the key.
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := Verify(bytes.NewReader(data), testKey); err == nil && !bytes.HasPrefix(log, data) {
			t.Errorf("%q verifies", data)
		}
	})
}
