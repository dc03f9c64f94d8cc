package boltstore

import (
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"oauth1d/store"
)

func TestMetricsTellWhatIsInTheStore(t *testing.T) {
	c := at(t, t.TempDir(), nil)
	create(t, c)
	r := prometheus.NewPedanticRegistry()
	c.Metrics = r
	s := open(t, c)
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "k"}))
	must(t, s.AddConsumer(t.Context(), store.Consumer{Key: "off", Disabled: true}))
	must(t, s.IssueAccessToken(t.Context(), token("a")))
	_, err := s.UseNonce(t.Context(), store.Nonce{Nonce: "n", Timestamp: s.now()})
	must(t, err)
	_, _ = s.Consumer(t.Context(), "unknown") // an answer, not an error
	if err := s.AddConsumer(t.Context(), store.Consumer{}); err == nil {
		t.Error("an empty key: got no error")
	}
	problems, err := testutil.GatherAndLint(r)
	if err != nil || len(problems) > 0 {
		t.Errorf("got %v, error %v", problems, err)
	}
	err = testutil.GatherAndCompare(r, strings.NewReader(`
# HELP oauth1d_consumers Registered consumers.
# TYPE oauth1d_consumers gauge
oauth1d_consumers{state="disabled"} 1
oauth1d_consumers{state="enabled"} 1
oauth1d_consumers{state="proposed"} 0
# HELP oauth1d_nonces Used nonces that are remembered.
# TYPE oauth1d_nonces gauge
oauth1d_nonces 1
# HELP oauth1d_tokens Live tokens.
# TYPE oauth1d_tokens gauge
oauth1d_tokens{kind="access"} 1
oauth1d_tokens{kind="request"} 0
# HELP oauth1d_nonce_store_errors_total Nonces that could not be recorded; each is a request that was refused.
# TYPE oauth1d_nonce_store_errors_total counter
oauth1d_nonce_store_errors_total 0
`), "oauth1d_consumers", "oauth1d_nonces", "oauth1d_tokens", "oauth1d_nonce_store_errors_total")
	if err != nil {
		t.Error(err)
	}
	if got := testutil.ToFloat64(s.metrics.errors.WithLabelValues(string(opAddConsumer))); got != 1 {
		t.Errorf("got %v errors of add_consumer, want 1", got)
	}
	if got := testutil.ToFloat64(s.metrics.errors.WithLabelValues(string(opConsumer))); got != 0 {
		t.Errorf("got %v errors of consumer, want 0", got)
	}
	for _, name := range []string{"oauth1d_store_errors_total", "oauth1d_store_transaction_duration_seconds", "oauth1d_nonce_store_duration_seconds", "oauth1d_store_size_bytes", "oauth1d_store_free_pages"} {
		if n, err := testutil.GatherAndCount(r, name); err != nil || n == 0 {
			t.Errorf("%s: got %d, error %v", name, n, err)
		}
	}
	if n, _ := testutil.GatherAndCount(r, "oauth1d_store_errors_total"); n != len(allOps) {
		t.Errorf("got %d ops, want %d from the beginning", n, len(allOps))
	}
}

func TestMetricsMakeRoomForTheNextStore(t *testing.T) {
	c := at(t, t.TempDir(), nil)
	create(t, c)
	c.Metrics = prometheus.NewRegistry()
	for range 2 {
		s, err := Open(c)
		must(t, err)
		must(t, s.Close())
	}
}
