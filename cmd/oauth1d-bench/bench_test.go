package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestMain lets the test binary be the program, for the empty handler is this
// program started again.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && (os.Args[1] == emptyCommand || os.Args[1] == "-short") {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
		code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
		stop()
		os.Exit(code)
	}
	os.Exit(m.Run())
}

func TestShortRunEndToEnd(t *testing.T) {
	var out, words bytes.Buffer
	if code := run(t.Context(), []string{"-short", "-request-id", "-format", "json", "-dir", t.TempDir()}, &out, &words); code != exitDone {
		t.Fatalf("exit %d\n%s", code, &words)
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatalf("reading the report: %v\n%s", err, &out)
	}
	if got, want := len(r.Results), 3*2; got != want {
		t.Fatalf("%d results, want %d", got, want)
	}
	for _, one := range r.Results {
		if one.Refused == 0 || one.Ratio.Median <= 0 || one.Daemon.P99 <= 0 || len(one.Empty.Rates) != r.Rounds {
			t.Errorf("result lacks figures: %+v", one)
		}
	}
	var table bytes.Buffer
	if err := r.write(&table, "table"); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"HMAC-SHA256, 32 connections", "empty handler", "ratio ", "refused with 401 nonce_used"} {
		if !strings.Contains(table.String(), want) {
			t.Errorf("the table lacks %q:\n%s", want, &table)
		}
	}
	assertGone(t, words.String())
}

func TestInterruptEndsWhatWasStarted(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, "-short", "-duration", "1m", "-methods", "HMAC-SHA1", "-dir", t.TempDir())
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cmd.Process.Kill() })
	var words strings.Builder
	lines := bufio.NewScanner(stderr)
	for lines.Scan() {
		words.WriteString(lines.Text() + "\n")
		if strings.Contains(lines.Text(), "over 4 connections") {
			cmd.Process.Signal(os.Interrupt)
		}
	}
	var exit *exec.ExitError
	if err := cmd.Wait(); !errors.As(err, &exit) || exit.ExitCode() != exitFailed || !strings.Contains(words.String(), "interrupted") {
		t.Errorf("after an interrupt: %v, want exit %d and a word about it\n%s", err, exitFailed, &words)
	}
	assertGone(t, words.String())
}

// assertGone looks for the processes that a run has named.
func assertGone(t *testing.T, words string) {
	t.Helper()
	named := regexp.MustCompile(`is process (\d+) on`).FindAllStringSubmatch(words, -1)
	if len(named) != 2 {
		t.Errorf("%d processes were named, want 2:\n%s", len(named), words)
	}
	for _, n := range named {
		pid, _ := strconv.Atoi(n[1])
		if err := syscall.Kill(pid, 0); err != syscall.ESRCH {
			t.Errorf("process %d is still there: %v", pid, err)
		}
	}
}

func TestFlags(t *testing.T) {
	for _, row := range []struct{ name, args, want string }{
		{"an unknown method is named", "-methods HMAC-MD5", `"HMAC-MD5" is not one of`},
		{"PLAINTEXT has no signature to measure", "-methods PLAINTEXT", `"PLAINTEXT" is not one of`},
		{"a count is a number", "-connections 64,many", `"many" is not a count`},
		{"no connection is no load", "-connections 0", `"0" is not a count`},
		{"a format is table or json", "-format xml", `"xml" is not table or json`},
		{"an argument is refused", "fast", `"fast" is one argument too many`},
		{"all mistakes are told at once", "-rounds 0 -format xml", `must be above 0`},
	} {
		var words bytes.Buffer
		code := run(t.Context(), strings.Fields(row.args), &bytes.Buffer{}, &words)
		if code != exitUsage || !strings.Contains(words.String(), row.want) {
			t.Errorf("%s: exit %d and %q, want %d and %q", row.name, code, words.String(), exitUsage, row.want)
		}
	}
	o, err := parse(strings.Fields("-short -rounds 7"), &bytes.Buffer{})
	if err != nil || o.rounds != 7 || o.duration != 100*time.Millisecond {
		t.Errorf("-short -rounds 7: got %d rounds of %s (%v), want 7 of 100ms", o.rounds, o.duration, err)
	}
}
