package adminapi

import (
	"context"
	"time"
)

// An Overview is what is wrong now, and how much there is of what.
type Overview struct {
	Version   string    `json:"version"`
	Time      time.Time `json:"time"` // the daemon's clock
	Started   time.Time `json:"started"`
	Uptime    int64     `json:"uptime_seconds"`
	Ready     bool      `json:"ready"`
	PublicURL string    `json:"public_url"`
	Endpoints Endpoints `json:"endpoints"`
	Counts    Counts    `json:"counts"`

	// Findings are the worst first.
	Findings []Finding `json:"findings"`

	// Refusals are those that are kept, of the last hour, the most frequent
	// problem first.
	Refusals []RefusalCount `json:"refusals"`
}

// Endpoints are the URLs that a consumer's developer needs. One that is switched
// off is empty.
type Endpoints struct {
	RequestToken string `json:"request_token"`
	Authorize    string `json:"authorize"`
	AccessToken  string `json:"access_token"`
	RevokeToken  string `json:"revoke_token,omitempty"`
	Identify     string `json:"identify,omitempty"`
	Account      string `json:"account,omitempty"`
}

// Counts is how much there is of what.
type Counts struct {
	Consumers         int `json:"consumers"`
	ConsumersDisabled int `json:"consumers_disabled"`
	ConsumersProposed int `json:"consumers_proposed"`
	Users             int `json:"users"`
	Sessions          int `json:"sessions"`
	AccessTokens      int `json:"access_tokens"`
	RequestTokens     int `json:"request_tokens"`
	Nonces            int `json:"nonces"`
	Refusals          int `json:"refusals"` // kept, of the last hour
}

// How bad a finding is.
const (
	Critical = "critical" // requests are refused, or will be in a moment
	Warning  = "warning"  // somebody has to do something
	Notice   = "notice"   // good to know
)

// Codes of findings. Args of a finding are named behind each.
const (
	NotReady           = "not_ready"           // reason
	StoreFailed        = "store_failed"        // reason
	ReloadRefused      = "reload_refused"      // reason, time
	RestartNeeded      = "restart_needed"      // keys
	DiskLow            = "disk_low"            // path, free (bytes), percent
	CertificateExpired = "certificate_expired" // time
	CertificateExpires = "certificate_expires" // time, days
	BackupNever        = "backup_never"        //
	BackupOld          = "backup_old"          // time, days
	SignInUnreachable  = "signin_unreachable"  // reason
	ClockWrong         = "clock_wrong"         // reason
	GraceEnds          = "grace_ends"          // count, consumers, time (of the first)
	ProposalsWait      = "proposals_wait"      // count, consumers
	NeverUsed          = "never_used"          // count, consumers
	UnusedLong         = "unused_long"         // count, consumers, days
	SmallRSAKeys       = "small_rsa_keys"      // count, consumers
	OnlySHA1           = "only_sha1"           // count, consumers
)

// A Finding is one thing that is wrong now.
type Finding struct {
	Severity string `json:"severity"`
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
	Remedy   string `json:"remedy"`

	// Count and Consumers say how many consumers it is about, and the keys of
	// the first ten.
	Count     int      `json:"count,omitempty"`
	Consumers []string `json:"consumers,omitempty"`

	// Args are what the sentence is about, for one in another language.
	Args map[string]string `json:"args,omitempty"`
}

// A RefusalCount is how often a problem was met.
type RefusalCount struct {
	Problem  string    `json:"problem"`
	Count    int       `json:"count"`
	LatestID string    `json:"latest_id"`
	Latest   time.Time `json:"latest"`
}

// Overview says what is wrong now.
func (c *Client) Overview(ctx context.Context) (out Overview, err error) {
	return out, c.call(ctx, "GET", "/api/v1/overview", nil, &out)
}
