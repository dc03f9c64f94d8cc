package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/signal"
	"runtime/debug"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider"
	"oauth1d/provider/audit"
	"oauth1d/provider/explain"
	"oauth1d/provider/verify"
)

func newServeCommand(g *globals) *cobra.Command {
	return &cobra.Command{
		Use:   "serve",
		Short: "Run the daemon",
		Long: `Run the daemon with the store that "oauth1d init" made.

SIGTERM and SIGINT end it after the requests under way; SIGHUP reads the
configuration again and keeps the old one when the new one is wrong, and opens
the audit log anew after it was rotated.`,
		Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
			defer stop()
			load := func() (*config.Config, error) { return g.loadConfig() }
			cfg, err := load()
			if err != nil {
				return err
			}
			relaxGC()
			return serve(ctx, cfg, load, func(s *daemon) {
				fmt.Fprintf(os.Stderr, "oauth1d: listening on %s (public), %s (private) and %s (admin)\n", s.publicAddr, s.privateAddr, cfg.Admin.Socket)
			})
		},
	}
}

// relaxGC lets the heap grow to five times what lives before it is collected.
// What lives is a few megabytes, so that the default collects dozens of times a
// second under load, for nothing. GOGC and GOMEMLIMIT have the last word.
func relaxGC() {
	if os.Getenv("GOGC") == "" && os.Getenv("GOMEMLIMIT") == "" {
		debug.SetGCPercent(400)
	}
}

// A daemon is a running oauth1d.
type daemon struct {
	config *config.Config // what it was started with
	load   func() (*config.Config, error)
	opened *opened
	log    *slog.Logger
	level  *slog.LevelVar

	metrics  *prometheus.Registry
	reloads  reloadMetrics
	current  atomic.Pointer[provider.Provider]
	inForce  atomic.Pointer[inForce]
	tls      atomic.Pointer[tls.Certificate]
	draining atomic.Bool
	started  time.Time
	uses     *verify.Uses
	refused  *explain.Ring

	servers                 []*server
	sockets                 []*net.TCPListener // below the servers' listeners
	publicAddr, privateAddr string
}

// serve opens the store, listens, and runs until ctx ends. ready is called once,
// when requests are answered.
func serve(ctx context.Context, cfg *config.Config, load func() (*config.Config, error), ready func(*daemon)) (err error) {
	d := &daemon{config: cfg, load: load, level: new(slog.LevelVar), metrics: prometheus.NewRegistry(), started: time.Now(), uses: verify.NewUses(),
		refused: explain.NewRing(explain.RingConfig{})}
	d.log = newLogger(cfg.Log, d.level)
	d.inForce.Store(&inForce{config: cfg})
	d.reloads = newReloadMetrics(d.metrics)
	registerProcess(d.metrics)
	if d.opened, err = openAll(cfg, d.metrics, d.fatal); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, d.opened.Close()) }()
	p, err := d.build(cfg)
	if err != nil {
		return err
	}
	d.current.Store(p)
	if err := d.listen(); err != nil {
		return err
	}
	if err := d.note(ctx, audit.DaemonStarted); err != nil {
		d.closeListeners()
		return fmt.Errorf("auditing the start: %w", err)
	}
	return d.run(ctx, ready)
}

// run serves until ctx ends, a listener fails, or both.
func (d *daemon) run(ctx context.Context, ready func(*daemon)) error {
	background, stop := context.WithCancel(context.WithoutCancel(ctx))
	failed := d.serveAll()
	swept, marked, rechecked := d.sweep(background), d.mark(background), d.recheck(background)
	hangup := d.reloadOnHangup(background)
	ready(d)
	notifySystemd("READY=1")

	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	}
	d.log.Info("stopping")
	notifySystemd("STOPPING=1")
	err = errors.Join(err, d.drain())
	stop()
	<-swept
	<-marked
	<-rechecked
	<-hangup
	d.refused.Wait()
	d.log.Info("stopped")
	return errors.Join(err, d.note(context.WithoutCancel(ctx), audit.DaemonStopped))
}

// linger is how long the connections that are open go on being answered after
// nobody can open one any more. Each answer closes its connection by then, so
// what is left after it has been silent for that long. net/http's own Shutdown
// would drop a request that it has not read to the end of its head, although it
// was sent.
const linger = 250 * time.Millisecond

// hearing is how long connections that are half open may take to be accepted.
const hearing = 50 * time.Millisecond

// drain lets the load balancer look away, then what was sent is answered.
func (d *daemon) drain() error {
	d.draining.Store(true)
	time.Sleep(d.config.Shutdown.Drain)
	d.stopListening()
	time.Sleep(linger)
	ctx, cancel := context.WithTimeout(context.Background(), d.config.Shutdown.Timeout)
	defer cancel()
	return d.shutdown(ctx)
}

// fatal ends the process because what the disk holds is no longer known. There
// is no way on from there: a failed sync may have lost what was acknowledged,
// and asking again only hides it. A restart reads what is really there.
func (d *daemon) fatal(err error) {
	d.log.Error("store state is unknown, ending", "err", err)
	fmt.Fprintf(os.Stderr, "oauth1d: store state is unknown, ending: %v\n", err)
	os.Exit(exitFailed)
}

// note writes an event of the daemon itself to the audit log.
func (d *daemon) note(ctx context.Context, action audit.Action) error {
	return d.opened.Audit.Append(ctx, audit.Event{Action: action, Actor: "daemon", Outcome: "ok", Details: map[string]string{"version": version}})
}

func (d *daemon) parts() provider.Parts {
	return provider.Parts{
		Store: d.opened.Store, Keys: d.opened.Keys, Audit: d.opened.Audit, Log: d.log,
		Registry: d.metrics, Version: version, Started: d.started, Ready: d.ready, Reload: d.reload, Uses: d.uses, Refused: d.refused,
		Settings: d.settings, Findings: d.findings,
	}
}

// build makes the provider of a configuration.
func (d *daemon) build(cfg *config.Config) (*provider.Provider, error) {
	c, err := providerConfig(cfg)
	if err != nil {
		return nil, err
	}
	p, err := provider.New(d.parts(), c)
	if err != nil {
		return nil, fmt.Errorf("building the provider: %w", err)
	}
	return p, nil
}

// sweep deletes what has expired, once a minute, in steps that hold the store's
// writer for a moment only.
func (d *daemon) sweep(ctx context.Context) <-chan struct{} {
	const step = 1000
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(time.Minute)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			for n := step; n == step && ctx.Err() == nil; {
				var err error
				if n, err = d.opened.Store.Sweep(ctx, step); err != nil {
					d.log.Warn("sweeping expired records", "err", err)
				}
			}
		}
	}()
	return done
}

// mark writes down what was used when, every few seconds and once more at the
// end. Only idle expiry and what an administrator sees depend on it.
func (d *daemon) mark(ctx context.Context) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(15 * time.Second)
		defer tick.Stop()
		for ctx.Err() == nil {
			select {
			case <-ctx.Done():
			case <-tick.C:
			}
			if err := d.uses.Flush(context.WithoutCancel(ctx), d.opened.Store); err != nil {
				d.log.Warn("writing marks of use", "err", err)
			}
		}
	}()
	return done
}
