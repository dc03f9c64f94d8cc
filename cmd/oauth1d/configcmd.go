package main

import (
	"context"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"oauth1d/config"
	"oauth1d/provider/adminapi"
	"oauth1d/provider/pages"
)

func newConfigCommand(g *globals) *cobra.Command {
	var origin, running bool
	check := &cobra.Command{Use: "check", Short: "Say whether the daemon would start with the configuration", Args: takes(),
		RunE: func(*cobra.Command, []string) error {
			cfg, err := g.loadConfig()
			if err != nil {
				return err
			}
			if _, err := pages.New(pagesConfig(cfg.Consent)); err != nil {
				return fail(exitConfig, fmt.Errorf("building the pages: %w", err))
			}
			g.say("The configuration is valid.")
			return nil
		}}
	print := &cobra.Command{Use: "print", Short: "Print every key with its meaning and default", Args: takes(),
		RunE: func(*cobra.Command, []string) error {
			_, err := fmt.Print(config.Sample())
			return err
		}}
	show := &cobra.Command{Use: "show", Short: "Print the values that are in force", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if running {
				return g.showRunning(cmd.Context(), origin)
			}
			cfg, err := g.loadConfig()
			if err != nil {
				return err
			}
			return cfg.Show(os.Stdout, origin)
		}}
	show.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
	show.Flags().BoolVar(&running, "running", false, "ask the daemon what it runs with, in place of reading the file")
	reload := &cobra.Command{Use: "reload", Short: "Make the daemon read its configuration again", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			if err := d.Reload(cmd.Context()); err != nil {
				return err
			}
			g.say("Reloaded.")
			return nil
		}}
	c := group("config", "The configuration", check, print, show, reload)
	c.Long = `The configuration is a YAML file: the one that --config names, else ./oauth1d.yaml,
else /etc/oauth1d/oauth1d.yaml. Only public_url must be set, and "oauth1d init" does
that. A flag beats the environment beats the file beats the default.

  oauth1d config print             every key with its meaning and default
  oauth1d config check             all mistakes at once, with file, line and column
  oauth1d config show --origin     what is in force, and where it comes from
  oauth1d config show --running    what the daemon runs with
  oauth1d config reload            make the daemon read it again, as SIGHUP does

Relative paths start at the file's directory. Durations need a unit ("10m"), sizes
take KiB, MiB or GiB. Unknown keys are mistakes. Secrets are given as files that
only their owner may read, never as values. Some keys take effect after a restart
only; a reload names them in the log.

"oauth1d help env" is about the environment.`
	return c
}

// showRunning shows the configuration that the daemon runs with, which is not the
// file's when that was changed since.
func (g *globals) showRunning(ctx context.Context, origin bool) error {
	d, err := g.daemon()
	if err != nil {
		return err
	}
	all, err := d.Settings(ctx)
	if err != nil {
		return err
	}
	if g.format == "json" {
		return showJSON(os.Stdout, adminapi.Settings{Settings: all})
	}
	settings := make([]config.Setting, len(all))
	for i, s := range all {
		settings[i] = config.Setting(s)
	}
	return config.ShowSettings(os.Stdout, settings, origin)
}
