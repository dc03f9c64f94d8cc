package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"oauth1d": main})
}

// TestSessions types what stands in testdata/*.txtar. A session has a public and
// a private address of its own in the environment, and starts its daemon with
//
//	exec oauth1d serve -c d/oauth1d.yaml &daemon&
//	ready
//
// Whatever still runs at its end is interrupted.
func TestSessions(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"PUBLIC", "PRIVATE"} {
				l, err := net.Listen("tcp", "127.0.0.1:0")
				if err != nil {
					return err
				}
				e.Setenv("OAUTH1D_LISTEN_"+name, l.Addr().String())
				e.Setenv(name, l.Addr().String())
				if err := l.Close(); err != nil {
					return err
				}
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ready": waitReady, "field": keepField, "mode": checkMode, "age": ageFile, "exits": checkExit,
			"ask": askGate, "keep": keepFile, "people": addPeople,
		},
	})
}

// waitReady waits until the session's daemon wants requests.
func waitReady(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: ready")
	}
	end := time.Now().Add(30 * time.Second)
	for ; time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		resp, err := http.Get("http://" + ts.Getenv("PRIVATE") + "/readyz")
		if err != nil {
			continue
		}
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			return
		}
	}
	ts.Fatalf("the daemon is not ready after 30 seconds")
}

// checkExit runs a command and checks its exit code: exits 2 oauth1d ....
func checkExit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND [ARGUMENT...]")
	}
	got := 0
	var ended *exec.ExitError
	if err := ts.Exec(args[1], args[2:]...); errors.As(err, &ended) {
		got = ended.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("got exit code %d, want %s", got, args[0])
	}
}

// keepField puts a field of the JSON in stdout into a variable: field key KEY.
func keepField(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: field NAME VARIABLE")
	}
	var all map[string]any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &all); err != nil {
		ts.Fatalf("stdout is no JSON object: %v", err)
	}
	text, ok := all[args[0]].(string)
	if !ok || text == "" {
		ts.Fatalf("stdout has no text %q", args[0])
	}
	ts.Setenv(args[1], text)
}

// checkMode checks the permissions of files: mode 0600 FILE....
func checkMode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: mode MODE FILE...")
	}
	for _, name := range args[1:] {
		info, err := os.Stat(ts.MkAbs(name))
		ts.Check(err)
		if got := fmt.Sprintf("%04o", info.Mode().Perm()); got != args[0] {
			ts.Fatalf("%s has mode %s, want %s", name, got, args[0])
		}
	}
}

// ageFile makes a file look as old as the duration says: age FILE 1h.
func ageFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: age FILE DURATION")
	}
	d, err := time.ParseDuration(args[1])
	ts.Check(err)
	at := time.Now().Add(-d)
	ts.Check(os.Chtimes(ts.MkAbs(args[0]), at, at))
}

// TestEveryProblemHasARemedy keeps "help errors" whole when a problem is added.
func TestEveryProblemHasARemedy(t *testing.T) {
	for line := range strings.Lines(helpErrors()) {
		if fields := strings.Fields(line); len(fields) == 2 && strings.Contains(fields[0], "_") {
			t.Errorf("there is no word on what to do about %s", fields[0])
		}
	}
}
