package pages

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func parsePage(t *testing.T, page any) *html.Node {
	t.Helper()
	return parseText(t, render(t, page))
}

func parseText(t *testing.T, page string) *html.Node {
	t.Helper()
	n, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// find returns the elements named tag, or all for "*", that carry every one of
// attrs, each written name=value.
func find(root *html.Node, tag string, attrs ...string) []*html.Node {
	var found []*html.Node
	for n := range root.Descendants() {
		if n.Type != html.ElementNode || tag != "*" && n.Data != tag {
			continue
		}
		has := func(a string) bool {
			name, value, _ := strings.Cut(a, "=")
			return slices.Contains(n.Attr, html.Attribute{Key: name, Val: value})
		}
		if !slices.ContainsFunc(attrs, func(a string) bool { return !has(a) }) {
			found = append(found, n)
		}
	}
	return found
}

func one(t *testing.T, root *html.Node, tag string, attrs ...string) *html.Node {
	t.Helper()
	found := find(root, tag, attrs...)
	if len(found) != 1 {
		t.Fatalf("%d elements %s %q, want 1", len(found), tag, attrs)
	}
	return found[0]
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// text returns the text below n with runs of white space as one space.
func text(n *html.Node) string {
	return strings.Join(strings.Fields(rawText(n)), " ")
}

func rawText(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return b.String()
}

func TestEveryPage(t *testing.T) {
	for name, page := range samples() {
		t.Run(name, func(t *testing.T) {
			for _, language := range known {
				checkPage(t, language, page)
			}
		})
	}
}

func checkPage(t *testing.T, language string, page Page) {
	t.Helper()
	root := parseText(t, renderOf(t, setOf(t, full), language, page))
	direction := map[bool]string{false: "ltr", true: "rtl"}[language == "ar"]
	one(t, root, "html", "lang="+language, "dir="+direction)
	if text(one(t, root, "h1")) == "" || text(one(t, root, "title")) == "" {
		t.Error("the heading or the title is empty")
	}
	skip := one(t, root, "a", "class=skip")
	one(t, root, "main", "id="+strings.TrimPrefix(attr(skip, "href"), "#"))
	one(t, root, "link", "rel=stylesheet")
	checkHarmless(t, root)
	checkReferences(t, root)
	for n := range root.Descendants() {
		if n.Type == html.TextNode && placeholder.MatchString(n.Data) {
			t.Errorf("%s: a placeholder is left in %q", language, n.Data)
		}
	}
}

// checkHarmless finds what the content security policy would refuse.
func checkHarmless(t *testing.T, root *html.Node) {
	t.Helper()
	for _, n := range find(root, "*") {
		if slices.Contains([]string{"script", "style", "iframe", "object", "embed", "base", "img"}, n.Data) {
			t.Errorf("page has an element %s", n.Data)
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("element %s has an attribute %s", n.Data, a.Key)
			}
			link := slices.Contains([]string{"href", "action", "formaction", "src"}, a.Key)
			if link && strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.Val)), "javascript:") {
				t.Errorf("element %s has %s=%s", n.Data, a.Key, a.Val)
			}
		}
		if n.Data == "form" && attr(n, "method") != "post" {
			t.Errorf("form %s is not posted", attr(n, "action"))
		}
	}
}

// checkReferences finds ids that are missing, or that stand twice.
func checkReferences(t *testing.T, root *html.Node) {
	t.Helper()
	for _, n := range find(root, "*") {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id", a.Key == "for", a.Key == "form":
				one(t, root, "*", "id="+a.Val)
			case a.Key == "aria-describedby":
				for _, id := range strings.Fields(a.Val) {
					one(t, root, "*", "id="+id)
				}
			case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
				one(t, root, "*", "id="+a.Val[1:])
			}
		}
	}
}
