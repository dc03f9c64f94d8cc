package main

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// askGate asks the session's daemon about a request, as nginx does, and writes the
// status and the headers of the answer: ask GET https HOST TARGET HEADERFILE.
func askGate(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 5 {
		ts.Fatalf("usage: ask METHOD SCHEME HOST TARGET HEADERFILE")
	}
	r, err := http.NewRequest(http.MethodGet, "http://"+ts.Getenv("PRIVATE")+"/auth/nginx", nil)
	ts.Check(err)
	_, value, ok := strings.Cut(strings.TrimSpace(ts.ReadFile(args[4])), "Authorization: ")
	if !ok {
		ts.Fatalf("%s holds no Authorization header", args[4])
	}
	for name, value := range map[string]string{"X-Original-Method": args[0], "X-Forwarded-Proto": args[1],
		"X-Forwarded-Host": args[2], "X-Original-URI": args[3], "Authorization": value} {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	fmt.Fprintln(ts.Stdout(), resp.StatusCode)
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		fmt.Fprintf(ts.Stdout(), "%s: %s\n", name, resp.Header.Get(name))
	}
}

// keepFile writes a variable to a file: keep FILE VARIABLE.
func keepFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: keep FILE VARIABLE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(ts.Getenv(args[1])+"\n"), 0o600))
}
