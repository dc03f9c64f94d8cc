package web

import "net/http"

// A Route is one page or form of a package that has many. Its Name is for the log
// and the metrics; variables in Path reach the Handler as path values.
type Route struct {
	Method, Path, Name string
	Handler            Handler
}

// Page is a Route that is read.
func Page(path, name string, h Handler) Route {
	return Route{Method: http.MethodGet, Path: path, Name: name, Handler: h}
}

// Form is a Route that is posted to.
func Form(path, name string, h Handler) Route {
	return Route{Method: http.MethodPost, Path: path, Name: name, Handler: h}
}

// SeeOther sends the browser on, with a GET, after a form was taken or because the
// page is elsewhere. Where to is ours, or was registered: never what came with the
// request.
func SeeOther(w http.ResponseWriter, location string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", location)
	w.WriteHeader(http.StatusSeeOther)
}
