package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
)

// auditFlags are what "audit list" and "audit export" choose records by.
type auditFlags struct {
	filter       adminapi.AuditFilter
	since, until string
}

func (a *auditFlags) add(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&a.filter.Action, "action", "", "only this `action`, or all that begin with it and a dot: consumer")
	f.StringVar(&a.filter.Actor, "actor", "", "only what this `actor` did, such as user:ada")
	f.StringVar(&a.filter.Object, "object", "", "only what was done to this `object`, such as a consumer key")
	f.StringVar(&a.filter.Outcome, "outcome", "", "only this `outcome`: ok, refused or failed")
	f.StringVar(&a.since, "since", "", "only from this `time` on: 2026-03-04, 2026-03-04T05:06:07Z, or 24h ago as 24h")
	f.StringVar(&a.until, "until", "", "only before this `time`")
}

// read reads the times.
func (a *auditFlags) read(now time.Time) (adminapi.AuditFilter, error) {
	f := a.filter
	for _, t := range []struct {
		name, text string
		into       *time.Time
	}{{"since", a.since, &f.Since}, {"until", a.until, &f.Until}} {
		if t.text == "" {
			continue
		}
		at, err := momentOf(t.text, now)
		if err != nil {
			return f, fail(exitUsage, fmt.Errorf("--%s: %w", t.name, err))
		}
		*t.into = at
	}
	return f, nil
}

// momentOf reads a day, a time, or how long ago.
func momentOf(text string, now time.Time) (time.Time, error) {
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, nil
		}
	}
	if ago, err := time.ParseDuration(text); err == nil && ago >= 0 {
		return now.Add(-ago), nil
	}
	return time.Time{}, fmt.Errorf("%q is no time; write 2026-03-04, 2026-03-04T05:06:07Z, or 24h for a day ago", text)
}

const auditFilesLong = `

The daemon reads the log that it writes. With FILE..., oldest first, the files of
a log that was rotated are read instead, without a daemon but with the master
key. Lines that are not as they were written are left out and counted; "oauth1d
audit verify" names them. Times are UTC.`

func newAuditList(g *globals) *cobra.Command {
	var a auditFlags
	c := &cobra.Command{Use: "list [FILE...]", Short: "Show who did what, newest first", Args: cobra.ArbitraryArgs,
		Long: "Show who did what, newest first." + auditFilesLong,
		RunE: func(cmd *cobra.Command, files []string) error {
			f, err := a.read(time.Now())
			if err != nil {
				return err
			}
			page, err := g.auditPage(cmd.Context(), files, f)
			if err != nil {
				return err
			}
			err = g.show(page, func(w io.Writer) {
				fmt.Fprintln(w, "NUMBER\tTIME\tACTION\tACTOR\tOBJECT\tOUTCOME\tDETAILS")
				for _, r := range page.Records {
					fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Seq, r.Time.UTC().Format(time.DateTime), plain(r.Action), plain(r.Actor), plain(r.Object), plain(r.Outcome), details(r))
				}
			})
			g.sayDamaged(page.Damaged)
			if page.Next != 0 {
				g.say("There are more: --before %d", page.Next)
			}
			return err
		}}
	a.add(c)
	c.Flags().Uint64Var(&a.filter.Before, "before", 0, "only those before this `number`")
	c.Flags().IntVar(&a.filter.Limit, "limit", 0, "at most so many (default 100)")
	return c
}

func newAuditExport(g *globals) *cobra.Command {
	var a auditFlags
	c := &cobra.Command{Use: "export [FILE...]", Short: "Write the log as lines of JSON, oldest first", Args: cobra.ArbitraryArgs,
		Long: "Write the log to stdout, oldest first, each record as one line of JSON." + auditFilesLong,
		RunE: func(cmd *cobra.Command, files []string) error {
			f, err := a.read(time.Now())
			if err != nil {
				return err
			}
			if len(files) > 0 {
				return g.exportFiles(cmd.Context(), files, f)
			}
			d, err := g.daemon()
			if err != nil {
				return err
			}
			return throughTerminal(func(w io.Writer) error { return d.ExportAudit(cmd.Context(), f, w) })
		}}
	a.add(c)
	return c
}

// throughTerminal writes lines of JSON to stdout in which nothing is left that a
// terminal would obey.
func throughTerminal(write func(io.Writer) error) error {
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		lines := json.NewDecoder(r)
		for {
			var one adminapi.AuditRecord
			err := lines.Decode(&one)
			if err == nil {
				err = showJSON(os.Stdout, one)
			}
			if err != nil {
				r.CloseWithError(err)
				done <- err
				return
			}
		}
	}()
	err := write(w)
	w.CloseWithError(err)
	shown := <-done
	if err != nil {
		return err
	}
	if !errors.Is(shown, io.EOF) {
		return shown
	}
	return nil
}

func (g *globals) sayDamaged(n int) {
	if n > 0 {
		g.say("%d lines are not as they were written and are left out; see: oauth1d audit verify", n)
	}
}

// auditPage asks the daemon, or reads files.
func (g *globals) auditPage(ctx context.Context, files []string, f adminapi.AuditFilter) (adminapi.AuditRecords, error) {
	if len(files) > 0 {
		return g.pageOfFiles(ctx, files, f)
	}
	d, err := g.daemon()
	if err != nil {
		return adminapi.AuditRecords{}, err
	}
	return d.Audit(ctx, f)
}

// details are in the order of their names.
func details(r adminapi.AuditRecord) string {
	var all []string
	for name, value := range r.Details {
		all = append(all, name+"="+value)
	}
	slices.Sort(all)
	return plain(strings.Join(all, " "))
}

// record is one of a file as the API shows it.
func record(r audit.Record) adminapi.AuditRecord {
	return adminapi.AuditRecord{
		Seq: r.Seq, Time: r.Time.UTC(), Action: string(r.Action), Actor: r.Actor, Object: r.Object, Outcome: r.Outcome,
		Details: r.Details, RequestID: r.RequestID,
	}
}
