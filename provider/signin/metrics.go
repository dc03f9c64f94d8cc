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
	outcomeRefused   = "refused" // known to the backend, but not wanted here
	outcomeError     = "error"
)

type metrics struct {
	signins *prometheus.CounterVec
	backend string
}

// newMetrics counts for one backend, whose name is one of ours.
func newMetrics(r prometheus.Registerer, backend string) *metrics {
	m := &metrics{backend: backend, signins: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oauth1d_signins_total", Help: "Attempts to sign in, by backend and outcome.",
	}, []string{"backend", "outcome"}))}
	for _, outcome := range []string{outcomeOK, outcomeWrong, outcomeThrottled, outcomeRefused, outcomeError} {
		m.signins.WithLabelValues(backend, outcome)
	}
	return m
}

func (m *metrics) count(outcome string) { m.signins.WithLabelValues(m.backend, outcome).Inc() }
