package verify

import (
	"context"
	"errors"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// Metrics counts what is decided. All label values come from closed sets, and
// each counter is there from the start, so that a first refusal is an increase.
type Metrics struct {
	requests   *prometheus.CounterVec
	duration   *prometheus.HistogramVec
	signatures *prometheus.CounterVec
	clockSkew  prometheus.Histogram
	repeats    *prometheus.CounterVec
}

// callerGone is the outcome of a request whose sender did not wait for it.
const callerGone = "caller_gone"

// Sources are where requests come from: listener and dialect.
var sources = []struct{ listener, dialect string }{
	{"public", "endpoint"},
	{"private", web.Nginx}, {"private", web.NginxURL}, {"private", web.Forward}, {"private", web.Envoy},
	{"inline", web.Inline},
}

// NewMetrics registers the metrics at r; nil registers nothing.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		requests: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_verify_requests_total", Help: "Requests verified, by outcome: ok or the problem."},
			[]string{"outcome", "listener", "dialect"})),
		duration: web.Register(r, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "oauth1d_verify_duration_seconds", Help: "Time to decide about a request.",
			Buckets: []float64{.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, 1}},
			[]string{"result", "dialect"})),
		signatures: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_signature_checks_total", Help: "Signatures of known consumers checked, by method."},
			[]string{"method", "result"})),
		clockSkew: web.Register(r, prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "oauth1d_clock_skew_seconds", Help: "How far the timestamps of genuine requests lie ahead of our clock.",
			Buckets: []float64{-300, -120, -60, -30, -10, -2, 2, 10, 30, 60, 120, 300}})),
		repeats: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_nonce_idempotent_hits_total", Help: "Times a reverse proxy asked again about one request."},
			[]string{"dialect"})),
	}
	for _, s := range sources {
		for _, o := range append(oauth1.Outcomes(), "ok", callerGone) {
			m.requests.WithLabelValues(o, s.listener, s.dialect)
		}
		m.repeats.WithLabelValues(s.dialect)
	}
	for _, method := range oauth1.Methods() {
		m.signatures.WithLabelValues(method, "ok")
		m.signatures.WithLabelValues(method, "wrong")
	}
	return m
}

// A Source observes the decisions about requests from one place.
type Source struct {
	m                     *Metrics
	listener, dialect     string
	ok, repeats           prometheus.Counter
	allowed, refused, bad prometheus.Observer
}

// Source returns the observer of one listener and dialect.
func (m *Metrics) Source(listener, dialect string) *Source {
	return &Source{
		m: m, listener: listener, dialect: dialect,
		ok:      m.requests.WithLabelValues("ok", listener, dialect),
		repeats: m.repeats.WithLabelValues(dialect),
		allowed: m.duration.WithLabelValues("ok", dialect),
		refused: m.duration.WithLabelValues("refused", dialect),
		bad:     m.duration.WithLabelValues("error", dialect),
	}
}

// Observe counts one decision: g when err is nil, else the refusal.
func (s *Source) Observe(since time.Duration, repeat bool, err error) {
	var p *oauth1.Problem
	switch {
	case err == nil:
		s.ok.Inc()
		s.allowed.Observe(since.Seconds())
		if repeat {
			s.repeats.Inc()
		}
	case errors.Is(err, context.Canceled):
		s.m.requests.WithLabelValues(callerGone, s.listener, s.dialect).Inc()
	case errors.As(err, &p) && p.Name != oauth1.ProblemStoreError:
		s.m.requests.WithLabelValues(p.Outcome(), s.listener, s.dialect).Inc()
		s.refused.Observe(since.Seconds())
	default:
		s.m.requests.WithLabelValues(oauth1.ProblemStoreError, s.listener, s.dialect).Inc()
		s.bad.Observe(since.Seconds())
	}
}

func (m *Metrics) signature(method string, ok bool) {
	result := "ok"
	if !ok {
		result = "wrong"
	}
	m.signatures.WithLabelValues(method, result).Inc()
}

func (m *Metrics) skew(seconds int64) { m.clockSkew.Observe(float64(seconds)) }
