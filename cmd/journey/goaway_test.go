package journey

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"
)

// TestClientsThatGoAway closes connections at every stage of a request. Nothing
// of them stays in the daemon.
func TestClientsThatGoAway(t *testing.T) {
	aborts := 3000
	if testing.Short() {
		aborts = 300
	}
	d := newSteadyDaemon(t, "log: {access: false}")
	d.start()
	l := newLoad(t, d)
	c := *l.signer
	before := d.held()
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range aborts / 8 {
				k, err := d.tryDial()
				if err != nil {
					t.Errorf("dialling: %v", err)
					return
				}
				text := c.request(t).text()
				io.WriteString(k.conn, text[:rand.IntN(len(text)+1)])
				time.Sleep(time.Duration(rand.IntN(1_500)) * time.Microsecond) // as long as an answer takes
				if rand.IntN(2) == 0 {
					k.conn.SetLinger(0) // a reset
				}
				k.conn.Close()
			}
		})
	}
	all.Wait()
	l.close()
	eventually(t, fmt.Sprintf("as little held as before, %v", before), func() bool {
		now := d.held()
		return now[0] <= before[0]+2 && now[1] <= before[1]+5
	})
	if got := d.metric("oauth1d_panics_total"); got != "0" {
		t.Errorf("oauth1d_panics_total is %q, want 0", got)
	}
	l.wire = d.wire()
	l.j.begin(0)
	l.checkWrites()
	if err := d.stop(); err != nil {
		t.Errorf("stopping: %v", err)
	}
}

// held is how many descriptors and goroutines the daemon has.
func (d *daemon) held() [2]int {
	d.t.Helper()
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", d.cmd.Process.Pid))
	d.must(err)
	goroutines, err := strconv.Atoi(d.metric("go_goroutines"))
	d.must(err)
	return [2]int{len(fds), goroutines}
}
