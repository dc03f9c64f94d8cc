package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"syscall"
	"time"

	"golang.org/x/net/netutil"

	"oauth1d/config"
	"oauth1d/provider"
)

// A server is one listener with what it serves.
type server struct {
	name     string
	listener net.Listener
	http     *http.Server
}

// listen opens the two listeners and the admin socket; all or none.
func (d *daemon) listen() error {
	public := func(p *provider.Provider) http.Handler { return p.Public }
	private := func(p *provider.Provider) http.Handler { return p.Private }
	admin := func(p *provider.Provider) http.Handler { return p.Admin }

	l, err := d.open("listen.public", d.config.Listen.Public)
	if err != nil {
		return err
	}
	d.publicAddr = l.Addr().String()
	if d.config.TLS.CertFile != "" {
		certificate, err := d.certificate()
		if err != nil {
			return errors.Join(err, l.Close())
		}
		l = tls.NewListener(l, certificate)
	}
	d.add("public", l, public)
	if l, err = d.open("listen.private", d.config.Listen.Private); err != nil {
		d.closeListeners()
		return err
	}
	d.privateAddr = l.Addr().String()
	d.add("private", l, private)
	if l, err = openSocket(d.config.Admin.Socket, 0o600); err != nil {
		d.closeListeners()
		return err
	}
	d.add("admin", l, admin)
	return nil
}

func (d *daemon) open(key string, a config.Address) (net.Listener, error) {
	if a.Network == "unix" {
		// The proxy runs as another user; its group is the daemon's.
		return openSocket(a.Address, 0o660)
	}
	var plain net.ListenConfig
	plain.SetMultipathTCP(false) // Go's default, and a socket that cannot be deafened
	l, err := plain.Listen(context.Background(), a.Network, a.Address)
	if err != nil {
		return nil, fmt.Errorf("%s: listening on %s: %w", key, a, err)
	}
	d.sockets = append(d.sockets, l.(*net.TCPListener))
	if n := d.config.Limits.Connections; n > 0 {
		l = netutil.LimitListener(l, n)
	}
	return l, nil
}

// openSocket listens on a unix socket with that mode, its lock. A socket that
// a killed daemon left behind is taken over; the store's lock, which we hold by
// now, says that nobody uses it.
func openSocket(path string, mode int) (net.Listener, error) {
	if info, err := os.Lstat(path); err == nil && info.Mode().Type() == os.ModeSocket {
		if err := os.Remove(path); err != nil {
			return nil, fmt.Errorf("removing the old socket: %w", err)
		}
	}
	old := syscall.Umask(0o777 &^ mode)
	defer syscall.Umask(old)
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listening on the socket %s: %w", path, err)
	}
	return l, nil
}

// add serves on l what choose picks from the current configuration's provider.
func (d *daemon) add(name string, l net.Listener, choose func(*provider.Provider) http.Handler) {
	d.servers = append(d.servers, &server{name: name, listener: l, http: &http.Server{
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if d.draining.Load() && r.Header.Get("Upgrade") == "" {
				w.Header().Set("Connection", "close") // the last answer on this connection
			}
			choose(d.current.Load()).ServeHTTP(w, r)
		}),
		// net/http would answer OPTIONS * itself, past the gate and the log.
		DisableGeneralOptionsHandler: true,

		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      30 * time.Second,
		// Longer than the 60 seconds after which nginx closes its side, so that
		// it never sends a request into a connection that we are closing.
		IdleTimeout:    90 * time.Second,
		MaxHeaderBytes: int(d.config.Limits.Header),
		ErrorLog:       serverLog(d.log),
	}})
}

// serveAll serves on every listener. The channel gets the first failure.
func (d *daemon) serveAll() <-chan error {
	failed := make(chan error, len(d.servers))
	for _, s := range d.servers {
		go func() {
			if err := s.http.Serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("serving %s: %w", s.name, err)
			}
		}()
	}
	return failed
}

// stopListening opens no more connections to consumers, browsers and proxies. Who
// was connected by the kernel already is accepted before the listener closes.
func (d *daemon) stopListening() {
	for _, l := range d.sockets {
		if err := deafen(l); err != nil {
			d.log.Debug("connections may be reset while the listener closes", "err", err)
		}
	}
	time.Sleep(hearing)
	for _, s := range d.servers {
		if s.name != "admin" {
			_ = s.listener.Close() // Serve returns, and its error is for nobody now
		}
	}
}

// shutdown waits for the requests under way until ctx ends. The admin socket goes
// last: whoever asks what is going on should be told.
func (d *daemon) shutdown(ctx context.Context) error {
	var all error
	for _, s := range d.servers {
		err := s.http.Shutdown(ctx)
		if err != nil {
			err = fmt.Errorf("requests on %s were cut off: %w", s.name, errors.Join(err, s.http.Close()))
		}
		all = errors.Join(all, err)
	}
	return all
}

func (d *daemon) closeListeners() {
	for _, s := range d.servers {
		_ = s.listener.Close() // nobody was served yet
	}
}

// certificate makes TLS read the files again when the configuration is.
func (d *daemon) certificate() (*tls.Config, error) {
	if err := d.loadCertificate(d.config); err != nil {
		return nil, err
	}
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return d.tls.Load(), nil },
	}, nil
}

func (d *daemon) loadCertificate(cfg *config.Config) error {
	if cfg.TLS.CertFile == "" {
		return nil
	}
	c, err := tls.LoadX509KeyPair(cfg.TLS.CertFile, cfg.TLS.KeyFile)
	if err != nil {
		return fmt.Errorf("tls.cert_file and tls.key_file: %w", err)
	}
	d.tls.Store(&c)
	d.reloads.certificate.Set(float64(c.Leaf.NotAfter.Unix()))
	return nil
}
