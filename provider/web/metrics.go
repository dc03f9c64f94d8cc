package web

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Labels come from closed sets: the names of entrances, three methods and the
// registered status codes.
type metrics struct {
	requests *prometheus.CounterVec
	duration *prometheus.HistogramVec
	panics   prometheus.Counter
}

// A refuser words a refusal for its audience.
type refuser func(w http.ResponseWriter, r *http.Request, f refusal)

// A route is an entrance as the log and the metrics know it.
type route struct {
	name     string
	refuse   refuser
	duration prometheus.Observer
}

func newMetrics(r prometheus.Registerer) *metrics {
	return &metrics{
		requests: Register(r, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_http_requests_total",
			Help: "Requests answered, by entrance, method and status code.",
		}, []string{"endpoint", "method", "code"})),
		duration: Register(r, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:    "oauth1d_http_request_duration_seconds",
			Help:    "Time from the arrival of a request to the end of its answer.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"endpoint"})),
		panics: Register(r, prometheus.NewCounter(prometheus.CounterOpts{
			Name: "oauth1d_panics_total",
			Help: "Panics while a request was handled. Each is a bug.",
		})),
	}
}

// route returns a route and makes its counters start at 0, so that rate() sees
// the first of each. Several paths may share a name.
func (m *metrics) route(name string, refuse refuser) *route {
	for _, method := range []string{"GET", "POST", "other"} {
		for _, code := range []int{200, 400, 401, 403, 404, 500, 503} {
			m.requests.WithLabelValues(name, method, codeLabel(code))
		}
	}
	return &route{name: name, refuse: refuse, duration: m.duration.WithLabelValues(name)}
}

func (m *metrics) count(x *exchange, method string, took time.Duration) {
	m.requests.WithLabelValues(x.route.name, methodLabel(method), codeLabel(x.status)).Inc()
	x.route.duration.Observe(took.Seconds())
}

func methodLabel(method string) string {
	switch method {
	case http.MethodGet, http.MethodPost:
		return method
	}
	return "other"
}

var codeLabels = func() (labels [600]string) {
	for code := range labels {
		labels[code] = "other"
		if http.StatusText(code) != "" {
			labels[code] = strconv.Itoa(code)
		}
	}
	return labels
}()

// codeLabel keeps the odd codes of an upstream from becoming series.
func codeLabel(code int) string {
	if code < 0 || code >= len(codeLabels) {
		return "other"
	}
	return codeLabels[code]
}
