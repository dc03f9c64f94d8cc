package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"oauth1d/config"
)

func newConfigCommand(g *globals) *cobra.Command {
	var origin bool
	check := &cobra.Command{Use: "check", Short: "Say whether the daemon would start with the configuration", Args: takes(),
		RunE: func(*cobra.Command, []string) error {
			if _, err := g.loadConfig(); err != nil {
				return err
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
		RunE: func(*cobra.Command, []string) error {
			cfg, err := g.loadConfig()
			if err != nil {
				return err
			}
			return cfg.Show(os.Stdout, origin)
		}}
	show.Flags().BoolVar(&origin, "origin", false, "say where each value comes from")
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
	return group("config", "The configuration", check, print, show, reload)
}
