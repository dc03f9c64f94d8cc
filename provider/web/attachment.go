package web

import "net/http"

// Attach makes of the answer a file to be saved, which nobody keeps on the way.
// name is one of ours: letters, digits, dots, "-" and "_".
func Attach(h http.Header, name, kind string) {
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", `attachment; filename="`+name+`"`)
	h.Set("Cache-Control", "no-store")
}
