package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"
)

var errSilent = errors.New("the daemon does not answer within 10 seconds")

func newStatusCommand(g *globals) *cobra.Command {
	var check bool
	c := &cobra.Command{Use: "status", Short: "How the daemon does", Args: takes(),
		RunE: func(cmd *cobra.Command, _ []string) error {
			d, err := g.daemon()
			if err != nil {
				return err
			}
			// A daemon that hangs is one that is not reachable.
			ctx, cancel := context.WithTimeoutCause(cmd.Context(), 10*time.Second, errSilent)
			defer cancel()
			s, err := d.Status(ctx)
			if ctx.Err() != nil {
				return fail(exitUnreachable, context.Cause(ctx))
			}
			if err != nil {
				return err
			}
			if check {
				if !s.Ready {
					return errors.New("not ready: " + s.NotReadyText)
				}
				return nil
			}
			return g.show(s, func(w io.Writer) {
				fmt.Fprintf(w, "oauth1d %s\tup %s\n", s.Version, time.Since(s.Started).Round(time.Second))
				if !s.Ready {
					fmt.Fprintf(w, "not ready\t%s\n", plain(s.NotReadyText))
				}
				fmt.Fprintf(w, "public url\t%s\n", plain(s.PublicURL))
				fmt.Fprintf(w, "consumers\t%d, %d of them disabled\n", s.Consumers, s.Disabled)
				fmt.Fprintf(w, "users\t%d, %d sessions\n", s.Users, s.Sessions)
				fmt.Fprintf(w, "tokens\t%d access, %d request\n", s.Tokens, s.Requests)
				fmt.Fprintf(w, "nonces\t%d, %d KiB\n", s.Nonces, s.NonceBytes>>10)
				fmt.Fprintf(w, "store\t%d KiB, id %s\n", s.StoreBytes>>10, s.StoreID)
				fmt.Fprintf(w, "audit head\t%s\n", s.AuditHead)
			})
		}}
	c.Flags().BoolVar(&check, "check", false, "say nothing; exit 0 when the daemon is ready (for container health checks)")
	return c
}

func newVersionCommand(g *globals) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Which build this is", Args: takes(),
		RunE: func(*cobra.Command, []string) error {
			b := buildInfo()
			return g.show(b, func(w io.Writer) { fmt.Fprintf(w, "oauth1d %s %s %s\n", b.Version, b.Revision, b.Go) })
		}}
}
