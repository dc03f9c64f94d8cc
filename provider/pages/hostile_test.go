package pages

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

// hostile ends every context it may be put into: text, the title, an attribute
// in either quotes, a comment, a URL.
const hostile = `javascript:alert(1)//--></title></textarea></bdi>"'><script>alert(1)</script><img src=x onerror=alert(1) style="x">{{.Site}}`

// filled returns page with s in every string that is not empty, so that the same
// parts of the page are shown.
func filled(page any, s string) any {
	v := reflect.New(reflect.TypeOf(page)).Elem()
	v.Set(reflect.ValueOf(page))
	fillValue(v, s)
	return v.Interface()
}

func fillValue(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			if !isCode(v.Type(), v.Type().Field(i).Name) {
				fillValue(v.Field(i), s)
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			copied := reflect.New(v.Type().Elem())
			copied.Elem().Set(v.Elem())
			fillValue(copied.Elem(), s)
			v.Set(copied)
		}
	case reflect.Slice:
		v.Set(reflect.AppendSlice(reflect.MakeSlice(v.Type(), 0, v.Len()), v))
		for i := range v.Len() {
			fillValue(v.Index(i), s)
		}
	case reflect.Map:
		filled := reflect.MakeMap(v.Type())
		for _, key := range v.MapKeys() {
			filled.SetMapIndex(key, reflect.ValueOf(s))
		}
		if !v.IsNil() {
			v.Set(filled)
		}
	case reflect.String:
		if v.Len() > 0 {
			v.SetString(s)
		}
	}
}

// isCode tells whether a field holds one of the words that our own handlers
// choose from, and nothing that a stranger wrote.
func isCode(of reflect.Type, field string) bool {
	switch of {
	case reflect.TypeFor[Problem]():
		return field == "Code" // see TestCodesAreText
	case reflect.TypeFor[FieldError]():
		return field != "Detail"
	case reflect.TypeFor[NamedURL]():
		return field == "Name"
	case reflect.TypeFor[Scope]():
		return field == "Titles"
	}
	return slices.Contains([]string{"Act", "Done", "Problem", "State"}, field)
}

// shape lists the elements of a page with the names of their attributes.
func shape(root *html.Node) []string {
	var lines []string
	for _, n := range find(root, "*") {
		line := n.Data
		for _, a := range n.Attr {
			line += " " + a.Key
		}
		lines = append(lines, line)
	}
	return lines
}

func TestMarkupInAnyFieldStaysText(t *testing.T) {
	for name, page := range samples() {
		t.Run(name, func(t *testing.T) {
			root := parsePage(t, filled(page, hostile))
			if diff := cmp.Diff(shape(root), shape(parsePage(t, page))); diff != "" {
				t.Errorf("the words changed the page (-got +want):\n%s", diff)
			}
			checkHarmless(t, root)
			silent := name == "home" || name == "signedout" // they show no words but ours
			if !silent && !strings.Contains(rawText(root), hostile) {
				t.Error("the words are not shown as they are")
			}
		})
	}
}

func TestTitlesAreIsolatedWhereItMatters(t *testing.T) {
	page := samples()["denied"].(Denied)
	for _, tt := range []struct {
		name, consumer, language, want string
	}{
		{"a plain name", "Photo Printer", "en", "You did not allow Photo Printer"},
		{"an Arabic name", "مذكرات", "en", "You did not allow \u2068مذكرات\u2069"},
		{"an override", "\u202eexe", "en", "You did not allow \u2068\u202eexe\u2069"},
		{"a plain name in an Arabic sentence", "Photo Printer", "ar", "لم تسمح لـ \u2068Photo Printer\u2069"},
	} {
		page.Consumer = tt.consumer
		root := parseText(t, renderOf(t, setOf(t, full), tt.language, page))
		if got := text(one(t, root, "title")); got != tt.want {
			t.Errorf("%s: title %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestCodesAreText(t *testing.T) {
	root := parsePage(t, Problem{Code: hostile, Title: "x"})
	checkHarmless(t, root)
	if !strings.Contains(rawText(root), hostile) {
		t.Error("the code is not shown as it is")
	}
}

func TestHiddenValuesSurvive(t *testing.T) {
	odd := `a+b/c=&"'<>` + "\u00e9\u202e"
	page := samples()["consent"].(Consent)
	page.Token, page.FormToken = odd, odd
	form := find(one(t, parsePage(t, page), "main"), "form")[0]
	one(t, form, "input", "name=oauth_token", "value="+odd)
	one(t, form, "input", "name=form_token", "value="+odd)
}

// A name with a right-to-left override would otherwise turn the rest of the
// question around.
func TestNamesAreIsolated(t *testing.T) {
	const name = "\u202egnp.exe"
	for page, p := range samples() {
		root := parsePage(t, filled(p, name))
		body := one(t, root, "body")
		for n := range body.Descendants() {
			if n.Type != html.TextNode || !strings.Contains(n.Data, name) {
				continue
			}
			// The reference line and the code are ours, and of letters and
			// digits; the summary is a sentence of ours.
			ours := []string{"bdi", "code", "strong", "a", "textarea"}
			if !slices.Contains(ours, n.Parent.Data) {
				t.Errorf("page %s shows a name bare in %s", page, n.Parent.Data)
			}
		}
	}
}
