package gate

import (
	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/web"
)

// Metrics counts what points at a wrong proxy set-up or at somebody trying.
type Metrics struct {
	peers, headers *prometheus.CounterVec
	upstream       *prometheus.CounterVec
	upstreamTime   prometheus.Histogram
}

// NewMetrics registers the metrics at r; nil registers nothing.
func NewMetrics(r prometheus.Registerer) *Metrics {
	m := &Metrics{
		peers: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_untrusted_peers_total", Help: "Auth subrequests from peers that are not in proxy.trusted."},
			[]string{"dialect"})),
		headers: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_foreign_dialect_headers_total", Help: "Auth subrequests that carried headers of another dialect."},
			[]string{"dialect"})),
		upstream: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_upstream_requests_total", Help: "Answers of the application in inline mode, by class."},
			[]string{"code"})),
		upstreamTime: web.Register(r, prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "oauth1d_upstream_duration_seconds", Help: "Time until the application's answer began, in inline mode.",
			Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}})),
	}
	for dialect := range dialectHeaders {
		m.peers.WithLabelValues(dialect)
		m.headers.WithLabelValues(dialect)
	}
	for _, class := range []string{"1xx", "2xx", "3xx", "4xx", "5xx", "error"} {
		m.upstream.WithLabelValues(class)
	}
	return m
}

func (m *Metrics) untrusted(dialect string) { m.peers.WithLabelValues(dialect).Inc() }
func (m *Metrics) foreign(dialect string)   { m.headers.WithLabelValues(dialect).Inc() }
