package journey

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the built daemon.
var program string

func TestMain(m *testing.M) {
	if os.Getenv("JOURNEY_APP") != "" {
		serveApp(os.Getenv("JOURNEY_APP"))
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	dir, err := os.MkdirTemp("", "oauth1d-journey-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "oauth1d")
	build := exec.Command("go", "build", "-o", program, "oauth1d/cmd/oauth1d")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building oauth1d: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// need finds a program that a test cannot do without.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	return path
}

// missing ends a test whose parts are not installed: with a skip at home, with a
// failure in CI, where a check that skips itself is none.
func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s is missing; make deps installs it", what)
	}
	t.Skipf("%s is missing; make deps installs it", what)
}
