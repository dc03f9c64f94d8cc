package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/oauth1"
	"oauth1d/store"
)

func newDemoCommand(g *globals) *cobra.Command {
	var once bool
	c := &cobra.Command{Use: "demo", Short: "The main job in one command, on an empty machine", Args: takes(),
		Long: `Start a daemon with an empty store in a temporary directory, a sample application
behind its gate, a sample consumer and a user. Walk the three-legged dance, show a
signed request let through, and a replay, a forgery and a revoked token refused.
Then stay up to be tried in a browser.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGINT)
			defer stop()
			return g.demo(ctx, once)
		}}
	c.Flags().BoolVar(&once, "once", false, "end after the walk; exit 0 only if every step was as promised")
	return c
}

const demoUser = "demo"

func (g *globals) demo(ctx context.Context, once bool) (err error) {
	dir, err := os.MkdirTemp("", "oauth1d-demo-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	servers := &demoServers{}
	defer servers.close()
	app, err := servers.listen("127.0.0.1:0", demoApp())
	if err != nil {
		return err
	}
	consumer := &demoConsumer{caller: caller{client: &http.Client{}}, pending: map[string]store.Secret{}}
	if consumer.self, err = servers.listen("127.0.0.1:0", consumer); err != nil {
		return err
	}
	public, private, err := demoAddresses()
	if err != nil {
		return err
	}
	consumer.provider = "http://" + public
	data := filepath.Join(dir, "data")
	if err := initDir(ctx, data, consumer.provider, "", nil); err != nil {
		return err
	}
	load := func() (*config.Config, error) {
		return config.Load(filepath.Join(data, "oauth1d.yaml"), nil, map[string]string{
			"listen.public": public, "listen.private": private, "upstream.url": app,
			"consent.site_name": "Demo Photos", "log.level": "warn", "log.access": "false",
		})
	}
	cfg, err := load()
	if err != nil {
		return err
	}
	return g.demoDaemon(ctx, cfg, load, consumer, once)
}

// demoDaemon runs the daemon, walks against it, and stays until ctx ends.
func (g *globals) demoDaemon(ctx context.Context, cfg *config.Config, load func() (*config.Config, error), consumer *demoConsumer, once bool) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	ready, ended := make(chan struct{}), make(chan error, 1)
	go func() { ended <- serve(running, cfg, load, func(*daemon) { close(ready) }) }()
	select {
	case err := <-ended:
		return err
	case <-ready:
	}
	err := g.demoStory(ctx, adminapi.NewClient(cfg.Admin.Socket), cfg, consumer, once)
	stop()
	return errors.Join(err, <-ended)
}

// demoStory adds the user and the consumer, walks, and says what to try.
func (g *globals) demoStory(ctx context.Context, d *adminapi.Client, cfg *config.Config, consumer *demoConsumer, once bool) error {
	password := store.NewPIN()
	if _, err := d.AddUser(ctx, adminapi.NewUser{Name: demoUser, Password: password}); err != nil {
		return err
	}
	added, err := d.AddConsumer(ctx, adminapi.NewConsumer{Name: "Photo Printer", Publisher: "the demo", Callbacks: []string{consumer.self + "/ready"}})
	if err != nil {
		return err
	}
	consumer.signer = oauth1.Signer{ConsumerKey: added.Key, ConsumerSecret: []byte(added.Secret), Method: oauth1.HMACSHA256}
	fmt.Printf("oauth1d %s - DEMO. Loopback only, no TLS, everything is lost when it stops. Not for production.\n\n", version)
	fmt.Printf("     provider     %s   with the application behind it\n     consumer     %s\n     user         %s, password %s\n", consumer.provider, consumer.self, demoUser, password)
	walk := demoWalk{out: os.Stdout, consumer: consumer, user: demoUser, password: password, revoke: d.RevokeToken}
	if err := walk.run(ctx); err != nil {
		return fmt.Errorf("the demo did not go as promised: %w", err)
	}
	fmt.Print("\nEvery step was as promised.\n")
	if once {
		return nil
	}
	self, err := os.Executable()
	if err != nil {
		self = "oauth1d"
	}
	fmt.Printf(`
Now you:
     open   %s   and connect; sign in as %s with %s
     type   %[7]s --socket %[4]s consumer list
            %[7]s --socket %[4]s token list
            curl -i %[5]s/photos                         (refused: no credentials)
            curl -s http://%[6]s/metrics | grep oauth1d_verify_requests_total | grep -v ' 0$'
     stop   Ctrl-C
`, consumer.self, demoUser, password, cfg.Admin.Socket, consumer.provider, cfg.Listen.Private, self)
	<-ctx.Done()
	g.say("\nStopping; nothing is left behind.")
	return nil
}

// demoServers are the demo's own web servers.
type demoServers struct{ all []*http.Server }

// listen serves h and returns its URL.
func (s *demoServers) listen(addr string, h http.Handler) (string, error) {
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return "", err
	}
	server := &http.Server{Handler: h}
	s.all = append(s.all, server)
	go server.Serve(l) // ends with close
	return "http://" + l.Addr().String(), nil
}

func (s *demoServers) close() {
	for _, server := range s.all {
		_ = server.Close() // the demo is over
	}
}

// demoAddresses are the usual ones, or free ones when those are taken.
func demoAddresses() (public, private string, err error) {
	if public, err = freeOr("127.0.0.1:5849"); err != nil {
		return "", "", err
	}
	private, err = freeOr("127.0.0.1:5850")
	return public, private, err
}

func freeOr(usual string) (string, error) {
	l, err := net.Listen("tcp", usual)
	if err != nil {
		if l, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
			return "", err
		}
	}
	addr := l.Addr().String()
	return addr, l.Close()
}
