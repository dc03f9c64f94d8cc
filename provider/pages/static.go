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

// stylesheetName carries a hash of the content, so that browsers may keep the
// file for ever and still see a new release at once.
var stylesheetName = "pages." + hashOf(stylesheet) + ".css"

func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:8])
}

// StylesheetPath returns the path of the stylesheet when [Static] is mounted at
// static, with or without a slash at its end.
func StylesheetPath(static string) string {
	return strings.TrimSuffix(static, "/") + "/" + stylesheetName
}

// Static serves the stylesheet. It is mounted behind http.StripPrefix, knows one
// name and lists nothing. GET and HEAD; any other name is a 404.
func Static() http.Handler {
	return http.HandlerFunc(serveStatic)
}

func serveStatic(w http.ResponseWriter, r *http.Request) {
	if strings.TrimPrefix(r.URL.Path, "/") != stylesheetName {
		http.NotFound(w, r)
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/css; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	// The name changes with the content, and the content is the same for all.
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("ETag", `"`+stylesheetName+`"`)
	http.ServeContent(w, r, stylesheetName, time.Time{}, bytes.NewReader(stylesheet))
}
