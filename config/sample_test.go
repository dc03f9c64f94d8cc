package config

import (
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write example.yaml anew")

func TestExampleIsWhatTheCodeDoes(t *testing.T) {
	if *update {
		if err := os.WriteFile("example.yaml", []byte(Sample()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile("example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), Sample()); diff != "" {
		t.Errorf("example.yaml differs from the table (-file +table); run go test ./config -update:\n%s", diff)
	}
}
