package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"

	"oauth1d/provider/audit"
)

// reloadOnHangup reloads at each SIGHUP.
func (d *daemon) reloadOnHangup(ctx context.Context) <-chan struct{} {
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer signal.Stop(hangup)
		for {
			select {
			case <-ctx.Done():
				return
			case <-hangup:
				// What went wrong is in the log; whoever sent the signal has no
				// other way to be told.
				_ = d.reload(ctx)
			}
		}
	}()
	return done
}

// reload opens the audit log anew, reads the configuration again and serves by
// it. When anything is wrong with either, the old one stays in use.
func (d *daemon) reload(ctx context.Context) error {
	notReopened := d.opened.Audit.Reopen()
	if notReopened != nil {
		d.log.Error("audit log not opened anew, the old file stays in use", "err", notReopened)
	}
	notSwapped := d.swap(ctx)
	err := errors.Join(notReopened, notSwapped)
	if err != nil {
		refused := *d.inForce.Load()
		refused.refused, refused.refusedAt = err.Error(), time.Now()
		d.inForce.Store(&refused)
	}
	d.reloads.done(err)
	// Last: whoever reads the line finds everything as it says.
	if notSwapped != nil {
		d.log.Error("configuration not reloaded, the old one stays in force", "err", notSwapped)
	} else {
		d.log.Info("configuration reloaded")
	}
	return err
}

func (d *daemon) swap(ctx context.Context) error {
	wanted, err := d.load()
	if err != nil {
		return err
	}
	// What only a restart changes stays: a wider timestamp window, say, would
	// accept what the open nonce log has already forgotten.
	cfg := wanted.WithFixed(d.config)
	p, err := d.build(cfg)
	if err != nil {
		return err
	}
	if err := d.loadCertificate(cfg); err != nil {
		return err
	}
	if err := d.note(ctx, audit.ConfigReloaded); err != nil {
		return err
	}
	fixed := wanted.Fixed(d.config)
	if len(fixed) > 0 {
		d.log.Warn("changed keys take effect after a restart", "keys", strings.Join(fixed, ", "))
	}
	d.level.Set(cfg.Log.Level)
	d.current.Store(p)
	d.inForce.Store(&inForce{config: cfg, waiting: fixed})
	return nil
}

// reloadMetrics follow Prometheus' own convention.
type reloadMetrics struct{ successful, timestamp, certificate prometheus.Gauge }

func newReloadMetrics(r prometheus.Registerer) reloadMetrics {
	m := reloadMetrics{
		successful: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "oauth1d_config_last_reload_successful", Help: "Whether the last configuration reload was accepted."}),
		timestamp: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "oauth1d_config_last_reload_success_timestamp_seconds", Help: "When a configuration was last accepted."}),
		certificate: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "oauth1d_tls_certificate_expiry_timestamp_seconds", Help: "When the public listener's certificate ends; 0: it has none."}),
	}
	r.MustRegister(m.successful, m.timestamp, m.certificate)
	m.done(nil)
	return m
}

func (m reloadMetrics) done(err error) {
	if err != nil {
		m.successful.Set(0)
		return
	}
	m.successful.Set(1)
	m.timestamp.Set(float64(time.Now().Unix()))
}

// registerProcess adds what says how the process itself does.
func registerProcess(r prometheus.Registerer) {
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "oauth1d_build_info", Help: "Which build this is; always 1."}, []string{"version", "revision", "go_version"})
	b := buildInfo()
	build.WithLabelValues(b.Version, b.Revision, b.Go).Set(1)
	r.MustRegister(build, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
}
