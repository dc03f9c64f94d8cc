package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"oauth1d/config"
	"oauth1d/provider/adminapi"
)

// An inForce is by what the daemon serves, and how the last reload went.
type inForce struct {
	config  *config.Config
	waiting []string // keys whose new values wait for a restart

	refused   string // why the last reload was refused, or empty
	refusedAt time.Time
}

// settings is the configuration in force, for administrators.
func (d *daemon) settings() []adminapi.Setting {
	var all []adminapi.Setting
	for _, s := range d.inForce.Load().config.Settings() {
		all = append(all, adminapi.Setting(s))
	}
	return all
}

// findings says what is wrong around the daemon.
func (d *daemon) findings(context.Context) []adminapi.Finding {
	f := d.inForce.Load()
	return append(append(append(f.findings(), d.diskFindings()...), d.certificateFindings(time.Now())...), d.clockFindings(f.config)...)
}

func (f *inForce) findings() (out []adminapi.Finding) {
	if f.refused != "" {
		at, reason := f.refusedAt.UTC().Format(time.RFC3339), oneLine(f.refused)
		out = append(out, adminapi.Finding{
			Severity: adminapi.Warning, Code: adminapi.ReloadRefused, Args: map[string]string{"reason": reason, "time": at},
			Sentence: "The last reload was refused, and the old configuration stays in force: " + reason,
			Remedy:   "Correct it, try it with oauth1d config check, and reload again.",
		})
	}
	if len(f.waiting) > 0 {
		keys := strings.Join(f.waiting, ", ")
		out = append(out, adminapi.Finding{
			Severity: adminapi.Notice, Code: adminapi.RestartNeeded, Args: map[string]string{"keys": keys},
			Sentence: "These keys were changed, and the new values take effect after a restart: " + keys + ".",
			Remedy:   "Restart the daemon when it suits you.",
		})
	}
	return out
}

// oneLine makes a sentence of a list of mistakes.
func oneLine(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.Join(strings.Fields(line), " "))
	}
	return strings.Join(lines, "; ")
}

// diskFindings looks at each file system once that holds what must be durable.
func (d *daemon) diskFindings() (out []adminapi.Finding) {
	seen := map[uint64]bool{}
	for _, path := range []string{filepath.Dir(d.config.Store.Path), d.config.Store.Nonces, filepath.Dir(d.config.Audit.File)} {
		s, err := statFS(path)
		if err != nil || seen[s.device] || s.total == 0 {
			continue // that a path is gone is a matter of readiness
		}
		seen[s.device] = true
		percent := 100 * float64(s.free) / float64(s.total)
		if s.free >= lowSpace && percent >= lowPercent {
			continue
		}
		out = append(out, adminapi.Finding{
			Severity: adminapi.Warning, Code: adminapi.DiskLow,
			Args:     map[string]string{"path": path, "free": strconv.FormatUint(s.free, 10), "percent": fmt.Sprintf("%.0f", percent)},
			Sentence: fmt.Sprintf("The disk of %s is nearly full: %d MiB are free, %.0f %%.", path, s.free>>20, percent),
			Remedy:   "Make room: on a full disk nothing new is accepted.",
		})
	}
	return out
}

// certificateFindings looks at the certificate that is served.
func (d *daemon) certificateFindings(now time.Time) []adminapi.Finding {
	c := d.tls.Load()
	if c == nil || c.Leaf == nil {
		return nil
	}
	end := c.Leaf.NotAfter
	left := end.Sub(now)
	f := adminapi.Finding{
		Severity: adminapi.Warning, Code: adminapi.CertificateExpires, Remedy: "Renew it, and run: oauth1d config reload",
		Args: map[string]string{"time": end.UTC().Format(time.RFC3339), "days": strconv.Itoa(int(left / (24 * time.Hour)))},
	}
	switch {
	case left <= 0:
		f.Severity, f.Code = adminapi.Critical, adminapi.CertificateExpired
		f.Sentence = "The certificate of the public listener has expired on " + date(end) + "."
	case left < renewBefore:
		f.Sentence = "The certificate of the public listener expires on " + date(end) + "."
	default:
		return nil
	}
	return []adminapi.Finding{f}
}

// clockFindings asks the kernel about the clock, by which timestamps are judged
// (§3.3).
func (d *daemon) clockFindings(cfg *config.Config) []adminapi.Finding {
	state, err := kernelClock()
	f := adminapi.Finding{Code: adminapi.ClockWrong}
	switch {
	case err != nil:
		return nil
	case !state.synced:
		f.Severity, f.Remedy = adminapi.Notice, "Run chrony or systemd-timesyncd; in a container, on the host."
		f.Args = map[string]string{"reason": "nothing synchronizes it"}
		f.Sentence = "Nothing synchronizes the clock, by which timestamps are judged."
	case state.maxError > cfg.Signature.TimestampWindow/2:
		f.Severity, f.Remedy = adminapi.Warning, "Look at what synchronizes the clock."
		f.Args = map[string]string{"reason": fmt.Sprintf("it may be wrong by %.0f seconds", state.maxError.Seconds())}
		f.Sentence = fmt.Sprintf("The clock may be wrong by %.0f seconds, more than half of signature.timestamp_window.", state.maxError.Seconds())
	default:
		return nil
	}
	return []adminapi.Finding{f}
}
