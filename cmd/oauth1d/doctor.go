package main

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"oauth1d/config"
)

// States of a finding, from good to bad.
const (
	stateOK      = "ok"
	stateWarning = "warning"
	stateProblem = "problem"
)

// A finding is one thing that was looked at.
type finding struct {
	State  string `json:"state"`
	Check  string `json:"check"`
	Found  string `json:"found"`
	Advice string `json:"advice"` // what to do, empty when nothing is
}

// A doctor looks at what the daemon needs from its machine, and changes nothing.
type doctor struct {
	config *config.Config
	path   string // of the configuration, empty when there is no file
	ntp    string // whom to ask for the time, empty for nobody
	url    string // where to look at the certificate that is served, or empty
	now    func() time.Time
	roots  *x509.CertPool // nil for those of the system

	check    string // that is being done
	findings []finding
}

// doctorChecks are the checks in the order in which they are done.
var doctorChecks = []struct {
	name string
	do   func(*doctor, context.Context)
}{
	{"config", (*doctor).checkConfig},
	{"store", (*doctor).checkStore},
	{"clock", (*doctor).checkClock},
	{"tls", (*doctor).checkTLS},
}

func doctorNames() (names []string) {
	for _, c := range doctorChecks {
		names = append(names, c.name)
	}
	return names
}

func newDoctorCommand(g *globals) *cobra.Command {
	d := &doctor{now: time.Now}
	c := &cobra.Command{
		Use:   "doctor [config|store|clock|tls]...",
		Short: "Look at what the daemon needs, and say what to change",
		Long: `Look at what the daemon needs from its machine, and say what to change: the files
that the configuration names, the store and its disk, the clock, the certificate.
All four without a name. It works with and without a running daemon, changes
nothing, and sends nothing beyond this machine unless --ntp or --url tells it to.

Exit code 1 says that there is a problem; warnings alone are 0.`,
		Example: `  oauth1d doctor -c oauth1d.yaml
  oauth1d doctor clock --ntp pool.ntp.org
  oauth1d doctor tls --url https://auth.example.com`,
		ValidArgs: doctorNames(),
		Args:      knownChecks,
		RunE: func(cmd *cobra.Command, args []string) (err error) {
			if err := d.options(args); err != nil {
				return fail(exitUsage, err)
			}
			if d.config, err = g.loadConfig(); err != nil {
				return err
			}
			if d.path = g.config; d.path == "" {
				d.path = firstFile("oauth1d.yaml", "/etc/oauth1d/oauth1d.yaml")
			}
			// A Ctrl-C must not leave a copy of the store lying about.
			ctx, stop := signal.NotifyContext(cmd.Context(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			d.examine(ctx, args)
			if ctx.Err() != nil {
				return errors.New("interrupted")
			}
			return g.showFindings(d.findings)
		},
	}
	c.Flags().StringVar(&d.ntp, "ntp", "", "ask this NTP server, `host[:port]`, how wrong the clock is")
	c.Flags().StringVar(&d.url, "url", "", "connect to this https `URL` and verify the certificate that is served there")
	return c
}

func knownChecks(_ *cobra.Command, args []string) error {
	for _, name := range args {
		if !slices.Contains(doctorNames(), name) {
			return fmt.Errorf("unknown check %q; doctor has %s", name, strings.Join(doctorNames(), ", "))
		}
	}
	return nil
}

// options refuses a flag that no check would look at.
func (d *doctor) options(args []string) error {
	done := func(check string) bool { return len(args) == 0 || slices.Contains(args, check) }
	if d.ntp != "" && !done("clock") {
		return errors.New("--ntp is for the check clock, which is not among those named")
	}
	if d.url == "" {
		return nil
	}
	if !done("tls") {
		return errors.New("--url is for the check tls, which is not among those named")
	}
	// The URL is not repeated: it may hold a password.
	if u, err := url.Parse(d.url); err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
		return errors.New("--url must be like https://auth.example.com, without a user name")
	}
	return nil
}

// examine does the named checks, or all.
func (d *doctor) examine(ctx context.Context, names []string) {
	for _, c := range doctorChecks {
		if ctx.Err() == nil && (len(names) == 0 || slices.Contains(names, c.name)) {
			d.check = c.name
			c.do(d, ctx)
		}
	}
}

func (d *doctor) add(state, advice, format string, args ...any) {
	d.findings = append(d.findings, finding{State: state, Check: d.check, Found: fmt.Sprintf(format, args...), Advice: advice})
}

func (d *doctor) ok(format string, args ...any) { d.add(stateOK, "", format, args...) }

func (d *doctor) warn(advice, format string, args ...any) {
	d.add(stateWarning, advice, format, args...)
}

func (d *doctor) problem(advice, format string, args ...any) {
	d.add(stateProblem, advice, format, args...)
}

// showFindings writes the findings; a problem among them is an error.
func (g *globals) showFindings(all []finding) error {
	problems := 0
	for _, f := range all {
		if f.State == stateProblem {
			problems++
		}
	}
	err := g.show(struct {
		Findings []finding `json:"findings"`
	}{append([]finding{}, all...)}, func(w io.Writer) {
		fmt.Fprintln(w, "STATE\tCHECK\tFOUND\tADVICE")
		for _, f := range all {
			fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", f.State, f.Check, plain(f.Found), plain(f.Advice))
		}
	})
	if err != nil {
		return err
	}
	if problems > 0 {
		return fmt.Errorf("problems found: %d", problems)
	}
	return nil
}
