package pages

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

//go:embed templates
var templateFiles embed.FS

// These files are part of each page: the frame, and what pages share, those of a
// directory of their own once more.
const (
	layoutFile = "layout.html"
	partsFile  = "parts.html"
)

// sources are the texts of the templates: ours, or the operator's of the same name.
type sources struct {
	own      map[string]source // by their name below templates/
	replaced []string          // names of the operator's
}

type source struct {
	file string // for messages
	text string
}

func newSources(dir string) (*sources, error) {
	s := &sources{own: map[string]source{}}
	ours, err := fs.Sub(templateFiles, "templates")
	if err != nil {
		return nil, fmt.Errorf("reading templates: %w", err)
	}
	names, err := s.read(ours, "templates")
	if err != nil || dir == "" {
		return s, err
	}
	s.replaced, err = s.read(os.DirFS(dir), dir)
	if err != nil {
		return nil, fmt.Errorf("reading the templates of %s: %w", dir, err)
	}
	for _, name := range s.replaced {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("template %s replaces none of ours, which are %s", filepath.Join(dir, name), strings.Join(names, ", "))
		}
	}
	return s, nil
}

// read takes in each .html file of a file system. What is hidden is passed over:
// Kubernetes mounts a directory "..data" of its own.
func (s *sources) read(files fs.FS, root string) (names []string, err error) {
	err = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name != "." && strings.HasPrefix(d.Name(), ".") && d.IsDir():
			return fs.SkipDir
		case strings.HasPrefix(d.Name(), ".") || filepath.Ext(name) != ".html":
			return nil
		}
		b, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		s.own[name] = source{file: filepath.Join(root, name), text: string(b)}
		names = append(names, name)
		return nil
	})
	return names, err
}

// parse makes the template of one page. A file keeps its path as its name, so
// that a mistake is told with file and line.
func (s *sources) parse(name string, functions template.FuncMap) (*template.Template, error) {
	parts := []string{layoutFile, partsFile, name}
	if shared := path.Join(path.Dir(name), partsFile); s.own[shared].text != "" && shared != partsFile {
		parts = []string{layoutFile, partsFile, shared, name}
	}
	t := template.New(s.own[layoutFile].file).Funcs(functions)
	for _, part := range parts {
		src, ok := s.own[part]
		if !ok {
			return nil, fmt.Errorf("there is no template %q", part)
		}
		into := t
		if part != layoutFile {
			into = t.New(src.file)
		}
		if _, err := into.Parse(src.text); err != nil {
			return nil, plain(err)
		}
	}
	return t, nil
}

// plain takes the package's name off an error of a template: what remains begins
// with file and line.
func plain(err error) error {
	text := err.Error()
	for _, prefix := range []string{"html/template:", "template: "} {
		text = strings.TrimPrefix(text, prefix)
	}
	return errors.New("template " + text)
}
