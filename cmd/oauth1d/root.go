package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider/adminapi"
)

// globals are the flags that every command has, and where its data goes.
type globals struct {
	config  string
	socket  string
	format  string
	quiet   bool
	running bool // a command has begun; what fails now is no usage error
}

func newRootCommand(g *globals) *cobra.Command {
	root := &cobra.Command{
		Use:   "oauth1d",
		Short: "OAuth 1.0a service provider and gatekeeper",
		Long: `oauth1d stands in front of an existing application and is its gatekeeper for
incoming OAuth 1.0a: consumers get credentials from it, users consent on its
pages, the reverse proxy asks it about every request.

Try it:    oauth1d demo
For real:  oauth1d init --dir /var/lib/oauth1d --public-url https://auth.example.com`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			if g.format != "table" && g.format != "json" {
				return fmt.Errorf("--format must be table or json, not %q", g.format)
			}
			if err := checkFlags(cmd); err != nil {
				return err
			}
			g.running = true
			return nil
		},
	}
	f := root.PersistentFlags()
	f.StringVarP(&g.config, "config", "c", "", "configuration `file` (default ./oauth1d.yaml, then /etc/oauth1d/oauth1d.yaml)")
	f.StringVar(&g.socket, "socket", "", "admin socket of the daemon, a `path` (default: admin.socket of the configuration)")
	f.StringVar(&g.format, "format", "table", "table or json; the JSON is a stable interface")
	f.BoolVarP(&g.quiet, "quiet", "q", false, "no words on stderr but errors")
	root.AddCommand(
		newDemoCommand(g), newInitCommand(g), newServeCommand(g), newConfigCommand(g),
		newConsumerCommand(g), newUserCommand(g), newTokenCommand(g),
		newPolicyCommand(g), newRequestCommand(g), newDanceCommand(g),
		newDBCommand(g), newAuditCommand(g), newStatusCommand(g), newDoctorCommand(g), newVersionCommand(g),
	)
	addTopics(root)
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		if c.Name() == "completion" {
			c.Args, c.RunE = noSuchCommand, needsCommand // cobra shows help for a shell that it does not know
		}
	}
	return root
}

// loadConfig loads the configuration that the flags and the environment name.
func (g *globals) loadConfig() (*config.Config, error) {
	path := g.config
	if path == "" {
		path = firstFile("oauth1d.yaml", "/etc/oauth1d/oauth1d.yaml")
	}
	if path == "" && os.Getenv("OAUTH1D_PUBLIC_URL") == "" {
		return nil, fail(exitConfig, errors.New("there is no configuration: neither ./oauth1d.yaml nor /etc/oauth1d/oauth1d.yaml exists; name one with --config, or make one with: oauth1d init"))
	}
	flags := map[string]string{}
	if g.socket != "" {
		abs, err := filepath.Abs(g.socket)
		if err != nil {
			return nil, err
		}
		flags["admin.socket"] = abs
	}
	return loadFile(path, os.Environ(), flags)
}

// loadFile loads a configuration and says all that is wrong with it.
func loadFile(path string, environ []string, flags map[string]string) (*config.Config, error) {
	cfg, err := config.Load(path, environ, flags)
	if err == nil {
		_, err = newPolicy(cfg)
	}
	var mistakes config.Errors
	switch {
	case errors.As(err, &mistakes):
		return nil, &refusedConfig{mistakes}
	case err != nil:
		return nil, fail(exitConfig, err)
	}
	return cfg, nil
}

func firstFile(paths ...string) string {
	for _, p := range paths {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	return ""
}

// daemon returns a client for the running daemon.
func (g *globals) daemon() (*adminapi.Client, error) {
	if g.socket != "" {
		return adminapi.NewClient(g.socket), nil
	}
	cfg, err := g.loadConfig()
	if err != nil {
		return nil, err
	}
	return adminapi.NewClient(cfg.Admin.Socket), nil
}
