package audit

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"
)

// A Record is an event as it stands in the log.
type Record struct {
	Event
	Seq  uint64
	Time time.Time
}

// A Filter chooses records. Empty fields match everything.
type Filter struct {
	Action       string // an action, or what it begins with before a dot: "consumer"
	Actor        string
	Object       string
	Outcome      string
	Since, Until time.Time // from Since on, before Until
	Before       uint64    // older than this number
}

func (f Filter) matches(r record) bool {
	switch {
	case f.Before != 0 && r.Seq >= f.Before,
		!f.Since.IsZero() && r.Time.Before(f.Since),
		!f.Until.IsZero() && !r.Time.Before(f.Until):
		return false
	}
	action := string(r.Action)
	return (f.Action == "" || action == f.Action || strings.HasPrefix(action, f.Action+".")) &&
		(f.Actor == "" || r.Actor == f.Actor) &&
		(f.Object == "" || r.Object == f.Object) &&
		(f.Outcome == "" || r.Outcome == f.Outcome)
}

// needles are bytes that a line must hold to match. Looking for them is a hundred
// times faster than computing a MAC and decoding JSON, which makes a search
// through a large log a matter of a second.
func (f Filter) needles() [][]byte {
	var all [][]byte
	add := func(name, value, end string) {
		if value == "" {
			return
		}
		// A string always encodes, and to the same bytes as in the log.
		text, _ := json.Marshal(value)
		all = append(all, []byte(`"`+name+`":`+strings.TrimSuffix(string(text), `"`)+end))
	}
	add("action", f.Action, "")
	add("actor", f.Actor, `"`)
	add("object", f.Object, `"`)
	add("outcome", f.Outcome, `"`)
	return all
}

// A search looks at lines one by one.
type search struct {
	chain   chain
	filter  Filter
	needles [][]byte
	damaged int
}

func newSearch(c chain, f Filter) *search {
	return &search{chain: c, filter: f, needles: f.needles()}
}

// look returns the record of a line that matches. Lines that could match but are
// not as they were written are counted.
func (s *search) look(line []byte) (Record, bool) {
	for _, n := range s.needles {
		if !bytes.Contains(line, n) {
			return Record{}, false
		}
	}
	r, _, err := s.chain.read(line)
	if err != nil {
		s.damaged++
		return Record{}, false
	}
	if !s.filter.matches(r) {
		return Record{}, false
	}
	return Record{Seq: r.Seq, Time: r.Time, Event: Event{
		Action: r.Action, Actor: r.Actor, Object: r.Object, Outcome: r.Outcome, Details: r.Details, RequestID: r.RequestID,
	}}, true
}
