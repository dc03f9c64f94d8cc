package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// adminSamples names the pages of the rehearsal after their templates.
func adminSamples() map[string]Page {
	named := map[string]Page{}
	for _, page := range adminRehearsal() {
		name := strings.TrimSuffix(strings.TrimPrefix(page.Template(), "admin/"), ".html")
		for n := 2; named[name] != nil; n++ {
			name = fmt.Sprintf("%s-%d", strings.TrimRight(name, "-0123456789"), n)
		}
		named[name] = page
	}
	return named
}

func TestAdminGolden(t *testing.T) {
	for name, page := range adminSamples() {
		t.Run(name, func(t *testing.T) {
			got := strings.ReplaceAll(render(t, page), setOf(t, full).static.stylesheets[0], "pages.HASH.css")
			got = strings.ReplaceAll(got, setOf(t, full).static.admin, "admin.HASH.css")
			file := filepath.Join("testdata", "admin", name+".golden")
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got, string(want)); diff != "" {
				t.Errorf("page differs from %s (-got +want):\n%s", file, diff)
			}
		})
	}
	files, err := filepath.Glob("testdata/admin/*.golden")
	if err != nil || len(files) != len(adminSamples()) {
		t.Errorf("%d golden files and %v, want %d", len(files), err, len(adminSamples()))
	}
}

func TestEveryAdminPage(t *testing.T) {
	for name, page := range adminSamples() {
		t.Run(name, func(t *testing.T) {
			root := parsePage(t, page)
			if text(one(t, root, "h1")) == "" && name != "user-2" && !strings.Contains(name, "-") {
				t.Error("the heading is empty")
			}
			one(t, root, "main", "id=main")
			one(t, root, "body", "class=admin")
			if got := len(find(root, "link", "rel=stylesheet")); got != 2 {
				t.Errorf("%d stylesheets, want ours and that of the administration", got)
			}
			for _, n := range find(root, "*") {
				for _, a := range n.Attr {
					if a.Key == "style" || strings.HasPrefix(a.Key, "on") || a.Key == "src" {
						t.Errorf("element %s has an attribute %s", n.Data, a.Key)
					}
				}
				if n.Data == "form" && attr(n, "method") != "post" && attr(n, "role") != "search" {
					t.Errorf("form %s is not posted and is no search", attr(n, "action"))
				}
				unlabelled := (n.Data == "input" || n.Data == "textarea" || n.Data == "select") && attr(n, "type") != "hidden" && n.Parent.Data != "label"
				if unlabelled && len(find(root, "label", "for="+attr(n, "id"))) != 1 {
					t.Errorf("%s %s has no label of its own", n.Data, attr(n, "name"))
				}
			}
			for _, form := range find(root, "form", "method=post") {
				if attr(form, "class") != "session" && name != "again" && len(find(form, "input", "name=form_token")) != 1 {
					t.Errorf("form %s has no form token", attr(form, "action"))
				}
			}
			checkAdminReferences(t, page)
		})
	}
}

// checkAdminReferences finds ids that are missing, or that stand twice.
func checkAdminReferences(t *testing.T, page Page) {
	t.Helper()
	root := parsePage(t, page)
	ids := map[string]int{}
	for _, n := range find(root, "*") {
		if id := attr(n, "id"); id != "" {
			ids[id]++
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("the id %s stands %d times", id, n)
		}
	}
	for _, n := range find(root, "*") {
		for _, name := range []string{"for", "aria-describedby", "aria-labelledby", "list"} {
			for _, id := range strings.Fields(attr(n, name)) {
				if ids[id] == 0 {
					t.Errorf("%s of %s names %s, which is not there", name, n.Data, id)
				}
			}
		}
		if id, ok := strings.CutPrefix(attr(n, "href"), "#"); ok && ids[id] == 0 {
			t.Errorf("a link leads to #%s, which is not there", id)
		}
	}
}

func TestAShownSecretPrintsNowhereElse(t *testing.T) {
	page := AdminSecret{Secret: "kd94hf93k423kf44"}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if got := fmt.Sprintf(verb, page); strings.Contains(got, "kd94") {
			t.Errorf("%s prints the secret", verb)
		}
	}
}

// The policy forbids loading anything, and a translation may run from right to left.
func TestAdminStylesheetKeepsItsRules(t *testing.T) {
	rules := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAll(adminStylesheet, nil)
	for _, not := range []string{`url\(`, `@import`, `!important`, `[-: ](left|right)\b`, `\b(margin|padding)-(top|bottom)\b`, `#[0-9a-f]{3,6}\b`, `\n *(max-|min-)?(width|height):`} {
		if found := regexp.MustCompile(not).Find(rules); found != nil {
			t.Errorf("stylesheet has %q", found)
		}
	}
	for line := range strings.Lines(string(rules)) {
		rule, _, is := strings.Cut(strings.TrimSpace(line), "{")
		if is && rule != "" && !strings.HasPrefix(rule, "@") && strings.Contains(rule, ".") && strings.Count(rule, ".admin") != strings.Count(rule, ",")+1 {
			t.Errorf("rule %q holds for other pages as well", rule)
		}
	}
}
