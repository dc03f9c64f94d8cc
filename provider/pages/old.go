package pages

import "net/http"

// What stands here serves the callers that do not use a [Set] yet.

var oldStatic, _ = newStatic("", "")

// StylesheetPath returns the path of the stylesheet when [Static] is mounted at static.
func StylesheetPath(static string) string { return oldStatic.stylesheetPaths(static)[0] }

// Static serves the stylesheet.
func Static() http.Handler { return oldStatic }
