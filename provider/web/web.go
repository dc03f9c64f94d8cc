package web

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/pages"
)

// A Handler answers a request, or returns an error and writes nothing.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Config is what may be set.
type Config struct {
	// PublicURL is the URL that people and consumers use, such as
	// https://auth.example.com. Its origin is taken for our own in forms, and
	// https makes browsers stay on https. The Host header decides neither.
	PublicURL string

	// Realm is told in each challenge. Default: the PublicURL.
	Realm string

	// Pages draws the error pages. Default: people get the plain text, too.
	Pages *pages.Set

	// Log receives one line for each request. Default: nothing is logged.
	Log *slog.Logger

	// AccessLog switches the lines of requests that did not fail through a
	// fault of ours. Those that did are always logged.
	AccessLog bool

	// Metrics is where the metrics are registered. Default: nowhere.
	Metrics prometheus.Registerer

	// MaxForm limits the body of a form and of a token request, in bytes.
	// Default: 64 KiB.
	MaxForm int64

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Web makes entrances.
type Web struct {
	realm     string
	challenge string // without a problem in it
	pages     *pages.Set
	origin    string // of PublicURL
	secure    bool   // PublicURL is https
	log       *slog.Logger
	accessLog bool
	maxForm   int64
	now       func() time.Time
	forms     *http.CrossOriginProtection
	metrics   *metrics
	nowhere   *route // of requests that reached no entrance
}

// New returns a Web.
func New(c Config) (*Web, error) {
	s := &Web{
		realm:     c.Realm,
		pages:     c.Pages,
		log:       c.Log,
		accessLog: c.AccessLog,
		maxForm:   c.MaxForm,
		now:       c.Now,
		forms:     http.NewCrossOriginProtection(),
	}
	if err := s.setPublicURL(c.PublicURL); err != nil {
		return nil, err
	}
	if s.realm == "" {
		s.realm = c.PublicURL
	}
	if strings.ContainsFunc(s.realm, func(r rune) bool { return r < ' ' || r > '~' || r == '"' || r == '\\' }) {
		return nil, errors.New("realm has a character that cannot stand in a header between quotes")
	}
	s.challenge = `OAuth realm="` + s.realm + `"`
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.maxForm == 0 {
		s.maxForm = 64 << 10
	}
	if s.now == nil {
		s.now = time.Now
	}
	s.metrics = newMetrics(c.Metrics)
	s.nowhere = s.metrics.route("none", s.refuseAnyone)
	return s, nil
}

func (s *Web) setPublicURL(text string) error {
	if text == "" {
		return nil
	}
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("public URL: %w", err)
	}
	if (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return fmt.Errorf("public URL %q is not of the form https://host", text)
	}
	s.secure = u.Scheme == "https"
	host := strings.ToLower(u.Host)
	// Browsers leave the default port out of Origin.
	host = strings.TrimSuffix(host, map[string]string{"https": ":443", "http": ":80"}[u.Scheme])
	s.origin = u.Scheme + "://" + host
	return nil
}
