package pages

import "time"

// AdminRequests is the list of the requests that were refused last.
type AdminRequests struct {
	Admin
	Consumer string
	Rows     []AdminRequestRow
}

// An AdminRequestRow is a request that was refused.
type AdminRequestRow struct {
	ID       string
	URL      string // of its explanation
	Time     time.Time
	Problem  string
	Consumer AdminLink // without a URL: nobody knows it
	Method   string
	Target   string
}

// AdminRequest explains why a request was refused. Sentence and advice are the
// explainer's, in English.
type AdminRequest struct {
	Admin
	Request    AdminRequestRow
	Cause      string
	Causes     []string
	Certain    bool
	Side       string // consumer, proxy or operator
	Sentence   string
	Advice     string
	Base       string
	TheirBase  string
	Difference *AdminDifference
	Form       AdminForm // to compare the consumer's own base string
	Typed      string
}

// An AdminDifference is the first byte in which two base strings differ.
type AdminDifference struct {
	Offset             int
	Part, Ours, Theirs string
}

// AdminAudit is the audit log, newest first.
type AdminAudit struct {
	Admin
	Action, Actor, Object, Outcome string // the filter
	Since, Until                   string // as typed
	Outcomes                       []AdminChoice
	Actions                        []string // to choose from
	Rows                           []AdminAuditRow
	Paging                         AdminPaging
	Export                         string
	Damaged                        int
}

// An AdminAuditRow is one line of the audit log.
type AdminAuditRow struct {
	Seq       uint64
	Time      time.Time
	Action    string
	Actor     AdminLink
	Object    AdminLink
	Outcome   string
	Details   []AdminDetail
	RequestID string
}

// An AdminDetail is one of the things that a line of the audit log notes.
type AdminDetail struct{ Name, Value string }

// AdminConfig is the configuration that is in force.
type AdminConfig struct {
	Admin
	Sections []AdminConfigSection
	Search   string
	Changed  bool // show what is not the default only
	Choices  []AdminChoice
	Reload   AdminForm
}

// An AdminConfigSection is the part of the configuration below one key.
type AdminConfigSection struct {
	Name     string
	Settings []AdminSetting
}

// An AdminSetting is one key with its value.
type AdminSetting struct {
	Key, Value, Default, Origin, Meaning string
	Fixed                                bool
	Changed                              bool // it is not the default
}
