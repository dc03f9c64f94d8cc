package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const (
	maxLogo       = 64 << 10
	maxStylesheet = 256 << 10
)

// checkConsent reads what the operator's brand is made of, as far as it can be
// judged without knowing the pages.
func (l *loader) checkConsent(c *Config) {
	p := c.Consent
	if l.fine("consent.languages") && len(p.Languages) == 0 {
		l.wrong("consent.languages", "is empty, so the pages would have no words; list at least one of %s", strings.Join(languages, ", "))
	}
	l.readable("consent.templates_dir", p.TemplatesDir, func() error {
		_, err := os.ReadDir(p.TemplatesDir)
		return err
	})
	l.readable("consent.logo_file", p.LogoFile, func() error { return checkLogo(p.LogoFile) })
	l.readable("consent.stylesheet_file", p.StylesheetFile, func() error {
		_, err := readRegular(p.StylesheetFile, maxStylesheet)
		return err
	})
}

// readable reports what check finds wrong with the file that a key names.
func (l *loader) readable(name, path string, check func() error) {
	if path == "" || !l.fine(name) {
		return
	}
	switch err := check(); {
	case errors.Is(err, fs.ErrNotExist):
		l.wrong(name, "%s does not exist; correct the path, or remove it", path)
	case errors.Is(err, syscall.ENOTDIR):
		l.wrong(name, "%s is not a directory; write the directory's path", path)
	case err != nil:
		l.wrong(name, "%v", err)
	}
}

// checkLogo believes neither the name nor the content alone: the name decides
// as what it is served, the content what a browser makes of it.
func checkLogo(path string) error {
	text, err := readRegular(path, maxLogo)
	if err != nil {
		return err
	}
	switch strings.ToLower(filepath.Ext(path)) {
	case ".png":
		if !bytes.HasPrefix(text, []byte("\x89PNG\r\n\x1a\n")) {
			return fmt.Errorf("%s is no PNG image, whatever its name says", path)
		}
	case ".svg":
		if !bytes.Contains(text, []byte("<svg")) {
			return fmt.Errorf("%s is no SVG image, whatever its name says", path)
		}
	default:
		return fmt.Errorf("%s is neither .svg nor .png; make one of them", path)
	}
	return nil
}

// readRegular reads a file of at most that size.
func readRegular(path string, most Size) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) // a pipe must not make the start wait
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	text, err := io.ReadAll(io.LimitReader(f, int64(most)+1))
	if err != nil {
		return nil, err
	}
	if len(text) > int(most) {
		return nil, fmt.Errorf("%s is more than %s; make it smaller", path, most)
	}
	return text, nil
}
