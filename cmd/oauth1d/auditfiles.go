package main

import (
	"cmp"
	"context"
	"os"
	"slices"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
)

// This file reads audit logs without a daemon, as one has to after a rotation,
// and when something has happened.

// openAudit opens the files of a log, and says how to close them.
func (g *globals) openAudit(files []string) (all []*audit.Reader, closeAll func(), err error) {
	var open []*os.File
	closeAll = func() {
		for _, f := range open {
			_ = f.Close()
		}
	}
	key, err := g.auditKey()
	if err != nil {
		return nil, closeAll, err
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, closeAll, err
		}
		open = append(open, f)
		r, err := audit.NewReader(f, key)
		if err != nil {
			return nil, closeAll, err
		}
		all = append(all, r)
	}
	return all, closeAll, nil
}

// auditKey derives the log's key from the master key of the configuration.
func (g *globals) auditKey() ([]byte, error) {
	cfg, err := g.loadConfig()
	if err != nil {
		return nil, err
	}
	master, err := readMasterKey(cfg.Store.MasterKeyFile)
	if err != nil {
		return nil, err
	}
	return auditKey(master)
}

// pageOfFiles is what the daemon would answer if the files were its log.
func (g *globals) pageOfFiles(ctx context.Context, files []string, f adminapi.AuditFilter) (out adminapi.AuditRecords, err error) {
	readers, closeAll, err := g.openAudit(files)
	defer closeAll()
	if err != nil {
		return out, err
	}
	out.Records = []adminapi.AuditRecord{}
	limit := cmp.Or(f.Limit, 100)
	for _, r := range slices.Backward(readers) {
		// Of a page that is full, only whether there are more is of interest.
		page, err := r.Newest(ctx, filterOf(f), limit-len(out.Records))
		if err != nil {
			return out, err
		}
		for _, one := range page.Records {
			out.Records = append(out.Records, record(one))
		}
		out.Damaged += page.Damaged
		if page.More {
			out.Next = out.Records[len(out.Records)-1].Seq
			break
		}
	}
	return out, nil
}

func (g *globals) exportFiles(ctx context.Context, files []string, f adminapi.AuditFilter) error {
	readers, closeAll, err := g.openAudit(files)
	defer closeAll()
	if err != nil {
		return err
	}
	damaged := 0
	for _, r := range readers {
		n, err := r.Each(ctx, filterOf(f), func(one audit.Record) error { return showJSON(os.Stdout, record(one)) })
		if err != nil {
			return err
		}
		damaged += n
	}
	g.sayDamaged(damaged)
	return nil
}

func filterOf(f adminapi.AuditFilter) audit.Filter {
	return audit.Filter{Action: f.Action, Actor: f.Actor, Object: f.Object, Outcome: f.Outcome, Since: f.Since, Until: f.Until, Before: f.Before}
}
