package admin

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
)

// oldBackup is the age from which a backup is told of.
const oldBackup = 2 * day

// backups knows when the last one was handed out whole. The audit log is asked
// once; it may be large.
type backups struct {
	mu    sync.Mutex
	known bool
	last  time.Time // zero: none that is known
	since time.Time // what is known begins here
}

// done takes a backup down.
func (b *backups) done(at time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = at
}

// look returns the last backup, or since when there was none.
func (b *backups) look(ctx context.Context, log *audit.Log) (last, since time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.known || !b.last.IsZero() {
		return b.last, b.since, nil
	}
	r, err := log.Reader()
	if err != nil {
		return b.last, b.since, err
	}
	defer r.Close()
	if b.last, err = lastBackup(ctx, r); err != nil {
		return b.last, b.since, err
	}
	_, err = r.Each(ctx, audit.Filter{}, func(first audit.Record) error {
		b.since = first.Time
		return errFound
	})
	if err != nil && !errors.Is(err, errFound) {
		return b.last, b.since, err
	}
	b.known = !b.since.IsZero() // a log without any line is about to begin
	return b.last, b.since, nil
}

var errFound = errors.New("found")

// lastBackup looks for the newest backup that did not fail. Each is taken down
// when it begins, and again when it fails.
func lastBackup(ctx context.Context, r *audit.Reader) (time.Time, error) {
	page, err := r.Newest(ctx, audit.Filter{Action: string(audit.StoreBackedUp)}, 100)
	if err != nil {
		return time.Time{}, err
	}
	failed := false
	for _, one := range page.Records {
		if one.Outcome == audit.OK && !failed {
			return one.Time, nil
		}
		failed = one.Outcome != audit.OK
	}
	return time.Time{}, nil
}

func (h *Handler) backupFindings(ctx context.Context, now time.Time) []adminapi.Finding {
	const remedy = "Run, every day: oauth1d db backup FILE"
	last, since, err := h.backups.look(ctx, h.Audit)
	switch {
	case err != nil, last.IsZero() && (since.IsZero() || now.Sub(since) < oldBackup):
		return nil // not known, or nothing to keep yet
	case last.IsZero():
		return []adminapi.Finding{{Severity: adminapi.Warning, Code: adminapi.BackupNever, Remedy: remedy,
			Sentence: "The audit log knows of no backup of the store."}}
	case now.Sub(last) < oldBackup:
		return nil
	}
	days := strconv.Itoa(int(now.Sub(last) / day))
	return []adminapi.Finding{{Severity: adminapi.Warning, Code: adminapi.BackupOld, Remedy: remedy,
		Sentence: "The last backup of the store is " + days + " days old.",
		Args:     map[string]string{"time": last.UTC().Format(time.RFC3339), "days": days}}}
}
