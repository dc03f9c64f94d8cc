package boltstore

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"oauth1d/store"
)

// traced runs a row of acts with a fault at the n-th system call of a kind, and
// returns what the child has said.
func traced(t *testing.T, c Config, call, fault string, n int) (said, []string) {
	t.Helper()
	cmd, lines := child(t, c, "row", "strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace="+call,
		"-e", fmt.Sprintf("inject=%s:%s:when=%d", call, fault, n))
	v, all := said{}, []string{}
	for lines.Scan() {
		v.note(lines.Text())
		all = append(all, lines.Text())
	}
	_ = cmd.Wait() // it may have let go of its output before its locks; how it ended is in the lines
	return v, all
}

func needStrace(t *testing.T) {
	t.Helper()
	err := exec.Command("strace", "-f", "-qq", "-o", "/dev/null", "true").Run()
	if err == nil {
		return
	}
	if os.Getenv("CI") == "true" {
		t.Fatalf("strace does not run: %v", err)
	}
	t.Skipf("strace does not run: %v", err)
}

// has reports which of the lines begins with prefix.
func has(lines []string, prefix string) (string, bool) {
	for _, line := range lines {
		if strings.HasPrefix(line, prefix) {
			return line, true
		}
	}
	return "", false
}

func rowStore(t *testing.T) Config {
	t.Helper()
	c := at(t, t.TempDir(), nil)
	create(t, c)
	s := open(t, c)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "k"}))
	must(t, s.Close())
	return c
}

// After a failed sync nobody knows what is on disk: bbolt says that a commit has
// failed and shows it all the same. Whatever sync it is, the program must end,
// and nothing that was acknowledged may be gone when it starts again.
func TestFailedSyncEndsTheProgram(t *testing.T) {
	needStrace(t)
	t.Parallel()
	opened := 0
	for n := 1; n <= 24; n++ {
		c := rowStore(t)
		v, lines := traced(t, c, "fdatasync", "error=EIO", n)
		if _, ok := has(lines, "ready"); ok {
			opened++
			if line, ok := has(lines, "fatal"); !ok || !strings.Contains(line, "input/output error") {
				t.Errorf("sync %d failed: got %q, want that Fatal is called with the reason", n, lines)
			}
		} else if _, ok := has(lines, "closed"); !ok {
			t.Errorf("sync %d failed: got %q, want that the store does not open", n, lines)
		}
		v.holds(t, c)
	}
	if opened < 12 {
		t.Errorf("the store opened %d times, want most of the faults in its work", opened)
	}
}

func TestFailedWriteEndsTheProgram(t *testing.T) {
	needStrace(t)
	t.Parallel()
	for _, n := range []int{8, 9, 10, 11, 12, 13, 14, 15} {
		c := rowStore(t)
		v, lines := traced(t, c, "pwrite64", "error=EIO", n)
		_, fatal := has(lines, "fatal")
		_, closed := has(lines, "closed")
		if !fatal && !closed {
			t.Errorf("write %d failed: got %q, want that the program ends", n, lines)
		}
		v.holds(t, c)
	}
}

// A full disk changes nothing: the act fails, says why, and when there is room
// the store goes on.
func TestFullDiskFailsTheActAndNoMore(t *testing.T) {
	needStrace(t)
	t.Parallel()
	failed := 0
	for _, n := range []int{8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18} {
		c := rowStore(t)
		v, lines := traced(t, c, "pwrite64", "error=ENOSPC", n)
		if line, ok := has(lines, "fatal"); ok {
			t.Errorf("write %d had no room: got %q", n, line)
		}
		if line, ok := has(lines, "error"); ok {
			failed++
			if !strings.Contains(line, "no space left on device") {
				t.Errorf("write %d had no room: got %q, want the reason", n, line)
			}
			if got := len(v); got < 4 { // each thread of the child meets its own n-th write
				t.Errorf("write %d had no room: %d dances went on, want 4 at least", n, got)
			}
		}
		v.holds(t, c)
	}
	if failed < 8 {
		t.Errorf("%d acts had no room, want most of the faults in them", failed)
	}
}

func TestNoRoomIsAWriteAndNotASync(t *testing.T) {
	write := &os.PathError{Op: "write", Path: "db", Err: syscall.ENOSPC}
	for _, test := range []struct {
		name string
		err  error
		want bool
	}{
		{"a write", write, true},
		{"a wrapped write", fmt.Errorf("committing: %w", write), true},
		{"a sync", syscall.ENOSPC, false},
		{"another error of a write", &os.PathError{Op: "write", Err: os.ErrPermission}, false},
		{"text", errors.New("no space left on device"), false},
	} {
		if got := noRoom(test.err); got != test.want {
			t.Errorf("%s: got %v, want %v", test.name, got, test.want)
		}
	}
}
