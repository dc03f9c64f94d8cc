package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"oauth1d/provider/audit"
)

func newAuditCommand(g *globals) *cobra.Command {
	var heads []string
	verify := &cobra.Command{Use: "verify [FILE...]", Short: "Say whether the audit log is whole and unchanged", Args: cobra.ArbitraryArgs,
		Long: `Say whether the audit log is whole and unchanged: no line edited, removed, moved
or added. Several files, oldest first, are read as one log that was rotated.

That lines were cut off its end shows only against a head that was noted before,
such as "audit_head" of "oauth1d status --format json".`,
		RunE: func(_ *cobra.Command, files []string) error {
			cfg, err := g.loadConfig()
			if err != nil {
				return err
			}
			key, err := g.auditKey()
			if err != nil {
				return err
			}
			if len(files) == 0 {
				files = []string{cfg.Audit.File}
			}
			known, err := parseHeads(heads)
			if err != nil {
				return fail(exitUsage, err)
			}
			return g.verifyAudit(files, key, known)
		}}
	verify.Flags().StringArrayVar(&heads, "head", nil, "a `head` noted before, which the log must contain; may repeat")
	return group("audit", "The log of administrative and credential events", newAuditList(g), newAuditExport(g), verify)
}

func parseHeads(texts []string) (known []audit.Head, err error) {
	for _, t := range texts {
		h, err := audit.ParseHead(t)
		if err != nil {
			return nil, fmt.Errorf("--head %s: %w", t, err)
		}
		known = append(known, h)
	}
	return known, nil
}

func (g *globals) verifyAudit(files []string, key []byte, known []audit.Head) error {
	var all []io.Reader
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		all = append(all, f)
	}
	report, err := audit.Verify(io.MultiReader(all...), key, known...)
	if err != nil {
		return err
	}
	g.say("The audit log is whole.")
	return g.show(report, func(w io.Writer) {
		fmt.Fprintf(w, "lines\t%d, numbered %d to %d\nfrom\t%s\nto\t%s\nhead\t%s\n", report.Records, report.First, report.Last, date(report.From), date(report.To), report.Head)
	})
}
