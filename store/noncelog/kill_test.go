package noncelog

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// childDir is set in the environment of a process that is to be killed.
const childDir = "NONCELOG_TEST_CHILD_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// child uses nonces as fast as it can, and prints the number of each after it
// was told that it is the first. It ends by being killed.
func child(dir string) {
	from, _ := strconv.Atoi(os.Getenv(childDir + "_FROM"))
	l, err := Open(dir, testStore, Config{testOnlyMaxRecords: 200})
	if err != nil {
		fmt.Println("opening:", err)
		os.Exit(1)
	}
	var mu sync.Mutex
	for g := range 16 {
		go func() {
			for n := from + g; ; n += 16 {
				v, err := l.Use(context.Background(), entry(n, start.Unix()))
				if v != First || err != nil {
					fmt.Println("use:", n, v, err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println(n)
				mu.Unlock()
			}
		}()
	}
	io.Copy(io.Discard, os.Stdin) // until the parent is gone
	os.Exit(1)
}

// TestKilled kills a process at a random moment, again and again. All that it
// acknowledged is used when the log is opened the next time.
func TestKilled(t *testing.T) {
	dir, c := create(t), newClock()
	c.set(time.Now())
	var acknowledged []int
	from := 0
	for cycle := range 30 {
		got := killOne(t, dir, from)
		if len(got) == 0 {
			t.Fatalf("cycle %d: nothing was acknowledged", cycle)
		}
		acknowledged = append(acknowledged, got...)
		if err := Check(dir, testStore); err != nil {
			t.Fatalf("cycle %d: Check: %v", cycle, err)
		}
		l := open(t, dir, Config{})
		for _, n := range acknowledged {
			v, err := l.Use(t.Context(), entry(n, start.Unix()))
			if v != Used || err != nil {
				t.Fatalf("cycle %d: nonce %d is %v, %v after it was acknowledged", cycle, n, v, err)
			}
			from = max(from, n)
		}
		from += 1000 // beyond those that were written and not acknowledged
		closeLog(t, l)
	}
	t.Logf("%d nonces acknowledged", len(acknowledged))
}

// killOne starts a child, kills it and returns what it had acknowledged.
func killOne(t *testing.T, dir string, from int) []int {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprintf("%s_FROM=%d", childDir, from))
	if _, err := cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var got []int
	limit := 1 + rand.IntN(600)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		n, err := strconv.Atoi(lines.Text())
		if err != nil {
			cmd.Process.Kill()
			t.Fatalf("the child says %q", strings.TrimSpace(lines.Text()))
		}
		if got = append(got, n); len(got) == limit {
			cmd.Process.Kill() // it may go on printing until it is dead
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the child ended by itself: %v", err)
	}
	return got
}
