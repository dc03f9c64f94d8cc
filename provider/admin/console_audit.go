package admin

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/audit"
	"oauth1d/provider/pages"
	"oauth1d/provider/web"
)

func auditCrumb() pages.AdminLink { return pages.AdminLink{URL: auditPath, Code: "audit"} }

// groupsOfActions are what the filter offers; a single action can be typed.
var groupsOfActions = []string{
	"consumer", "user", "token", "access-token", "request-token", "consent", "signin", "config", "store", "daemon",
	string(audit.ConsumerRotated), string(audit.SigninFailed), string(audit.TokenRevoked), string(audit.UserImpersonated),
}

// auditFilterOf reads a filter as people type it: a day, or a day and a time.
func auditFilterOf(q url.Values) (adminapi.AuditFilter, []pages.AdminProblem) {
	text := func(name string) string { return strings.TrimSpace(q.Get(name)) }
	f := adminapi.AuditFilter{Action: text("action"), Actor: text("actor"), Object: text("object"), Outcome: text("outcome"), Limit: pageSize * 2}
	var problems []pages.AdminProblem
	for name, at := range map[string]*time.Time{"since": &f.Since, "until": &f.Until} {
		when, ok := typedTime(text(name), name == "until")
		if !ok {
			problems = append(problems, pages.AdminProblem{Field: name, Code: "time"})
		}
		*at = when
	}
	if before := q.Get("before"); before != "" {
		n, err := strconv.ParseUint(before, 10, 64)
		if err != nil || n == 0 {
			problems = append(problems, pages.AdminProblem{Code: "page"})
		}
		f.Before = n
	}
	return f, problems
}

// typedTime reads a time in UTC. A day alone is its beginning, or with end the
// beginning of the next.
func typedTime(text string, end bool) (time.Time, bool) {
	if text == "" {
		return time.Time{}, true
	}
	if t, err := time.Parse(time.DateOnly, text); err == nil {
		if end {
			t = t.AddDate(0, 0, 1)
		}
		return t, true
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04", "2006-01-02 15:04", time.DateTime} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// serveAudit shows the audit log, newest first. GET /admin/audit.
func (c *Console) serveAudit(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, problems := auditFilterOf(q)
	filter := []string{"action", f.Action, "actor", f.Actor, "object", f.Object, "outcome", f.Outcome, "since", q.Get("since"), "until", q.Get("until")}
	page := pages.AdminAudit{
		Admin: c.frame(r, "audit", auditCrumb()), Action: f.Action, Actor: f.Actor, Object: f.Object, Outcome: f.Outcome,
		Since: q.Get("since"), Until: q.Get("until"), Actions: groupsOfActions,
		Outcomes: among([]string{"", audit.OK, audit.Refused, audit.Failed}, f.Outcome), Export: with(auditPath+"/export", filter...),
	}
	var found adminapi.AuditRecords
	status, err := http.StatusUnprocessableEntity, error(nil)
	if problems == nil {
		status = http.StatusOK
		found, err = c.api.Audit(r.Context(), f)
	}
	if api := problemsOf(err); api != nil {
		problems, status, err = api, statusOf(err), nil
	}
	if err != nil {
		return refused(err)
	}
	page.Problems, page.Damaged = problems, found.Damaged
	for _, one := range found.Records {
		page.Rows = append(page.Rows, auditRow(one))
	}
	if f.Before > 0 {
		page.Paging.First = with(auditPath, filter...)
	}
	if found.Next > 0 {
		page.Paging.Next = with(auditPath, append(filter, "before", strconv.FormatUint(found.Next, 10))...)
	}
	return c.Pages.Show(w, r, status, page)
}

func auditRow(a adminapi.AuditRecord) pages.AdminAuditRow {
	row := pages.AdminAuditRow{
		Seq: a.Seq, Time: a.Time, Action: a.Action, Actor: pages.AdminLink{Name: a.Actor}, Object: pages.AdminLink{Name: a.Object},
		Outcome: a.Outcome, RequestID: a.RequestID,
	}
	if name, ok := strings.CutPrefix(a.Actor, "user:"); ok && name != "" {
		row.Actor.URL = userPath(name)
	}
	kind, _, _ := strings.Cut(a.Action, ".")
	switch {
	case a.Object == "":
	case kind == "consumer":
		row.Object.URL = consumerPath(a.Object)
	case kind == "user":
		row.Object.URL = userPath(a.Object)
	case kind == "token" || kind == "access-token":
		row.Object.URL = tokenPath(a.Object)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Details)) {
		row.Details = append(row.Details, pages.AdminDetail{Name: name, Value: a.Details[name]})
	}
	return row
}

// serveAuditExport sends what matches as a file, oldest first, a JSON object on
// each line. GET /admin/audit/export.
func (c *Console) serveAuditExport(w http.ResponseWriter, r *http.Request) error {
	f, problems := auditFilterOf(r.URL.Query())
	if problems != nil {
		return c.serveAudit(w, r)
	}
	patient(w)
	to := &attachment{w: w, name: "oauth1d-audit-" + c.Now().UTC().Format("20060102-150405") + ".jsonl", kind: "application/x-ndjson"}
	if err := c.api.ExportAudit(r.Context(), f, to); err != nil {
		return refused(err)
	}
	to.begin() // also when nothing matches
	return nil
}

// An attachment sends its headers with its first byte, so that until then an
// error can still be told as a page.
type attachment struct {
	w          http.ResponseWriter
	name, kind string
	begun      bool
}

func (a *attachment) Write(p []byte) (int, error) {
	a.begin()
	return a.w.Write(p)
}

func (a *attachment) begin() {
	if a.begun {
		return
	}
	a.begun = true
	web.Attach(a.w.Header(), a.name, a.kind)
	a.w.WriteHeader(http.StatusOK)
}
