package oauth1

import (
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// The package is RFC 5849 and nothing else: the standard library, no files, no
// network beyond the syntax of addresses, no logging, and no lenient parsers.
func TestPurity(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files: %v", err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		for _, i := range f.Imports {
			path, _ := strconv.Unquote(i.Path.Value)
			first, _, _ := strings.Cut(path, "/")
			switch {
			case strings.Contains(first, "."), first == "oauth1d":
				t.Errorf("%s imports %s, which is not of the standard library", file, path)
			case path == "net/url", path == "net/http", path == "os", path == "net", first == "log", path == "mime", path == "unsafe":
				t.Errorf("%s imports %s", file, path)
			}
		}
	}
}
