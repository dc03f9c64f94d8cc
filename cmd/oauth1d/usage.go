package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// This file says what is wrong with how a command was called, and names what it
// takes. cobra's own words name neither.

// group is a command that only holds others.
func group(use, short string, commands ...*cobra.Command) *cobra.Command {
	c := &cobra.Command{Use: use, Short: short, Args: noSuchCommand, RunE: needsCommand}
	c.AddCommand(commands...)
	return c
}

func needsCommand(cmd *cobra.Command, _ []string) error {
	return fail(exitUsage, fmt.Errorf("%s needs one of its commands: %s", path(cmd), names(cmd)))
}

// noSuchCommand refuses a name that a group does not hold, which cobra hands on
// as an argument.
func noSuchCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	text := fmt.Sprintf("unknown command %q; %s has %s", args[0], cmd.CommandPath(), names(cmd))
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		text += "\ndid you mean " + near[0] + "?"
	}
	return errors.New(text)
}

func names(c *cobra.Command) string {
	var all []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			all = append(all, sub.Name())
		}
	}
	return strings.Join(all, ", ")
}

// takesAtLeast is takes for a command with a list at its end.
func takesAtLeast(wanted ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		return takes(wanted...)(cmd, args[:min(len(args), len(wanted))])
	}
}

// takes lets through exactly these arguments, named as in the usage line.
func takes(wanted ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		all := strings.Join(wanted, " and ")
		switch empty := slices.Index(args, ""); {
		case len(args) > len(wanted) && len(wanted) == 0:
			return fmt.Errorf("unexpected argument %q; %s takes none", args[0], path(cmd))
		case len(args) > len(wanted):
			return fmt.Errorf("unexpected argument %q; %s takes %s only", args[len(wanted)], path(cmd), all)
		case len(args) < len(wanted):
			return fmt.Errorf("%s needs %s", path(cmd), strings.Join(wanted[len(args):], " and "))
		case empty >= 0:
			return fmt.Errorf("%s needs %s, which is empty here", path(cmd), wanted[empty])
		}
		return nil
	}
}

// checkFlags says which required flags are missing. cobra looks at them only when
// the command counts as begun.
func checkFlags(cmd *cobra.Command) error {
	var missing []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		if f.Annotations[cobra.BashCompOneRequiredFlag] != nil && !f.Changed {
			missing = append(missing, "--"+f.Name)
		}
	})
	if len(missing) > 0 {
		return fmt.Errorf("%s needs %s", path(cmd), strings.Join(missing, " and "))
	}
	return cmd.ValidateFlagGroups()
}

// path is a command's name without the program's.
func path(cmd *cobra.Command) string {
	return strings.TrimPrefix(cmd.CommandPath(), cmd.Root().Name()+" ")
}
