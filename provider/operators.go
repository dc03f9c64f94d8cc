package provider

import (
	"io"
	"net/http"

	"oauth1d/provider/pages"
	"oauth1d/provider/web"
)

// serveHealth says that the process answers. GET /healthz.
func serveHealth(w http.ResponseWriter, _ *http.Request) error {
	return plain(w, "ok\n")
}

// serveReady says whether requests should be sent here. GET /readyz.
func (p *Provider) serveReady(w http.ResponseWriter, r *http.Request) error {
	if p.parts.Ready != nil {
		if err := p.parts.Ready(r.Context()); err != nil {
			return &web.Error{Status: http.StatusServiceUnavailable, Title: "Not ready", Sentence: err.Error(), Code: "not_ready"}
		}
	}
	return plain(w, "ready\n")
}

// serveHome names the service. GET /.
func (p *Provider) serveHome(w http.ResponseWriter, r *http.Request) error {
	name, _ := p.signin.User(r)
	return p.pages.Show(w, r, http.StatusOK, pages.Home{User: name})
}

func plain(w http.ResponseWriter, text string) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// A write error means that whoever asked has gone.
	_, _ = io.WriteString(w, text)
	return nil
}
