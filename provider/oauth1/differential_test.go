package oauth1

import (
	"cmp"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// The base string is the one thing that two independent implementations must
// agree on to the byte. These tests compare ours with oauthlib's on generated
// requests:
//
//	differential_generate_test.go  the requests
//	differential_oauthlib_test.go  the process that answers for oauthlib
//	differential_bugs_test.go      what oauthlib is known to do wrong
const (
	// shortRun is how many requests an ordinary test run compares. More:
	// OAUTH1D_DIFFERENTIAL=1000000, and OAUTH1D_DIFFERENTIAL_SEED for others.
	shortRun = 5000

	// mostExcluded is the greatest share of requests that the known bugs may
	// take out of the comparison.
	mostExcluded = 0.12

	batch = 1000
)

func TestBaseStringsOfOauthlib(t *testing.T) {
	total := uint64(fromEnvironment(t, "OAUTH1D_DIFFERENTIAL", shortRun))
	seed := uint64(fromEnvironment(t, "OAUTH1D_DIFFERENTIAL_SEED", 5849))
	began := time.Now()
	var sum tally
	var mu sync.Mutex
	var workers sync.WaitGroup
	processes := uint64(min(runtime.GOMAXPROCS(0), int(total/batch)+1))
	for w := range processes {
		lib := startOauthlib(t)
		workers.Go(func() {
			var mine tally
			for start := w * batch; start < total && !t.Failed(); start += processes * batch {
				mine.compare(t, lib, seed, start, min(start+batch, total))
			}
			mu.Lock()
			defer mu.Unlock()
			sum.add(mine)
		})
	}
	workers.Wait()
	t.Logf("seed %d, %.0f a second: %s", seed, float64(sum.total)/time.Since(began).Seconds(), &sum)
	if share := float64(sum.excluded) / float64(sum.total); share > mostExcluded {
		t.Errorf("the known bugs exclude %.1f %% of the requests, want at most %.0f %%", share*100, mostExcluded*100)
	}
}

func fromEnvironment(t *testing.T, name string, byDefault int) int {
	v := os.Getenv(name)
	if v == "" {
		return byDefault
	}
	n, err := strconv.Atoi(v)
	if err != nil || n <= 0 {
		t.Fatalf("%s: got %q, want a positive number", name, v)
	}
	return n
}

// tally counts what became of the requests.
type tally struct {
	total    int
	equal    int // same base string and signature
	around   int // equal once a known bug was walked around
	refused  int // by both
	excluded int // not compared with oauthlib, for one bug or more
	bugs     [64]int
}

func (y *tally) compare(t *testing.T, lib *oauthlib, seed, from, to uint64) {
	var asked, sent []*specimen
	var why [][]int
	for n := from; n < to; n++ {
		s := newSpecimen(seed, n)
		detour, bugs := s.avoidBugs()
		asked, sent, why = append(asked, s), append(sent, detour), append(why, bugs)
	}
	answers, err := lib.answers(sent)
	if err != nil {
		t.Error(err)
		return
	}
	for i, theirs := range answers {
		ours, bug := asked[i].answer(), firstWithoutDetour(why[i])
		y.total++
		if bug != nil && bug.refused && ours != (answer{}) {
			t.Errorf("seed %d, request %d: %s: we must refuse it:\n%s\nours: %s", seed, from+uint64(i), bug.name, asked[i].describe(), ours)
		}
		switch {
		case ours != theirs && bug != nil:
			y.excluded++
			y.bugs[why[i][slices.IndexFunc(why[i], func(b int) bool { return &knownBugs[b] == bug })]]++
		case ours != theirs:
			t.Errorf("seed %d, request %d: we and oauthlib differ:\n%s\nours: %s\noauthlib: %s", seed, from+uint64(i), asked[i].describe(), ours, theirs)
		case ours == (answer{}):
			y.refused++
		case len(why[i]) > 0:
			y.around++
			for _, b := range why[i] {
				y.bugs[b]++
			}
		default:
			y.equal++
		}
	}
}

// answer is ours.
func (s *specimen) answer() answer {
	var r Request
	if err := r.Parse(&s.Message, Limits{}); err != nil {
		return answer{}
	}
	base := r.BaseString()
	signature, err := Signature(s.method, base, s.keys.ConsumerSecret, s.keys.TokenSecret)
	if err != nil {
		return answer{}
	}
	return answer{r.NormalizedParameters(), string(base), signature}
}

// describe prints what a Message does not.
func (s *specimen) describe() string {
	return fmt.Sprintf("  %s %q\n  Authorization: %q\n  Content-Type: %q, body %q", s.Method, s.Scheme+"://"+s.Host+s.Target, s.Authorization, s.ContentType, s.Body)
}

func (y *tally) add(o tally) {
	y.total += o.total
	y.equal += o.equal
	y.around += o.around
	y.refused += o.refused
	y.excluded += o.excluded
	for i, n := range o.bugs {
		y.bugs[i] += n
	}
}

func (y *tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d requests: %d equal, %d equal around a known bug, %d refused by both, %d excluded (%.1f %%)",
		y.total, y.equal, y.around, y.refused, y.excluded, 100*float64(y.excluded)/float64(y.total))
	order := make([]int, len(knownBugs))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(y.bugs[j], y.bugs[i]) })
	for _, i := range order {
		what := "excluded"
		if knownBugs[i].around != nil {
			what = "around"
		}
		fmt.Fprintf(&b, "\n%8d %-8s  %s", y.bugs[i], what, knownBugs[i].name)
	}
	return b.String()
}
