package pages

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// These bound what the operator adds, in bytes: the pages are for phones, too.
const (
	maxLogo       = 64 << 10
	maxStylesheet = 256 << 10
)

// logoTypes are the pictures that browsers show, by extension.
var logoTypes = map[string]string{".svg": "image/svg+xml", ".png": "image/png"}

// newStatic reads the operator's logo and stylesheet, either of which may be "".
func newStatic(logoFile, stylesheetFile string) (*static, error) {
	s := &static{files: map[string]asset{}}
	s.stylesheets = append(s.stylesheets, s.add("pages", ".css", "text/css; charset=utf-8", stylesheet))
	s.admin = s.add("admin", ".css", "text/css; charset=utf-8", adminStylesheet)
	if stylesheetFile != "" {
		b, err := readBrand(stylesheetFile, maxStylesheet)
		if err != nil {
			return nil, fmt.Errorf("reading the stylesheet: %w", err)
		}
		s.stylesheets = append(s.stylesheets, s.add("brand", ".css", "text/css; charset=utf-8", b))
	}
	if logoFile != "" {
		extension := strings.ToLower(filepath.Ext(logoFile))
		kind, ok := logoTypes[extension]
		if !ok {
			return nil, fmt.Errorf("logo %s is no .svg and no .png", logoFile)
		}
		b, err := readBrand(logoFile, maxLogo)
		if err != nil {
			return nil, fmt.Errorf("reading the logo: %w", err)
		}
		s.logo = s.add("logo", extension, kind, b)
	}
	return s, nil
}

func readBrand(file string, limit int) ([]byte, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if len(b) == 0 || len(b) > limit {
		return nil, fmt.Errorf("%s has %d bytes; from 1 to %d are served", file, len(b), limit)
	}
	return b, nil
}
