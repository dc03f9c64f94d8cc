package web

import (
	"net/http"
	"strings"

	"oauth1d/provider/pages"
)

// People makes an entrance for browsers. Every answer carries the headers that
// keep it out of frames, caches and other origins; every act must come from a
// page of ours.
func (s *Web) People(endpoint string, h Handler) http.Handler {
	return s.entrance(endpoint, s.refusePerson, func(w http.ResponseWriter, r *http.Request) error {
		s.pageHeaders(w.Header())
		if err := s.ownForm(r); err != nil {
			return &Error{
				Status:   http.StatusForbidden,
				Title:    "This form came from somewhere else",
				Sentence: "For your safety, forms are accepted only from the pages of this site. Please go back, load the page again and repeat what you did.",
				Code:     "cross_origin",
				Err:      err,
			}
		}
		limitBody(r, s.maxForm)
		return h(w, r)
	})
}

// pageHeaders sets what every page carries. The referrer is kept within the
// origin and not dropped altogether: without it, browsers on plain http send
// neither Sec-Fetch-Site nor a usable Origin, and our own forms would be taken
// for foreign ones.
func (s *Web) pageHeaders(h http.Header) {
	h.Set("Content-Security-Policy", pages.ContentSecurityPolicy())
	h.Set("X-Frame-Options", "DENY")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cache-Control", "no-store")
	if s.secure {
		// Without includeSubDomains: the other names are not ours to bind.
		h.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

// ownForm refuses what another origin's page sends. A proxy may have replaced
// Host, so an Origin that is the public one is ours as well; but only if the
// browser does not itself say where the request came from.
func (s *Web) ownForm(r *http.Request) error {
	if s.origin != "" && r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == s.origin {
		return nil
	}
	return s.forms.Check(r)
}

func (s *Web) refusePerson(w http.ResponseWriter, r *http.Request, f refusal) {
	h := w.Header()
	for _, name := range []string{"Content-Type", "Content-Length", "Content-Encoding", "Content-Disposition", "Content-Language", "Etag", "Last-Modified", "Location"} {
		h.Del(name)
	}
	s.pageHeaders(h)
	s.setChallenge(h, f)
	setRetryAfter(h, f.status)
	if s.pages == nil {
		writeText(w, f)
		return
	}
	err := s.pages.Show(w, r, f.status, pages.Problem{
		Status:    f.status,
		Title:     f.title,
		Sentence:  f.sentence,
		Code:      f.code,
		Args:      f.args,
		Contact:   f.contact,
		RequestID: Note(r.Context()).ID,
	})
	if err != nil {
		Note(r.Context()).Warn("error page", "err", err)
		writeText(w, f)
	}
}

// refuseAnyone is for requests that found no entrance: nobody knows who sent
// them but what they accept.
func (s *Web) refuseAnyone(w http.ResponseWriter, r *http.Request, f refusal) {
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		s.refusePerson(w, r, f)
		return
	}
	clearHeaders(w.Header())
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	writeText(w, f)
}
