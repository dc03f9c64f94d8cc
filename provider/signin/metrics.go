package signin

import (
	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/web"
)

// Outcomes of an attempt to sign in.
const (
	outcomeOK        = "ok"
	outcomeWrong     = "wrong"
	outcomeThrottled = "throttled"
	outcomeError     = "error"
)

type metrics struct {
	signins *prometheus.CounterVec
}

// backend names the built-in users among the ways to sign in.
const backend = "local"

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{signins: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oauth1d_signins_total", Help: "Attempts to sign in, by backend and outcome.",
	}, []string{"backend", "outcome"}))}
	for _, outcome := range []string{outcomeOK, outcomeWrong, outcomeThrottled, outcomeError} {
		m.signins.WithLabelValues(backend, outcome)
	}
	return m
}

func (m *metrics) count(outcome string) { m.signins.WithLabelValues(backend, outcome).Inc() }
