package admin

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"oauth1d/provider/adminapi"
	"oauth1d/provider/registry"
	"oauth1d/store"
)

const (
	day        = 24 * time.Hour
	longUnused = 90 * day // a key that nobody misses
	settled    = 7 * day  // by then a new consumer has signed something
	graceSoon  = 7 * day  // time enough to ask a consumer's developer
	smallRSA   = 2048     // bits
	maxNamed   = 10       // consumers named in a finding
)

// A trait is something about single consumers that an administrator should know.
type trait struct {
	severity, code string
	has            func(c store.Consumer, now time.Time) bool
	one, many      string // what is said of one, of several
	remedy         string
	args           map[string]string
}

// traits are all of them. Of consumers that are not let in anyhow only the
// proposal is of interest.
var traits = []trait{
	{adminapi.Warning, adminapi.SmallRSAKeys, hasSmallKey,
		"has an RSA key of fewer than 2048 bits", "have RSA keys of fewer than 2048 bits",
		"Ask for a larger key, and rotate with a grace period.", nil},
	{adminapi.Notice, adminapi.ProposalsWait, func(c store.Consumer, _ time.Time) bool { return c.Proposed != 0 },
		"was proposed and waits for approval", "were proposed and wait for approval",
		"Check who is behind it; approve or remove it.", nil},
	{adminapi.Notice, adminapi.NeverUsed, func(c store.Consumer, now time.Time) bool {
		return lastUse(c) == 0 && now.Sub(when(c.Created)) > settled
	}, "was never used since it was registered, more than 7 days ago", "were never used since they were registered, more than 7 days ago",
		"Ask whether it is still wanted; disable or remove it.", map[string]string{"days": "7"}},
	{adminapi.Notice, adminapi.UnusedLong, func(c store.Consumer, now time.Time) bool {
		return lastUse(c) != 0 && now.Sub(when(lastUse(c))) > longUnused
	}, "has not signed anything for 90 days", "have not signed anything for 90 days",
		"Ask whether it is still wanted; disable or remove it.", map[string]string{"days": "90"}},
	{adminapi.Notice, adminapi.OnlySHA1, func(c store.Consumer, _ time.Time) bool { return onlySHA1(c.Methods) },
		"may sign with SHA-1 only", "may sign with SHA-1 only",
		"Allow HMAC-SHA256 or RSA-SHA256 as well, and ask whether its library can use it.", nil},
}

// consumerFindings says what there is to know about the consumers.
func consumerFindings(all []store.Consumer, now time.Time) []adminapi.Finding {
	var out []adminapi.Finding
	if f, there := graceFinding(all, now); there {
		out = append(out, f)
	}
	for _, t := range traits {
		var who []string
		for _, c := range all {
			if (letIn(c) || t.code == adminapi.ProposalsWait) && t.has(c, now) {
				who = append(who, c.Key)
			}
		}
		if len(who) > 0 {
			out = append(out, t.finding(who))
		}
	}
	return out
}

func (t trait) finding(who []string) adminapi.Finding {
	f := adminapi.Finding{Severity: t.severity, Code: t.code, Remedy: t.remedy, Count: len(who), Consumers: who[:min(len(who), maxNamed)]}
	f.Args = map[string]string{"count": strconv.Itoa(len(who)), "consumers": strings.Join(f.Consumers, ", ")}
	for name, value := range t.args {
		f.Args[name] = value
	}
	f.Sentence = fmt.Sprintf("Consumer %q %s.", who[0], t.one)
	if len(who) > 1 {
		f.Sentence = fmt.Sprintf("%d consumers %s.", len(who), t.many)
	}
	return f
}

// graceFinding is about rotations whose old keys end soon. That is a warning when
// an old key was used in the last day: its consumer will be refused.
func graceFinding(all []store.Consumer, now time.Time) (adminapi.Finding, bool) {
	t := trait{severity: adminapi.Notice, code: adminapi.GraceEnds, args: map[string]string{},
		one: "has old keys that are accepted for less than 7 days more", many: "have old keys that are accepted for less than 7 days more",
		remedy: "Make sure that the new keys are in use, or rotate again with a longer grace period."}
	var ending []store.Consumer
	for _, c := range all {
		left := when(c.OldUntil).Sub(now)
		if letIn(c) && left > 0 && left < graceSoon {
			ending = append(ending, c)
			if old := max(c.Used.OldSecret, c.Used.OldPublicKey); old != 0 && now.Sub(when(old)) < day {
				t.severity = adminapi.Warning
			}
		}
	}
	if len(ending) == 0 {
		return adminapi.Finding{}, false
	}
	slices.SortStableFunc(ending, func(a, b store.Consumer) int { return int(a.OldUntil - b.OldUntil) })
	who := make([]string, len(ending))
	for i, c := range ending {
		who[i] = c.Key
	}
	t.args["time"] = when(ending[0].OldUntil).Format(time.RFC3339)
	return t.finding(who), true
}

func letIn(c store.Consumer) bool { return !c.Disabled && c.Proposed == 0 }

func lastUse(c store.Consumer) int64 {
	return max(c.Used.Secret, c.Used.PublicKey, c.Used.OldSecret, c.Used.OldPublicKey)
}

func hasSmallKey(c store.Consumer, _ time.Time) bool {
	if len(c.PublicKey) == 0 {
		return false
	}
	info, err := registry.Describe(c.PublicKey)
	return err == nil && info.Bits < smallRSA
}

func onlySHA1(methods []string) bool {
	if len(methods) == 0 {
		return false
	}
	for _, m := range methods {
		if !strings.HasSuffix(m, "-SHA1") {
			return false
		}
	}
	return true
}
