package journey

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// TestThreats asks that every threat of testdata/threats.txt has a test named
// by its ID. It reads the sources: what counts is a text that begins with the ID
// and is no comment and no message, which is how tests and rows are named here.
// "make threats" prints the table.
func TestThreats(t *testing.T) {
	tests := threatTests(t)
	list, err := os.Open("testdata/threats.txt")
	if err != nil {
		t.Fatal(err)
	}
	defer list.Close()
	n := 0
	for lines := bufio.NewScanner(list); lines.Scan(); {
		id, title, ok := strings.Cut(lines.Text(), " ")
		if !ok || id == "#" {
			continue
		}
		n++
		fmt.Printf("%s  %-50s  %s\n", id, title, strings.Join(tests[id], ", "))
		if len(tests[id]) == 0 {
			t.Errorf("%s %s: no test is named by it", id, title)
		}
	}
	if n < 100 {
		t.Errorf("got %d threats in the list, want all of them", n)
	}
}

var threatIDs = regexp.MustCompile(`^(?:CTL|SIG|TIM|NON|PAR|DAN|CON|ADM)-[0-9]{2}(?:(?:, | to )[0-9]{2})*`)

// threatTests maps IDs to the places of the tests that they name.
func threatTests(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatalf("no test files: %v", err)
	}
	tests := map[string][]string{}
	for _, file := range files {
		set := token.NewFileSet()
		f, err := parser.ParseFile(set, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			if call, ok := n.(*ast.CallExpr); ok && isMessage(call) {
				return false
			}
			text, ok := n.(*ast.BasicLit)
			if !ok || text.Kind != token.STRING {
				return true
			}
			name, _ := strconv.Unquote(text.Value)
			for _, id := range spelledOut(threatIDs.FindString(name)) {
				if !slices.Contains(tests[id], file) {
					tests[id] = append(tests[id], file)
				}
			}
			return true
		})
	}
	return tests
}

func isMessage(call *ast.CallExpr) bool {
	f, ok := call.Fun.(*ast.SelectorExpr)
	return ok && slices.Contains([]string{"Error", "Errorf", "Fatal", "Fatalf", "Log", "Logf", "Skip", "Skipf"}, f.Sel.Name)
}

// spelledOut turns "NON-01, 03, 14 to 17" into its IDs.
func spelledOut(ids string) (all []string) {
	if ids == "" {
		return nil
	}
	family, rest := ids[:4], ids[4:]
	for part := range strings.SplitSeq(rest, ", ") {
		first, last, isRange := strings.Cut(part, " to ")
		if !isRange {
			last = first
		}
		from, _ := strconv.Atoi(first)
		to, _ := strconv.Atoi(last)
		for n := from; n <= to; n++ {
			all = append(all, fmt.Sprintf("%s%02d", family, n))
		}
	}
	return all
}
