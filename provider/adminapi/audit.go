package adminapi

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"time"
)

// An AuditRecord is one line of the audit log.
type AuditRecord struct {
	Seq       uint64            `json:"seq"` // its number; they have no gaps
	Time      time.Time         `json:"time"`
	Action    string            `json:"action"`
	Actor     string            `json:"actor"`
	Object    string            `json:"object"`
	Outcome   string            `json:"outcome"` // ok, refused or failed
	Details   map[string]string `json:"details,omitempty"`
	RequestID string            `json:"request_id,omitempty"`
}

// AuditRecords is a list of them, newest first. Next is what to ask for as Before
// to get older ones; 0: there are none. Damaged says that the log has lines in
// between that are not as they were written, which are left out; "oauth1d audit
// verify" names them.
type AuditRecords struct {
	Records []AuditRecord `json:"records"`
	Next    uint64        `json:"next,omitempty"`
	Damaged int           `json:"damaged,omitempty"`
}

// An AuditFilter chooses records. Empty fields match everything.
type AuditFilter struct {
	Action       string // as it stands there, or all below it: "consumer" is "consumer.added" and so on
	Actor        string
	Object       string
	Outcome      string
	Since, Until time.Time // from Since on, before Until
	Before       uint64    // older than this number; not for an export
	Limit        int       // 0: the server's, 100; not for an export
}

func (f AuditFilter) query() string {
	q := url.Values{}
	for name, value := range map[string]string{"action": f.Action, "actor": f.Actor, "object": f.Object, "outcome": f.Outcome} {
		if value != "" {
			q.Set(name, value)
		}
	}
	for name, at := range map[string]time.Time{"since": f.Since, "until": f.Until} {
		if !at.IsZero() {
			q.Set(name, at.UTC().Format(time.RFC3339Nano))
		}
	}
	if f.Before > 0 {
		q.Set("before", strconv.FormatUint(f.Before, 10))
	}
	if f.Limit > 0 {
		q.Set("limit", strconv.Itoa(f.Limit))
	}
	return q.Encode()
}

// Audit lists records of the audit log, newest first.
func (c *Client) Audit(ctx context.Context, f AuditFilter) (out AuditRecords, err error) {
	return out, c.call(ctx, "GET", "/api/v1/audit?"+f.query(), nil, &out)
}

// ExportAudit writes the records that match to w, oldest first, each as one line
// of JSON like an AuditRecord.
func (c *Client) ExportAudit(ctx context.Context, f AuditFilter, w io.Writer) error {
	f.Before, f.Limit = 0, 0
	resp, err := c.send(ctx, "GET", "/api/v1/audit/export?"+f.query(), nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(w, resp.Body); err != nil {
		return fmt.Errorf("receiving the audit log: %w", err)
	}
	return nil
}
