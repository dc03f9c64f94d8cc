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
	signins  *prometheus.CounterVec
	rechecks *prometheus.CounterVec
	backend  string
}

// What came of asking a backend about a user again.
const (
	recheckedThere = "there"
	recheckedGone  = "gone"
	recheckedError = "error"
)

// newMetrics counts for one backend, whose name is one of ours.
func newMetrics(r prometheus.Registerer, backend string) *metrics {
	m := &metrics{backend: backend, rechecks: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oauth1d_user_rechecks_total", Help: "Times the sign-in backend was asked whether a user is still there, by outcome.",
	}, []string{"outcome"})), signins: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "oauth1d_signins_total", Help: "Attempts to sign in, by backend and outcome.",
	}, []string{"backend", "outcome"}))}
	for _, outcome := range []string{outcomeOK, outcomeWrong, outcomeThrottled, outcomeRefused, outcomeError} {
		m.signins.WithLabelValues(backend, outcome)
	}
	for _, outcome := range []string{recheckedThere, recheckedGone, recheckedError} {
		m.rechecks.WithLabelValues(outcome)
	}
	return m
}

func (m *metrics) count(outcome string) { m.signins.WithLabelValues(m.backend, outcome).Inc() }
