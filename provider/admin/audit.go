package admin

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/web"
)

const (
	usualRecords = 100 // in one list, unless limit says so
	maxRecords   = 1000
)

// ServeListAudit lists records of the audit log, newest first.
// GET /api/v1/audit.
func (h *Handler) ServeListAudit(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "action", "actor", "object", "outcome", "since", "until", "before", "limit")
	if err != nil {
		return err
	}
	f, err := auditFilter(q)
	if err != nil {
		return err
	}
	limit, err := limitOf(q, usualRecords, maxRecords)
	if err != nil {
		return err
	}
	log, err := h.Audit.Reader()
	if err != nil {
		return unread(err)
	}
	defer log.Close()
	patient(w)
	page, err := log.Newest(r.Context(), f, limit)
	if err != nil {
		return unread(err)
	}
	out := adminapi.AuditRecords{Records: []adminapi.AuditRecord{}, Damaged: page.Damaged}
	for _, one := range page.Records {
		out.Records = append(out.Records, auditRecord(one))
	}
	if page.More {
		out.Next = page.Records[len(page.Records)-1].Seq
	}
	return web.JSON(w, http.StatusOK, out)
}

// ServeExportAudit streams the records that match, oldest first, one JSON object
// a line. GET /api/v1/audit/export.
func (h *Handler) ServeExportAudit(w http.ResponseWriter, r *http.Request) error {
	q, err := queryOf(r, "action", "actor", "object", "outcome", "since", "until")
	if err != nil {
		return err
	}
	f, err := auditFilter(q)
	if err != nil {
		return err
	}
	log, err := h.Audit.Reader()
	if err != nil {
		return unread(err)
	}
	defer log.Close()
	patient(w)
	w.Header().Set("Content-Type", "application/x-ndjson")
	out := bufio.NewWriterSize(w, 64<<10)
	lines := json.NewEncoder(out)
	none := true
	_, err = log.Each(r.Context(), f, func(one audit.Record) error {
		none = false
		return lines.Encode(auditRecord(one))
	})
	if err != nil {
		return unread(err)
	}
	if none {
		w.WriteHeader(http.StatusOK) // nothing is an answer, silence is none
		return nil
	}
	return unread(out.Flush())
}

// unread says why the log cannot be read.
func unread(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, audit.ErrRotating):
		return &web.Error{Status: http.StatusServiceUnavailable, Code: "rotating",
			Sentence: "the audit log is being rotated; after the rotation the daemon must be told to open the new file (SIGHUP, or: oauth1d config reload)"}
	}
	return fmt.Errorf("audit log: %w", err)
}

// auditFilter reads which records are meant.
func auditFilter(q url.Values) (f audit.Filter, err error) {
	for name, field := range map[string]*string{"action": &f.Action, "actor": &f.Actor, "object": &f.Object, "outcome": &f.Outcome} {
		*field = strings.ToValidUTF8(q.Get(name), "\ufffd") // as the log has it
	}
	if f.Outcome != "" && !slices.Contains([]string{audit.OK, audit.Refused, audit.Failed}, f.Outcome) {
		return f, badFilter("outcome must be " + audit.OK + ", " + audit.Refused + " or " + audit.Failed)
	}
	for name, field := range map[string]*time.Time{"since": &f.Since, "until": &f.Until} {
		if text := q.Get(name); text != "" {
			if *field, err = time.Parse(time.RFC3339, text); err != nil {
				return f, badFilter(name + " must be a time such as 2026-03-04T05:06:07Z")
			}
		}
	}
	if text := q.Get("before"); text != "" {
		if f.Before, err = strconv.ParseUint(text, 10, 64); err != nil || f.Before == 0 {
			return f, badFilter("before must be the number of a record")
		}
	}
	return f, nil
}

func auditRecord(r audit.Record) adminapi.AuditRecord {
	return adminapi.AuditRecord{
		Seq: r.Seq, Time: r.Time.UTC(), Action: string(r.Action), Actor: r.Actor, Object: r.Object, Outcome: r.Outcome,
		Details: r.Details, RequestID: r.RequestID,
	}
}
