package journey

import (
	"sync"

	"oauth1d/store"
)

// A fate is what is known of an act: it was not asked for, it was asked for and
// the answer never came, or it was acknowledged.
type fate int

const (
	never fate = iota
	maybe
	done
)

// A signed is a signed request that can be sent again as it was.
type signed struct {
	target, authorization string
}

// An issued is an access token that was acknowledged.
type issued struct {
	consumer
	id      string
	revoked fate
}

// A dancer is one exchange on its way.
type dancer struct {
	consumer // with the request token
	decided  fate
	verifier string
	redeemed fate
	got      int // access tokens that came of it
}

// A managed is a consumer that an administrator changes all the time.
type managed struct {
	consumer
	enabled  bool
	toggled  fate   // maybe: enabled or not
	rotating string // a secret that may be in force
	name     string
	renaming string
}

// A journal is what the client notes before it sends and after it was answered.
// What a worker owns (issued, dancer, managed) only it changes while it runs.
type journal struct {
	mu       sync.Mutex
	events   int           // sent and answered, in this cycle
	killAt   int           // the event at which to kill, or 0
	killNow  chan struct{} // closed then
	open     []signed      // sent, not answered
	accepted []signed      // answered 200, in this cycle
	used     []signed      // answered 200, in all cycles
	tokens   []*issued
	touched  []*issued // in this cycle
	dances   []*dancer // in this cycle
	managed  []*managed
	audited  map[string]bool // action and object that the audit log must have

	acknowledged, unanswered, replays, exchanged, lostExchanges int
}

func newJournal() *journal { return &journal{audited: map[string]bool{}} }

// begin empties what belongs to a cycle.
func (j *journal) begin(killAt int) <-chan struct{} {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events, j.killAt, j.killNow = 0, killAt, make(chan struct{})
	j.accepted, j.open, j.touched, j.dances = nil, nil, nil, nil
	return j.killNow
}

// event counts a step, and says so when it is the one to kill at. j.mu is held.
func (j *journal) event() {
	if j.events++; j.events == j.killAt {
		close(j.killNow)
	}
}

// sending notes that something is about to be asked.
func (j *journal) sending() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.event()
}

// answered notes an acknowledgement, with what must be in the audit log now.
func (j *journal) answered(audited ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.event()
	j.acknowledged++
	for _, a := range audited {
		j.audited[a] = true
	}
}

// unheard notes that an answer never came.
func (j *journal) unheard(s ...signed) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.unanswered++
	j.open = append(j.open, s...)
}

// passed notes a request that was let through.
func (j *journal) passed(s signed) {
	j.answered()
	j.mu.Lock()
	defer j.mu.Unlock()
	j.accepted = append(j.accepted, s)
	j.used = append(j.used, s)
}

func (j *journal) issue(i *issued) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tokens = append(j.tokens, i)
	j.touched = append(j.touched, i)
}

func (j *journal) dance(d *dancer) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.dances = append(j.dances, d)
}

// tokenLine is how a token's event is found in the audit log.
func tokenLine(action, token string) string { return action + " " + store.TokenID(token) }
