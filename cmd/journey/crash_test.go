package journey

import (
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

// crashCycles is how often the daemon is killed; OAUTH1D_CRASH_CYCLES says more.
const crashCycles = 300

// TestKillUnderLoad kills the daemon while everything is going on, again and
// again, and compares what it then knows with what the client was told.
func TestKillUnderLoad(t *testing.T) {
	cycles := crashCycles
	if text := os.Getenv("OAUTH1D_CRASH_CYCLES"); text != "" {
		var err error
		if cycles, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	if testing.Short() {
		cycles = 20
	}
	// The window is wide, so that old requests are refused for their nonces.
	d := newSteadyDaemon(t, "signature: {timestamp_window: 1h}\ntokens: {pending_per_consumer: 100000}\nlog: {access: false}")
	d.start()
	l := newLoad(t, d)
	began := time.Now()
	var down time.Duration
	for cycle := range cycles {
		l.wire.close()
		l.wire = d.wire()
		at := 0
		if cycle%2 == 1 {
			at = 1 + rand.IntN(60) // at a step, else at a time
		}
		killed := l.j.begin(at)
		gone := make(chan struct{})
		go func() {
			select {
			case <-killed:
			case <-time.After(time.Duration(rand.IntN(40_000)) * time.Microsecond):
			}
			d.kill()
			close(gone)
		}()
		l.run(gone)
		<-gone
		if cycle%10 == 9 {
			d.checkOffline(cycle)
		}
		start := time.Now()
		d.start()
		down += time.Since(start)
		l.wire.close()
		l.wire = d.wire()
		l.checkLife()
		if t.Failed() {
			t.Fatalf("after cycle %d; the daemon said:\n%s", cycle, tail(d.log.String()))
		}
	}
	inParallel(l.j.tokens, l.checkToken)
	inParallel(l.j.used, l.checkReplay)
	l.checkExchanges("grace")
	d.checkOffline(cycles) // by the daemon now
	if err := d.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
	d.cli("", "-c", d.file("oauth1d.yaml"), "audit", "verify")
	l.j.checkAudit(t, d.file("audit.log"))
	t.Logf("%d cycles in %s, ready again after %s on average", cycles, time.Since(began).Round(time.Second), (down / time.Duration(cycles)).Round(time.Millisecond))
	t.Logf("%d acts acknowledged, %d unanswered, %d replays refused; %d tokens, %d exchanges and %d lost on their way, %d audit lines found",
		l.j.acknowledged, l.j.unanswered, l.j.replays, len(l.j.tokens), l.j.exchanged, l.j.lostExchanges, len(l.j.audited))
	if l.j.acknowledged < cycles || l.j.replays < cycles || l.j.unanswered == 0 {
		t.Errorf("the load did too little to show anything")
	}
}

// newLoad registers those who take part.
func newLoad(t *testing.T, d *daemon) *load {
	t.Helper()
	d.addUser("ada", "correct horse battery")
	d.addUser("grace", "correct horse battery")
	l := &load{wire: d.wire(), j: newJournal(), signer: d.addConsumer("--name", "Signer", "--callback", callback),
		dancer: d.addConsumer("--name", "Photo Printer", "--callback", callback)}
	d.issueToken(l.signer, "ada")
	for i := range 6 {
		name := "Managed " + strconv.Itoa(i)
		m := &managed{consumer: *d.addConsumer("--name", name, "--callback", callback), enabled: true, name: name}
		d.issueToken(&m.consumer, "ada")
		l.j.managed = append(l.j.managed, m)
	}
	token, _, a, err := l.requestToken(l.dancer, callback)
	if err != nil || token == "" {
		t.Fatalf("request token: %d %s, %v", a.status, a.problem, err)
	}
	l.visitor = newVisitor(d, "grace", "correct horse battery", token)
	return l
}

// checkOffline runs db check on what a kill has left.
func (d *daemon) checkOffline(cycle int) {
	d.t.Helper()
	out, words, code := d.try("", "-c", d.file("oauth1d.yaml"), "db", "check")
	if code != 0 {
		d.t.Errorf("db check after cycle %d: exit %d\n%s%s", cycle, code, out, words)
	}
}

// tail returns the end of a log.
func tail(log string) string {
	lines := strings.SplitAfter(log, "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "")
}
