package pages

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"io"
)

//go:embed old/*.html
var oldFiles embed.FS

// One set for each page: all of them define "title" and "main" for the layout.
var (
	signIn    = parse("signin.html")
	consent   = parse("consent.html")
	pin       = parse("pin.html")
	denied    = parse("denied.html")
	problem   = parse("problem.html")
	signedOut = parse("signedout.html")
	home      = parse("home.html")
)

func parse(page string) *template.Template {
	t := template.New("layout.html").Funcs(template.FuncMap{"stylesheet": StylesheetPath})
	return template.Must(t.ParseFS(oldFiles, "old/layout.html", "old/"+page))
}

// Render writes page, which is one of the structs of this package, to w. The
// page is complete before its first byte leaves: after an error nothing was
// written, and the caller can still send another page.
func Render(w io.Writer, page any) error {
	t := templateOf(page)
	if t == nil {
		return fmt.Errorf("rendering a page: %T is not one", page)
	}
	return write(w, t, page)
}

func write(w io.Writer, t *template.Template, page any) error {
	var b bytes.Buffer
	if err := t.Execute(&b, page); err != nil {
		return fmt.Errorf("rendering %T: %w", page, err)
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("writing %T: %w", page, err)
	}
	return nil
}

func templateOf(page any) *template.Template {
	switch page.(type) {
	case SignIn:
		return signIn
	case Consent:
		return consent
	case PIN:
		return pin
	case Denied:
		return denied
	case Problem:
		return problem
	case SignedOut:
		return signedOut
	case Home:
		return home
	}
	return nil
}
