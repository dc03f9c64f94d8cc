package web

import (
	"errors"

	"github.com/prometheus/client_golang/prometheus"
)

// Register registers c at r and returns it; when r has an equal collector
// already, as after a configuration reload has built the handlers anew, it
// returns that one, so that counters go on counting. A nil r registers nothing.
// It panics when the names of two different metrics collide, which only a
// mistake in our code can cause, at start-up.
func Register[C prometheus.Collector](r prometheus.Registerer, c C) C {
	if r == nil {
		return c
	}
	err := r.Register(c)
	if err == nil {
		return c
	}
	var there prometheus.AlreadyRegisteredError
	if errors.As(err, &there) {
		if old, ok := there.ExistingCollector.(C); ok {
			return old
		}
	}
	panic(err)
}
