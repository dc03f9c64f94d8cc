package config

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestBadConfigurationsAreRefusedInTheseWords reads testdata/bad. A file is the
// configuration itself; lines "# env: NAME=value" and "# flag: key=value" add
// what else is set, and the lines "# want: …" at its end are the whole error.
func TestBadConfigurationsAreRefusedInTheseWords(t *testing.T) {
	t.Chdir("testdata/bad") // so that messages name the file alone
	files, err := filepath.Glob("*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(files) < 60 {
		t.Fatalf("found %d bad configurations, expected at least 60", len(files))
	}
	for _, file := range files {
		t.Run(strings.ReplaceAll(strings.TrimSuffix(file, ".yaml"), "-", " "), func(t *testing.T) {
			environ, flags, want := directives(t, file)
			_, err := Load(file, environ, flags)
			var mistakes Errors
			if !errors.As(err, &mistakes) {
				t.Fatalf("got the error %v, want mistakes", err)
			}
			if *update {
				rewrite(t, file, err.Error())
				return
			}
			if diff := cmp.Diff(err.Error(), want); diff != "" {
				t.Errorf("message (-got +want):\n%s", diff)
			}
		})
	}
}

func directives(t *testing.T, file string) (environ []string, flags map[string]string, want string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	flags = map[string]string{}
	var wants []string
	for l := range strings.Lines(string(text)) {
		l = strings.TrimSuffix(l, "\n")
		if e, found := strings.CutPrefix(l, "# env: "); found {
			environ = append(environ, e)
		}
		if f, found := strings.CutPrefix(l, "# flag: "); found {
			name, value, _ := strings.Cut(f, "=")
			flags[name] = value
		}
		if w, found := strings.CutPrefix(l, "# want: "); found {
			wants = append(wants, w)
		}
	}
	return environ, flags, strings.Join(wants, "\n")
}

// rewrite puts what is said now into the file, for a person to read.
func rewrite(t *testing.T, file, said string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	kept, _, _ := strings.Cut(string(text), "# want: ")
	kept += "# want: " + strings.ReplaceAll(said, "\n", "\n# want: ") + "\n"
	if err := os.WriteFile(file, []byte(kept), 0o644); err != nil {
		t.Fatal(err)
	}
}
