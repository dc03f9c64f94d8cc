package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"
)

// A report is everything that a run found out.
type report struct {
	When      time.Time     `json:"when"`
	Go        string        `json:"go"`
	System    string        `json:"system"`
	CPU       string        `json:"cpu"`
	Cores     int           `json:"cores"`
	Sync      time.Duration `json:"sync_ns"`
	Rounds    int           `json:"pairs"`
	Duration  time.Duration `json:"round_ns"`
	Consumers int           `json:"consumers"`
	AccessLog bool          `json:"access_log"`
	RequestID bool          `json:"request_id"`
	Results   []result      `json:"results"`
}

// A result is one method over one number of connections.
type result struct {
	Method      string    `json:"method"`
	Connections int       `json:"connections"`
	Daemon      side      `json:"oauth1d"`
	Empty       side      `json:"empty_handler"`
	Ratio       quartiles `json:"ratio"` // of the requests per second, pair by pair

	// Refused is how many requests were sent again and answered 401
	// nonce_used; as many forgeries were answered 401 signature_invalid.
	Refused int `json:"refused_replays"`
}

func newReport(o options) *report {
	return &report{
		When: time.Now().UTC().Truncate(time.Second), Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH,
		CPU: cpuName(), Cores: runtime.NumCPU(), Rounds: o.rounds, Duration: o.duration,
		Consumers: o.consumers, AccessLog: o.accessLog, RequestID: o.requestID,
	}
}

func (r *report) write(w io.Writer, format string) error {
	if format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	fmt.Fprintf(w, "%s, %d cores for daemon, empty handler and load together, %s, %s\n", r.CPU, r.Cores, r.System, r.Go)
	fmt.Fprintf(w, "%s; %d consumers; access log %s; X-Request-ID %s; one sync alone takes %s\n",
		r.When.Format(time.DateOnly), r.Consumers, onOff(r.AccessLog), onOff(r.RequestID), r.Sync.Round(10*time.Microsecond))
	fmt.Fprintf(w, "%d pairs of %s each; every nonce synced before its answer\n", r.Rounds, r.Duration)
	for _, one := range r.Results {
		if err := one.write(w); err != nil {
			return err
		}
	}
	return nil
}

func (r result) write(w io.Writer) error {
	fmt.Fprintf(w, "\n%s, %d connections\n", r.Method, r.Connections)
	t := tabwriter.NewWriter(w, 0, 8, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "\trequests/s\tquartiles\tp50 ms\tp99 ms\tCPU us\tload's CPU us\t")
	r.Daemon.write(t, "oauth1d")
	r.Empty.write(t, "empty handler")
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "ratio %.2f (%.2f to %.2f)%s\n", r.Ratio.Median, r.Ratio.Min, r.Ratio.Max, r.cpuTimes())
	_, err := fmt.Fprintf(w, "%d replays refused with 401 nonce_used, %d forgeries with 401 signature_invalid\n", r.Refused, r.Refused)
	return err
}

// cpuTimes compares the processor time of a request. It bears a busy machine
// better than the rates do, and leaves out waiting for the disk.
func (r result) cpuTimes() string {
	if r.Daemon.CPU == 0 || r.Empty.CPU == 0 {
		return "" // not told by this system
	}
	return fmt.Sprintf("; %.1f times the CPU", r.Daemon.CPU/r.Empty.CPU)
}

func (s side) write(w io.Writer, name string) {
	fmt.Fprintf(w, "%s\t%s\t%s..%s\t%.2f\t%.2f\t%.1f\t%.1f\t\n", name, thousands(s.RequestsPerSecond.Median),
		thousands(s.RequestsPerSecond.Q1), thousands(s.RequestsPerSecond.Q3), s.P50, s.P99, s.CPU, s.Own)
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

// thousands writes 21340.2 as 21,340.
func thousands(f float64) string {
	s := strconv.FormatInt(int64(f+.5), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// cpuName is what the system calls its processor.
func cpuName() string {
	info, _ := os.ReadFile("/proc/cpuinfo") // only Linux has it
	for line := range strings.Lines(string(info)) {
		if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}
