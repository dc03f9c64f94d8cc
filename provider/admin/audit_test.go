package admin_test

import (
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
)

// seqs are the numbers of the records in an answer.
func (a answer) seqs() (all []int) {
	records, _ := a.fields["records"].([]any)
	for _, r := range records {
		n, _ := r.(map[string]any)["seq"].(float64)
		all = append(all, int(n))
	}
	return all
}

// written returns a house whose audit log has six records.
func written(t *testing.T) *house {
	h := build(t, nil)
	h.made("POST", "/api/v1/consumers", printer)                              // 1
	h.made("POST", "/api/v1/users", ada)                                      // 2
	h.made("POST", "/api/v1/consumers/printer/disable", "")                   // 3
	h.made("POST", "/api/v1/consumers/printer/enable", "")                    // 4
	h.made("POST", "/api/v1/users", strings.ReplaceAll(ada, "ada", `b\"<é>`)) // 5
	h.made("DELETE", "/api/v1/consumers/printer", "")                         // 6
	return h
}

func TestTheAuditLogIsListed(t *testing.T) {
	h := written(t)
	at := url.QueryEscape(h.events()[3]["time"].(string))
	for _, row := range []struct {
		name, query string
		want        []int
	}{
		{"all of it, newest first", "", []int{6, 5, 4, 3, 2, 1}},
		{"one action", "action=consumer.added", []int{1}},
		{"the actions of a kind", "action=consumer", []int{6, 4, 3, 1}},
		{"an object", "object=printer&action=consumer.enabled", []int{4}},
		{"an object with an odd name", "object=" + url.QueryEscape(`b"<é>`), []int{5}},
		{"an actor", "actor=admin:socket", []int{6, 5, 4, 3, 2, 1}},
		{"an actor who did nothing", "actor=user:ada", nil},
		{"an outcome", "outcome=failed", nil},
		{"until a time", "until=" + at + "&before=4", []int{3, 2, 1}},
		{"before a number", "before=3", []int{2, 1}},
		{"so many", "limit=2", []int{6, 5}},
	} {
		t.Run(row.name, func(t *testing.T) {
			if got := h.made("GET", "/api/v1/audit?"+row.query, "").seqs(); !slices.Equal(got, row.want) {
				t.Errorf("got %v, want %v", got, row.want)
			}
		})
	}
}

func TestTheAuditLogComesInPages(t *testing.T) {
	h := written(t)
	var got []int
	for query := "limit=2"; ; {
		a := h.made("GET", "/api/v1/audit?"+query, "")
		got = append(got, a.seqs()...)
		next, more := a.fields["next"].(float64)
		if !more {
			break
		}
		query = fmt.Sprintf("limit=2&before=%.0f", next)
	}
	if want := []int{6, 5, 4, 3, 2, 1}; !slices.Equal(got, want) {
		t.Errorf("page by page: got %v, want %v", got, want)
	}
}

func TestTheAuditLogIsExported(t *testing.T) {
	h := written(t)
	a := h.made("GET", "/api/v1/audit/export?action=consumer", "")
	if kind := a.header.Get("Content-Type"); kind != "application/x-ndjson" {
		t.Errorf("got %q, want lines of JSON", kind)
	}
	lines := strings.Split(strings.TrimSuffix(a.text, "\n"), "\n")
	if len(lines) != 4 || !strings.HasPrefix(lines[0], `{"seq":1,`) || !strings.HasPrefix(lines[3], `{"seq":6,`) {
		t.Errorf("got\n%s, want records 1, 3, 4 and 6", a.text)
	}
	for _, word := range []string{`"mac"`, `"prev"`, "correct horse", "kd94hf93k423kf44"} {
		if strings.Contains(a.text, word) {
			t.Errorf("the export holds %s", word)
		}
	}
	if a := h.made("GET", "/api/v1/audit/export?actor=nobody", ""); a.text != "" {
		t.Errorf("nothing matches: got %q, want nothing", a.text)
	}
}

func TestAWrongAuditFilterIsRefused(t *testing.T) {
	h := build(t, nil)
	for _, query := range []string{"since=yesterday", "until=1", "before=0", "before=-1", "before=x", "limit=0", "limit=1001", "limit=x", "who=ada", "outcome=denied", "actor=a&actor=b", "actor=%zz"} {
		if a := h.call("GET", "/api/v1/audit?"+query, ""); a.status != 400 || a.code() != "bad_filter" {
			t.Errorf("%s: got %d %s, want 400 and bad_filter", query, a.status, a.text)
		}
	}
	for _, query := range []string{"limit=5", "before=5"} {
		if a := h.call("GET", "/api/v1/audit/export?"+query, ""); a.status != 400 {
			t.Errorf("an export with %s: got %d, want 400", query, a.status)
		}
	}
}

func TestARotationIsSaidToBeOne(t *testing.T) {
	h := written(t)
	must(t, os.Rename(h.journal, h.journal+".1"))
	for _, target := range []string{"/api/v1/audit", "/api/v1/audit/export"} {
		if a := h.call("GET", target, ""); a.status != 503 || a.code() != "rotating" {
			t.Errorf("%s: got %d %s, want 503 and rotating", target, a.status, a.text)
		}
	}
}
