package journey

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// A site is what lies around the daemon in a browser test, in one process and
// under several names: the consumers' own web site and a third one by https, and
// a hostile one by plain http, which can also take on the daemon's name.
type site struct {
	wire   *wire
	secure *httptest.Server // https://consumer.test and https://third.test
	plain  *httptest.Server // http://evil.test, and the daemon's own host on another port

	origin string // of the consumers' site, where it is not a port of consumer.test

	consumers map[string]*consumer
	callbacks map[string]string // by consumer
}

// newSite registers consumers at d, by the names that the scripts use.
func newSite(t *testing.T, d *daemon) *site {
	t.Helper()
	s := openSite(t, d)
	add := func(as, name, callback string, more ...string) {
		s.callbacks[as] = callback
		s.consumers[as] = d.addConsumer(append([]string{"--name", name, "--callback", callback}, more...)...)
	}
	add("printer", "Photo Printer", s.url("consumer.test", "/ready?album=7"),
		"--description", "Prints your holiday photos.", "--publisher", "Printers Ltd")
	add("hopper", "Hopper", s.url("consumer.test", "/hop"))
	add("tracker", "Issue Tracker", s.url("consumer.test", "/ready"), "--profile", "atlassian")
	add("device", "Picture Frame", "oob")
	add("phone", "Phone App", "com.example.phone:/ready")
	add("hostile", `<script>alert(1)</script> "Overlong"NameWithoutASpaceשלוםThatGoesOnAndOnAndOnUntilNothingElseFitsBesideIt`, "oob",
		"--description", `<img src=x onerror=alert(1)>`)
	return s
}

// openSite opens a site without consumers.
func openSite(t *testing.T, d *daemon) *site {
	t.Helper()
	s := &site{wire: d.wire(), consumers: map[string]*consumer{}, callbacks: map[string]string{}}
	// The daemon's name may be one that only the browser knows.
	s.wire.http = &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, d.public)
	}}}
	t.Cleanup(s.wire.close)
	s.secure, s.plain = httptest.NewUnstartedServer(s.web()), httptest.NewServer(s.hostile())
	// The browser gives up connections as it likes; that is no news.
	s.secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.secure.StartTLS()
	t.Cleanup(s.secure.Close)
	t.Cleanup(s.plain.Close)
	return s
}

func (s *site) url(host, path string) string {
	if s.origin != "" {
		return s.origin + path
	}
	u, _ := url.Parse(s.secure.URL) // it is httptest's own
	return "https://" + host + ":" + u.Port() + path
}

// web is the consumers' site and the third one.
func (s *site) web() http.Handler {
	m := http.NewServeMux()
	// Every dance comes from another site, as it does in life.
	m.HandleFunc("GET /start", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.wire.d.base+"/oauth/authorize?"+r.URL.RawQuery, http.StatusFound)
	})
	m.HandleFunc("GET /hop", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, s.url("third.test", "/landed?"+r.URL.RawQuery), http.StatusFound)
	})
	arrived := func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, `<!DOCTYPE html><html lang="en"><title>Arrived</title><pre id="got">%s</pre>`, html.EscapeString(r.URL.RawQuery))
	}
	m.HandleFunc("GET /ready", arrived)
	m.HandleFunc("GET /landed", arrived)
	return m
}

// hostile answers with the page that a script made up, and has the consumers
// sign for the scripts.
func (s *site) hostile() http.Handler {
	m := http.NewServeMux()
	m.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		io.WriteString(w, r.FormValue("html"))
	})
	m.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		as := r.FormValue("as")
		token, secret, a, err := s.wire.requestToken(s.consumers[as], s.callbacks[as])
		s.tell(w, token, secret, a, err)
	})
	m.HandleFunc("POST /exchange", func(w http.ResponseWriter, r *http.Request) {
		c := *s.consumers[r.FormValue("as")]
		c.token, c.tokenSecret = r.FormValue("token"), r.FormValue("secret")
		token, secret, a, err := s.wire.accessToken(&c, r.FormValue("verifier"))
		s.tell(w, token, secret, a, err)
	})
	m.HandleFunc("POST /api", func(w http.ResponseWriter, r *http.Request) {
		s.administer(w, r.FormValue("do"), r.FormValue("as"), r.FormValue("value"))
	})
	return m
}

// administer has an administrator do something about a consumer, behind the back
// of whoever is in the browser.
func (s *site) administer(w http.ResponseWriter, do, as, value string) {
	key := value
	if c := s.consumers[as]; c != nil {
		key = c.key
	}
	var err error
	switch ctx, api := context.Background(), s.wire.admin; do {
	case "remove":
		_, err = api.RemoveConsumer(ctx, key)
	case "disable":
		_, err = api.DisableConsumer(ctx, key)
	case "enable":
		_, err = api.EnableConsumer(ctx, key)
	case "approve":
		_, err = api.ApproveConsumer(ctx, key)
	default:
		err = fmt.Errorf("no administrator knows how to %q", do)
	}
	s.tell(w, "", "", answer{status: http.StatusOK}, err)
}

func (s *site) tell(w http.ResponseWriter, token, secret string, a answer, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadGateway)
		return
	}
	json.NewEncoder(w).Encode(map[string]any{"token": token, "secret": secret, "status": a.status, "problem": a.problem})
}
