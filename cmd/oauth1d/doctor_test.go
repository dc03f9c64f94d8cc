package main

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"oauth1d/config"
)

// doctorOf returns a doctor for a configuration that Load has made of a text.
func doctorOf(t *testing.T, environ ...string) *doctor {
	t.Helper()
	cfg, err := config.Load("", append([]string{"OAUTH1D_PUBLIC_URL=https://auth.example.test"}, environ...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return &doctor{config: cfg, now: time.Now}
}

// wantFinding looks for a state with words in it.
func wantFinding(t *testing.T, d *doctor, state, words string) {
	t.Helper()
	for _, f := range d.findings {
		if f.State == state && strings.Contains(f.Found, words) {
			return
		}
	}
	t.Errorf("got %+v, want %s: …%s…", d.findings, state, words)
}

func TestDoctorJudgesDisks(t *testing.T) {
	const gib = 1 << 30
	for name, c := range map[string]struct {
		disk         fileSystem
		state, words string
	}{
		"room enough":                {fileSystem{free: 50 * gib, total: 100 * gib}, stateOK, "51200 MiB free at /data, 50 %"},
		"less than a GiB":            {fileSystem{free: gib - 1, total: 2 * gib}, stateWarning, "1023 MiB free"},
		"less than 5 percent":        {fileSystem{free: 4 * gib, total: 100 * gib}, stateWarning, "4 %"},
		"full":                       {fileSystem{total: 100 * gib}, stateWarning, "0 MiB free"},
		"memory that looks as files": {fileSystem{free: 50 * gib, total: 60 * gib, volatile: "tmpfs"}, stateWarning, "/data is on tmpfs"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &doctor{}
			d.disk("/data", c.disk)
			wantFinding(t, d, c.state, c.words)
		})
	}
}

func TestDoctorKnowsWideNetworks(t *testing.T) {
	for text, want := range map[string]bool{
		"127.0.0.0/8": false, "::1/128": false, "10.1.0.0/16": false, "192.0.2.7/32": false, "2001:db8::/48": false,
		"10.0.0.0/8": true, "172.16.0.0/12": true, "0.0.0.0/0": true, "fc00::/7": true, "::/0": true, "2001:db8::/32": true,
	} {
		if got := wideNetwork(netip.MustParsePrefix(text)); got != want {
			t.Errorf("%s: got wide %t, want %t", text, got, want)
		}
	}
}

func TestDoctorJudgesTheClock(t *testing.T) {
	for name, c := range map[string]struct {
		judge        func(*doctor)
		state, words string
	}{
		"kept right":           {func(d *doctor) { d.kernel(clockState{true, 20 * time.Millisecond}) }, stateOK, "wrong by 0.020 seconds at most"},
		"kept by nobody":       {func(d *doctor) { d.kernel(clockState{false, 16 * time.Second}) }, stateWarning, "nothing synchronizes"},
		"kept badly":           {func(d *doctor) { d.kernel(clockState{true, 3 * time.Minute}) }, stateWarning, "180.000 seconds"},
		"a little off":         {func(d *doctor) { d.offset(time.Second) }, stateOK, "1.000 seconds behind"},
		"off":                  {func(d *doctor) { d.offset(-3 * time.Second) }, stateWarning, "3.000 seconds ahead of"},
		"half a window off":    {func(d *doctor) { d.offset(150 * time.Second) }, stateWarning, "150.000 seconds behind"},
		"more than half a one": {func(d *doctor) { d.offset(-151 * time.Second) }, stateProblem, "151.000 seconds ahead of"},
	} {
		t.Run(name, func(t *testing.T) {
			d := doctorOf(t)
			c.judge(d)
			wantFinding(t, d, c.state, c.words)
		})
	}
}

func TestDoctorDoubtsAYearThatCannotBe(t *testing.T) {
	d := doctorOf(t)
	d.now = func() time.Time { return time.Unix(0, 0) }
	d.checkClock(t.Context())
	wantFinding(t, d, stateProblem, "the clock says 1970-01-01")
}

func TestDoctorPrintsNoControlCharacters(t *testing.T) {
	d := &doctor{check: "store"}
	d.ok("a\x1b[2Jb\nc")
	if got := plain(d.findings[0].Found); got != `a\x1b[2Jb\nc` {
		t.Errorf("got %q", got)
	}
}
