package pages

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWritePages writes every sample in every language as files that a browser
// can open, into the directory of OAUTH1D_PAGES.
func TestWritePages(t *testing.T) {
	dir := os.Getenv("OAUTH1D_PAGES")
	if dir == "" {
		return
	}
	s, err := New(Config{Site: site})
	if err != nil {
		t.Fatal(err)
	}
	css := s.static.stylesheets[0]
	if err := os.WriteFile(filepath.Join(dir, css), stylesheet, 0o644); err != nil {
		t.Fatal(err)
	}
	for name, page := range samples() {
		for _, l := range Languages() {
			html := strings.ReplaceAll(renderOf(t, s, l, page), "/oauth/static/"+css, css)
			if err := os.WriteFile(filepath.Join(dir, name+"."+l+".html"), []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
