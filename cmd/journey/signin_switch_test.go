package journey

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
)

// A daemon that had users of its own gets a directory. Its administrator is still
// one, and a user of that name in the directory is not.
func TestSwitchToADirectory(t *testing.T) {
	d := newSteadyDaemon(t, "")
	d.start()
	d.cli(adaPassword+"\n", "user", "add", "ada", "--admin", "--password-file", "-")
	d.addUser("grace", gracePassword)
	c := d.addConsumer("--name", "Album", "--callback", guestCallback)
	d.issueToken(c, "grace")
	d.must(d.stop())

	l := startDirectory(t)
	before, err := os.ReadFile(d.file("oauth1d.yaml"))
	d.must(err)
	d.overwrite("oauth1d.yaml", string(before)+l.yaml())
	d.start()
	if got := d.judged(t, c); got != "grace -" {
		t.Errorf("a token of a built-in user: the gate says %q", got)
	}
	if got := d.judged(t, newGuest(t, d, c).in("mia")); got != "mia staff" {
		t.Errorf("a user of the directory: the gate says %q", got)
	}
	g := newGuest(t, d, c)
	_, link := g.start()
	if status := g.post(g.open(link), url.Values{"username": {"ada"}, "password": {"correct horse battery"}}); status != 403 {
		t.Errorf("the directory's ada: %d, want 403", status)
	}
	if status := g.post(g.open(link), url.Values{"username": {"ada"}, "password": {adaPassword}}); status != 401 {
		t.Errorf("the built-in ada at the people's page: %d, want 401", status)
	}
	office := newGuest(t, d, c)
	p := office.open("http://" + d.private + "/admin/")
	if status := office.post(p, url.Values{"username": {"mia"}, "password": {"correct horse battery"}}); status != 401 {
		t.Errorf("a user of the directory at the administrators' page: %d, want 401", status)
	}
	if status := office.post(p, url.Values{"username": {"ada"}, "password": {"correct horse battery"}}); status != 401 {
		t.Errorf("the directory's ada at the administrators' page: %d, want 401", status)
	}
	if p = office.submit(p, url.Values{"username": {"ada"}, "password": {adaPassword}}); p.at.Path != "/admin/" || strings.Contains(p.body, `name="password"`) {
		t.Errorf("the administrator is at %s:\n%s", p.at, p.body)
	}
}

// Five wrong passwords are counted where a kill does not reach.
func TestLimitsSurviveAKill(t *testing.T) {
	d := newSteadyDaemon(t, "")
	d.start()
	d.addUser("ada", adaPassword)
	d.addUser("grace", gracePassword)
	c := d.addConsumer("--name", "Album", "--callback", guestCallback)
	g := newGuest(t, d, c)
	_, link := g.start()
	for i := range 5 {
		if status := g.post(g.open(link), url.Values{"username": {"ada"}, "password": {fmt.Sprint("wrong ", i)}}); status != 401 {
			t.Fatalf("wrong password %d: %d, want 401", i+1, status)
		}
	}
	d.kill()
	d.start()
	if status := g.post(g.open(link), url.Values{"username": {"ada"}, "password": {adaPassword}}); status != 429 {
		t.Errorf("the right password after a restart: %d, want 429", status)
	}
	if status := g.post(g.open(link), url.Values{"username": {"grace"}, "password": {gracePassword}}); status != 200 {
		t.Errorf("somebody else: %d, want 200", status)
	}
}
