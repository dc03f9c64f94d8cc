package pages

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var look = flag.String("look", "", "write each page in each language into this directory, to look at in a browser")

// TestLook draws each page in each language, with names of any length and
// direction as well, and leaves the files where -look says.
func TestLook(t *testing.T) {
	dir := *look
	if dir == "" {
		dir = t.TempDir()
	}
	s := setOf(t, full)
	css, adminCSS := s.static.stylesheets[0], s.static.admin
	write(t, dir, css, string(stylesheet))
	write(t, dir, adminCSS, string(adminStylesheet))
	pages := samples()
	for name, page := range samples() {
		pages["long-"+name] = filled(page, strings.Repeat("Längster", 25)).(Page)
		pages["rtl-"+name] = filled(page, "\u202eمذكرات gnp.exe").(Page)
	}
	for name, page := range adminSamples() {
		pages["admin-"+name] = page
	}
	for name, page := range pages {
		for _, l := range known {
			html := strings.ReplaceAll(renderOf(t, s, l, page), under(site.StaticPath, css), css)
			html = strings.ReplaceAll(html, under(site.StaticPath, adminCSS), adminCSS)
			file := filepath.Join(dir, name+"."+l+".html")
			if err := os.WriteFile(file, []byte(html), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}
