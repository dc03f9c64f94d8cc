package explain

import (
	"errors"
	"slices"
	"sync"
	"time"
)

// This file keeps refused requests in memory, for a while and within bounds.
// Whatever is in here was sent by nobody in particular: a refused request proves
// nothing. So nobody can push out more than a share of what others left here,
// and nothing is kept that is a secret by itself (see refusal.go).

// What a Ring says about a request that it does not hold.
var (
	ErrUnknown = errors.New("no refused request with this id is known here")
	ErrExpired = errors.New("expired: refused requests are kept for an hour")
	ErrCrowded = errors.New("the refused request is not kept any more: later ones took its place")
)

// Bounds of a Ring. Requests of consumers that are not registered, and those
// that could not be read, have a small part of their own.
const (
	defaultEntries = 500
	defaultBytes   = 8 << 20
	defaultAge     = time.Hour
	strangersShare = 5 // a fifth of either bound

	maxGone = 1000 // ids that are remembered as gone
)

// RingConfig bounds a Ring. The zero value takes the defaults.
type RingConfig struct {
	Entries int              // default: 500
	Bytes   int              // default: 8 MiB
	Now     func() time.Time // default: time.Now
}

// A Ring holds the requests that were refused last, by request id. It outlives
// configurations and is safe for concurrent use.
type Ring struct {
	now func() time.Time

	mu               sync.Mutex
	byID             map[string]*Refusal
	known, strangers section
	gone             []departed // oldest first

	// background are the explanations that nobody waits for.
	background sync.WaitGroup
}

// A section is a list with bounds of its own, oldest first.
type section struct {
	all     []*Refusal
	bytes   int
	entries int              // most of them
	most    int              // bytes
	holds   map[string]tally // of each consumer
}

// A tally is how much there is of something.
type tally struct{ entries, bytes int }

// A departed request is one that is not kept any more.
type departed struct {
	id, consumer string
	why          error
}

// NewRing returns an empty ring.
func NewRing(c RingConfig) *Ring {
	if c.Entries == 0 {
		c.Entries = defaultEntries
	}
	if c.Bytes == 0 {
		c.Bytes = defaultBytes
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Ring{
		now: c.Now, byID: map[string]*Refusal{},
		known:     section{entries: c.Entries, most: c.Bytes, holds: map[string]tally{}},
		strangers: section{entries: max(1, c.Entries/strangersShare), most: c.Bytes / strangersShare, holds: map[string]tally{}},
	}
}

// Wait returns when no explanation is under way that nobody waits for.
func (r *Ring) Wait() { r.background.Wait() }

// add keeps f, which is not written to any more.
func (r *Ring) add(f *Refusal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expire()
	if old := r.byID[f.ID]; old != nil {
		r.drop(old, nil)
	}
	p := r.sectionOf(f)
	for len(p.all) > 0 && (len(p.all) >= p.entries || p.bytes+f.size() > p.most) {
		r.drop(p.yields(f), ErrCrowded)
	}
	p.all = append(p.all, f)
	p.bytes += f.size()
	h := p.holds[f.Consumer]
	p.holds[f.Consumer] = tally{h.entries + 1, h.bytes + f.size()}
	r.byID[f.ID] = f
}

func (r *Ring) sectionOf(f *Refusal) *section {
	if f.Registered {
		return &r.known
	}
	return &r.strangers
}

// yields is what makes room for f: the oldest request of whoever has most here of
// what there is too much of, so that a consumer in a loop, or a crowd without any name, pushes out itself
// and not the others.
func (p *section) yields(f *Refusal) *Refusal {
	count := func(t tally) int { return t.entries }
	with := tally{p.holds[f.Consumer].entries + 1, p.holds[f.Consumer].bytes + f.size()}
	if len(p.all) < p.entries {
		count = func(t tally) int { return t.bytes }
	}
	most, name := count(with), f.Consumer
	for consumer, t := range p.holds {
		if count(t) > most {
			most, name = count(t), consumer
		}
	}
	if i := slices.IndexFunc(p.all, func(f *Refusal) bool { return f.Consumer == name }); i >= 0 {
		return p.all[i]
	}
	return p.all[0]
}

// drop forgets f, and remembers why if there is a reason.
func (r *Ring) drop(f *Refusal, why error) {
	p := r.sectionOf(f)
	i := slices.Index(p.all, f)
	p.all = slices.Delete(p.all, i, i+1)
	p.bytes -= f.size()
	h := p.holds[f.Consumer]
	p.holds[f.Consumer] = tally{h.entries - 1, h.bytes - f.size()}
	if h.entries == 1 {
		delete(p.holds, f.Consumer)
	}
	delete(r.byID, f.ID)
	if why == nil || !f.Registered {
		return // strangers would push the others' ids out of the memory as well
	}
	if len(r.gone) == maxGone {
		r.gone = slices.Delete(r.gone, 0, maxGone/10)
	}
	r.gone = append(r.gone, departed{f.ID, f.Consumer, why})
}

// expire forgets what is too old.
func (r *Ring) expire() {
	before := r.now().Add(-defaultAge)
	for _, p := range []*section{&r.known, &r.strangers} {
		for len(p.all) > 0 && p.all[0].Time.Before(before) {
			r.drop(p.all[0], ErrExpired)
		}
	}
}

// get returns the request with that id. When consumer is not empty the request
// must be that consumer's: of another's not even that it exists is said.
func (r *Ring) get(id, consumer string) (*Refusal, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expire()
	if f := r.byID[id]; f != nil {
		if consumer != "" && f.Consumer != consumer {
			return nil, ErrUnknown
		}
		return f, nil
	}
	for _, g := range r.gone {
		if g.id == id && (consumer == "" || g.consumer == consumer) {
			return nil, g.why
		}
	}
	return nil, ErrUnknown
}

// list returns the latest requests, newest first, at most limit of them.
func (r *Ring) list(consumer string, limit int) []*Refusal {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.expire()
	var all []*Refusal
	for _, p := range []*section{&r.known, &r.strangers} {
		for _, f := range p.all {
			if consumer == "" || f.Consumer == consumer {
				all = append(all, f)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *Refusal) int { return b.Time.Compare(a.Time) })
	return all[:min(limit, len(all))]
}

// signedAt returns where f may have been signed, f's own first.
func (f *Refusal) signedAt(configured []Origin) []Origin {
	out := slices.Clone(f.origins)
	for _, o := range configured {
		if !slices.Contains(out, o) {
			out = append(out, o)
		}
	}
	return out
}
