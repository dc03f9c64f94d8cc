package boltstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"oauth1d/store"
)

// op names an act in oauth1d_store_errors_total. The set is closed.
type op string

const (
	opAddProposal        op = "add_proposal"
	opRemoveProposal     op = "remove_proposal"
	opAddConsumer        op = "add_consumer"
	opConsumer           op = "consumer"
	opListConsumers      op = "list_consumers"
	opChangeConsumer     op = "change_consumer"
	opRemoveConsumer     op = "remove_consumer"
	opAddUser            op = "add_user"
	opUser               op = "user"
	opListUsers          op = "list_users"
	opSeeUser            op = "see_user"
	opChangeUser         op = "change_user"
	opRemoveUser         op = "remove_user"
	opCreateRequestToken op = "create_request_token"
	opRequestToken       op = "request_token"
	opDecide             op = "decide"
	opRedeem             op = "redeem"
	opIssueAccessToken   op = "issue_access_token"
	opAccessToken        op = "access_token"
	opCredentials        op = "credentials"
	opListAccessTokens   op = "list_access_tokens"
	opRevoke             op = "revoke"
	opRevokeAll          op = "revoke_all"
	opRenew              op = "renew"
	opMarkUsed           op = "mark_used"
	opSession            op = "session"
	opKeepSession        op = "keep_session"
	opRenewSession       op = "renew_session"
	opTakeSession        op = "take_session"
	opAttempt            op = "attempt"
	opForgive            op = "forgive"
	opEndSession         op = "end_session"
	opSweep              op = "sweep"
	opStats              op = "stats"
	opBackup             op = "backup"
	opCheck              op = "check"
)

var allOps = [...]op{
	opAddConsumer, opAddProposal, opRemoveProposal, opConsumer, opListConsumers, opChangeConsumer, opRemoveConsumer,
	opAddUser, opUser, opListUsers, opSeeUser, opChangeUser, opRemoveUser,
	opCreateRequestToken, opRequestToken, opDecide, opRedeem,
	opIssueAccessToken, opAccessToken, opCredentials, opListAccessTokens, opRevoke, opRevokeAll, opRenew, opMarkUsed,
	opSession, opKeepSession, opRenewSession, opTakeSession, opEndSession, opAttempt, opForgive,
	opSweep, opStats, opBackup, opCheck,
}

type metrics struct {
	transactions *prometheus.HistogramVec
	reads        prometheus.Observer // of transactions, looked up once
	writes       prometheus.Observer
	errors       *prometheus.CounterVec
	nonceTime    prometheus.Histogram
	nonceErrors  prometheus.Counter
	numbers      *numbers
}

func newMetrics(s *Store) *metrics {
	// A read takes microseconds and a commit milliseconds; a bad disk, seconds.
	buckets := []float64{.00001, .0001, .001, .0025, .005, .01, .025, .05, .1, .25, 1, 5}
	m := &metrics{
		transactions: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "oauth1d_store_transaction_duration_seconds", Buckets: buckets,
			Help: "How long the store's transactions took, waiting included.",
		}, []string{"kind"}),
		errors: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_store_errors_total",
			Help: "Acts of the store that failed for another reason than what was asked.",
		}, []string{"op"}),
		nonceTime: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name: "oauth1d_nonce_store_duration_seconds", Buckets: buckets,
			Help: "How long it took until a nonce was durable or refused.",
		}),
		nonceErrors: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "oauth1d_nonce_store_errors_total",
			Help: "Nonces that could not be recorded; each is a request that was refused.",
		}),
		numbers: newNumbers(s),
	}
	m.reads, m.writes = m.transactions.WithLabelValues("read"), m.transactions.WithLabelValues("write")
	for _, op := range allOps {
		m.errors.WithLabelValues(string(op))
	}
	return m
}

func (m *metrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.transactions, m.errors, m.nonceTime, m.nonceErrors, m.numbers}
}

func (m *metrics) register(r prometheus.Registerer) error {
	if r == nil {
		return nil
	}
	for _, c := range m.all() {
		if err := r.Register(c); err != nil {
			return fmt.Errorf("registering metrics: %w", err)
		}
	}
	return nil
}

// unregister makes room for another store in the same registry.
func (m *metrics) unregister(r prometheus.Registerer) {
	if r == nil {
		return
	}
	for _, c := range m.all() {
		r.Unregister(c)
	}
}

// observe ends a transaction. It counts an error that is no answer, and says in
// it which act failed.
func (m *metrics) observe(kind prometheus.Observer, op op, start time.Time, err *error) {
	kind.Observe(time.Since(start).Seconds())
	if isAnswer(*err) {
		return
	}
	m.errors.WithLabelValues(string(op)).Inc()
	*err = fmt.Errorf("store: %s: %w", op, *err)
}

func (m *metrics) observeNonce(start time.Time, err *error) {
	m.nonceTime.Observe(time.Since(start).Seconds())
	if isAnswer(*err) && !errors.Is(*err, store.ErrFull) {
		return
	}
	m.nonceErrors.Inc()
	*err = fmt.Errorf("store: use_nonce: %w", *err)
}

var answers = [...]error{
	nil, store.ErrNotFound, store.ErrExists, store.ErrSpent, store.ErrTooMany, store.ErrUndecided,
	store.ErrDenied, store.ErrWrongVerifier, store.ErrNonceUsed, store.ErrNonceTooOld, store.ErrFull,
	errLost, context.Canceled,
}

// isAnswer reports whether err answers what was asked, or says that nobody waits
// for an answer any more.
func isAnswer(err error) bool {
	for _, a := range answers {
		if errors.Is(err, a) {
			return true
		}
	}
	return false
}

// numbers reads the numbers of a store when it is scraped.
type numbers struct {
	s                                     *Store
	consumers, tokens, nonces, size, free *prometheus.Desc
}

func newNumbers(s *Store) *numbers {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc(name, help, labels, nil)
	}
	return &numbers{
		s:         s,
		consumers: desc("oauth1d_consumers", "Registered consumers.", "state"),
		tokens:    desc("oauth1d_tokens", "Live tokens.", "kind"),
		nonces:    desc("oauth1d_nonces", "Used nonces that are remembered."),
		size:      desc("oauth1d_store_size_bytes", "Size of the store's file."),
		free:      desc("oauth1d_store_free_pages", "Pages of the store's file that hold nothing."),
	}
}

func (n *numbers) Describe(to chan<- *prometheus.Desc) {
	for _, d := range [...]*prometheus.Desc{n.consumers, n.tokens, n.nonces, n.size, n.free} {
		to <- d
	}
}

// Collect leaves them out when the store does not answer.
func (n *numbers) Collect(to chan<- prometheus.Metric) {
	v, err := n.s.Stats(context.Background())
	if err != nil {
		return
	}
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	gauge(n.consumers, float64(v.Consumers-v.DisabledConsumers-v.ProposedConsumers), "enabled")
	gauge(n.consumers, float64(v.ProposedConsumers), "proposed")
	gauge(n.consumers, float64(v.DisabledConsumers), "disabled")
	gauge(n.tokens, float64(v.RequestTokens), "request")
	gauge(n.tokens, float64(v.AccessTokens), "access")
	gauge(n.nonces, float64(v.Nonces))
	gauge(n.size, float64(v.SizeBytes))
	gauge(n.free, float64(v.FreePages))
}
