// Command oauth1d is a standalone OAuth 1.0a service provider and the gatekeeper
// of an existing application.
package main

import (
	"fmt"
	"os"
	"runtime/debug"
)

// version is set by the linker.
var version = "dev"

func main() {
	os.Exit(run(os.Args[1:]))
}

// run runs a command line and returns its exit code.
func run(args []string) int {
	g := &globals{}
	root := newRootCommand(g)
	root.SetArgs(args)
	cmd, err := root.ExecuteC()
	if err == nil {
		return exitDone
	}
	code := exitCode(err)
	if !g.running {
		// Whatever fails before a command begins is about how it was called.
		code = exitUsage
	}
	fmt.Fprintln(os.Stderr, "oauth1d: "+sentence(err))
	if code == exitUsage {
		fmt.Fprintf(os.Stderr, "Usage:  %s\nSee \"%s --help\".\n", cmd.UseLine(), cmd.CommandPath())
	}
	return code
}

// A build says which build this is.
type build struct {
	Version  string `json:"version"`
	Revision string `json:"revision"`
	Go       string `json:"go"`
}

func buildInfo() build {
	b := build{Version: version}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return b
	}
	b.Go = info.GoVersion
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			b.Revision = s.Value
		}
	}
	return b
}
