package pages

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var (
	placeholder = regexp.MustCompile(`\{[^}]*\}`)
	pluralForm  = regexp.MustCompile(`\.(zero|one|two|few|many|other)$`)
)

// readMessages reads one file.
func readMessages(t *testing.T, name string) catalogue {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("messages", name))
	if err != nil {
		t.Fatal(err)
	}
	c := catalogue{}
	if err := json.Unmarshal(b, &c); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return c
}

// shapeOf returns the keys of a catalogue, plural forms as one, each with its
// placeholders. A form for exactly one or two may leave the count out.
func shapeOf(c catalogue) map[string]string {
	shape := map[string]string{}
	for key, message := range c {
		base := pluralForm.ReplaceAllString(key, ".*")
		if strings.HasSuffix(base, ".*") && !strings.HasSuffix(key, ".other") {
			continue
		}
		found := placeholder.FindAllString(message, -1)
		slices.Sort(found)
		shape[base] = strings.Join(slices.Compact(found), " ")
	}
	return shape
}

// placeholdersOf returns those of each message, of all its plural forms together.
func placeholdersOf(c catalogue) map[string][]string {
	found := map[string][]string{}
	for key, message := range c {
		base := pluralForm.ReplaceAllString(key, "")
		found[base] = append(found[base], placeholder.FindAllString(message, -1)...)
	}
	return found
}

func TestCataloguesAreComplete(t *testing.T) {
	for _, prefix := range []string{"", "admin."} {
		original := readMessages(t, prefix+"en.json")
		want, places := shapeOf(original), placeholdersOf(original)
		for _, language := range known {
			name := prefix + language + ".json"
			c := readMessages(t, name)
			if diff := cmp.Diff(shapeOf(c), want); diff != "" {
				t.Errorf("%s differs from English (-got +want):\n%s", name, diff)
			}
			for key, message := range c {
				for _, value := range placeholder.FindAllString(message, -1) {
					if !slices.Contains(places[pluralForm.ReplaceAllString(key, "")], value) {
						t.Errorf("%s: message %q has %s, which English has not", name, key, value)
					}
				}
				if strings.TrimSpace(message) == "" || strings.ContainsAny(message, "<>\n") {
					t.Errorf("%s: message %q is %q", name, key, message)
				}
			}
		}
	}
}

// Each number needs its own form where the language has one.
func TestPluralForms(t *testing.T) {
	for _, l := range setOf(t, full).languages {
		for key := range l.words {
			base, isCount := strings.CutSuffix(key, ".other")
			if !isCount {
				continue
			}
			for n := range 200 {
				key := l.counted(base, n)
				message, err := l.message(key)
				if err != nil {
					t.Errorf("%s has no message %q for %d", l.name, key, n)
					break
				}
				if n > 2 && !strings.Contains(message, "{count}") {
					t.Errorf("%s: message %q for %d does not count", l.name, key, n)
				}
			}
		}
	}
	for n, want := range map[int]string{0: "zero", 1: "one", 2: "two", 3: "few", 11: "many", 100: "other"} {
		ar := setOf(t, full).languages[5]
		if got := ar.counted("account.count", n); got != "account.count."+want {
			t.Errorf("Arabic counts %d as %s, want %s", n, got, want)
		}
	}
}

// Every refusal that a person can meet is told in that person's language.
func TestEveryCodeHasItsWords(t *testing.T) {
	codes := codesOf(t, "../web", "../signin", "../dance", "../account")
	for _, code := range []string{"internal_error", "store_error", "parameter_rejected"} {
		codes[code] = "web, of what is no web.Error"
	}
	delete(codes, "browser_refused") // for programs
	if len(codes) < 20 {
		t.Fatalf("found %d codes only", len(codes))
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		for _, part := range []string{"title", "sentence", "next"} {
			for _, l := range setOf(t, full).languages {
				if key := "problem." + code + "." + part; l.words[key] == "" {
					t.Errorf("%s has no message %q, which %s needs", l.name, key, codes[code])
				}
			}
		}
	}
}

// codesOf returns the codes of each web.Error that the packages write down, with
// the place of one of them.
func codesOf(t *testing.T, dirs ...string) map[string]string {
	t.Helper()
	codes, files := map[string]string{}, token.NewFileSet()
	for _, dir := range dirs {
		sources, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, source := range sources {
			if strings.HasSuffix(source, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(files, source, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			ast.Inspect(file, func(n ast.Node) bool {
				if code := codeOf(n); code != "" {
					codes[code] = files.Position(n.Pos()).String()
				}
				return true
			})
		}
	}
	return codes
}

// codeOf returns the code of a literal of a web.Error.
func codeOf(n ast.Node) string {
	literal, ok := n.(*ast.CompositeLit)
	if !ok {
		return ""
	}
	name, qualified := literal.Type.(*ast.Ident)
	if selector, ok := literal.Type.(*ast.SelectorExpr); ok {
		name, qualified = selector.Sel, true
	}
	if !qualified || name.Name != "Error" {
		return ""
	}
	for _, element := range literal.Elts {
		pair, ok := element.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		key, isKey := pair.Key.(*ast.Ident)
		value, isText := pair.Value.(*ast.BasicLit)
		if isKey && isText && key.Name == "Code" {
			code, _ := strconv.Unquote(value.Value)
			return code
		}
	}
	return ""
}

// A page of the administration is in the browser's language, and not in two.
func TestAdministrationSpeaksOneLanguage(t *testing.T) {
	for _, language := range known {
		for _, page := range adminRehearsal() {
			got := renderOf(t, setOf(t, full), language, page)
			if !strings.Contains(got, `<html lang="`+language+`"`) {
				t.Errorf("%s: %s is not in it", language, page.Template())
			}
		}
	}
}

func TestFill(t *testing.T) {
	values := map[string]string{"a": "{b}", "b": "2"}
	for message, want := range map[string]string{
		"": "", "plain": "plain", "{b}{b}": "22", "x {a} y": "x {b} y", "{c}": "{c}", "{": "{", "{b": "{b", "}{b}{": "}2{", "{{b}}": "{2}",
	} {
		if got := fill(message, values); got != want {
			t.Errorf("filling %q gives %q, want %q", message, got, want)
		}
	}
}
