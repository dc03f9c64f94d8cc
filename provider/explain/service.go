package explain

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"golang.org/x/time/rate"

	"oauth1d/provider/oauth1"
	"oauth1d/provider/web"
	"oauth1d/store"
)

// Store is what a Service asks of the store.
type Store interface {
	Consumer(ctx context.Context, key string) (store.Consumer, error)
	AccessToken(ctx context.Context, id string) (store.AccessToken, error)
	RequestToken(ctx context.Context, id string) (store.RequestToken, error)
}

// Config is what may be set about a Service.
type Config struct {
	// Ring holds the refused requests. Default: a new one.
	Ring *Ring

	// Origins are the configured public addresses.
	Origins []Origin

	// Anonymous says that requests without any OAuth parameter pass, so that
	// they are not kept when they are found to have none.
	Anonymous bool

	// Limits bound what is parsed. The zero value takes oauth1's defaults.
	Limits oauth1.Limits

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// Metrics counts mismatches by cause. Default: nothing is counted.
	Metrics prometheus.Registerer
}

// unexplained is the cause of those mismatches that are more than are looked
// into without being asked.
const unexplained = "unexplained"

// How many mismatches are looked into without being asked: some a second, and
// one at a time, so that whoever sends wrong signatures cannot make the daemon
// work on them.
const (
	countedRate  = 2
	countedBurst = 10
	countedTime  = 2 * time.Second // for one
)

// How many refusals of a consumer in its debug window carry their explanation.
const (
	shownRate  = 1
	shownBurst = 5
	shownTime  = time.Second
	maxShowing = 1000 // consumers in a debug window at one time
)

// A Service keeps refused requests and explains them. It opens secrets only for
// the moment in which it computes with them. It is safe for concurrent use.
type Service struct {
	Config
	store Store
	keys  *store.Keyring
	count *prometheus.CounterVec

	counted *rate.Limiter

	mu      sync.Mutex
	waiting []*Refusal // to be counted by their cause
	running bool
	shown   map[string]*rate.Limiter // by consumer
}

// NewService returns a Service that looks secrets up in s and opens them with k.
func NewService(s Store, k *store.Keyring, c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Ring == nil {
		c.Ring = NewRing(RingConfig{Now: c.Now})
	}
	out := &Service{Config: c, store: s, keys: k,
		count: web.Register(c.Metrics, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "oauth1d_signature_mismatch_total", Help: "Signatures of known consumers that did not match, by why; unexplained: more than are looked into."},
			[]string{"cause"})),
		counted: rate.NewLimiter(countedRate, countedBurst), shown: map[string]*rate.Limiter{}}
	for _, cause := range append(Causes(), unexplained) {
		out.count.WithLabelValues(cause)
	}
	return out
}

// Keep takes a request that has just been refused, and returns what is to be
// told beside the problem: nothing, outside of a debug window.
func (s *Service) Keep(ctx context.Context, r Refused) []oauth1.Pair {
	if s.Anonymous && r.Problem.Outcome() == oauth1.OutcomeNoCredentials {
		return nil
	}
	now := s.Now()
	f := refusalOf(r, web.Note(ctx).ID, now)
	if f.ID != "" { // without one nobody could ask for it
		s.Ring.add(f)
	}
	if f.Problem != oauth1.ProblemSignatureInvalid {
		return nil
	}
	if f.Own && now.Unix() < r.Consumer.DebugUntil && s.mayShow(f.Consumer, now) {
		return s.show(ctx, f)
	}
	s.countLater(f, now)
	return nil
}

// countLater has the mismatch counted by its cause, or as one that nobody looked
// into.
func (s *Service) countLater(f *Refusal, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.waiting) == countedBurst || f.message == nil && f.withheld != looksPlain || !s.counted.AllowN(now, 1) {
		s.count.WithLabelValues(unexplained).Inc()
		return
	}
	s.waiting = append(s.waiting, f)
	if !s.running {
		s.running = true
		s.Ring.background.Go(s.countWaiting)
	}
}

// countWaiting explains what is waiting, one after the other, and ends.
func (s *Service) countWaiting() {
	for {
		s.mu.Lock()
		if len(s.waiting) == 0 {
			s.running = false
			s.mu.Unlock()
			return
		}
		f := s.waiting[0]
		s.waiting = slices.Delete(s.waiting, 0, 1)
		s.mu.Unlock()
		ctx, cancel := context.WithTimeout(context.Background(), countedTime)
		s.countCause(s.mismatch(ctx, f, ""))
		cancel()
	}
}

func (s *Service) countCause(e Explanation, err error) {
	cause := e.Cause
	if err != nil || !slices.Contains(causes, cause) {
		cause = unexplained
	}
	s.count.WithLabelValues(cause).Inc()
}

// mismatch explains a kept request whose signature did not match.
func (s *Service) mismatch(ctx context.Context, f *Refusal, theirs string) (Explanation, error) {
	if f.message == nil {
		return notKept(f), nil
	}
	keys, err := s.keysOf(ctx, f.Consumer, f.leg, f.TokenID)
	if err != nil {
		return Explanation{}, err
	}
	return Explain(ctx, Case{Message: *f.message, Keys: keys, Origins: f.signedAt(s.Origins), Theirs: theirs}), nil
}

// mayShow reports whether one more refusal of a consumer may carry its
// explanation.
func (s *Service) mayShow(consumer string, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.shown[consumer]
	if l == nil {
		if len(s.shown) == maxShowing {
			clear(s.shown)
		}
		l = rate.NewLimiter(shownRate, shownBurst)
		s.shown[consumer] = l
	}
	return l.AllowN(now, 1)
}
