package pages

import (
	"bytes"
	"crypto/sha256"
	_ "embed" // for the stylesheet
	"encoding/hex"
	"net/http"
	"strings"
	"time"
)

//go:embed pages.css
var stylesheet []byte

// static are the files that pages load. Their names carry a hash of the content,
// so that browsers may keep them for ever and still see a new release at once.
type static struct {
	files       map[string]asset // by name
	stylesheets []string         // names, in the order they are loaded
	logo        string           // name, or ""
	admin       string           // name of the stylesheet of the administration pages
}

type asset struct {
	kind    string
	content []byte
}

// add keeps a file and returns its name.
func (s *static) add(name, extension, kind string, content []byte) string {
	name += "." + hashOf(content) + extension
	s.files[name] = asset{kind, content}
	return name
}

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

func (s *static) stylesheetPaths(mount string) (paths []string) {
	for _, name := range s.stylesheets {
		paths = append(paths, under(mount, name))
	}
	return paths
}

func (s *static) logoPath(mount string) string {
	if s.logo == "" {
		return ""
	}
	return under(mount, s.logo)
}

// under takes the place of [Set.Static] with or without a slash at its end.
func under(mount, name string) string { return strings.TrimSuffix(mount, "/") + "/" + name }

// ServeHTTP serves GET and HEAD of the names it knows; any other is a 404.
func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/")
	file, ok := s.files[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.kind)
	h.Set("X-Content-Type-Options", "nosniff")
	// An SVG that is opened by itself is a document, which could run scripts.
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; sandbox")
	// The name changes with the content, and the content is the same for all.
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+name+`"`)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.content))
}
