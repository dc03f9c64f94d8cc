package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
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
			found, err := findingsOf(ctx, d)
			if err != nil {
				return err
			}
			return g.show(report{s, found}, func(w io.Writer) { writeStatus(w, s, found) })
		}}
	c.Flags().BoolVar(&check, "check", false, "say nothing; exit 0 when the daemon is ready (for container health checks)")
	return c
}

// A report is what "status --format json" writes.
type report struct {
	adminapi.Status
	Findings []adminapi.Finding `json:"findings"`
}

// findingsOf asks what is wrong now. A daemon of before there were findings has
// none.
func findingsOf(ctx context.Context, d *adminapi.Client) ([]adminapi.Finding, error) {
	o, err := d.Overview(ctx)
	var refused *adminapi.Error
	if errors.As(err, &refused) && refused.NotFound() {
		return []adminapi.Finding{}, nil
	}
	return o.Findings, err
}

func writeStatus(w io.Writer, s adminapi.Status, found []adminapi.Finding) {
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
	for _, f := range found {
		fmt.Fprintf(w, "%s\t%s\n", f.Severity, plain(f.Sentence))
		if f.Count > 1 {
			fmt.Fprintf(w, "\t  %s\n", namesOf(f))
		}
		fmt.Fprintf(w, "\t  %s\n", plain(f.Remedy))
	}
}

// namesOf are the consumers that a finding is about, as far as they are told.
func namesOf(f adminapi.Finding) string {
	names := plainList(f.Consumers)
	if f.Count > len(f.Consumers) {
		names += ", …"
	}
	return names
}

func newVersionCommand(g *globals) *cobra.Command {
	return &cobra.Command{Use: "version", Short: "Which build this is", Args: takes(),
		RunE: func(*cobra.Command, []string) error {
			b := buildInfo()
			return g.show(b, func(w io.Writer) { fmt.Fprintf(w, "oauth1d %s %s %s\n", b.Version, b.Revision, b.Go) })
		}}
}
