package dance

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
)

// metrics is the funnel of the dance.
type metrics struct {
	steps    *prometheus.CounterVec
	consents *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		steps: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_dance_steps_total", Help: "Steps of the three-legged dance, by outcome: ok or the problem."},
			[]string{"step", "outcome"})),
		consents: web.Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_consents_total", Help: "Decisions on the consent page."},
			[]string{"decision"})),
	}
	for _, step := range []string{"request_token", "access_token", "revoke_token", "identify"} {
		for _, outcome := range append(oauth1.Outcomes(), "ok", "error") {
			m.steps.WithLabelValues(step, outcome)
		}
	}
	m.consents.WithLabelValues("allow")
	m.consents.WithLabelValues("deny")
	return m
}

func (m *metrics) step(step string, err error) {
	outcome := "ok"
	var p *oauth1.Problem
	switch {
	case errors.As(err, &p):
		outcome = p.Outcome()
	case err != nil:
		outcome = "error"
	}
	m.steps.WithLabelValues(step, outcome).Inc()
}

func (m *metrics) consent(allowed bool) {
	decision := "deny"
	if allowed {
		decision = "allow"
	}
	m.consents.WithLabelValues(decision).Inc()
}
